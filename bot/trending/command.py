"""`/trending`: the most read papers of a day, a week or a month, ten a page."""

import re

from bot.domain.card import Card
from bot.domain.command import Caller, Command
from bot.domain.command_spec import Argument, CommandSpec, Cost, HelpLine, Route
from bot.domain.errors import BadInput
from bot.domain.frozen import frozen
from bot.domain.pagination import PAGE, page_of, read_page
from bot.domain.summary import Gists
from bot.domain.text import fuzzy
from bot.domain.text.clean import shorten
from bot.domain.trend import Span
from bot.infra.clock_port import Clock
from bot.trending.cards import trending_card
from bot.trending.service import Trends

_SPANS = {
    "": Span.DAY, "day": Span.DAY, "today": Span.DAY, "now": Span.DAY, "daily": Span.DAY,
    "week": Span.WEEK, "weekly": Span.WEEK, "this week": Span.WEEK,
    "month": Span.MONTH, "monthly": Span.MONTH, "this month": Span.MONTH,
}  # fmt: skip
_NEAREST = {
    "yesterday": Span.DAY, "tomorrow": Span.DAY, "hour": Span.DAY, "last week": Span.WEEK, "fortnight": Span.MONTH,
    "last month": Span.MONTH, "quarter": Span.MONTH, "year": Span.MONTH, "ever": Span.MONTH, "all": Span.MONTH,
}  # fmt: skip
_PAGE_NUMBER = re.compile(r"[0-9]+")
_MIN_SIMILARITY = 70.0
_SHAPES = (
    (re.compile(r"\d{4}-w\d+"), Span.WEEK),
    (re.compile(r"\d{4}-\d+"), Span.MONTH),
    (re.compile(r"\d.*"), Span.DAY),
)
"""Patterns of a week, a month or a day given as numbers."""


@frozen
class ShowTrending(Command):
    """`/trending [day|week|month]`; `page` is the number after it, which buttons send."""

    period: str = ""
    page: str = ""


async def show_trending(command: ShowTrending, caller: Caller, trends: Trends, gists: Gists, clock: Clock) -> Card:
    """Return a page of the list, the last one if there are fewer. Raises BadInput for an unknown period or page."""
    span, now = read_span(command.period), clock.now()
    trending = await trends.trending(span, now, caller.place)
    last = max((len(trending.papers) + PAGE - 1) // PAGE, 1)
    page = read_page(command.page, f"/trending {span}", last)
    shown = trending.papers[PAGE * (page - 1) : PAGE * page]
    return trending_card(trending, span, page, PAGE, await gists([one.paper for one in shown]))


def read_span(text: str) -> Span:
    """Return the period that `text` names. Raises BadInput with the nearest one."""
    wanted = text.strip().lower()
    if wanted in _SPANS:
        return _SPANS[wanted]
    near = _nearest(wanted)
    known = "Try today, this week or this month: /trending, /trending week or /trending month."
    offered = tuple(f"/trending {span}" for span in ((near,) if near else Span))
    raise BadInput(f"I couldn't read “{shorten(text, 40)}” as a period.", known, offered)


def _nearest(wanted: str) -> Span | None:
    for shape, span in _SHAPES:
        if shape.fullmatch(wanted):
            return span
    known = _NEAREST | {word: span for word, span in _SPANS.items() if word}
    found = fuzzy.extractOne(wanted, list(known), score_cutoff=_MIN_SIMILARITY)
    return known[found[0]] if found else None


def parse_trending(text: str) -> ShowTrending:
    """Parse the text after `/trending`: a period and a page, which may be a bare number at the end."""
    page, period = page_of(text)
    before, _, number = period.rpartition(" ")
    if page or not _PAGE_NUMBER.fullmatch(number):
        return ShowTrending(period, page)
    return ShowTrending(before.removesuffix(" page"), number)


TRENDING = CommandSpec(
    "trending",
    parse=parse_trending,
    routes=(Route(ShowTrending, show_trending, Cost.NETWORK),),
    description="Trending papers of today, this week or this month; only you see the answer",
    arguments=(Argument("period", "day, week or month", choices=("day", "week", "month")),),
    help=(HelpLine("/trending week", "trending today, this week or this month"),),
)
