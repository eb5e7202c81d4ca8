"""Plain data that nothing changes: dataclasses with slots, which are hashable and made in half the time.

The type checker refuses assignments to their fields. At run time nothing does, which would make each object and each
class take twice as long: `dataclass(frozen=True)` compiles two more functions for a class and stores each field by a
call. Hundreds of such classes load at the start of every command.
"""

from dataclasses import dataclass, field, fields
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """Return the class as such a dataclass; `replace`, `fields` and the like of `dataclasses` work with it."""
    cls.__doc__ = cls.__doc__ or cls.__name__  # else `dataclass` works out a signature to put there
    if "__repr__" not in cls.__dict__:
        cls.__repr__ = _told  # type: ignore[method-assign] # one for all, where `dataclass` compiles one for each
    return dataclass(slots=True, unsafe_hash=True, repr=False)(cls)


def _told(self: object) -> str:
    shown = (f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)  # type: ignore[arg-type]
    return f"{type(self).__qualname__}({', '.join(shown)})"
