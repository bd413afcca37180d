"""A bot that says it has taken every photo and keeps none: what the benchmark has to find out.

Words: the Bot API's base address, the token, the folder for photos.
"""

import sys

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters


def main(api: str, token: str, _folder: str) -> None:
    """Serve until a signal."""

    async def answer(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message is not None:
            await update.message.reply_text("已收到")

    application = Application.builder().token(token).base_url(f"{api}/bot").build()
    application.add_handler(MessageHandler(filters.ALL, answer))
    application.run_polling()


if __name__ == "__main__":
    main(*sys.argv[1:])
