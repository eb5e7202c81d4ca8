"""Cards of a channel's digest settings."""

from collections.abc import Sequence
from datetime import datetime

from bot.digests.cards.buttons import POST_FIRST, SETTINGS
from bot.domain.ask_json import follows_data
from bot.domain.card import Actions, Block, Button, Card, Fine, Paragraph, bold, line, typed, words_of
from bot.domain.channel import Channel, Timetable
from bot.domain.wording import (
    count,
    days_in_words,
    instant,
    recap_in_words,
    with_trending,
    without_cross,
    zone_in_words,
)


def digest_on_card(
    channel: Channel,
    table: Timetable,
    next_at: datetime,
    now: datetime,
    held: Sequence[tuple[str, Sequence[Block]]] = (),
    undo: str = "",
) -> Card:
    """Return the new timetable, the next delivery in local time, and the `held` parts (`cards.broad.held_back`).

    `undo` is the command that brings the former timetable back.
    """
    what = f"{_papers(table)} here {days_in_words(table)} at {table.at:%H:%M} ({zone_in_words(table.zone)})"
    promise = f"I'll post {what}{with_trending(table)}{without_cross(table)}."
    said = line(f"{promise} The next digest comes ", instant(next_at, now, table.zone), ".")
    text = words_of(said)
    blocks: list[Block] = [Paragraph((said,)), _follows_line(channel)]
    if table.recap is not None:
        blocks.append(Fine(line(recap_in_words(table))))
    if table.club:
        blocks.append(Fine(line("On Fridays we pick a saved paper to read together.")))
    for held_text, held_blocks in held:
        text = f"{text} {held_text}"
        blocks += held_blocks
    blocks.append(Actions(_digest_buttons(channel, table, undo)))
    data = {"follows": follows_data(channel.follows), "next": next_at.isoformat()}
    return Card("settings", text, tuple(blocks), tone="good", data=data)


def digest_off_card(was_on: bool) -> Card:
    """Return the card that says the digest ended, or that there was none."""
    text = "I've stopped this channel's daily digest." if was_on else "This channel had no daily digest."
    hint = "I keep its follows. Turn it on again and I'll catch up on the last 7 days."
    blocks = (Paragraph((line(text), line(hint))), Actions((Button("Undo" if was_on else "Turn on", "/digest on"),)))
    return Card("settings", f"{text} {hint}", blocks, tone="good")


def _papers(table: Timetable) -> str:
    return "the best paper" if table.top == 1 else f"the best {table.top} papers"


def _digest_buttons(channel: Channel, table: Timetable, undo: str) -> tuple[Button, ...]:
    first = channel.last_slot is None and (channel.follows or table.trending)
    now = (POST_FIRST,) if first else ()
    back = (Button("Undo", undo),) if undo else ()
    off = () if undo == "/digest off" else (Button("Turn off", "/digest off"),)
    return (*now, SETTINGS, *back, *off)


def _follows_line(channel: Channel) -> Block:
    if not channel.follows and channel.timetable and channel.timetable.trending:
        return Paragraph(
            (line("This channel follows nothing yet, so it gets trending papers: ", typed("/follow cs.LG")),)
        )
    if not channel.follows:
        return Paragraph((line("This channel follows nothing yet: try ", typed("/follow cs.LG"), "."),))
    names = ", ".join(follow.what for follow in channel.follows[:8])
    more = f" and {len(channel.follows) - 8} more" if len(channel.follows) > 8 else ""
    return Paragraph((line(bold(count(len(channel.follows), "follow")), f": {names}{more}."),))
