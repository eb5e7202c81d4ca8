"""Cards of a channel's follows: one added or ended, and the list of all."""

from collections.abc import Mapping, Sequence

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
    Line,
    Link,
    Paragraph,
    Row,
    bold,
    code,
    line,
)
from bot.domain.channel import Channel, Follow, Kind
from bot.domain.feedback import Feedback
from bot.domain.text.clean import shorten
from bot.domain.wording import count, with_trending
from bot.library.feedback_cards import feedback_blocks
from bot.papers.cards import paper_line

MAX_BUTTON_ROWS = 12
"""Rows with their own button; the others are listed, and a user can end them by typing."""

MAX_EXAMPLES = 3


def followed_card(follow: Follow, new: bool, forecast: Forecast, delivery: str, notes: Sequence[str] = ()) -> Card:
    """Return the card of a stored follow with its forecast and the time of the next digest."""
    verb = "This channel now follows" if new else "This channel already follows"
    blocks: list[Block] = [Paragraph((line(f"{verb} ", *_named(follow), "."),))]
    if notes:
        blocks.append(Paragraph(tuple(line(note) for note in notes)))
    blocks.append(Paragraph((line(_would_have(forecast)),)))
    if forecast.papers:
        blocks.append(Bullets(tuple(paper_line(paper) for paper in forecast.papers[:MAX_EXAMPLES])))
    blocks += [Actions((unfollow_button(follow), Button("All follows", "/following"))), Fine(line(delivery))]
    text = f"{verb} {in_words(follow)}. {_would_have(forecast)} {delivery}"
    data = {"follows": follows_data([follow]), **forecast_data(forecast)}
    return Card("follow", text, tuple(blocks), tone="good", data=data)


def forecast_data(forecast: Forecast) -> dict[str, object]:
    """Return some papers of the forecast and its papers per announcement day, for `ask --json`."""
    return {
        "papers": [paper_data(paper) for paper in forecast.papers[:MAX_EXAMPLES]],
        "a_day": round(forecast.per_day, 1),
    }


def unfollowed_card(what: str, left: Channel) -> Card:
    """Return the card that confirms the end of a follow or a mute."""
    rest = count(len(left.follows), "follow") if left.follows else "nothing"
    text = f"Ended: {what}. This channel still follows {rest}."
    data = {"follows": follows_data(left.follows)}
    return Card("unfollow", text, (Paragraph((line("Ended: ", bold(what), f". Left: {rest}."),)),), "good", data=data)


def muted_card(what: str, new: bool) -> Card:
    """Return the card that confirms a mute."""
    verb = "Muted" if new else "Already muted"
    meaning = "Papers by anybody of this name, or with these words, stay out of this channel's digests."
    blocks = (Paragraph((line(f"{verb}: ", bold(what), "."), line(meaning))),)
    return Card(
        "mute", f"{verb}: {what}. {meaning}", (*blocks, Actions((Button("Unmute", f"/unfollow {what}"),))), tone="good"
    )


def following_card(
    channel: Channel, delivery: str, feedback: Sequence[Feedback] = (), titles: Mapping[str, str] | None = None
) -> Card:
    """Return the private list of a channel's follows, mutes and feedback, each with a button.

    `delivery` says when the digest comes; `titles` are those of papers with feedback, by id.
    """
    rows = [Row(_in_list(follow), unfollow_button(follow)) for follow in channel.follows]
    rows += [Row(line("Muted: ", bold(m.what)), Button("Unmute", f"/unfollow {m.what}")) for m in channel.mutes]
    blocks: list[Block] = [Heading(line("What this channel follows")), *rows[:MAX_BUTTON_ROWS]]
    if rows[MAX_BUTTON_ROWS:]:
        blocks.append(Bullets(tuple(row.line for row in rows[MAX_BUTTON_ROWS:])))
        blocks.append(Fine(line("End one of these with ", code("/unfollow"), " and its name.")))
    if not rows:
        blocks.append(Paragraph((line("Nothing yet. Try ", code("/follow cs.LG"), " or ", code("/follow Yam Eitan")),)))
    blocks += feedback_blocks(feedback, titles or {})
    blocks.append(Fine(line(delivery)))
    names = ", ".join(in_words(follow) for follow in channel.follows) or "nothing yet"
    data = {"follows": follows_data(channel.follows), "mutes": mutes_data(channel.mutes)}
    data |= {"opinions": feedback_data(feedback)}
    return Card("following", f"This channel follows {names}. {delivery}", tuple(blocks), private=True, data=data)


def which_card(what: str, follows: Sequence[Follow]) -> Card:
    """Return the private card that asks which of several follows with a name to end."""
    text = f"This channel follows {count(len(follows), 'thing')} named “{shorten(what, 80)}”. Which shall end?"
    rows = tuple(Row(_in_list(follow), unfollow_button(follow)) for follow in follows[:MAX_BUTTON_ROWS])
    return Card("which", text, (Paragraph((line(text),)), *rows), private=True, data={"follows": follows_data(follows)})


def in_words(follow: Follow) -> str:
    """Return "the author Yam Eitan", "the category cs.LG" or "the topic “optimizers”"."""
    name = f"“{follow.what}”" if follow.kind is Kind.TOPIC else follow.what
    return f"the {follow.kind} {name}"


def unfollow_button(follow: Follow) -> Button:
    """Return a button that ends the follow; its command has the kind, since an author and a topic may share a name."""
    return Button("Unfollow", f"/unfollow {follow.kind}:{follow.identity or follow.what}")


def no_delivery(channel: Channel) -> str:
    """Return the reason why the channel gets no digest; empty if it gets one."""
    if channel.paused:
        return f"Deliveries here are paused: {channel.paused} /digest on brings them back."
    return "" if channel.wants_digest else "The daily digest is off here: /digest on brings it."


def delivery_in_words(channel: Channel, next_moment: str) -> str:
    """Return a sentence on the next delivery, or on why there is none."""
    trending = with_trending(channel.timetable) if channel.timetable else ""
    return no_delivery(channel) or f"It comes with this channel's daily digest{trending}, next {next_moment}."


def _named(follow: Follow) -> Line:
    name = f"“{follow.what}”" if follow.kind is Kind.TOPIC else follow.what
    return line(f"{follow.kind} ", bold(name), f" ({follow.identity})" if follow.identity else "")


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


def _would_have(forecast: Forecast) -> str:
    if not forecast.papers:
        return "The last 7 days would have brought no paper."
    a_day = f", about {forecast.per_day:.0f} a day" if forecast.days > 1 and forecast.per_day >= 1 else ""
    by_meaning = f", {forecast.by_meaning:,} of them by meaning" if forecast.by_meaning else ""
    return f"The last 7 days would have brought {count(len(forecast.papers), 'paper')}{a_day}{by_meaning}:"
