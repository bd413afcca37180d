"""What the sandbox refuses: to the bot in the real server's words, to people's scripts in plain ones."""

from typing import Any


class ApiError(Exception):
    """A Bot API refusal: code, exact description, optional `parameters`."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """Return the answer's JSON object."""
        answer = {"ok": False, "error_code": self.code, "description": self.description}
        return answer | ({"parameters": self.parameters} if self.parameters else {})


class Refused(Exception):
    """A control call that cannot be done; the text says why in plain words."""

    def __init__(self, why: str, code: int = 400) -> None:
        super().__init__(why)
        self.why = why
        self.code = code


def bad_request(text: str) -> ApiError:
    """Build a 400 as the real server words it: prefixed, the first letter lowered unless it is a constant."""
    if len(text) > 1 and not (text[1] == "_" or text[1].isupper()):
        text = text[0].lower() + text[1:]
    return ApiError(400, f"Bad Request: {text}")


def forbidden(text: str) -> ApiError:
    """Build a 403 with the real server's prefix."""
    return ApiError(403, f"Forbidden: {text}")
