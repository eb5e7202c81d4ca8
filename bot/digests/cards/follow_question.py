"""Cards of a `/follow` that needs a choice, and of one that named several things."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.digests.cards.broad import a_day
from bot.digests.cards.follows import expected_in_words, follower, forecast_data, in_short, in_words, next_steps
from bot.digests.forecast import Forecast
from bot.domain.ask_json import follows_data
from bot.domain.card import (
    Actions,
    Block,
    Bullets,
    Button,
    Card,
    Fine,
    Line,
    Paragraph,
    Row,
    Rule,
    bold,
    line,
    words_of,
)
from bot.domain.categories import name_of
from bot.domain.channel import Channel, Follow
from bot.domain.frozen import frozen
from bot.domain.text.clean import shorten
from bot.domain.wording import as_sentence, listed

IDENTITY_HINT = "For a person I don't find by name, paste an ORCID, or a paper's ID and the name."
_MAX_LABEL_TEXT = 40
_MAX_CHOICES = 3


@frozen
class Unclear:
    """Text that may be a topic, one of the `categories`, or a person.

    `nearest` are the known names like it. `person`: nobody has looked for a person of that name yet.
    """

    text: str
    categories: tuple[str, ...] = ()
    person: bool = True
    nearest: tuple[str, ...] = ()


@frozen
class Followed:
    """A stored follow; `new` unless the channel had it. `notes` are sentences on how it matches."""

    follow: Follow
    new: bool
    forecast: Forecast
    notes: tuple[str, ...] = ()


@frozen
class LeftOpen:
    """A sentence on something that isn't followed yet, and the buttons that settle it."""

    sentence: str
    buttons: tuple[Button, ...] = ()


def question_card(unclear: Unclear, forecast: Forecast) -> Card:
    """Return the private card that asks what is meant; the topic's `forecast` is on its button."""
    choices = choices_of(unclear, forecast)
    said = shorten(unclear.text, 80)
    text, asked = f"What do you mean by “{said}”?", line("What do you mean by ", bold(said), "?")
    if not unclear.person and not unclear.categories:
        text = f"I don't know an author called “{said}”. What do you mean?"
        asked = line("I don't know an author called ", bold(said), ". What do you mean?")
    blocks: list[Block] = [Paragraph((asked,)), Actions(choices)]
    if not unclear.person and not unclear.categories:
        blocks.append(Fine(line(IDENTITY_HINT)))
    data: dict[str, object] = {"follows": [], "choices": [choice.command for choice in choices]}
    return Card("question", text, tuple(blocks), private=True, data=data)


def choices_of(unclear: Unclear, forecast: Forecast) -> tuple[Button, ...]:
    """Return the buttons that settle what is meant, the likeliest first."""
    said = shorten(unclear.text, _MAX_LABEL_TEXT)
    volume = f" ({a_day(forecast.per_day)})" if forecast.papers else ""
    topic = Button(f"Topic “{said}”{volume}", f"/follow topic:{unclear.text}", primary=unclear.person)
    categories = [Button(f"Category {code} {name_of(code)}", f"/follow {code}") for code in unclear.categories]
    people = [Button(name, f"/follow author:{name}") for name in unclear.nearest[:_MAX_CHOICES]]
    if unclear.person:
        return (topic, Button("A person…", f"/follow author:{unclear.text}"))
    return (*categories[:_MAX_CHOICES], *people, topic)


def left_open(text: str, card: Card) -> LeftOpen:
    """Return a card that asks something as part of another; `text` is what was typed."""
    if card.kind == "question":
        buttons = (button for block in card.blocks if isinstance(block, Actions) for button in block.buttons)
        return LeftOpen(card.text, tuple(replace(button, primary=False) for button in buttons))
    return LeftOpen(_first_line(card), (Button("Choose…", f"/follow {text}"),))


def several_card(done: Sequence[Followed], left: Sequence[LeftOpen], delivery: Line, channel: Channel) -> Card:
    """Return the card of several things at once: what is followed now, what was before, and what needs a choice."""
    new = [one.follow for one in done if one.new]
    who, follows = follower(channel)
    begins = [as_sentence(f"{who} now {follows} {listed([in_words(follow) for follow in new])}")] if new else []
    known = [in_short(one.follow) for one in done if not one.new]
    begins += [f"Followed already: {listed(known)}."] if known else []
    blocks: list[Block] = (
        [Paragraph((line(f"{who} now {follows}:"),)), Bullets(tuple(map(_listed, new)))] if new else []
    )
    blocks += [Paragraph((line(begins[-1]),))] if known else []
    if new:
        expected = expected_in_words(_together([one.forecast for one in done]), channel)
        begins.append(f"{expected.rstrip(':.')}.")
        blocks.append(Paragraph((line(f"{expected.rstrip(':.')}."),)))
    if done:
        blocks += [Fine(delivery), Actions(next_steps(channel, *_undo(new)))]
        begins.append(words_of(delivery))
    blocks += [Rule()] if done and left else []
    blocks += [block for one in left for block in _left(one)]
    text = " ".join([*begins, *(one.sentence for one in left)])
    data = {"follows": follows_data([one.follow for one in done]), "choices": _commands(left)}
    data |= forecast_data(_together([one.forecast for one in done]))
    return Card("follow", text, tuple(blocks), "good" if done else "plain", private=not done, data=data)


def _left(one: LeftOpen) -> tuple[Block, ...]:
    if len(one.buttons) == 1:
        return (Row(line(one.sentence), one.buttons[0]),)
    return (
        (Paragraph((line(one.sentence),)), Actions(one.buttons)) if one.buttons else (Paragraph((line(one.sentence),)),)
    )


def _listed(follow: Follow) -> Line:
    identity = f" ({follow.identity})" if follow.identity else ""
    return line(f"{follow.kind} ", bold(in_short(follow)), identity)


def _undo(new: Sequence[Follow]) -> tuple[Button, ...]:
    keys = (f"{follow.kind}:{follow.identity or follow.what}" for follow in new)
    return (Button("Undo", f"/unfollow {'; '.join(keys)}"),) if new else ()


def _together(forecasts: Sequence[Forecast]) -> Forecast:
    """Return the forecast of several follows at once: each paper counts once."""
    papers = tuple({paper.id: paper for one in forecasts for paper in one.papers}.values())
    days = max((one.days for one in forecasts), default=0)
    share = len(papers) / max(sum(len(one.papers) for one in forecasts), 1)
    per_day = sum(one.per_day for one in forecasts) * share
    return Forecast(papers, days, per_day, announced=max((one.announced for one in forecasts), default=0))


def _commands(left: Iterable[LeftOpen]) -> list[str]:
    return [button.command for one in left for button in one.buttons]


def _first_line(card: Card) -> str:
    lines = (line for block in card.blocks if isinstance(block, Paragraph) for line in block.lines)
    return "".join(span.text for span in next(lines, ()))
