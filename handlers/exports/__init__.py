"""`/export`: an administrator takes out an office's data as workbooks, and its evidence as packs."""

from handlers.exports.family import FAMILY

__all__ = ["FAMILY"]
