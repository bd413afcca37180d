"""Duban itself, as `./run` starts it, but for one thing: it sends as fast as it can.

Telegram takes about thirty messages a second from a bot, and the real one keeps to that. Here the question is
what its code could do.
"""

from bot import delivery
from bot.__main__ import main

if __name__ == "__main__":
    delivery.CALLS_PER_SECOND = 1_000_000
    raise SystemExit(main([]))
