"""Card for a follow that is too broad, and notes on how a follow matches and how much it brings."""

from collections.abc import Sequence

from bot.digests.cards.follows import MAX_EXAMPLES, command_for, forecast_data, in_words
from bot.digests.forecast import Forecast
from bot.domain.card import Actions, Block, Bullets, Button, Card, Fine, Paragraph, Row, code, line
from bot.domain.channel import Follow, Kind, Timetable
from bot.domain.wording import capital_first
from bot.papers.cards import paper_line


def broad_card(
    follow: Follow, forecast: Forecast, table: Timetable | None, narrower: Sequence[tuple[Follow, float]]
) -> Card:
    """Return the private card with the forecast, the `narrower` follows (papers per day each) and a way to insist."""
    shown = (table or Timetable()).top
    problem = f"{capital_first(in_words(follow))} would bring about {forecast.per_day:,.0f} papers a day."
    rest = f"I'd show the best {shown}, so I haven't followed it yet."
    blocks: list[Block] = [Paragraph((line(problem), line(rest)))]
    blocks.append(Bullets(tuple(paper_line(paper) for paper in forecast.papers[:MAX_EXAMPLES])))
    blocks += _choices(follow, narrower)
    commands, anyway = [_plain_command(narrow) for narrow, _ in narrower], command_for(follow)
    instead = f" Narrower: {', '.join(commands)}." if commands else ""
    text = f"{problem} {rest}{instead} To follow it anyway: {anyway}"
    data: dict[str, object] = {"follows": [], "narrower": commands, "anyway": anyway}
    return Card("broad", text, tuple(blocks), private=True, data=data | forecast_data(forecast))


def held_back(
    follow: Follow, forecast: Forecast, narrower: Sequence[tuple[Follow, float]]
) -> tuple[str, Sequence[Block]]:
    """Return the text and blocks of the same card, as part of another card."""
    per_day = f"{forecast.per_day:,.0f}"
    text = f"{capital_first(in_words(follow))} would bring about {per_day} papers a day, so I haven't followed it yet."
    return text, (Paragraph((line(text),)), *_choices(follow, narrower))


def _choices(follow: Follow, narrower: Sequence[tuple[Follow, float]]) -> list[Block]:
    blocks: list[Block] = []
    if narrower:
        blocks.append(Paragraph((line("Narrower:"),)))
        commands = [(_plain_command(narrow), per_day) for narrow, per_day in narrower]
        blocks += [Row(line(code(command), f" {a_day(n)}"), Button("Follow", command)) for command, n in commands]
    else:
        blocks.append(Paragraph((line("Add a word to narrow it."),)))
    anyway = command_for(follow)
    return [*blocks, Actions((Button("Follow it anyway", anyway),)), Fine(line("Or type ", code(anyway), "."))]


def follow_notes(follow: Follow, forecast: Forecast, table: Timetable | None, model: str) -> list[str]:
    """Return notes on how a topic matches and on narrowing a broad follow. `model` is empty without embeddings."""
    notes = []
    if follow.kind is Kind.TOPIC:
        notes.append("Matches these words and close meanings." if model else "Matches these words.")
    if forecast.broad and follow.kind is not Kind.CATEGORY:
        notes.append("Add a word to narrow it.")
    elif forecast.broad and (table or Timetable()).cross:
        notes.append("To get fewer, leave out cross-listed papers: /digest on cross=off.")
    return notes


def _plain_command(follow: Follow) -> str:
    """Return the command that follows it unless it brings too many papers."""
    return command_for(follow).removesuffix(" anyway")


def a_day(number: float) -> str:
    """ "about 17 a day"."""
    return f"about {number:.0f} a day" if number >= 1 else "less than one a day"
