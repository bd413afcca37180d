"""Every error raised anywhere in the suite must have its text in every language."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from locales import Catalogue, Texts
from services.core.errors import DomainError

_MAKE: Callable[..., None] = DomainError.__init__


@contextmanager
def every_error_has_its_text(catalogue: Catalogue) -> Iterator[None]:
    """Collect the errors made inside the block and raise AssertionError for those without a text.

    Looked at as they are made, so one that a use case catches counts too; judged at the end, so that what
    the test itself sees does not change. Errors that a test module defines for itself are left out.
    """
    made: dict[type[DomainError], dict[str, object]] = {}
    before: Callable[..., None] = DomainError.__init__

    def remember(error: DomainError, **params: object) -> None:
        _MAKE(error, **params)  # not `before`: an outer watch is not told what an inner one watches
        if not type(error).__module__.startswith("tests."):
            made.setdefault(type(error), params)

    DomainError.__init__ = remember  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        DomainError.__init__ = before  # type: ignore[method-assign]
    lacking = [
        lack
        for kind, params in made.items()
        for texts in catalogue.languages.values()
        if (lack := _lack(texts, kind.key, params))
    ]
    assert not lacking, "errors without a complete text: " + "; ".join(lacking)


def _lack(texts: Texts, key: str, params: dict[str, object]) -> str | None:
    if not texts.has(key):
        return f"{texts.language} has no {key}"
    try:
        texts(key, **params)
    except KeyError as missing:
        return f"{texts.language} {key} wants {missing} and is given {sorted(params)}"
    return None
