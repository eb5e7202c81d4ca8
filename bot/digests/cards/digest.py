"""Card of a digest, and the cards behind its buttons: all matches, and key points."""

from collections.abc import Sequence
from datetime import datetime

from bot.digests.cards.namesakes import in_words, namesakes_data, namesakes_row
from bot.domain.ask_json import paper_data
from bot.domain.card import (
    Actions,
    Block,
    Bullets,
    Button,
    Card,
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
from bot.domain.digest import Digest, DigestItem, Match
from bot.domain.summary import EXTRACTED
from bot.domain.text.clean import shorten
from bot.domain.wording import count, date_in_short, date_in_words, listed, moment, weekday
from bot.papers.cards import facts, item_buttons, opener

MAX_POINT_LENGTH = 200
MAX_ITEMS_WITH_POINT = 5
"""A digest with up to so many papers has room on a screen for a key point under each title."""

MAX_REASONS, MAX_REASONS_LENGTH = 3, 90
"""The first reason is always shown; others only if they fit the small print's line or two."""
_TOGETHER = "\u00a0·\u00a0"
"""A separator without a line break."""

_BY_CATEGORY = "Category "


def digest_card(digest: Digest, seen_from: datetime) -> Card:
    """Return a channel's digest: header, papers, and a footer with counts and missing sources."""
    blocks: list[Block] = [Heading(line(_title(digest))), Fine(_counts(digest, seen_from)), Rule()]
    if digest.quiet_because:
        blocks.append(Paragraph((line(digest.quiet_because),)))
    with_points = len(digest.items) <= MAX_ITEMS_WITH_POINT
    for number, item in enumerate(digest.items, start=1):
        if item.match.trending and not (number > 1 and digest.items[number - 2].match.trending):
            blocks.append(Heading(line("Trending"), level=2))
        blocks.append(_item(number, item, with_points))
    blocks += namesakes_row(digest)
    blocks += [Rule(), Actions(_actions(digest)), Fine(line(_footer(digest)))]
    data = {"papers": [paper_data(i.match.paper, i.match.score, i.match.reasons) for i in digest.items]}
    title = f"{_title(digest)} · {date_in_short(digest.day)}"
    return Card("digest", _notification(digest), tuple(blocks), data=data | _numbers(digest), title=title)


def everything_card(digest: Digest, hidden: tuple[Match, ...]) -> Card:
    """Return the private card with a line for each match; possible namesakes' papers are apart, with reasons."""
    matches = [item.match for item in digest.items] + [match for match in hidden if not match.perhaps_another]
    others = [match for match in hidden if match.perhaps_another]
    head = f"{count(len(matches), 'paper')} of {weekday(digest.day)}, {date_in_words(digest.day)}"
    blocks: list[Block] = [Heading(line(head)), Bullets(tuple(_row(match) for match in matches))]
    if others:
        rows = tuple((*_row(match), *line(f" · {' · '.join(match.reasons)}")) for match in others)
        blocks += [Heading(line(in_words(digest.namesakes)), level=2), Bullets(rows)]
    data = {"papers": [paper_data(match.paper, match.score, match.reasons) for match in (*matches, *others)]}
    return Card("papers", head, tuple(blocks), private=True, data=data | _namesakes(digest))


def points_card(digest: Digest) -> Card:
    """Return the private card with the key points of the papers shown."""
    blocks: list[Block] = [Heading(line(f"Key points of {weekday(digest.day)}’s papers"))]
    for item in digest.items:
        paper = item.match.paper
        blocks.append(Heading(line(Link(paper.title, paper.abs_url)), level=2))
        blocks.append(Bullets(tuple(line(point) for point in item.summary.key_points)))
    blocks.append(Fine(line(_summaries_by(digest))))
    data = {"papers": [paper_data(item.match.paper) for item in digest.items]}
    return Card("papers", f"Key points of {weekday(digest.day)}’s papers", tuple(blocks), private=True, data=data)


def _item(number: int, item: DigestItem, with_point: bool) -> Item:
    paper, match = item.match.paper, item.match
    point = shorten(item.summary.key_points[0], MAX_POINT_LENGTH) if with_point and item.summary.key_points else ""
    title, shown = Link(paper.title, paper.abs_url), facts(paper, match.score)
    why = _main_reasons(match.reasons)
    return Item(title, point, shown, why, item_buttons(paper), paper.id, opener(paper), number)


def _main_reasons(reasons: Sequence[str]) -> str:
    """Return the reasons in a line, without the category: the facts show it."""
    specific = [reason for reason in reasons if not reason.startswith(_BY_CATEGORY)] or list(reasons)
    named = specific[:1]
    for reason in specific[1:MAX_REASONS]:
        if len(" · ".join((*named, reason))) <= MAX_REASONS_LENGTH:
            named.append(reason)
    more = len(specific) - len(named)
    return " · ".join(named) + (f" +{more:,}" if more else "")


def _row(match: Match) -> Line:
    paper = match.paper
    score = "" if match.score is None else f"{match.score}{_TOGETHER}"
    note = " · withdrawn" if paper.withdrawn else ""
    return line(Link(shorten(paper.title, 160), paper.abs_url), f" {score}{paper.primary}{_TOGETHER}{paper.id}{note}")


def _title(digest: Digest) -> str:
    return f"{weekday(digest.day)}’s papers"


def _counts(digest: Digest, seen_from: datetime) -> Line:
    parts: list[Span | str] = [
        bold(f"{digest.announced:,}"),
        " announced · ",
        bold(f"{digest.matched:,}"),
        " for this channel",
    ]
    if digest.matched > len(digest.items):
        parts.append(f" · {len(digest.items)} shown")
    if digest.next_at:
        parts.append(f" · next {moment(digest.next_at, seen_from, digest.zone)}")
    return line(*parts)


def _actions(digest: Digest) -> tuple[Button, ...]:
    day = digest.day.isoformat()
    found = []
    if digest.hidden:
        found.append(Button(f"Show all {digest.matched}", f"/digest {day} all", primary=True, panel=True))
    if digest.items:
        found.append(Button("Key points", f"/digest {day} points", panel=True))
    found += [Button(f"Send that of {date_in_words(d)}", f"/resend {d.isoformat()}") for d in digest.uncertain]
    return (*found, Button("Follows and settings", "/following"))


def _footer(digest: Digest) -> str:
    parts = [f"{name} {number:,}" for name, number in digest.by_category]
    if digest.muted:
        parts.append(f"{digest.muted:,} muted")
    if digest.hidden:
        parts.append(f"{count(len(digest.hidden), 'paper')} not shown")
    if digest.items:
        parts.append(_summaries_by(digest))
    parts += digest.missing
    parts += [f"It is uncertain whether the digest of {date_in_words(day)} arrived" for day in digest.uncertain]
    return " · ".join(parts) or "Nothing was left out"


def _summaries_by(digest: Digest) -> str:
    makers: dict[str, int] = {}
    for item in digest.items:
        makers[item.summary.made_by] = makers.get(item.summary.made_by, 0) + 1
    named = [f"{n} {EXTRACTED}" if maker == EXTRACTED else f"{n} by {maker}" for maker, n in makers.items()]
    return f"summaries: {listed(named)}"


def _notification(digest: Digest) -> str:
    if not digest.items:
        perhaps = f" {in_words(digest.namesakes)}." if digest.namesakes else ""
        return f"{_title(digest)}: nothing for this channel. {digest.quiet_because}{perhaps}".strip()
    first = "; ".join(shorten(item.match.paper.title, 80) for item in digest.items[:3])
    return f"{_title(digest)}: {digest.announced:,} announced, {digest.matched:,} for this channel. {first}"


def _numbers(digest: Digest) -> dict[str, object]:
    numbers = {"announced": digest.announced, "matched": digest.matched, "date": digest.day.isoformat()}
    return numbers | _namesakes(digest)


def _namesakes(digest: Digest) -> dict[str, object]:
    return {"perhaps": namesakes_data(digest.namesakes)}
