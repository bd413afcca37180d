"""Column types of ours."""

import datetime as dtm
from typing import Any

from tortoise import Model
from tortoise.fields import DatetimeField


class UtcDatetimeField(DatetimeField[dtm.datetime]):
    """A moment in time, always aware and always stored in UTC.

    SQLite stores datetimes as text with the offset they came with, and then compares the text: mixed
    offsets give wrong answers. Every value is therefore turned to UTC on its way in.

    Raises:
        ValueError: for a naive datetime.
    """

    def to_db_value(self, value: Any, instance: type[Model] | Model) -> Any:
        """Turn an aware datetime to UTC; refuse a naive one."""
        if isinstance(value, dtm.datetime):
            if value.tzinfo is None:
                raise ValueError(f"naive datetime for {self.model_field_name}: {value!r}")
            value = value.astimezone(dtm.UTC)
        return super().to_db_value(value, instance)
