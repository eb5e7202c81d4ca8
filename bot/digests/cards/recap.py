"""The card of a recap: with its picture for the channel, with bars of letters for whoever asks."""

from datetime import timedelta

from bot.domain.ask_json import paper_data
from bot.domain.card import (
    Actions,
    Block,
    Bullets,
    Button,
    Card,
    Fine,
    Heading,
    Line,
    Link,
    Paragraph,
    Picture,
    Rule,
    bold,
    code,
    line,
)
from bot.domain.digest import Match
from bot.domain.paper import Paper
from bot.domain.plot import Plot, PlotRow
from bot.domain.recap import Recap
from bot.domain.text.clean import clean, shorten
from bot.domain.wording import count, listed
from bot.papers.cards import facts

TITLE_LIMIT = 120
NAME_LIMIT = 40
ALT_LIMIT = 900
"""Discord takes 1,024 characters, Slack 2,000."""
BARS = "·▁▂▃▄▅▆▇█"
"""From none to the most; an eighth more each."""


def recap_card(recap: Recap, in_words: bool = False) -> Card:
    """The week once more. `in_words`: without the picture, for the one who asked."""
    blocks: list[Block] = [Heading(line(_title(recap))), Fine(_counts(recap)), Rule()]
    blocks += _topics(recap, in_words)
    blocks += _papers("The best of the week, once more", [_match(match) for match in recap.top])
    saved = [_paper(paper) for paper in recap.saved]
    if recap.more_saved:
        saved.append(line(f"and {recap.more_saved:,} more"))
    blocks += _papers("What the team saved", saved)
    if recap.follows:
        brought = listed([f"{shorten(what, 80)} {number:,}" for what, number in recap.follows])
        blocks.append(Fine(line(f"Brought the most: {brought}")))
    blocks += [Rule(), Actions((Button("Follows and settings", "/following"),)), Fine(_footer())]
    title = f"{_title(recap)} {recap.ends.year}"
    return Card("recap", _notification(recap), tuple(blocks), private=in_words, data=_data(recap), title=title)


def plot_of(recap: Recap) -> Plot:
    """What the picture shows: the topics over the weeks, each week by its last day."""
    labels = tuple(f"{day.day} {day:%b}" for day in recap.weeks)
    rows = tuple(PlotRow(clean(row.name, NAME_LIMIT) or "?", row.counts) for row in recap.topics)
    return Plot("Papers for this channel a week, by topic", labels, rows)


def bars(row: PlotRow, most: int) -> str:
    """A row in letters, one a week; `most` is as high as they get, and no paper is never as high as one."""
    return "".join(BARS[-(-number * (len(BARS) - 1) // most) if number else 0] for number in row.counts)


def _topics(recap: Recap, in_words: bool) -> list[Block]:
    if not recap.topics:
        return [Paragraph((line("No paper was for this channel in these weeks."),))]
    plot = plot_of(recap)
    instead = Bullets(tuple(_row(row, plot.most) for row in plot.rows))
    head = Heading(line(f"Topics over {len(recap.weeks)} weeks"), level=2)
    return [head, instead if in_words else Picture(plot, _alt(plot, recap), instead)]


def _row(row: PlotRow, most: int) -> Line:
    return line(code(bars(row, most)), f" {row.name}: ", bold(f"{row.counts[-1]:,}"), f" of {row.total:,}")


def _alt(plot: Plot, recap: Recap) -> str:
    rows = "; ".join(f"{row.name}: {', '.join(map(str, row.counts))}" for row in plot.rows)
    weeks = f"{len(recap.weeks)} weeks to {recap.ends.day} {recap.ends:%B %Y}"
    return shorten(f"{plot.title}, over {weeks}, the oldest first. {rows}.", ALT_LIMIT)


def _papers(head: str, rows: list[Line]) -> list[Block]:
    return [Heading(line(head), level=2), Bullets(tuple(rows))] if rows else []


def _match(match: Match) -> Line:
    reasons = f" · {' · '.join(match.reasons)}" if match.reasons else ""
    title = Link(shorten(match.paper.title, TITLE_LIMIT), match.paper.abs_url)
    return line(title, " · ", *facts(match.paper, match.score), shorten(reasons, TITLE_LIMIT))


def _paper(paper: Paper) -> Line:
    return line(Link(shorten(paper.title, TITLE_LIMIT), paper.abs_url), " · ", *facts(paper))


def _title(recap: Recap) -> str:
    begins = recap.ends - timedelta(days=6)
    return f"The week from {begins.day} {begins:%B} to {recap.ends.day} {recap.ends:%B}"


def _counts(recap: Recap) -> Line:
    return line(
        f"{count(recap.digests, 'digest')} · ",
        bold(f"{recap.announced:,}"),
        " announced · ",
        bold(f"{recap.matched:,}"),
        f" for this channel · {recap.shown:,} shown",
    )


def _footer() -> Line:
    return line("Again, from this week’s digests: nothing here is new. ", code("/digest on recap=off"), " ends it")


def _notification(recap: Recap) -> str:
    first = "; ".join(shorten(match.paper.title, 80) for match in recap.top[:2])
    said = f"{_title(recap)}: {recap.announced:,} announced, {recap.matched:,} for this channel"
    return f"{said}. Once more: {first}" if first else f"{said}."


def _data(recap: Recap) -> dict[str, object]:
    return {
        "ends": recap.ends.isoformat(),
        "weeks": [day.isoformat() for day in recap.weeks],
        "topics": {row.name: list(row.counts) for row in recap.topics},
        "announced": recap.announced,
        "matched": recap.matched,
        "shown": recap.shown,
        "papers": [paper_data(match.paper, match.score, match.reasons) for match in recap.top],
        "saved": [paper_data(paper) for paper in recap.saved],
        "brought": dict(recap.follows),
    }
