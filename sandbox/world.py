"""Who is there: people, groups, who belongs where, and the bot itself."""

import re
import secrets
import string
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from sandbox.clock import real_seconds
from sandbox.errors import ApiError, Refused, bad_request, forbidden
from sandbox.store import Store

INSIDE = frozenset({"creator", "administrator", "member", "restricted"})
FIRST_SUPERGROUP = -1002000000000
SUPERGROUP_IDS_BELOW = -1000000000000
URL_SAFE = string.ascii_letters + string.digits + "-_"


@dataclass(slots=True)
class Person:
    """A person; `started` once they wrote to the bot (before that it may not write to them)."""

    id: int
    name: str
    username: str | None = None
    language: str = "zh-hans"
    started: bool = False
    blocked: bool = False
    deactivated: bool = False

    def user(self) -> dict[str, Any]:
        """Return the Bot API's User."""
        user: dict[str, Any] = {"id": self.id, "is_bot": False, "first_name": self.name}
        if self.username:
            user["username"] = self.username
        return user | {"language_code": self.language}


@dataclass(slots=True)
class Group:
    """A basic group or a supergroup; `moved_to` is the supergroup it became, `is_forum`: it has topics."""

    id: int
    title: str
    type: str = "supergroup"
    moved_to: int | None = None
    moved_from: int | None = None
    is_forum: bool = False


class World:
    """People and groups, kept in memory and in the store."""

    def __init__(self, store: Store) -> None:
        """Load everything kept; make the bot's token on the very first start."""
        self._store = store
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self._standings: dict[int, dict[int, str]] = {}
        self._reload()
        store.on_rollback = self._forget_unkept
        token = store.setting("token")
        if token is None:
            # Seconds since 2024 give a bot id no earlier folder had: what was kept for that one stays apart.
            bot_id = 7_000_000_000 + int(real_seconds() - 1_704_067_200)
            token = f"{bot_id}:" + "".join(secrets.choice(URL_SAFE) for _ in range(35))
            store.keep("token", token)
        self.token: str = token
        self.bot: dict[str, Any] = {
            "id": int(token.split(":")[0]),
            "is_bot": True,
            "first_name": "督办",
            "username": "duban_bot",
        }
        self.bot_id: int = self.bot["id"]
        self._mention = re.compile(r"@duban_bot\b", re.IGNORECASE)

    def _forget_unkept(self) -> None:
        """After a rollback, nothing of a deed that failed half-way may stay in memory."""
        if self._changed:
            self._reload()

    def _reload(self) -> None:
        self._changed = False
        rows = self._store.rows
        self.people = {row[0]: Person(**orjson.loads(row[1])) for row in rows("SELECT id, body FROM person")}
        self.groups = {row[0]: Group(**orjson.loads(row[1])) for row in rows("SELECT id, body FROM chat")}
        self._standings = {}
        for chat_id, person_id, standing in rows("SELECT chat_id, person_id, standing FROM member"):
            self._standings.setdefault(chat_id, {})[person_id] = standing

    def load_people(self, path: Path) -> None:
        """Add the people and groups of a JSON file that are not there yet.

        Raises:
            Refused: if the file is not such a JSON object.
        """
        try:
            written = orjson.loads(path.read_bytes())
            for one in written.get("people", ()):
                if one["id"] not in self.people:
                    self._load_person(one)
            for one in written.get("groups", ()):
                if one["id"] not in self.groups:
                    self._load_group(one)
        except (OSError, orjson.JSONDecodeError) as error:
            raise Refused(f"{path} cannot be read as JSON: {error}") from error
        except (KeyError, TypeError, AttributeError) as error:
            raise Refused(f"{path} does not list people and groups with id and name: {error!r}") from error

    def _load_person(self, one: dict[str, Any]) -> None:
        known = {key: one[key] for key in ("username", "language") if key in one}
        # Who is bound to a unit already has talked to the bot: nobody is bound otherwise.
        started = bool(one.get("started", one.get("bindings")))
        self.save_person(Person(id=one["id"], name=one["name"], started=started, **known))

    def _load_group(self, one: dict[str, Any]) -> None:
        kind = one.get("type") or ("supergroup" if one["id"] < SUPERGROUP_IDS_BELOW else "group")
        self.save_group(Group(id=one["id"], title=one["title"], type=kind))
        administrators = set(one.get("administrators", ()))
        for index, person_id in enumerate(one.get("members", ())):
            standing = "administrator" if person_id in administrators else "member"
            self.place(one["id"], person_id, "creator" if index == 0 and not administrators else standing)
        bot = one.get("bot", True)
        if bot:
            self.place(one["id"], self.bot_id, bot if isinstance(bot, str) else "member")

    def save_person(self, person: Person) -> Person:
        """Keep a person."""
        self._changed = True
        self.people[person.id] = person
        self._store.write(
            "INSERT OR REPLACE INTO person VALUES (?, ?)", person.id, orjson.dumps(asdict(person))
        )
        return person

    def save_group(self, group: Group) -> Group:
        """Keep a group."""
        self._changed = True
        self.groups[group.id] = group
        self._store.write("INSERT OR REPLACE INTO chat VALUES (?, ?)", group.id, orjson.dumps(asdict(group)))
        return group

    def new_person_id(self) -> int:
        """Return an id no person had."""
        return max(self.people, default=1000) + 1

    def new_group_id(self, kind: str) -> int:
        """Return an id no group of this kind had."""
        if kind == "supergroup":
            return min(FIRST_SUPERGROUP, min(self.groups, default=0)) - 1
        basic = (one for one in self.groups if one > SUPERGROUP_IDS_BELOW)
        return min(-1000, min(basic, default=0)) - 1

    def standing(self, chat_id: int, person_id: int) -> str:
        """Return `creator`, `administrator`, `member`, `restricted`, `left` or `kicked`."""
        return self._standings.get(chat_id, {}).get(person_id, "left")

    def place(self, chat_id: int, person_id: int, standing: str) -> None:
        """Give a person (or the bot) a standing in a group."""
        self._changed = True
        self._standings.setdefault(chat_id, {})[person_id] = standing
        self._store.write("INSERT OR REPLACE INTO member VALUES (?, ?, ?)", chat_id, person_id, standing)

    def members(self, chat_id: int) -> list[int]:
        """Return who is in a group, the bot included if it is."""
        return [person for person, standing in self._standings.get(chat_id, {}).items() if standing in INSIDE]

    def is_inside(self, chat_id: int, person_id: int) -> bool:
        """Tell whether someone belongs to a group."""
        return self.standing(chat_id, person_id) in INSIDE

    def user(self, person_id: int) -> dict[str, Any]:
        """Return the User of a person or of the bot."""
        return self.bot if person_id == self.bot_id else self.people[person_id].user()

    def chat(self, chat_id: int) -> dict[str, Any]:
        """Return the Bot API's Chat."""
        if chat_id in self.groups:
            group = self.groups[chat_id]
            shown: dict[str, Any] = {"id": chat_id, "type": group.type, "title": group.title}
            return shown | ({"is_forum": True} if group.is_forum else {})
        person = self.people[chat_id]
        chat: dict[str, Any] = {"id": chat_id, "type": "private", "first_name": person.name}
        return chat | ({"username": person.username} if person.username else {})

    def mentions_bot(self, text: str) -> bool:
        """Tell whether a text names the bot."""
        return "@" in text and self._mention.search(text) is not None

    def resolve(self, chat_id: int | str) -> int:
        """Return the id a call's `chat_id` means.

        Raises:
            ApiError: 400 `chat not found`.
        """
        if isinstance(chat_id, str):
            if not re.fullmatch(r"-?[0-9]+", chat_id):
                raise bad_request("chat not found")
            chat_id = int(chat_id)
        if chat_id not in self.people and chat_id not in self.groups:
            raise bad_request("chat not found")
        return chat_id

    def require_writable(self, chat_id: int) -> None:
        """Refuse as the real server does when the bot cannot write to a chat.

        Raises:
            ApiError: the 403 family, or 400 with `migrate_to_chat_id`.
        """
        group = self.groups.get(chat_id)
        if group is None:
            self._require_reachable(self.people[chat_id])
            return
        if group.moved_to is not None:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                {"migrate_to_chat_id": group.moved_to},
            )
        standing = self.standing(chat_id, self.bot_id)
        if standing == "kicked":
            raise forbidden(f"bot was kicked from the {group.type} chat")
        if standing not in INSIDE:
            raise forbidden(f"bot is not a member of the {group.type} chat")

    def _require_reachable(self, person: Person) -> None:
        if person.deactivated:
            raise forbidden("user is deactivated")
        if person.blocked:
            raise forbidden("bot was blocked by the user")
        if not person.started:
            raise forbidden("bot can't initiate conversation with a user")
