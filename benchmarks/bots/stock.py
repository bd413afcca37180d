"""A python-telegram-bot as its tutorial has it: one handler that answers each /progress with the same text.

Words: ``poll`` or ``webhook``, the Bot API's base address, the token, a free port, the text.
"""

import sys

from telegram import Update
from telegram.ext import Application, CommandHandler, ContextTypes

SECRET = "s" * 32


def main(way: str, api: str, token: str, port: str, text: str) -> None:
    """Serve until a signal."""

    async def answer(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message is not None:
            await update.message.reply_text(text)

    application = Application.builder().token(token).base_url(f"{api}/bot").build()
    application.add_handler(CommandHandler("progress", answer))
    if way == "poll":
        application.run_polling()
        return
    application.run_webhook(
        listen="127.0.0.1",
        port=int(port),
        url_path="telegram",
        webhook_url=f"http://127.0.0.1:{port}/telegram",
        secret_token=SECRET,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
