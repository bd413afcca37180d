"""Schedules of rankings in plain words, and the buttons that make and change them."""

import datetime as dtm
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from handlers.kit.answers import Answer, Button
from handlers.views.markup import bold, lines
from handlers.views.paging import in_rows
from handlers.views.quarters import any_period_name
from handlers.views.ranking_posts import group_buttons, group_names, marked
from handlers.views.remind import moment_words
from locales import Texts
from models.enums import PostBasis, PostShape, PostState, PostTiming
from services.core.posting import DAYS, TIMES, Occurrence, Plan
from services.office.groups import GroupRef
from services.ranking.ranking_letters import Post
from services.ranking.ranking_schedules import MOST, Schedule, Scheduled

FIELDS = ("basis", "timing", "at", "overall", "shape", "groups")


@dataclass(frozen=True, slots=True)
class Draft:
    """A schedule while it is being made or changed; ``schedule_id`` None is a new one."""

    organisation_id: int
    plan: Plan
    groups: tuple[int, ...] = ()
    schedule_id: int | None = None
    version: int = 0

    @classmethod
    def of(cls, schedule: Schedule) -> "Draft":
        """Begin with a schedule as it is."""
        return cls(schedule.organisation_id, schedule.plan, schedule.group_ids, schedule.id, schedule.version)

    @property
    def arguments(self) -> dict[str, Any]:
        """Give what a button carries."""
        plan = self.plan
        return {
            "organisation_id": self.organisation_id,
            "schedule_id": self.schedule_id,
            "version": self.version,
            "basis": plan.basis.value,
            "timing": plan.timing.value,
            "day": plan.day,
            "at": f"{plan.at:%H:%M}",
            "overall": plan.overall,
            "shape": plan.shape.value,
            "groups": list(self.groups),
        }

    @classmethod
    def read(cls, carried: Any) -> "Draft":
        """Read back what a button carries."""
        plan = Plan(
            PostBasis(carried["basis"]),
            PostTiming(carried["timing"]),
            carried["day"],
            dtm.time.fromisoformat(carried["at"]),
            carried["overall"],
            PostShape(carried["shape"]),
        )
        return cls(
            carried["organisation_id"],
            plan,
            tuple(carried["groups"]),
            carried["schedule_id"],
            carried["version"],
        )


NEW = Plan(PostBasis.YEAR, PostTiming.FIRST_WORKING_DAY, 1, dtm.time(9), overall=False, shape=PostShape.FIRST)


def listing(
    found: Sequence[Scheduled], organisation_id: int, texts: Texts, *, is_paused: bool, said: str = ""
) -> Answer:
    """List an organisation's schedules with what comes next."""
    rows = []
    for number, each in enumerate(found, start=1):
        rows.append(texts("rank.schedule.row", number=number, plan=plan_words(each.schedule.plan, texts)))
        rows += [*_state(each, texts), ""]
    buttons = [
        Button(texts("rank.schedule.button.show", number=number), "rank.schedule", _asked(each.schedule))
        for number, each in enumerate(found, start=1)
    ]
    draft = Draft(organisation_id, NEW)
    new = [Button(texts("rank.schedule.button.new"), "rank.draft", {**draft.arguments, "ask": ""})]
    back = Button(texts("rank.button.back"), "rank.show", {"organisation_id": organisation_id})
    paused = [texts("rank.schedule.all_paused")] if is_paused else []
    return Answer(
        lines(
            [said],
            [bold(texts("rank.schedule.title"))],
            paused,
            rows or [texts("rank.schedule.none")],
            [texts("rank.schedule.about")],
        ),
        buttons=(*in_rows(buttons, 3), (*(new if len(found) < MOST else []), back)),
        replaces=True,
    )


def card(each: Scheduled, zone: dtm.tzinfo, texts: Texts, *, said: str = "") -> Answer:
    """Show one schedule, what became of its last posts, and what can be done."""
    schedule = each.schedule
    asked = _asked(schedule)
    is_paused = schedule.paused_at is not None
    stop = "rank.resume" if is_paused else "rank.pause"
    key = "rank.schedule.button.resume" if is_paused else "rank.schedule.button.pause"
    return Answer(
        lines(
            [said],
            [bold(plan_words(schedule.plan, texts)), *_state(each, texts)],
            _past(each, zone, texts),
        ),
        buttons=(
            (
                Button(
                    texts("rank.schedule.button.change"),
                    "rank.draft",
                    {**Draft.of(schedule).arguments, "ask": ""},
                ),
                Button(texts(key), stop, asked),
                Button(texts("rank.schedule.button.delete"), "rank.delete", asked),
            ),
            (
                Button(
                    texts("rank.schedule.button.list"),
                    "rank.schedules",
                    {"organisation_id": schedule.organisation_id},
                ),
            ),
        ),
        replaces=True,
    )


def editor(
    draft: Draft, ask: str, groups: Sequence[GroupRef], upcoming: Occurrence | None, texts: Texts
) -> Answer:
    """Show a draft with a button for each part of it, or (``ask``) what one part can be."""
    chosen = [each for each in groups if each.id in draft.groups]
    said = [
        bold(texts("rank.schedule.new" if draft.schedule_id is None else "rank.schedule.change")),
        plan_words(draft.plan, texts),
        texts("rank.schedule.groups", groups=group_names(chosen, texts)),
        _next(upcoming, texts),
    ]
    if ask:
        done = Button(texts("rank.schedule.button.done"), "rank.draft", {**draft.arguments, "ask": ""})
        offered = in_rows(_choices(draft, ask, groups, texts), 1 if ask == "groups" else 2)
        return Answer(
            lines(said, [texts(f"rank.schedule.ask.{ask}")]), buttons=(*offered, (done,)), replaces=True
        )
    parts = [
        Button(texts(f"rank.schedule.part.{field}"), "rank.draft", {**draft.arguments, "ask": field})
        for field in FIELDS
    ]
    save = Button(texts("rank.schedule.button.save"), "rank.save", draft.arguments)
    back = Button(
        texts("rank.schedule.button.list"), "rank.schedules", {"organisation_id": draft.organisation_id}
    )
    missing = [] if chosen else [texts("rank.schedule.choose_group")]
    return Answer(
        lines(said, missing),
        buttons=(*in_rows(parts, 3), (save, back) if chosen else (back,)),
        replaces=True,
    )


def plan_words(plan: Plan, texts: Texts) -> str:
    """Say what a plan posts and when: 每月首个工作日 09:00，全年排名（截至上月）."""
    ago = "previous" if plan.looks_back else "current"
    return texts(
        "rank.schedule.plan",
        when=texts(f"rank.timing.{plan.basis_of_time}.{plan.timing.value}", day=plan.day),
        time=f"{plan.at:%H:%M}",
        what=texts(f"rank.what.{plan.basis.value}.{ago}"),
        scope=texts("rank.overall" if plan.overall else "rank.schedule.apart"),
        shape=texts(f"rank.shape.{plan.shape.value}"),
    )


def _choices(draft: Draft, ask: str, groups: Sequence[GroupRef], texts: Texts) -> Sequence[Button]:
    if ask == "groups":
        asked = {**draft.arguments, "ask": ask}
        return group_buttons(groups, draft.groups, "rank.draft", asked, texts)
    plan = draft.plan
    by_timing = (
        *(replace(plan, timing=each, day=1) for each in PostTiming if each is not PostTiming.DAY_OF_MONTH),
        *(replace(plan, timing=PostTiming.DAY_OF_MONTH, day=day) for day in DAYS),
    )
    offered: dict[Plan, str] = {
        "basis": {replace(plan, basis=each): texts(f"rank.basis_name.{each.value}") for each in PostBasis},
        "timing": {
            each: texts(f"rank.timing.{each.basis_of_time}.{each.timing.value}", day=each.day)
            for each in by_timing
        },
        "at": {replace(plan, at=each): f"{each:%H:%M}" for each in TIMES},
        "overall": {
            replace(plan, overall=False): texts("rank.schedule.apart"),
            replace(plan, overall=True): texts("rank.overall"),
        },
        "shape": {replace(plan, shape=each): texts(f"rank.shape.{each.value}") for each in PostShape},
    }[ask]
    return [
        Button(
            marked(words, texts, is_chosen=each == plan),
            "rank.draft",
            {**replace(draft, plan=each).arguments, "ask": ""},
        )
        for each, words in offered.items()
    ]


def _state(each: Scheduled, texts: Texts) -> list[str]:
    groups = texts("rank.schedule.groups", groups=group_names(each.groups, texts))
    if each.schedule.paused_at is not None:
        return [groups, texts("rank.schedule.paused")]
    return [groups, _next(each.next, texts)]


def posting_words(upcoming: Occurrence, texts: Texts) -> str:
    """Say in a few words what a schedule posts: 发布2024年排名."""
    return texts("rank.schedule.posts", period=any_period_name(upcoming.period, texts))


def _next(upcoming: Occurrence | None, texts: Texts) -> str:
    if upcoming is None:
        return ""
    return texts(
        "rank.schedule.next",
        moment=moment_words(upcoming.due_at, texts),
        period=any_period_name(upcoming.period, texts),
        day=texts.date(upcoming.through.last_on),
    )


def _past(each: Scheduled, zone: dtm.tzinfo, texts: Texts) -> list[str]:
    rows = []
    if each.last is not None:
        told = [texts(f"rank.letter.{state.value}", count=count) for state, count in each.letters.items()]
        if each.last.state is PostState.NOWHERE:
            told = [texts("rank.schedule.no_group_reached")]
        rows.append(
            texts(
                "rank.schedule.last",
                post=_post(each.last, zone, texts),
                state=texts("progress.comma").join(told),
            )
        )
    rows += [texts("rank.schedule.missed", post=_post(one, zone, texts)) for one in each.missed]
    return rows


def _post(post: Post, zone: dtm.tzinfo, texts: Texts) -> str:
    return texts(
        "rank.schedule.post",
        moment=moment_words(post.due_at.astimezone(zone), texts),
        period=any_period_name(post.wanted.period, texts),
    )


def _asked(schedule: Schedule) -> dict[str, Any]:
    return {"organisation_id": schedule.organisation_id, "schedule_id": schedule.id}
