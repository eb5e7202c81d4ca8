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
    """Press an action of a digest's first paper, either beside the paper or behind its ⋯, as the platform has it."""
    shown = await chat.presses(digest, "⋯") if "⋯" in digest.buttons else digest
    return await chat.presses(shown, label)
