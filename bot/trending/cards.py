"""Card of the trending papers."""

from collections.abc import Mapping

from bot.domain.ask_json import paper_data
from bot.domain.card import Actions, Block, Button, Card, Fine, Heading, Item, Line, Link, Paragraph, Rule, line
from bot.domain.summary import NO_GISTS
from bot.domain.text.clean import shorten
from bot.domain.trend import Span, Trend, Trending
from bot.domain.wording import authors_in_short, count, period_in_words
from bot.papers.cards import item_buttons, opener

MAX_AUTHORS_SHOWN = 2
_TITLES = {Span.DAY: "Trending today", Span.WEEK: "Trending this week", Span.MONTH: "Trending this month"}
_LABELS = {Span.DAY: "Today", Span.WEEK: "This week", Span.MONTH: "This month"}
_ORDER = (
    "Ordered by upvotes on Hugging Face and by what this channel saves, likes and follows. Other channels count only "
    "from five on; direct messages don't count."
)


def trending_card(trending: Trending, span: Span, page: int, size: int, gists: Mapping[str, str] = NO_GISTS) -> Card:
    """Return the private card of page `page` (from 1) with `size` papers; `gists` by id."""
    first = (page - 1) * size
    shown = trending.papers[first : first + size]
    blocks: list[Block] = [Heading(line(_TITLES[span]))]
    if trending.papers:
        blocks.append(Fine(line(_head(trending, first, len(shown)))))
    blocks += [Paragraph((line(note),)) for note in trending.notes]
    blocks += [Rule()] if shown else []
    blocks += [_item(number, one, gists.get(one.paper.id, "")) for number, one in enumerate(shown, start=first + 1)]
    blocks += [Rule(), Actions(_actions(span, page, len(trending.papers) - first - len(shown), size))]
    blocks += [Fine(line(_ORDER))] if shown else []
    data: dict[str, object] = {
        "papers": [trend_data(one, gists.get(one.paper.id, "")) for one in shown],
        "period": trending.period.name,
    }
    data |= {"page": page, "total": len(trending.papers), "notes": list(trending.notes)}
    return Card("trending", _text(trending, span), tuple(blocks), private=True, data=data)


def trend_data(one: Trend, gist: str = "") -> dict[str, object]:
    """Return a paper for `ask --json`; values that Hugging Face lacks are null, the others count channels here that the
    reader may know of."""
    counts = {"upvotes": one.upvotes, "comments": one.comments, "stars": one.stars}
    here = {"saved_here": one.saved, "liked_here": one.liked, "followed_here": one.followed}
    return paper_data(one.paper, reasons=one.reasons, gist=gist) | counts | here


def _item(number: int, one: Trend, gist: str) -> Item:
    paper = one.paper
    title = Link(paper.title, paper.abs_url)
    return Item(title, gist, _facts(one), _why(one), item_buttons(paper), paper.id, opener(paper), number)


def _facts(one: Trend) -> Line:
    paper = one.paper
    stars = f" ★ {one.stars:,}" if one.stars is not None else ""
    code = f"Code{stars}" if paper.code_url else ""
    names = authors_in_short(paper.authors, MAX_AUTHORS_SHOWN, paper.unnamed_authors) or "no authors named"
    return line(" · ".join(filter(None, (paper.primary, code, names, paper.id))))


def _why(one: Trend) -> str:
    """Return the upvotes, the comments, then local counts."""
    reasons = list(one.reasons)
    if one.comments:
        reasons.insert(bool(one.upvotes), count(one.comments, "comment"))
    return " · ".join(reasons)


def _head(trending: Trending, first: int, shown: int) -> str:
    total = len(trending.papers)
    which = f"{first + 1} to {first + shown} of {count(total, 'paper')}"
    if trending.asked is None or trending.notes:
        return which  # a note says whose list it is, and of when
    return f"{which} · Hugging Face, {period_in_words(trending.period)}, {trending.asked:%H:%M} UTC"


def _actions(span: Span, page: int, left: int, size: int) -> tuple[Button, ...]:
    more = (Button(f"Next {min(left, size)}", f"/trending {span} {page + 1}", primary=True),) if left > 0 else ()
    return (*more, *(Button(_LABELS[other], f"/trending {other}") for other in Span if other is not span))


def _text(trending: Trending, span: Span) -> str:
    if not trending.papers:
        return f"{_TITLES[span]}: {' '.join(trending.notes)}"
    first = "; ".join(shorten(one.paper.title, 80) for one in trending.papers[:3])
    return f"{_TITLES[span]}: {first}"
