"""Which channels' doings a reader may learn from a count: pure.

A count is shown whole only if it can't tell what one channel did, in private or not. So it takes at least five channels
and five people; of one's own team, or of five teams. With fewer, only the reader's own channel counts. People count
since one person may have many channels, even teams, and so could find out what the last one did.
"""

from collections.abc import Iterable, Mapping

from bot.domain.channel import Place
from bot.domain.frozen import frozen

MIN_TOGETHER = 5


@frozen
class Deed:
    """Something that a person did in a channel; `by` is empty in older records, where each channel is a person."""

    place: Place
    by: str = ""

    @property
    def person(self) -> str:
        """The person, unique over all platforms."""
        return f"{self.place.platform}:{self.by}" if self.by else str(self.place)


def visible_count(deeds: Iterable[Deed], reader: Place | None) -> int:
    """Count the channels among `deeds` that the reader may know of; None reads for all teams at once."""
    found = list(deeds)
    if _hides(found) and len({deed.place.tag for deed in found}) >= MIN_TOGETHER:
        return len({deed.place for deed in found})
    own_team = [deed for deed in found if reader and deed.place.tag == reader.tag]
    if _hides(own_team):
        return len({deed.place for deed in own_team})
    return int(any(deed.place == reader for deed in own_team))


def visible_counts(deeds: Mapping[str, Iterable[Deed]], reader: Place | None) -> dict[str, int]:
    """Count those of each paper; a paper of which the reader may know nothing is left out."""
    counts = {paper_id: visible_count(of_paper, reader) for paper_id, of_paper in deeds.items()}
    return {paper_id: number for paper_id, number in counts.items() if number}


def _hides(deeds: Iterable[Deed]) -> bool:
    """Return True if there are enough channels and people that none stands out."""
    found = list(deeds)
    return min(len({deed.place for deed in found}), len({deed.person for deed in found})) >= MIN_TOGETHER
