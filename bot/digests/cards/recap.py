"""Card of a recap: with a picture for the channel, with text bars for one user."""

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
    typed,
)
from bot.domain.digest import Match
from bot.domain.paper import Paper
from bot.domain.plot import Plot, PlotRow
from bot.domain.recap import Recap
from bot.domain.text.clean import clean, shorten
from bot.domain.wording import count, listed
from bot.papers.cards import facts

MAX_TITLE_LENGTH = 120
MAX_NAME_LENGTH = 40
MAX_ALT_LENGTH = 900
"""Discord takes 1,024 characters, Slack 2,000."""
BARS = "·▁▂▃▄▅▆▇█"
"""From zero to the maximum in eighths."""


def recap_card(recap: Recap, in_words: bool = False) -> Card:
    """Return the recap's card. `in_words`: a private card without the picture."""
    blocks: list[Block] = [Heading(line(_title(recap))), Fine(_counts(recap)), Rule()]
    blocks += _topics(recap, in_words)
    blocks += _papers("Best of the week", [_match(match, _told(recap, match.paper)) for match in recap.top])
    saved = [_paper(paper, _told(recap, paper)) for paper in recap.saved]
    if recap.more_saved:
        saved.append(line(f"and {recap.more_saved:,} more"))
    blocks += _papers("Saved this week", saved)
    if recap.follows:
        counts = listed([f"{shorten(what, 80)} {number:,}" for what, number in recap.follows])
        blocks.append(Fine(line(f"Most papers from: {counts}")))
    blocks += [
        Rule(),
        Actions((Button("Follows and settings", "/following"),)),
        Fine(_footer(offers_club=not recap.club and not in_words)),
    ]
    title = f"{_title(recap)} {recap.ends.year}"
    return Card("recap", _notification(recap), tuple(blocks), private=in_words, data=_data(recap), title=title)


def plot_of(recap: Recap) -> Plot:
    """Return the plot of topics by week; each week is labeled with its last day."""
    labels = tuple(f"{day.day} {day:%b}" for day in recap.weeks)
    rows = tuple(PlotRow(clean(row.name, MAX_NAME_LENGTH) or "?", row.counts) for row in recap.topics)
    return Plot("Papers per week, by topic", labels, rows)


def bars(row: PlotRow, most: int) -> str:
    """Return a row as text bars, one a week; `most` papers give the full height, and any paper more than zero."""
    return "".join(BARS[-(-number * (len(BARS) - 1) // most) if number else 0] for number in row.counts)


def _topics(recap: Recap, in_words: bool) -> list[Block]:
    if not recap.topics:
        return [Paragraph((line("No papers matched in these weeks."),))]
    plot = plot_of(recap)
    in_text = Bullets(tuple(_row(row, plot.most) for row in plot.rows))
    head = Heading(line(f"Topics over {len(recap.weeks)} weeks"), level=2)
    return [head, in_text if in_words else Picture(plot, _alt(plot, recap), in_text)]


def _row(row: PlotRow, most: int) -> Line:
    return line(code(bars(row, most)), f" {row.name}: ", bold(f"{row.counts[-1]:,}"), f" of {row.total:,}")


def _alt(plot: Plot, recap: Recap) -> str:
    rows = "; ".join(f"{row.name}: {', '.join(map(str, row.counts))}" for row in plot.rows)
    weeks = f"{len(recap.weeks)} weeks to {recap.ends.day} {recap.ends:%B %Y}"
    return shorten(f"{plot.title}, over {weeks}, the oldest first. {rows}.", MAX_ALT_LENGTH)


def _papers(head: str, rows: list[Line]) -> list[Block]:
    return [Heading(line(head), level=2), Bullets(tuple(rows))] if rows else []


def _told(recap: Recap, paper: Paper) -> str:
    gist = recap.gists.get(paper.id, "")
    return f" — {gist} " if gist else " · "


def _match(match: Match, told: str) -> Line:
    reasons = f" · {' · '.join(match.reasons)}" if match.reasons else ""
    title = Link(shorten(match.paper.title, MAX_TITLE_LENGTH), match.paper.abs_url)
    return line(title, told, *facts(match.paper, match.score), shorten(reasons, MAX_TITLE_LENGTH))


def _paper(paper: Paper, told: str) -> Line:
    return line(Link(shorten(paper.title, MAX_TITLE_LENGTH), paper.abs_url), told, *facts(paper))


def _title(recap: Recap) -> str:
    begins = recap.ends - timedelta(days=6)
    return f"The week from {begins.day} {begins:%B} to {recap.ends.day} {recap.ends:%B}"


def _counts(recap: Recap) -> Line:
    return line(
        f"{count(recap.digests, 'digest')} · ",
        bold(f"{recap.announced:,}"),
        " announced · ",
        bold(f"{recap.matched:,}"),
        f" matched · {recap.shown:,} shown",
    )


def _footer(offers_club: bool) -> Line:
    told = line("A recap: these papers were in this week’s digests. ", typed("/digest on recap=off"), " turns it off")
    return told + line(" · read one together? ", typed("/digest on club=on")) if offers_club else told


def _notification(recap: Recap) -> str:
    first = "; ".join(shorten(match.paper.title, 80) for match in recap.top[:2])
    text = f"{_title(recap)}: {recap.announced:,} announced, {recap.matched:,} matched"
    return f"{text}. Best: {first}" if first else f"{text}."


def _data(recap: Recap) -> dict[str, object]:
    return {
        "ends": recap.ends.isoformat(),
        "weeks": [day.isoformat() for day in recap.weeks],
        "topics": {row.name: list(row.counts) for row in recap.topics},
        "announced": recap.announced,
        "matched": recap.matched,
        "shown": recap.shown,
        "papers": [
            paper_data(match.paper, match.score, match.reasons, recap.gists.get(match.paper.id, ""))
            for match in recap.top
        ],
        "saved": [paper_data(paper, gist=recap.gists.get(paper.id, "")) for paper in recap.saved],
        "brought": dict(recap.follows),
    }
