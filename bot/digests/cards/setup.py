"""Cards around the set-up form: the form itself, with its commands where there are no forms, and what was set."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.digests.cards.buttons import POST_FIRST, SETTINGS
from bot.digests.cards.follows import in_short
from bot.domain.ask_json import follows_data
from bot.domain.card import Actions, Block, Bullets, Button, Card, Fine, Heading, Paragraph, Row, bold, line, typed
from bot.domain.channel import Channel, Follow, Kind, Timetable
from bot.domain.errors import BadForm
from bot.domain.form import Form
from bot.domain.frozen import frozen
from bot.domain.text.clean import shorten
from bot.domain.wording import city, count, day_of_moment, days_in_words, every_day_in_words, zone_in_words

OPEN = Button("Open the form", "/paperlark settings", primary=True, panel=True)
MAX_NAMED = 12


@frozen
class Question:
    """A person of the form who isn't followed yet: why, and the command of the button that goes on."""

    sentence: str
    label: str = ""
    command: str = ""


def form_card(form: Form, channel: Channel, table: Timetable, direct: bool) -> Card:
    """Return the private card with the form; its blocks say the same in commands."""
    at = f"{table.at:%H:%M} {zone_in_words(table.zone)}"
    commands = (
        line(typed("/follow cs.CL"), " a category"),
        line(typed('/follow "LLM agents"'), " a topic"),
        line(typed("/follow Yam Eitan"), " a person"),
        line(typed(f"/digest on {at} top={table.top}"), f" the best {table.top} papers at {table.at:%H:%M}"),
    )
    state = f"Following now: {named(channel.follows)}." if channel.follows else "This channel follows nothing yet."
    if direct and not channel.follows:
        state = "You follow nothing yet."
    text = f"{form.title}: type what to follow and when to post."
    return Card(
        "setup",
        f"{text} {state}",
        (Heading(line(form.title)), Paragraph((line(state),)), Bullets(commands)),
        private=True,
        data={"follows": follows_data(channel.follows)},
        title=form.title,
        form=form,
    )


def saved_card(
    channel: Channel,
    table: Timetable,
    next_at: datetime,
    now: datetime,
    ended: Sequence[Follow],
    forecast: str,
    questions: Sequence[Question],
    direct: bool,
) -> Card:
    """Return what the channel follows, when its digest comes, what is still open, and the next steps."""
    days = every_day_in_words(table) or f"on {days_in_words(table)}"
    when = f"{days} at {table.at:%H:%M} ({city(table.zone)})"
    best = f"the best {count(table.top, 'paper')}"
    promise = f"I'll send you {best} {when}." if direct else f"I'll post {best} here {when}."
    day = day_of_moment(next_at, now, table.zone)
    nearest = f"The {'next' if channel.last_slot else 'first'} digest comes {day}."
    nothing = "nothing yet, so only trending papers come" if table.trending else "nothing yet"
    following = f"Following: {named(channel.follows) or nothing}."
    blocks: list[Block] = [Paragraph((line(bold(promise), f" {nearest}"), line(following)))]
    if ended:
        blocks.append(Paragraph((line(f"Unfollowed {named(ended)}."),)))
    blocks += _asked(questions)
    if forecast:
        blocks.append(Fine(line(forecast)))
    first = () if channel.last_slot else (POST_FIRST,)
    blocks.append(Actions((*first, SETTINGS, Button("Turn off", "/digest off"))))
    text = " ".join(filter(None, (promise, nearest, following, *(asked.sentence for asked in questions), forecast)))
    data = {"follows": follows_data(channel.follows), "next": next_at.isoformat()}
    return Card("settings", text, tuple(blocks), tone="good", data=data)


def bad_form_card(error: BadForm) -> Card:
    """Return the private answer to a form that can't be saved, with a button that opens it again."""
    blocks: list[Block] = [Paragraph(tuple(line(sentence) for sentence in error.errors.values()))]
    blocks.append(Fine(line(error.hint)))
    blocks.append(Actions((replace(OPEN, label="Open the form again"),)))
    text = f"{error.sentence} {error.hint}"
    return Card("error", text, tuple(blocks), "bad", private=True, data={"error": text})


def named(follows: Sequence[Follow]) -> str:
    """Return "cs.CL, “LLM agents”, Cong Wang and 3 more": categories, topics, people."""
    kinds = (Kind.CATEGORY, Kind.TOPIC, Kind.AUTHOR)
    names = [in_short(follow) for kind in kinds for follow in follows if follow.kind is kind]
    more = len(names) - MAX_NAMED
    return ", ".join(names[:MAX_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _asked(questions: Sequence[Question]) -> list[Block]:
    blocks: list[Block] = []
    for asked in questions[:MAX_NAMED]:
        said = line(shorten(asked.sentence, 300))
        blocks.append(Row(said, Button(asked.label, asked.command)) if asked.command else Paragraph((said,)))
    if hidden := questions[MAX_NAMED:]:
        blocks.append(
            Paragraph((line(f"{count(len(hidden), 'more person', 'more people')} to look at: try /follow."),))
        )
    return blocks
