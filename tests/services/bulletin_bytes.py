"""What is made of one snapshot, in a process of its own: `python -m tests.services.bulletin_bytes`.

With an argument the process believes to live so many days later.
"""

import datetime as dtm
import hashlib
import json
import sys
import time


def believe_in(days: int) -> None:
    """Move every clock that Python code reads."""
    seconds = days * 86400
    now, local, universal, real = time.time, time.localtime, time.gmtime, dtm.datetime
    time.time = lambda: now() + seconds
    time.localtime = lambda at=None: local(time.time() if at is None else at)
    time.gmtime = lambda at=None: universal(time.time() if at is None else at)

    class Later(real):  # type: ignore[misc, valid-type]
        @classmethod
        def now(cls, tz: dtm.tzinfo | None = None) -> dtm.datetime:
            return real.now(tz) + dtm.timedelta(days)

        @classmethod
        def utcnow(cls) -> dtm.datetime:
            return real.now(dtm.UTC).replace(tzinfo=None) + dtm.timedelta(days)

    dtm.datetime = Later  # type: ignore[misc]


def main() -> None:
    # Imported when the clocks were moved.
    from services.charts import Artist
    from services.core.bulletin_pictures import draw_bulletin
    from services.core.freezing import canonical, digest_of, freeze, thaw
    from services.documents import word_child, word_writing
    from services.documents.workbook_writing import workbook_bytes
    from tests.core.test_bulletins import composed, dingnan

    if len(sys.argv) > 1:  # a process of its own would not believe in it
        word_writing._ask_child = lambda order, name: word_child.answer(order)
    facts = dingnan()
    kept = canonical(freeze(composed(facts).bulletin))
    bulletin = thaw(json.loads(kept))
    made = {
        "docx": word_writing.write_bulletin(bulletin),
        "xlsx": workbook_bytes([annex.table for annex in bulletin.annexes]),
        "png": b"".join(Artist().draw(each) for each in draw_bulletin(facts, bulletin)),
    }
    found = {name: hashlib.sha256(content).hexdigest() for name, content in made.items()}
    sys.stdout.write(json.dumps({"snapshot": digest_of(kept), **found}))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        believe_in(int(sys.argv[1]))
    main()
