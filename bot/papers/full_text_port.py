"""The port for papers' full texts, and a text as plain data."""

from typing import NamedTuple, Protocol

from bot.domain.frozen import frozen
from bot.domain.paper import Paper


class Section(NamedTuple):
    """A section or subsection, without the text of its own subsections; `number` may be empty."""

    number: str
    heading: str
    text: str

    @property
    def name(self) -> str:
        """Return "4.2, Data", or what is known of it."""
        return ", ".join(filter(None, (self.number, self.heading)))


@frozen
class FullText:
    """A paper's text: heading and text of each whole section, and the same text in `parts` down to subsections."""

    sections: tuple[tuple[str, str], ...] = ()
    parts: tuple[Section, ...] = ()


class FullTexts(Protocol):
    """Full texts by paper."""

    async def of(self, paper: Paper) -> FullText:
        """Return the text; an empty one if there is none. Raises SourceDown, HeldBack and StoreDown."""
        ...
