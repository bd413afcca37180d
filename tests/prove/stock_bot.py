"""A plain python-telegram-bot with `run_polling`, as its documentation begins: the negative control."""

import os
import sys

from telegram import Update
from telegram.ext import ApplicationBuilder, CommandHandler, ContextTypes

TOKEN, BASE, FILE = sys.argv[1:4]


async def report(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Write down which message came, let the disk have it, and answer, as bots do."""
    assert update.message is not None
    with open(FILE, "a", encoding="utf-8") as file:  # noqa: PTH123
        file.write(f"{update.message.chat.id} {update.message.message_id}\n")
        file.flush()
        os.fsync(file.fileno())
    await update.message.reply_text("已收到")


def main() -> None:
    """Poll for ever."""
    application = ApplicationBuilder().token(TOKEN).base_url(f"{BASE}/bot").build()
    application.add_handler(CommandHandler("report", report))
    application.run_polling(stop_signals=None)


if __name__ == "__main__":
    main()
