"""Where the model and the bots meet: people write and press, and what comes of it is compared."""

import contextlib
import datetime as dtm
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.prove.machine.afterwards import Afterwards
from tests.prove.machine.comparing import TAGS, Books, check_receipt
from tests.prove.machine.office import HERE, PEOPLE, Closed, Office, Refused
from tests.prove.machine.seeding import Copies
from tests.prove.machine.seen import (
    NOTICE,
    STEPS,
    Arriving,
    Keyboard,
    Question,
    Sent,
    ShownButton,
    Update,
    pattern_of,
    plain,
    told,
    who,
)
from tests.prove.machine.telegram import GROUP, Shown, Writer
from tests.prove.machine.values import Answer, Draft, Name, Turn
from tests.prove.machine.words import Said
from tests.prove.machine.world import Reply, World, offline

BUTTONS_LIVE = dtm.timedelta(days=7)
QUESTIONS_LIVE = dtm.timedelta(minutes=30)
UPDATES_LIVE = dtm.timedelta(days=7)
READS = {"report.move", "report.progress"}


@dataclass
class Stage:
    """Everything that happens in one run."""

    copies: Mapping[str, Copies]
    now: dtm.datetime
    story: list[str] = field(default_factory=list)
    deeds: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._stack = contextlib.ExitStack()
        self._stack.enter_context(offline())
        self.model = Afterwards(Office(), self.now)
        self.worlds = [self._open(name, copies) for name, copies in self.copies.items()]
        self.books = [Books(world) for world in self.worlds]
        self.keyboards: list[Keyboard] = []
        self.questions: dict[tuple[int, int], Question] = {}
        self.sent: list[Sent] = []
        self._updates = 1000

    def _open(self, name: str, copies: Copies) -> World:
        world = World(name, self._stack.enter_context(copies()), self.now)
        self._stack.callback(world.close)
        return world

    def close(self) -> None:
        """Close the worlds and throw their databases away."""
        self._stack.close()

    def pass_time(self, span: dtm.timedelta) -> None:
        """Let time go by."""
        self.model.now += span
        for world in self.worlds:
            world.clock.moment = self.model.now

    def tell(self, words: str) -> None:
        """Add a line to the story."""
        local = self.model.now + dtm.timedelta(hours=8)
        self.story.append(f"{local:%Y-%m-%d %H:%M} {words}")

    def writer(self, person: int, chat: int) -> Writer:
        """Give what writes somebody's updates now."""
        return Writer(person, PEOPLE[person], chat, self.model.now)

    def new_message(self, person: int, chat: int) -> Turn:
        """Give the next message of a chat to somebody."""
        numbers = {world.telegram.next_id(chat) for world in self.worlds}
        assert len(numbers) == 1, "the databases have shown different numbers of messages"
        return self.turn(person, (chat, numbers.pop()))

    @staticmethod
    def turn(person: int, by: Name) -> Turn:
        """Say who acts by which message."""
        return Turn(person, by, HERE if by[0] == GROUP else None)

    # What comes in

    def deliver(
        self,
        turn: Turn,
        words: str,
        make: Callable[[World, int], Update],
        happen: Callable[[], Answer],
        *,
        times: int = 1,
    ) -> tuple[Reply, ...]:
        """Have an update come in, or several that differ in their numbers only, and compare what comes."""
        arrived = [self._sent(Arriving(turn, words, make, happen)) for _ in range(times)]
        self.tell(words)
        return self._compare(arrived, [happen() for _ in arrived])

    def deliver_at_once(self, *arriving: Arriving) -> None:
        """Have updates of several chats come in at once; which is handled first nobody can tell."""
        self.tell("；同时，".join(each.words for each in arriving))
        arrived = [self._sent(each) for each in arriving]
        self._compare(arrived, [each.happen() for each in arriving], is_ordered=False)

    def _sent(self, arriving: Arriving) -> Sent:
        self._updates += 1
        number = self._updates
        made = {w.name: {"update_id": number, **arriving.make(w, number)} for w in self.worlds}
        sent = Sent(arriving.turn, arriving.happen, arriving.words, made, self.model.now)
        self.sent.append(sent)
        return sent

    def redeliver(self, sent: Sent) -> None:
        """Have an update come in again as it was; one that is known already changes nothing."""
        self.tell(f"Telegram 重发（{sent.words}）")
        is_known, sent.is_known, sent.done_at = sent.is_known, True, self.model.now
        self._compare([sent], [Answer("") if is_known else sent.happen()])

    def tick(self) -> None:
        """Have the bots clear away what is old."""
        self.tell("督办清理旧记录")
        for sent in self.sent:
            sent.is_known = sent.is_known and sent.done_at >= self.model.now - UPDATES_LIVE
        for world in self.worlds:
            world.tick()

    def press(self, person: int, keyboard: Keyboard, at: int, *, times: int = 1) -> tuple[Reply, ...]:
        """Have somebody press a button, once or several times at once."""
        button, turn = keyboard.buttons[at], self.turn(person, keyboard.message)
        writer = self.writer(person, turn.by[0])
        return self.deliver(
            turn,
            f"{who(turn)}点“{button.words}”{'，连点两下' if times > 1 else ''}",
            lambda world, number: writer.press(turn.by[1], button.tokens[world.name], f"press-{number}"),
            lambda: self._pressed(turn, keyboard, button),
            times=times,
        )

    # What the model makes of it

    def hear(self, turn: Turn, happen: Callable[[Question | None], Answer]) -> Answer:
        """Have the model hear a message: it answers the open question, or closes it."""
        question = self.questions.pop((turn.by[0], turn.person), None)
        if question is not None and question.asked_at + QUESTIONS_LIVE <= self.model.now:
            question = None
        answer = told(lambda: happen(question))
        self._remember_question(turn, answer, question)
        return answer

    def edited(self, turn: Turn, said: Said) -> Answer:
        """Have the model see a message as it is now; nobody acts by that."""
        return told(lambda: self.model.edit(turn, said))

    def _remember_question(self, turn: Turn, answer: Answer, question: Question | None = None) -> None:
        place = turn.by[0], turn.person
        if answer.asks is not None and answer.draft is not None:
            self.questions[place] = Question(*answer.asks, answer.draft, self.model.now)
        elif answer.is_asked_again and question is not None:
            question.missed += 1
            question.asked_at = self.model.now
            self.questions[place] = question

    def _pressed(self, turn: Turn, keyboard: Keyboard, button: ShownButton) -> Answer:
        try:
            self._require_pressable(turn, keyboard, button)
            answer = self._do(turn, keyboard, button)
        except Refused as reason:
            return Answer(reason.key, is_alert=True)
        except Closed:
            answer = Answer("month.closed")
        button.is_used = True
        self._remember_question(turn, answer)
        return answer

    def _require_pressable(self, turn: Turn, keyboard: Keyboard, button: ShownButton) -> None:
        if keyboard.at + BUTTONS_LIVE <= self.model.now:
            raise Refused("error.button_expired")
        if turn.person != keyboard.person:
            raise Refused("error.button_of_another")
        self.questions.pop((turn.by[0], turn.person), None)  # the next message is about something else
        if button.is_used and button.action not in READS:
            raise Refused("error.button_used")

    def _do(self, turn: Turn, keyboard: Keyboard, button: ShownButton) -> Answer:
        if button.action == "unlock.close":
            return self.model.close_again(turn, button.given["reopening_id"])
        if button.action == "report.progress":
            self.model.office.require(turn.person, button.given["unit"])
            return Answer(None)
        if not button.action.startswith("report."):
            return Answer(None)
        return self.model.press(turn, button.action, button.given, keyboard.draft)

    # What the bots made of it

    def _compare(
        self, arrived: Sequence[Sent], answers: Sequence[Answer], *, is_ordered: bool = True
    ) -> tuple[Reply, ...]:
        replies = tuple(
            world.deliver([sent.updates[world.name] for sent in arrived]) for world in self.worlds
        )
        for answer in answers:
            self.deeds["something else" if answer.key is None else answer.key or "silence"] += 1
        for chat in dict.fromkeys(sent.turn.by[0] for sent in arrived):
            mine = [pair for pair in zip(arrived, answers, strict=True) if pair[0].turn.by[0] == chat]
            here = [[shown for shown in reply.shown if shown.chat == chat] for reply in replies]
            self._look_at(mine, here, is_ordered=is_ordered)
            for reply, shown in zip(replies, here, strict=True):
                self._check_answers(reply, mine, shown, is_ordered=is_ordered)
        self.check()
        return replies

    def _look_at(
        self, mine: Sequence[tuple[Sent, Answer]], here: Sequence[Sequence[Shown]], *, is_ordered: bool
    ) -> None:
        """Compare what the bots show in one chat, and remember its buttons."""
        for others in here[1:]:
            assert len(others) == len(here[0]), "the databases answer differently often"
            if is_ordered:
                assert [*map(plain, others)] == [*map(plain, here[0])], "the databases answer differently"
        for number, shown in enumerate(here[0]):
            self.tell(f"    督办：{plain(shown)!r}")
            draft = next((answer.draft for _, answer in mine if answer.draft), None)
            self._remember_buttons(mine[0][0].turn, [each[number] for each in here], draft)

    def _check_answers(
        self,
        reply: Reply,
        mine: Sequence[tuple[Sent, Answer]],
        shown: Sequence[Shown],
        *,
        is_ordered: bool,
    ) -> None:
        left = [each for each in shown if not NOTICE.search(TAGS.sub("", each.text))]
        world = self.worlds[0].name
        for sent, answer in mine:
            if answer.key is None:
                return
            query = sent.updates[world].get("callback_query")
            alert = reply.alerts.get(query["id"], "") if query else ""
            if answer.is_alert:
                assert pattern_of(answer.key).search(alert), f"{answer.key} is expected, not {alert!r}"
                continue
            assert not alert, alert
            if not answer.key:
                continue
            assert left, f"{answer.key} is expected, and there is silence"
            text = TAGS.sub("", left[0].text)
            assert pattern_of(answer.key).search(text), f"{answer.key} is expected, not {text!r}"
            if is_ordered and answer.key in {"report.received", "report.corrected"}:
                check_receipt(left[0].text, answer, self.model)
            del left[0]
        assert not left, f"silence is expected, not {left[0].text!r}"

    def _remember_buttons(self, turn: Turn, shown: Sequence[Shown], draft: Draft | None) -> None:
        if not shown[0].buttons:
            return
        buttons = []
        for number, (words, _) in enumerate(shown[0].buttons):
            tokens = {w.name: each.buttons[number][1] for w, each in zip(self.worlds, shown, strict=True)}
            meanings = [
                self._meaning(world, books, tokens[world.name])
                for world, books in zip(self.worlds, self.books, strict=True)
            ]
            assert all(meaning == meanings[0] for meaning in meanings), f"“{words}” means different things"
            buttons.append(ShownButton(words, tokens, *meanings[0]))
        message = (shown[0].chat, shown[0].message_id)
        self.keyboards.append(Keyboard(message, turn.person, self.model.now, shown[0].text, buttons, draft))

    @staticmethod
    def _meaning(world: World, books: Books, token: str) -> tuple[str, dict[str, Any]]:
        action, given = world.read_button(token)
        given.pop("draft", None)
        if "unit_id" in given:
            given["unit"] = books.units.get(given["unit_id"], "")
        if "category_id" in given:
            given["category"] = books.categories[given["category_id"]]
        if "opening" in given:
            given["opening"] = books.name_of(given["opening"])
        return action, given

    def check(self) -> None:
        """Compare both databases with the model."""
        for world, books in zip(self.worlds, self.books, strict=True):
            try:
                books.check(self.model)
                asked = {place: step for place, step in world.read_questions().items() if step in STEPS}
                expected = {
                    place: each.step
                    for place, each in self.questions.items()
                    if each.asked_at + QUESTIONS_LIVE > self.model.now
                }
                assert asked == expected, f"asked is {asked}, not {expected}"
            except AssertionError as problem:
                raise AssertionError(f"{world.name}: {problem}") from None
