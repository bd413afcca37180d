"""Methods by which the bot gets its updates: polling and the webhook's settings."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import orjson

from sandbox.errors import ApiError, bad_request
from sandbox.methods.parts import Described, Uploads, Values
from sandbox.state import Sandbox
from sandbox.updates import WEBHOOK_ACTIVE, WEBHOOK_SET

POLL_LIMIT, POLL_SECONDS = 100, 50
DEFAULT_CONNECTIONS = 40


async def get_updates(sandbox: Sandbox, values: Values, is_gone: Callable[[], bool]) -> list[Any]:
    """Confirm what is below the offset and return up to `limit` updates, waiting up to `timeout` seconds.

    Raises:
        ApiError: 409 beside a webhook or another poll.
    """
    if webhook(sandbox)["url"]:
        await sandbox.updates.space_conflicts()
        raise ApiError(409, WEBHOOK_ACTIVE)
    with sandbox.store.transaction():
        sandbox.updates.remember_allowed(values.get("allowed_updates"))
    limit = min(max(values.get("limit", POLL_LIMIT), 1), POLL_LIMIT)
    seconds = min(max(values.get("timeout", 0), 0), POLL_SECONDS)
    bodies = await sandbox.updates.poll(values.get("offset", 0), limit, seconds, is_gone)
    return [orjson.Fragment(body) for body in bodies]


def webhook(sandbox: Sandbox) -> Values:
    """Return the kept webhook settings."""
    kept: Values = sandbox.store.setting("webhook", {"url": ""})
    return kept


def set_webhook(sandbox: Sandbox, values: Values, _uploads: Uploads) -> Any:
    """Point updates to a URL (http is fine here), or back to polling with an empty one."""
    url = values["url"]
    if not url:
        return delete_webhook(sandbox, values, _uploads)
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise bad_request("invalid webhook URL specified")
    secret = values.get("secret_token", "")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    settings = {
        "url": url,
        "secret_token": secret,
        "max_connections": min(max(values.get("max_connections", DEFAULT_CONNECTIONS), 1), 100),
        "ip_address": values.get("ip_address", parts.hostname),
    }
    sandbox.updates.remember_allowed(values.get("allowed_updates"))
    if values.get("drop_pending_updates"):
        sandbox.updates.drop_pending()
    elif settings == {key: webhook(sandbox).get(key) for key in settings}:
        return Described(result=True, description="Webhook is already set")
    sandbox.updates.interrupt(WEBHOOK_SET)
    sandbox.store.keep("webhook", settings)
    sandbox.updates.on_new()
    return Described(result=True, description="Webhook was set")


def delete_webhook(sandbox: Sandbox, values: Values, _uploads: Uploads) -> Any:
    """Go back to polling."""
    if values.get("drop_pending_updates"):
        sandbox.updates.drop_pending()
    was_set = bool(webhook(sandbox)["url"])
    sandbox.store.keep("webhook", {"url": ""})
    sandbox.updates.on_new()
    return Described(
        result=True, description="Webhook was deleted" if was_set else "Webhook is already deleted"
    )


def get_webhook_info(sandbox: Sandbox, _values: Values, _uploads: Uploads) -> Any:
    """Return where updates go, how many wait, and the last delivery error."""
    kept = webhook(sandbox)
    shown = {
        "url": kept["url"],
        "has_custom_certificate": False,
        "pending_update_count": sandbox.updates.pending_count(),
    }
    if kept["url"]:
        names = ("max_connections", "ip_address", "last_error_date", "last_error_message")
        shown |= {name: kept[name] for name in names if name in kept}
    allowed = sandbox.store.setting("allowed_updates", [])
    return shown | ({"allowed_updates": allowed} if allowed else {})


METHODS = {
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
