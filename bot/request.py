"""python-telegram-bot's HTTP on our aiohttp session: half the CPU of its httpx, and no token in a log."""

from typing import Any

import aiohttp
import orjson
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.api import NO_CONNECTION, BotApi


class AiohttpRequest(BaseRequest):
    """What ``telegram.Bot`` sends its requests with."""

    def __init__(self, api: BotApi) -> None:
        self._api = api

    @property
    def read_timeout(self) -> float:
        """Seconds that a call may take when the caller names none."""
        return 30.0

    async def initialize(self) -> None:
        """Nothing to do: the session opens at its first use."""

    async def shutdown(self) -> None:
        """Nothing to do: the session is the Bot API's to close."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read the server's answer.

        Raises:
            TelegramError: it is not JSON.
        """
        try:
            answer: dict[str, Any] = orjson.loads(payload)
        except orjson.JSONDecodeError:
            raise TelegramError("Invalid server response") from None
        return answer

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - one total limit is enough
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """Send one request and return status and body."""
        total = self.read_timeout if isinstance(read_timeout, DefaultValue) else read_timeout
        try:
            async with self._api.session.request(
                method, url, data=_form(request_data), timeout=aiohttp.ClientTimeout(total=total)
            ) as response:
                return response.status, await response.read()
        except TimeoutError:
            raise TimedOut from None
        except (*NO_CONNECTION, aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None


def _form(request_data: RequestData | None) -> aiohttp.FormData | dict[str, str] | None:
    if request_data is None:
        return None
    if not request_data.contains_files:
        return request_data.json_parameters
    form = aiohttp.FormData(quote_fields=False)  # 通报.docx arrives under its own name
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form
