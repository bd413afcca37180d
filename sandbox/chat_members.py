"""ChatMember objects: which fields each standing must have."""

from typing import Any

RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories", "can_pin_messages", "can_manage_topics", "can_manage_tags",
)  # fmt: skip
MODEST = frozenset({"can_be_edited", "is_anonymous", "can_promote_members"})


def chat_member(user: dict[str, Any], standing: str) -> dict[str, Any]:
    """Return a ChatMember with the fields its kind must have."""
    shown: dict[str, Any] = {"status": standing, "user": user}
    if standing == "creator":
        shown["is_anonymous"] = False
    elif standing == "administrator":
        shown |= {right: right not in MODEST for right in RIGHTS}
    elif standing == "kicked":
        shown["until_date"] = 0
    return shown
