"""Card for a follow that is too broad, and notes on how a follow matches and how much it brings."""

from collections.abc import Sequence

from bot.digests.cards.follows import MAX_EXAMPLES, forecast_data, in_words
from bot.digests.forecast import Forecast
from bot.domain.card import Actions, Block, Bullets, Button, Card, Fine, Paragraph, Row, code, line
from bot.domain.channel import Follow, Kind, Timetable
from bot.papers.cards import paper_line


def broad_card(
    follow: Follow, forecast: Forecast, table: Timetable | None, narrower: Sequence[tuple[Follow, float]]
) -> Card:
    """Return the private card with the forecast, the `narrower` follows (papers per day each) and a way to insist."""
    shown = (table or Timetable()).top
    problem = f"{_capital(in_words(follow))} would bring about {forecast.per_day:,.0f} papers a day."
    rest = f"A digest shows the best {shown} of them, so this channel doesn't follow it yet."
    blocks: list[Block] = [Paragraph((line(problem), line(rest)))]
    blocks.append(Bullets(tuple(paper_line(paper) for paper in forecast.papers[:MAX_EXAMPLES])))
    blocks += _choices(follow, narrower)
    commands, anyway = [command_for(narrow) for narrow, _ in narrower], _anyway(follow)
    instead = f" Narrower: {', '.join(commands)}." if commands else ""
    text = f"{problem} {rest}{instead} All the same: {anyway}"
    data: dict[str, object] = {"follows": [], "narrower": commands, "anyway": anyway}
    return Card("broad", text, tuple(blocks), private=True, data=data | forecast_data(forecast))


def held_back(
    follow: Follow, forecast: Forecast, narrower: Sequence[tuple[Follow, float]]
) -> tuple[str, Sequence[Block]]:
    """Return the text and blocks of the same card, as part of another card."""
    per_day = f"{forecast.per_day:,.0f}"
    text = f"{_capital(in_words(follow))} would bring about {per_day} papers a day, so it isn't followed yet."
    return text, (Paragraph((line(text),)), *_choices(follow, narrower))


def _choices(follow: Follow, narrower: Sequence[tuple[Follow, float]]) -> list[Block]:
    blocks: list[Block] = []
    if narrower:
        blocks.append(Paragraph((line("Narrower, and still on it:"),)))
        commands = [(command_for(narrow), per_day) for narrow, per_day in narrower]
        blocks += [Row(line(code(command), f" {_a_day(n)}"), Button("Follow", command)) for command, n in commands]
    else:
        blocks.append(Paragraph((line("More words make it narrower."),)))
    anyway = _anyway(follow)
    return [*blocks, Actions((Button("Follow it anyway", anyway),)), Fine(line("Or type ", code(anyway), "."))]


def _anyway(follow: Follow) -> str:
    return f"{command_for(follow)} anyway"


def follow_notes(follow: Follow, forecast: Forecast, table: Timetable | None, model: str) -> list[str]:
    """Return notes on how a topic matches and on narrowing a broad follow. `model` is empty without embeddings."""
    notes = []
    if follow.kind is Kind.TOPIC:
        notes.append(_matching_note(forecast, model))
    if forecast.broad:
        notes.append(_breadth_note(follow, forecast, table or Timetable()))
    return notes


def command_for(follow: Follow) -> str:
    """Return the command that adds the follow."""
    return f'/follow "{follow.what}"' if follow.kind is Kind.TOPIC else f"/follow {follow.what}"


def _matching_note(forecast: Forecast, model: str) -> str:
    if not model:
        return "It brings papers that say these words; no embedding model is set up here that would tell by meaning."
    if forecast.compared < forecast.announced:
        ready = f"so far {forecast.compared:,} of the week's {forecast.announced:,} papers could be compared by it"
        return f"It brings papers that say these words or mean them ({model}; {ready})."
    return f"It brings papers that say these words or mean them ({model})."


def _breadth_note(follow: Follow, forecast: Forecast, table: Timetable) -> str:
    per_day = f"{forecast.per_day:,.0f}"
    volume = f"That is about {per_day} papers a day: each digest shows the best {table.top} and counts the others."
    if follow.kind is not Kind.CATEGORY:
        return f"{volume} More words would narrow it."
    less = " /digest on cross=off leaves out those only cross-listed." if table.cross else ""
    return f'{volume}{less} A topic or an author brings less: /follow "state space models".'


def _a_day(number: float) -> str:
    return f"about {number:.0f} a day" if number >= 1 else "less than one a day"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
