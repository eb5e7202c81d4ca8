"""Types whose records are JSON in Redis."""

from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


class RecordType(Generic[T]):
    """A type with pydantic's reader and writer of it, made at first use: that takes up to 20 ms, and few are needed."""

    def __init__(self, shape: Any) -> None:
        self._shape = shape

    def validate_json(self, record: str | bytes) -> T:
        """Return the value of a record. Raises ValidationError."""
        return self._adapter.validate_json(record)

    def dump_json(self, value: T) -> bytes:
        """Return `value` as JSON, without fields at their default."""
        return self._adapter.dump_json(value, exclude_defaults=True)

    def as_plain_data(self, value: T) -> Any:
        """Return `value` as JSON values, without fields at their default."""
        return self._adapter.dump_python(value, mode="json", exclude_defaults=True)

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        return TypeAdapter(self._shape)
