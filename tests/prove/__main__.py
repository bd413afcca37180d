"""`./run prove NAME …`: a proof for as long as one likes; docs/testing.md says which there are."""

import argparse
import asyncio
import contextlib
import datetime as dtm
import json
import logging
import random
import sys
import tempfile
from pathlib import Path

from tests.databases import NoPostgres, create_database, postgres_cluster
from tests.driver import ROOT
from tests.prove import fuzz, kill, stock
from tests.prove.exhibits import campaign as exhibits
from tests.prove.machine import campaign, seeding
from tests.prove.pictures import campaign as pictures
from tests.prove.pictures import hostile
from tests.prove.reminders import campaign as reminders
from tests.prove.reminders import killing
from tests.prove.reviews import campaign as reviews


def read_arguments(words: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="./run prove")
    proofs = parser.add_subparsers(dest="proof", required=True)
    one = proofs.add_parser("kill", help="kill the bot again and again; nothing may be lost or done twice")
    one.add_argument("--seconds", type=float, default=60.0)
    one.add_argument("--seed", type=int, default=None)
    one.add_argument("--out", type=Path, default=None, help="JSON lines; by default under data/prove/")
    one.add_argument("--database", default="", help="an empty one; by default SQLite in a folder of its own")
    other = proofs.add_parser("stock", help="the same for a plain python-telegram-bot: it loses updates")
    other.add_argument("--updates", type=int, default=300)
    other.add_argument("--kills", type=int, default=5)
    third = proofs.add_parser("fuzz", help="people write whatever comes to mind; it all adds up")
    third.add_argument("--lines", type=int, default=20_000)
    third.add_argument("--seed", type=int, default=None)
    fourth = proofs.add_parser("machine", help="everybody does anything on two databases, next to one model")
    fourth.add_argument("--examples", type=int, default=100)
    fourth.add_argument("--steps", type=int, default=50)
    fourth.add_argument("--seed", type=int, default=None)
    eighth = proofs.add_parser("reviews", help="evidence and decisions, several at once, next to one model")
    eighth.add_argument("--stories", type=int, default=100)
    eighth.add_argument("--steps", type=int, default=60)
    eighth.add_argument("--seed", type=int, default=None)
    fifth = proofs.add_parser("reminders", help="months of reminders in minutes, next to a model of the rule")
    fifth.add_argument("--seeds", type=int, default=20)
    fifth.add_argument("--months", type=int, default=24)
    fifth.add_argument("--units", type=int, default=200)
    fifth.add_argument("--seed", type=int, default=1, help="the first")
    sixth = proofs.add_parser("letters", help="kill the bot again and again while letters go out to many")
    sixth.add_argument("--people", type=int, default=300)
    sixth.add_argument("--kills", type=int, default=40)
    sixth.add_argument("--seed", type=int, default=None)
    seventh = proofs.add_parser("pictures", help="hostile pictures are refused or made safe, and stop nobody")
    seventh.add_argument("--seed", type=int, default=None)
    eighth = proofs.add_parser("evidence-kill", help="kill the bot again and again while evidence comes in")
    eighth.add_argument("--kills", type=int, default=60)
    eighth.add_argument("--seed", type=int, default=None)
    eighth.add_argument("--careless", default="", choices=["", *exhibits.CARELESS], help="one that must fail")
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    """Run a proof, say what came out, and return 1 when it found something wrong."""
    given = read_arguments(words)
    with tempfile.TemporaryDirectory(prefix="duban-prove-") as folder:
        if given.proof == "stock":
            outcome = asyncio.run(stock.run(Path(folder), updates=given.updates, kills=given.kills))
            sys.stdout.write(json.dumps(outcome.summary()) + "\n")
            return 0
        seed = given.seed if given.seed is not None else random.SystemRandom().randrange(1_000_000)
        proofs = {
            "fuzz": _fuzz,
            "kill": _kill,
            "evidence-kill": _evidence_kill,
            "machine": _machine,
            "reviews": _reviews,
            "reminders": _reminders,
            "letters": _letters,
            "pictures": _pictures,
        }
        return proofs[given.proof](given, Path(folder), seed)


def _fuzz(given: argparse.Namespace, folder: Path, seed: int) -> int:
    # Bugs are told as findings; what else the bot logs of twenty thousand lines is nobody's reading.
    logging.disable(logging.CRITICAL)
    outcome = asyncio.run(fuzz.run(folder, seed, lines=given.lines))
    sys.stdout.write(json.dumps(outcome.summary(), ensure_ascii=True, indent=1) + "\n")
    return 1 if outcome.findings else 0


def _machine(given: argparse.Namespace, folder: Path, seed: int) -> int:
    logging.disable(logging.CRITICAL)
    with seeding.both(folder) as copies:
        try:
            deeds = campaign.run(copies, examples=given.examples, steps=given.steps, seed=seed)
        except campaign.Broken as broken:
            sys.stdout.write(f"seed {seed}\n{broken}\n")
            return 1
    done = {"seed": seed, "databases": list(copies), "deeds": dict(deeds.most_common())}
    sys.stdout.write(json.dumps(done, ensure_ascii=False, indent=1) + "\n")
    return 0


def _reviews(given: argparse.Namespace, folder: Path, seed: int) -> int:
    logging.disable(logging.CRITICAL)
    with contextlib.ExitStack() as stack:
        urls = [f"sqlite://{folder / 'duban.db'}"]
        with contextlib.suppress(NoPostgres):
            urls.append(asyncio.run(create_database(stack.enter_context(postgres_cluster()))))
        for url in urls:
            try:
                deeds = asyncio.run(reviews.run_on(url, seed, stories=given.stories, steps=given.steps))
            except reviews.Broken as broken:
                sys.stdout.write(f"{broken}\n")
                return 1
            told = {"database": url.partition(":")[0], "seed": seed, "deeds": dict(deeds.most_common())}
            sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
            sys.stdout.flush()
    return 0


def _reminders(given: argparse.Namespace, folder: Path, first: int) -> int:
    logging.disable(logging.CRITICAL)
    with contextlib.ExitStack() as stack:
        urls = [(seed, f"sqlite://{folder / f'{seed}.db'}") for seed in range(first, first + given.seeds)]
        with contextlib.suppress(NoPostgres):
            server = stack.enter_context(postgres_cluster())
            urls.append((first, asyncio.run(create_database(server))))
        for seed, url in urls:
            try:
                outcome = asyncio.run(reminders.run(url, seed, months=given.months, units=given.units))
            except reminders.Broken as broken:
                sys.stdout.write(f"{broken}\n")
                return 1
            told = {"database": url.partition(":")[0], **outcome.summary()}
            sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
            sys.stdout.flush()
    return 0


def _letters(given: argparse.Namespace, folder: Path, seed: int) -> int:
    now, database = dtm.datetime.now(dtm.UTC), f"sqlite://{folder / 'duban.db'}"
    found = asyncio.run(killing.run(folder, database, seed, now, people=given.people, kills=given.kills))
    sys.stdout.write(json.dumps({"seed": seed, **found.summary()}, ensure_ascii=False, indent=1) + "\n")
    return 1 if found.wrong else 0


def _pictures(_: argparse.Namespace, folder: Path, seed: int) -> int:
    outcome = asyncio.run(pictures.run(folder, [*hostile.hostile(seed), *hostile.slow()]))
    told = {"seed": seed, **outcome.summary()}
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    return 1 if outcome.wrong else 0


def _evidence_kill(given: argparse.Namespace, folder: Path, seed: int) -> int:
    database, record = f"sqlite://{folder / 'duban.db'}", _record("evidence-kill")
    work = exhibits.run(folder, database, seed, kills=given.kills, record=record, careless=given.careless)
    outcome = asyncio.run(work)
    sys.stdout.write(json.dumps(outcome.summary(), ensure_ascii=False, indent=1) + f"\n{record}\n")
    return 1 if outcome.wrong else 0


def _record(name: str) -> Path:
    record = ROOT / "data" / "prove" / f"{name}-{dtm.datetime.now(dtm.UTC):%Y%m%d-%H%M%S}.jsonl"
    record.parent.mkdir(parents=True, exist_ok=True)
    return record


def _kill(given: argparse.Namespace, folder: Path, seed: int) -> int:
    record = given.out or _record("kill")
    database = given.database or f"sqlite://{folder / 'duban.db'}"
    campaign = asyncio.run(kill.run(folder, database, seed, seconds=given.seconds, record=record))
    sys.stdout.write(json.dumps(campaign.summary(), ensure_ascii=False, indent=1) + f"\n{record}\n")
    assert campaign.verdict is not None
    return 1 if campaign.verdict.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
