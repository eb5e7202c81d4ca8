"""Card of a digest, and the private card of its papers' key points."""

from datetime import datetime
from itertools import groupby, islice

from bot.digests.cards.buttons import SETTINGS
from bot.digests.cards.namesakes import in_words, namesakes_data, namesakes_row
from bot.domain.ask_json import paper_data
from bot.domain.card import (
    Actions,
    Block,
    Bullets,
    Button,
    Card,
    DataOnDemand,
    Fine,
    Heading,
    Item,
    Line,
    Link,
    Paragraph,
    Rule,
    Span,
    bold,
    line,
)
from bot.domain.categories import covers
from bot.domain.digest import Digest, DigestItem, Group, Match
from bot.domain.paper import Paper
from bot.domain.summary import EXTRACTED
from bot.domain.text.clean import shorten
from bot.domain.wording import count, date_in_words, moment, weekday
from bot.papers.cards import MAX_AUTHORS_SHOWN, item_buttons, opener

HEADINGS = {
    Group.PEOPLE: "People you follow",
    Group.LIKED: "Close to what you saved",
    Group.TOPICS: "Your topics",
    Group.CATEGORIES: "Your categories",
    Group.TRENDING: "Trending",
    None: "More papers",
}
MAX_NOTIFICATION_TITLE = 80


def digest_card(digest: Digest, seen_from: datetime) -> Card:
    """Return a channel's digest: header, papers in groups, and a footer with what is left out or missing."""
    blocks: list[Block] = [Heading(line(heading(digest))), Fine(_counts(digest)), Rule()]
    if digest.quiet_because:
        blocks.append(Paragraph((line(digest.quiet_because),)))
    numbered = list(enumerate(digest.items, start=1))
    for group, items in groupby(numbered, key=lambda pair: pair[1].match.group):
        blocks.append(Heading(line(HEADINGS[group]), level=2))
        blocks += [_item(number, item, digest.gists) for number, item in items]
    blocks += namesakes_row(digest)
    blocks += [Rule(), Actions(_actions(digest)), Fine(line(_footer(digest, seen_from)))]
    data = DataOnDemand(lambda: _data(digest))
    return Card("digest", _notification(digest), tuple(blocks), data=data, title=heading(digest))


def points_card(digest: Digest) -> Card:
    """Return the private card with the key points of the papers shown."""
    head = f"Key points for {day_in_words(digest)}"
    blocks: list[Block] = [Heading(line(head))]
    for item in digest.items:
        paper = item.match.paper
        blocks.append(Heading(line(Link(paper.title, paper.abs_url)), level=2))
        blocks.append(Bullets(tuple(line(point) for point in item.summary.key_points)))
    blocks.append(Fine(line(_summaries_by(digest))))
    data = {"papers": [paper_data(item.match.paper) for item in digest.items]}
    return Card("papers", head, tuple(blocks), private=True, data=data)


def _data(digest: Digest) -> dict[str, object]:
    papers = [paper_data(i.match.paper, i.match.score, i.match.reasons, gist=i.summary.gist) for i in digest.items]
    data = {"papers": papers, "announced": digest.announced, "matched": digest.matched, "date": digest.day.isoformat()}
    return data | {"perhaps": namesakes_data(digest.namesakes)}


def heading(digest: Digest) -> str:
    """Return what a reader gets: "10 papers for Thursday, 26 November"."""
    return f"{count(len(digest.items), 'paper') if digest.items else 'No new papers'} for {day_in_words(digest)}"


def facts(match: Match) -> Line:
    """Return the small print under a title in a digest: authors, the followed ones first; category; badge."""
    paper = match.paper
    known = (_authors(paper, match.because), paper.primary, "code" if paper.code_url else "")
    return line(" · ".join(filter(None, (*known, "withdrawn" if paper.withdrawn else ""))))


def because(match: Match) -> str:
    """Return why the paper is in its group, unless the heading or the facts say it."""
    paper, parts = match.paper, match.because.split(", ")
    known = all(part in paper.authors or covers(part, paper.primary) for part in parts)
    return "" if known else match.because


def _item(number: int, item: DigestItem, with_gist: bool) -> Item:
    paper, match = item.match.paper, item.match
    point, title = item.summary.gist if with_gist else "", Link(paper.title, paper.abs_url)
    return Item(title, point, facts(match), because(match), item_buttons(paper), paper.id, opener(paper), number)


def _authors(paper: Paper, followed: str) -> str:
    """Return followed authors in full, then the last names of the first ones: "Yam Eitan, Gelberg +3"."""
    known = [name for name in dict.fromkeys(followed.split(", ")) if name in paper.authors]
    first = sorted(known, key=paper.authors.index)[:MAX_AUTHORS_SHOWN]
    others = list(islice((name for name in paper.authors if name not in first), MAX_AUTHORS_SHOWN - len(first)))
    more = len(paper.authors) - len(first) - len(others) + paper.unnamed_authors
    named = ", ".join((*first, *((name.split() or [name])[-1] for name in others)))
    return f"{named} +{more:,}" if more > 0 else named or "no authors named"


def day_in_words(digest: Digest) -> str:
    """Return "Thursday, 26 November"."""
    return f"{weekday(digest.day)}, {digest.day.day} {digest.day:%B}"


def _counts(digest: Digest) -> Line:
    parts: list[Span | str] = []
    if digest.matched > len(digest.items):
        parts += ["picked from ", bold(f"{digest.matched:,}"), " that match · "]
    return line(*parts, f"{digest.announced:,} announced")


def _actions(digest: Digest) -> tuple[Button, ...]:
    day = digest.day.isoformat()
    found = []
    if digest.hidden:
        found.append(Button(f"Show all {digest.matched:,}", f"/digest {day} all", panel=True))
    if digest.items:
        found.append(Button("Key points", f"/digest {day} points", panel=True))
    found += [Button(f"Resend {d.day} {d:%B}", f"/resend {d.isoformat()}") for d in digest.uncertain]
    return (*found, SETTINGS)


def _footer(digest: Digest, seen_from: datetime) -> str:
    parts = [_summaries_by(digest)] if digest.items else []
    if digest.muted:
        parts.append(f"{digest.muted:,} muted")
    parts += digest.missing
    parts += [f"The digest of {date_in_words(day)} may not have arrived" for day in digest.uncertain]
    if digest.next_at:
        parts.append(f"next {moment(digest.next_at, seen_from, digest.zone)}")
    return " · ".join(parts)


def _summaries_by(digest: Digest) -> str:
    """Return who wrote the summaries: "Summaries: 1 by m, 9 extracted from the abstract"."""
    makers: dict[str, int] = {}
    for item in digest.items:
        makers[item.summary.made_by] = makers.get(item.summary.made_by, 0) + 1
    if len(makers) == 1:
        (maker,) = makers
        return f"Summaries {EXTRACTED}" if maker == EXTRACTED else f"Summaries by {maker}"
    ordered = sorted(makers.items(), key=lambda pair: pair[0] == EXTRACTED)
    return f"Summaries: {', '.join(f'{n} {m}' if m == EXTRACTED else f'{n} by {m}' for m, n in ordered)}"


def _notification(digest: Digest) -> str:
    if not digest.items:
        perhaps = f" {in_words(digest.namesakes)}." if digest.namesakes else ""
        return f"{heading(digest)}. {digest.quiet_because}{perhaps}".strip()
    first = "; ".join(shorten(item.match.paper.title, MAX_NOTIFICATION_TITLE) for item in digest.items[:3])
    return f"{heading(digest)}: {first}"
