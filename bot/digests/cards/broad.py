"""The card that asks before something is followed that would bring hundreds of papers a day; and what is said of how a
follow matches and of how much it brings."""

from collections.abc import Sequence

from bot.digests.cards.follows import EXAMPLES, forecast_data, in_words
from bot.digests.forecast import Forecast
from bot.domain.card import Actions, Block, Bullets, Button, Card, Fine, Paragraph, Row, code, line
from bot.domain.channel import Follow, Kind, Timetable
from bot.papers.cards import paper_line


def broad_card(
    follow: Follow, brings: Forecast, table: Timetable | None, narrower: Sequence[tuple[Follow, float]]
) -> Card:
    """What it would bring, for the asker alone; the `narrower` with the papers a day of each, and how to insist."""
    shown = (table or Timetable()).top
    said = f"{_capital(in_words(follow))} would bring about {brings.a_day:,.0f} papers a day."
    rest = f"A digest shows the best {shown} of them, so this channel doesn't follow it yet."
    blocks: list[Block] = [Paragraph((line(said), line(rest)))]
    blocks.append(Bullets(tuple(paper_line(paper) for paper in brings.papers[:EXAMPLES])))
    blocks += _choices(follow, narrower)
    commands, anyway = [(command_for(one), a_day) for one, a_day in narrower], _anyway(follow)
    instead = f" Narrower: {', '.join(command for command, _ in commands)}." if commands else ""
    text = f"{said} {rest}{instead} All the same: {anyway}"
    data: dict[str, object] = {"follows": [], "narrower": [command for command, _ in commands], "anyway": anyway}
    return Card("broad", text, tuple(blocks), private=True, data=data | forecast_data(brings))


def held_back(
    follow: Follow, brings: Forecast, narrower: Sequence[tuple[Follow, float]]
) -> tuple[str, Sequence[Block]]:
    """The same as a part of another card: what is said of it, and its blocks."""
    said = f"{_capital(in_words(follow))} would bring about {brings.a_day:,.0f} papers a day, so it isn't followed yet."
    return said, (Paragraph((line(said),)), *_choices(follow, narrower))


def _choices(follow: Follow, narrower: Sequence[tuple[Follow, float]]) -> list[Block]:
    blocks: list[Block] = []
    if narrower:
        blocks.append(Paragraph((line("Narrower, and still on it:"),)))
        commands = [(command_for(one), a_day) for one, a_day in narrower]
        blocks += [
            Row(line(code(command), f" {_a_day(number)}"), Button("Follow", command)) for command, number in commands
        ]
    else:
        blocks.append(Paragraph((line("More words make it narrower."),)))
    anyway = _anyway(follow)
    return [*blocks, Actions((Button("Follow it anyway", anyway),)), Fine(line("Or type ", code(anyway), "."))]


def _anyway(follow: Follow) -> str:
    return f"{command_for(follow)} anyway"


def in_sentences(follow: Follow, brings: Forecast, table: Timetable | None, model: str) -> list[str]:
    """How a topic matches, and what may be done about a follow that brings much. `model` is empty without meanings."""
    said = []
    if follow.kind is Kind.TOPIC:
        said.append(_how(brings, model))
    if brings.broad:
        said.append(_much(follow, brings, table or Timetable()))
    return said


def command_for(follow: Follow) -> str:
    """What a person types to follow it."""
    return f'/follow "{follow.what}"' if follow.kind is Kind.TOPIC else f"/follow {follow.what}"


def _how(brings: Forecast, model: str) -> str:
    if not model:
        return "It brings papers that say these words; no embedding model is set up here that would tell by meaning."
    if brings.compared < brings.of:
        ready = f"so far {brings.compared:,} of the week's {brings.of:,} papers could be compared by it"
        return f"It brings papers that say these words or mean them ({model}; {ready})."
    return f"It brings papers that say these words or mean them ({model})."


def _much(follow: Follow, brings: Forecast, table: Timetable) -> str:
    said = (
        f"That is about {brings.a_day:,.0f} papers a day: each digest shows the best {table.top} and counts the others."
    )
    if follow.kind is not Kind.CATEGORY:
        return f"{said} More words would narrow it."
    less = " /digest on cross=off leaves out those only cross-listed." if table.cross else ""
    return f'{said}{less} A topic or an author brings less: /follow "state space models".'


def _a_day(number: float) -> str:
    return f"about {number:.0f} a day" if number >= 1 else "less than one a day"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
