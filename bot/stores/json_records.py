"""Plain data as JSON for Redis."""

import json
from typing import TypeVar

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

T = TypeVar("T")


def write_json(adapter: TypeAdapter[T], value: T) -> bytes:
    """`value` as JSON in UTF-8, without what is at its default.

    Half a surrogate pair, which JSON from outside may hold and UTF-8 can't, becomes a question mark: one such
    character in a title must not keep a whole fetch from being stored.
    """
    try:
        return adapter.dump_json(value, exclude_defaults=True)
    except PydanticSerializationError:
        plain = adapter.dump_python(value, mode="json", exclude_defaults=True)
        return json.dumps(plain, ensure_ascii=False).encode(errors="replace")
