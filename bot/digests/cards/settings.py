"""Cards of a channel's digest settings."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.ask_json import follows_data
from bot.domain.card import Actions, Block, Button, Card, Fine, Paragraph, bold, code, line
from bot.domain.channel import Channel, Timetable
from bot.domain.wording import count, days_in_words, moment, recap_in_words, with_trending, without_cross


def digest_on_card(
    channel: Channel,
    table: Timetable,
    next_at: datetime,
    now: datetime,
    held: Sequence[tuple[str, Sequence[Block]]] = (),
) -> Card:
    """Return the new timetable, the next delivery in local time, and the `held` parts (`cards.broad.held_back`)."""
    text = (
        f"This channel's digest comes {days_in_words(table)} at {table.at:%H:%M} ({table.zone}), "
        f"with the top {table.top}{with_trending(table)}{without_cross(table)}. "
        f"Next: {moment(next_at, now, table.zone)}."
    )
    blocks: list[Block] = [Paragraph((line(text),)), _follows_line(channel), Fine(line(recap_in_words(table)))]
    for held_text, held_blocks in held:
        text = f"{text} {held_text}"
        blocks += held_blocks
    blocks.append(Actions((Button("What it follows", "/following"), Button("Switch off", "/digest off"))))
    data = {"follows": follows_data(channel.follows), "next": next_at.isoformat()}
    return Card("settings", text, tuple(blocks), tone="good", data=data)


def digest_off_card(was_on: bool) -> Card:
    """Return the card that says the digest ended, or that there was none."""
    text = "The daily digest is off for this channel." if was_on else "This channel had no daily digest."
    hint = "Follows are kept: /digest on brings it back, with what the last 7 days announced."
    return Card("settings", f"{text} {hint}", (Paragraph((line(text), line(hint))),), tone="good")


def _follows_line(channel: Channel) -> Block:
    if not channel.follows and channel.timetable and channel.timetable.trending:
        return Paragraph((line("It follows nothing yet, so it brings what is trending: ", code("/follow cs.LG"), "."),))
    if not channel.follows:
        return Paragraph((line("It follows nothing yet, so its digest is empty: ", code("/follow cs.LG"), " begins."),))
    names = ", ".join(follow.what for follow in channel.follows[:8])
    more = f" and {len(channel.follows) - 8} more" if len(channel.follows) > 8 else ""
    return Paragraph((line(bold(count(len(channel.follows), "follow")), f": {names}{more}."),))
