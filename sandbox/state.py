"""Everything one sandbox owns, built once."""

from dataclasses import dataclass
from pathlib import Path

from sandbox.clock import OPENS_AT, Clock, real_seconds
from sandbox.faults import Faults
from sandbox.files import Files
from sandbox.journal import Journal
from sandbox.messages import Messages
from sandbox.nursery import Nursery
from sandbox.store import Store
from sandbox.updates import Updates
from sandbox.world import World


@dataclass(slots=True)
class Sandbox:
    """The parts; every room of the sandbox takes this as its first argument."""

    store: Store
    clock: Clock
    world: World
    messages: Messages
    updates: Updates
    files: Files
    journal: Journal
    faults: Faults
    nursery: Nursery

    def set_clock(self, seconds: float) -> None:
        """Move the virtual clock and keep where it stands."""
        self.clock.set(seconds)
        self.store.keep("clock", [seconds, real_seconds()])

    def announce(self) -> None:
        """After a commit: wake who waits for updates or messages."""
        self.updates.announce()
        self.messages.wake()


def open_sandbox(folder: Path, people: Path | None) -> Sandbox:
    """Open the state in a folder, or begin it on 2024-03-01 09:30 Asia/Shanghai with the people of a file."""
    store = Store(folder)
    with store.transaction():
        kept = store.setting("clock")
        if kept is None:
            kept = [OPENS_AT.timestamp(), real_seconds()]
            store.keep("clock", kept)
        clock = Clock(*kept)
        world = World(store)
        if people is not None:
            world.load_people(people)
    return Sandbox(
        store=store,
        clock=clock,
        world=world,
        messages=Messages(store, world, clock),
        updates=Updates(store, clock),
        files=Files(store),
        journal=Journal(store),
        faults=Faults(),
        nursery=Nursery(),
    )
