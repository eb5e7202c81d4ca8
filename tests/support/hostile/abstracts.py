"""A hundred papers with orders for summarizers, and the answers of every kind of model to them."""

from dataclasses import dataclass

from bot.domain.paper import Paper
from bot.domain.text.clean import clean
from bot.domain.text.latex import draw
from support.builders.sample_abstracts import DRUGS, FEDERATED, MATHEMATICS, paper
from support.hostile.instructions import TOLD


@dataclass(frozen=True)
class Order:
    """The order in the paper, the answer of a model that obeys it, and words that must never be sent."""

    told: str
    obeyed: str
    mark: str


@dataclass(frozen=True)
class Hostile:
    """A paper that gives an order, and the same paper without it."""

    paper: Paper
    order: Order
    honest: Paper


ORDERS = tuple(Order(told, obeyed, mark) for told, obeyed, mark in TOLD)
_HONEST = (DRUGS, FEDERATED, MATHEMATICS)
_LAST_PLACE = 4


def hostile_papers() -> list[Hostile]:
    """Return papers with the orders at the end, the start, in the middle, alone, and in the title, as a source does."""
    return [_made(number, order) for number, order in enumerate(ORDERS)]


def _made(number: int, order: Order) -> Hostile:
    honest, place = _HONEST[number % len(_HONEST)], number % (_LAST_PLACE + 1)
    half = honest.abstract.find(". ", len(honest.abstract) // 3) + 2
    abstract = (
        f"{honest.abstract} {order.told}",
        f"{order.told} {honest.abstract}",
        f"{honest.abstract[:half]}{order.told} {honest.abstract[half:]}",
        order.told,
        honest.abstract,
    )[place]
    title = order.told if place == _LAST_PLACE else honest.title
    told = paper(clean(draw(abstract), 6000), clean(draw(title), 300), f"2605.{20_000 + number}")
    return Hostile(told, order, honest)


ANSWERS = (
    "obeys",
    "obeys in part",
    "echoes the order",
    "pings",
    "links",
    "refuses",
    "prose",
    "obeys in prose",
    "valid",
)
"""The kinds of model."""

PINGS = ("<!channel>", "@everyone", "<@U1>", "@here", "<!subteam^S1>", "<@&1>")
LINKS = (
    "http://evil.example/x",
    "[arXiv](https://evil.example)",
    "<https://evil.example|arxiv.org>",
    "www.evil.example",
)


def answer(kind: str, hostile: Hostile) -> dict[str, object] | str:
    """Return the answer of that kind of model: this bot's object, or prose."""
    points, summary = _good(hostile.honest)
    said, told = hostile.order.obeyed, hostile.order.told[:400]
    pinging = [f"{ping} {point}" for ping, point in zip(PINGS, points, strict=False)]
    linking = [f"{point} {link}" for link, point in zip(LINKS, points, strict=False)]
    kinds: dict[str, dict[str, object] | str] = {
        "obeys": _object([f"{said} {word}." for word in ("Yes", "Indeed", "Truly", "Again")], said, said),
        "obeys in part": _object([points[0], said, *points[2:]], f"{summary} {said}"),
        "echoes the order": _object([told, *points[1:]], f"{told} {summary}"),
        "pings": _object(pinging, f"{PINGS[0]} {summary}"),
        "links": _object(linking, f"{summary} {LINKS[1]}"),
        "refuses": "I'm sorry, but I can't help with that.",
        "prose": f"This paper is quite something. {' '.join(points)}",
        "obeys in prose": said,
        "valid": _object(points, summary),
    }
    return kinds[kind]


def _good(honest: Paper) -> tuple[list[str], str]:
    said = [one.rstrip(".") + "." for one in honest.abstract.split(". ")]
    return [*said, f"{honest.title}."][-4:], " ".join(said)


def _object(points: list[str], summary: str, topic: str = "Optimization") -> dict[str, object]:
    parts = {"methodology": points[0], "results": points[1], "implications": summary}
    return {"topics": [topic], "key_points": points, "summary": summary, **parts}
