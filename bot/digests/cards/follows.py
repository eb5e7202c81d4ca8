"""Cards of a channel's follows: one added or ended, and the list of all."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.digests.cards.buttons import POST_FIRST, SETTINGS
from bot.digests.forecast import Forecast
from bot.domain.ask_json import feedback_data, follows_data, mutes_data, paper_data
from bot.domain.author import identity_address
from bot.domain.card import (
    Actions,
    Block,
    Bullets,
    Button,
    Card,
    Fine,
    Heading,
    Instant,
    Line,
    Link,
    Paragraph,
    Row,
    bold,
    line,
    typed,
    words_of,
)
from bot.domain.categories import has_subjects
from bot.domain.channel import Channel, Follow, Kind, Mute, Timetable
from bot.domain.feedback import Feedback
from bot.domain.schedule import next_delivery
from bot.domain.text.clean import shorten
from bot.domain.wording import as_sentence, city, count, day_of_moment, every_day_in_words, listed, names_of_days
from bot.library.feedback_cards import feedback_blocks
from bot.papers.cards import paper_line

MAX_BUTTON_ROWS = 12
"""Rows with their own button; the others are listed, and a user can end them by typing."""

MAX_EXAMPLES = 3
_TURN_ON = "/digest on"

_A_LOT = 2
"""Times as many papers a day as a digest shows, from which on the answer says so."""


def followed_card(
    follow: Follow,
    new: bool,
    forecast: Forecast,
    delivery: Line,
    notes: Sequence[str] = (),
    channel: Channel | None = None,
) -> Card:
    """Return the card of a stored follow with its forecast and the time of the next digest.

    A `channel` that never had a digest is offered the first one at once.
    """
    who, follows = follower(channel)
    begin = f"{who} {'now' if new else 'already'} {follows}"
    blocks: list[Block] = [
        Paragraph((line(f"{begin} ", *_named(follow), "" if in_words(follow).endswith(".") else "."),))
    ]
    expected = expected_in_words(forecast, channel)
    blocks.append(Paragraph((*(line(note) for note in notes), line(expected))))
    if forecast.papers:
        blocks.append(Bullets(tuple(paper_line(paper) for paper in forecast.papers[:MAX_EXAMPLES])))
    undo = Button("Undo", unfollow_button(follow).command) if new else unfollow_button(follow)
    blocks += [Fine(delivery), Actions(next_steps(channel, undo))]
    text = f"{as_sentence(f'{begin} {in_words(follow)}')} {expected.rstrip(':')} {words_of(delivery)}"
    data = {"follows": follows_data([follow]), **forecast_data(forecast)}
    return Card("follow", text, tuple(blocks), tone="good", data=data)


def next_steps(channel: Channel | None, *own: Button) -> tuple[Button, ...]:
    """Return the buttons after a follow: the first digest at once or the digest itself, `own`, and the settings."""
    if channel is None:
        return (*own, SETTINGS)
    if not channel.wants_digest:
        return (Button("Turn the digest on", "/digest on", primary=True), *own, SETTINGS)
    if channel.last_slot is None:
        return (POST_FIRST, *own, SETTINGS)
    return (*own, SETTINGS)


def follower(channel: Channel | None) -> tuple[str, str]:
    """Return who follows, and the verb: "This channel" "follows", or "You" "follow" in a direct message."""
    return ("You", "follow") if channel and channel.direct else ("This channel", "follows")


def expected_in_words(forecast: Forecast, channel: Channel | None = None) -> str:
    """Return a sentence on what the last days would have brought, true also where little was read yet."""
    shown = ((channel.timetable if channel else None) or Timetable()).top
    if not forecast.announced and not forecast.papers:
        return "I haven't read arXiv's papers yet. They come with the next announcement."
    if not forecast.papers:
        return "None of the papers I've read from the last 7 days match."
    if forecast.per_day > _A_LOT * shown:
        return f"That's a lot: about {forecast.per_day:,.0f} papers a day. I'll show the best {shown}."
    a_day = f", about {forecast.per_day:.0f} a day" if forecast.days > 1 and forecast.per_day >= 1 else ""
    return f"The last 7 days would have brought {count(len(forecast.papers), 'paper')}{a_day}:"


def forecast_data(forecast: Forecast) -> dict[str, object]:
    """Return some papers of the forecast and its papers per announcement day, for `ask --json`."""
    return {
        "papers": [paper_data(paper) for paper in forecast.papers[:MAX_EXAMPLES]],
        "a_day": round(forecast.per_day, 1),
    }


def unfollowed_card(ended: Sequence[Follow | Mute], left: Channel, missing: Sequence[str] = ()) -> Card:
    """Return the card that confirms the end of follows and mutes; `missing` names what wasn't there."""
    follows = [one for one in ended if isinstance(one, Follow)]
    mutes = [one for one in ended if isinstance(one, Mute)]
    said = [as_sentence(f"Unfollowed {listed([in_short(one) for one in follows])}")] if follows else []
    said += [as_sentence(f"Unmuted {listed([one.what for one in mutes])}")] if mutes else []
    said.append(f"{count(len(left.follows), 'follow')} left." if left.follows else "No follows left.")
    said += [f"This channel doesn't follow {listed([f'“{shorten(one, 60)}”' for one in missing])}."] if missing else []
    text = " ".join(said)
    again = [command_for(one) for one in follows] + [f"/mute {one.what}" for one in mutes]
    undo = (Button("Undo", again[0]),) if len(again) == 1 else ()
    if len(follows) > 1 and not mutes:
        undo = (Button("Undo", f"/follow {', '.join(command.partition(' ')[2] for command in again)}"),)
    if len(mutes) > 1 and not follows:
        undo = (Button("Undo", f"/mute {', '.join(_quoted(one.what) for one in mutes)}"),)
    blocks = (Paragraph((line(text),)), Actions((*undo, Button("All follows", "/following"))))
    return Card("unfollow", text, blocks, "good", data={"follows": follows_data(left.follows)})


def muted_card(new: Sequence[str], known: Sequence[str] = ()) -> Card:
    """Return the card that confirms mutes; those `known` were muted before."""
    said = [as_sentence(f"Muted {listed(new)}")] if new else []
    said += [f"{listed(known)} {'was' if len(known) == 1 else 'were'} muted already."] if known else []
    text, meaning = " ".join(said), "I'll hide papers by an author of that name, or with these words."
    whole = ", ".join(map(_quoted, new)) if len(new) > 1 else "".join(new)
    button = Button("Undo", f"/unmute {whole}") if new else Button("See what's muted", "/following")
    blocks = (Paragraph((line(text), line(meaning))), Actions((button,)))
    return Card("mute", f"{text} {meaning}", blocks, tone="good")


def command_for(follow: Follow) -> str:
    """Return the command that adds the follow, as the same person and however many papers it brings."""
    if follow.kind is Kind.TOPIC:
        return f"/follow {_quoted(follow.what)} anyway"
    if follow.kind is Kind.CATEGORY:
        return f"/follow {follow.what}{' anyway' if has_subjects(follow.what) else ''}"
    papers = follow.person.papers[-1:] if follow.person else ()
    by_paper = f"{papers[0]} {follow.what}" if papers else f"name:{follow.what}"
    return f"/follow {follow.identity or by_paper}"


def _quoted(text: str) -> str:
    return f'"{text}"'


def in_short(follow: Follow) -> str:
    """Return the name, a topic's in quotes."""
    return f"“{follow.what}”" if follow.kind is Kind.TOPIC else follow.what


def following_card(
    channel: Channel, delivery: Line, feedback: Sequence[Feedback] = (), titles: Mapping[str, str] | None = None
) -> Card:
    """Return the private list of a channel's follows, mutes and feedback, each with a button.

    `delivery` says when the digest comes; `titles` are those of papers with feedback, by id.
    """
    rows = following_rows(channel)
    who, follows = follower(channel)
    head = (
        f"{who} {follows} {count(len(channel.follows), 'thing')}" if channel.follows else f"{who} {follows} nothing yet"
    )
    blocks: list[Block] = [Heading(line(head)), *rows]
    if not channel.follows:
        blocks.append(Paragraph((line("Try ", typed("/follow cs.LG"), " or ", typed("/follow Yam Eitan")),)))
    blocks += feedback_blocks(feedback, titles or {})
    settings = SETTINGS if rows else Button("Set up", "/paperlark setup", primary=True)
    blocks += [Fine(delivery), Actions((settings,))]
    names = ", ".join(in_words(follow) for follow in channel.follows) or "nothing yet"
    data = {"follows": follows_data(channel.follows), "mutes": mutes_data(channel.mutes)}
    data |= {"opinions": feedback_data(feedback)}
    return Card("following", f"{who} {follows} {names}. {words_of(delivery)}", tuple(blocks), private=True, data=data)


def following_rows(channel: Channel) -> list[Block]:
    """Return a channel's follows and mutes, the first ones with a button each; empty if there are none."""
    rows = [Row(_in_list(follow), unfollow_button(follow)) for follow in channel.follows]
    rows += [Row(line("Muted: ", bold(m.what)), Button("Unmute", f"/unmute {m.what}")) for m in channel.mutes]
    shown: list[Block] = [*rows[:MAX_BUTTON_ROWS]]
    if rows[MAX_BUTTON_ROWS:]:
        shown.append(Bullets(tuple(row.line for row in rows[MAX_BUTTON_ROWS:])))
        shown.append(Fine(line("To remove one of these, type ", typed("/unfollow"), " and its name.")))
    return shown


def which_card(what: str, follows: Sequence[Follow]) -> Card:
    """Return the private card that asks which of several follows with a name to end."""
    text = (
        f"This channel follows {count(len(follows), 'thing')} named “{shorten(what, 80)}”. Which one should I unfollow?"
    )
    rows = tuple(Row(_in_list(follow), unfollow_button(follow)) for follow in follows[:MAX_BUTTON_ROWS])
    return Card("which", text, (Paragraph((line(text),)), *rows), private=True, data={"follows": follows_data(follows)})


def in_words(follow: Follow) -> str:
    """Return "the author Yam Eitan", "the category cs.LG" or "the topic “optimizers”"."""
    return f"the {follow.kind} {in_short(follow)}"


def unfollow_button(follow: Follow) -> Button:
    """Return a button that ends the follow; its command has the kind, since an author and a topic may share a name."""
    return Button("Unfollow", f"/unfollow {follow.kind}:{follow.identity or follow.what}")


def no_delivery(channel: Channel) -> str:
    """Return the reason why the channel gets no digest; empty if it gets one."""
    if channel.paused:
        return f"The digest is paused: {channel.paused} Type {_TURN_ON} to resume it."
    return "" if channel.wants_digest else f"The digest is off. Type {_TURN_ON} to turn it on."


def delivery_line(channel: Channel, now: datetime) -> Line:
    """Return a sentence on the next delivery, or on why there is none."""
    if none := no_delivery(channel):
        before, found, after = none.partition(_TURN_ON)
        return line(before, typed(found), after) if found else line(none)
    table = channel.timetable or Timetable()
    where = "send it to you" if channel.direct else "post it here"
    trending = ", with trending papers" if table.trending else ""
    next_at = next_delivery(table, channel.last_slot, now)
    day = Instant(day_of_moment(next_at, now, table.zone).removeprefix("on "), at=next_at)
    days = every_day_in_words(table) or f"every {listed(names_of_days(table))}"
    when = f"{days} at {table.at:%H:%M} ({city(table.zone)})"
    return line(f"I'll {where} {when}{trending}. Next: ", day, ".")


def _named(follow: Follow) -> Line:
    return line(f"{follow.kind} ", bold(in_short(follow)), f" ({follow.identity})" if follow.identity else "")


def _in_list(follow: Follow) -> Line:
    """Return a follow in a line; an author's with their identity and number of known papers."""
    person = follow.person
    if follow.kind is not Kind.AUTHOR:
        return line(*_named(follow))
    if person is None:
        return line(*_named(follow), " · by the name alone, so namesakes come too")
    known = f" · {count(len(person.papers), 'paper')} known" if person.papers else ""
    name = line(f"{follow.kind} ", bold(follow.what))
    if person.identity:
        name = line(*name, " (", Link(person.identity, identity_address(person.identity)), ")")
    if person.orcid and person.orcid not in person.identity:
        known += " · ORCID "
        return line(*name, known, Link(person.orcid, identity_address(f"orcid:{person.orcid}")))
    return line(*name, known)
