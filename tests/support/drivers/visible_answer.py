"""The visible parts of one answer, in the same form on every platform."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Seen:
    """`text` is all the plain text; `links` and `buttons` are in order; `private`: only the asker sees it."""

    text: str
    links: tuple[str, ...]
    buttons: tuple[str, ...]
    private: bool
    payload: dict


class Presser(Protocol):
    """The driver of a platform."""

    async def presses(self, shown: Seen, label: str) -> Seen: ...


async def presses_of_first_paper(chat: Presser, digest: Seen, label: str) -> Seen:
    """Open a digest's first paper, by its button or in the menu of a long digest, and press an action there."""
    opener = next(name for name in digest.buttons if name == "Open" or name.startswith("1. "))
    return await chat.presses(await chat.presses(digest, opener), label)
