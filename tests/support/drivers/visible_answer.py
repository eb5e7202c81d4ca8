"""What a person sees of one answer, the same on every platform."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Seen:
    """`text` is all that can be read, plain; `links` and `buttons` in order; `private`: only the asker sees it."""

    text: str
    links: tuple[str, ...]
    buttons: tuple[str, ...]
    private: bool
    payload: dict


class Presser(Protocol):
    """Whoever drives a platform."""

    async def presses(self, shown: Seen, label: str) -> Seen: ...


async def presses_of_first_paper(chat: Presser, digest: Seen, label: str) -> Seen:
    """Presses what can be done with a digest's first paper, where a platform has it: beside it, or behind its ⋯."""
    shown = await chat.presses(digest, "⋯") if "⋯" in digest.buttons else digest
    return await chat.presses(shown, label)
