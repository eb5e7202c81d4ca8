"""A recap: a channel's week in review, with its topics over the weeks before."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime

from bot.domain.channel import Place
from bot.domain.digest import Match
from bot.domain.frozen import frozen
from bot.domain.issue_key import Week
from bot.domain.paper import Paper
from bot.domain.plot import PlotRow


@frozen
class Recap:
    """The weekly recap of a channel. It repeats papers of the week's digests and delivers no new ones.

    `slot` is when it is due (UTC); `ends` is the channel's date then, the last of the seven days covered. `weeks` are
    the last days of the weeks that `topics` count, oldest first, including `ends`. `announced`, `matched` and `shown`
    add up the week's `digests`. `top` and `saved` are bounded; `more_saved` counts the rest. `follows` are the follows
    that brought the most papers, with the number of papers; `gists` are of `top` and `saved`, by id. `club`: the
    channel has a reading club.
    """

    place: Place
    slot: datetime
    ends: date
    weeks: tuple[date, ...]
    topics: tuple[PlotRow, ...]
    digests: int = 0
    announced: int = 0
    matched: int = 0
    shown: int = 0
    top: tuple[Match, ...] = ()
    saved: tuple[Paper, ...] = ()
    more_saved: int = 0
    follows: tuple[tuple[str, int], ...] = ()
    gists: Mapping[str, str] = field(default_factory=dict)
    club: bool = False

    @property
    def issue_key(self) -> Week:
        """Its key: a week has one recap."""
        return Week.of(self.ends)

    @property
    def key(self) -> str:
        """Unique for each channel and week, like `<channel>:2026-W36`."""
        return f"{self.place.channel}:{self.issue_key.isoformat()}"
