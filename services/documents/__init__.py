"""Office documents: untrusted bytes in, plain tables out. Plain functions: call them in a thread."""

from services.documents.reading import Document, read_document

__all__ = ["Document", "read_document"]
