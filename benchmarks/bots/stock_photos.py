"""A python-telegram-bot that takes photos as tutorials do: fetched, opened and saved in the handler itself.

Words: the Bot API's base address, the token, the folder for photos.
"""

import io
import sys
from pathlib import Path

from PIL import Image
from telegram import Update
from telegram.ext import Application, CommandHandler, ContextTypes, MessageHandler, filters

LONGEST_SIDE = 2560


def main(api: str, token: str, folder: str) -> None:
    """Serve until a signal."""
    Path(folder).mkdir(parents=True, exist_ok=True)

    async def answer(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message is not None:
            await update.message.reply_text("本月 1/2 全年 7/24 " * 12)

    async def keep(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.message
        if message is None:
            return
        sent = message.document or message.photo[-1]
        content = await (await sent.get_file()).download_as_bytearray()
        picture = Image.open(io.BytesIO(content)).convert("RGB")
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        picture.save(Path(folder) / f"{update.update_id}.jpg", "JPEG", quality=85)
        await message.reply_text("已收到 " + (message.caption or ""))

    application = (
        Application.builder().token(token).base_url(f"{api}/bot").base_file_url(f"{api}/file/bot").build()
    )
    application.add_handler(CommandHandler("progress", answer))
    application.add_handler(MessageHandler(filters.PHOTO | filters.Document.ALL, keep))
    application.run_polling()


if __name__ == "__main__":
    main(*sys.argv[1:])
