"""A recap: a channel's week once more, and its topics over the weeks before."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.channel import Place
from bot.domain.digest import Match
from bot.domain.issue_key import Week
from bot.domain.paper import Paper
from bot.domain.plot import PlotRow


@dataclass(frozen=True, slots=True)
class Recap:
    """What stands in the channel once a week; it names papers of the week's digests again, and delivers none.

    `slot` is when it is due (UTC) and `ends` the channel's own date then, the last of the seven days it is about.
    `weeks` are the last days of the weeks that `topics` count, oldest first, `ends` among them. `announced`, `matched`
    and `shown` are those of the week's `digests`. `top` and `saved` are bounded, with `more_saved` beyond; `follows`
    are those that brought the most of what was for the channel, with how many papers.
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

    @property
    def issue_key(self) -> Week:
        """Its name: a week has one recap, whatever happens in between."""
        return Week.of(self.ends)

    @property
    def key(self) -> str:
        """As `Digest.key`: `<channel>:2026-W36`."""
        return f"{self.place.channel}:{self.issue_key.isoformat()}"
