"""The cards of what a channel follows: one begun or ended, and the list of all."""

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

LIST_LIMIT = 12
"""Rows with a button of their own; the others are listed and can be ended by typing."""

EXAMPLES = 3


def followed_card(follow: Follow, new: bool, brings: Forecast, delivery: str, notes: Sequence[str] = ()) -> Card:
    """What was subscribed, what the last 7 days would have brought, and when the next digest comes."""
    verb = "This channel now follows" if new else "This channel already follows"
    blocks: list[Block] = [Paragraph((line(f"{verb} ", *_named(follow), "."),))]
    if notes:
        blocks.append(Paragraph(tuple(line(note) for note in notes)))
    blocks.append(Paragraph((line(_would_have(brings)),)))
    if brings.papers:
        blocks.append(Bullets(tuple(paper_line(paper) for paper in brings.papers[:EXAMPLES])))
    blocks += [Actions((unfollow_button(follow), Button("All follows", "/following"))), Fine(line(delivery))]
    text = f"{verb} {in_words(follow)}. {_would_have(brings)} {delivery}"
    data = {"follows": follows_data([follow]), **forecast_data(brings)}
    return Card("follow", text, tuple(blocks), tone="good", data=data)


def forecast_data(brings: Forecast) -> dict[str, object]:
    """Some of the papers, and how many a day of announcement."""
    return {"papers": [paper_data(paper) for paper in brings.papers[:EXAMPLES]], "a_day": round(brings.a_day, 1)}


def unfollowed_card(what: str, left: Channel) -> Card:
    """What was ended; also a mute."""
    rest = count(len(left.follows), "follow") if left.follows else "nothing"
    text = f"Ended: {what}. This channel still follows {rest}."
    data = {"follows": follows_data(left.follows)}
    return Card("unfollow", text, (Paragraph((line("Ended: ", bold(what), f". Left: {rest}."),)),), "good", data=data)


def muted_card(what: str, new: bool) -> Card:
    """What is kept out from now on."""
    verb = "Muted" if new else "Already muted"
    meaning = "Papers by anybody of this name, or with these words, stay out of this channel's digests."
    blocks = (Paragraph((line(f"{verb}: ", bold(what), "."), line(meaning))),)
    return Card(
        "mute", f"{verb}: {what}. {meaning}", (*blocks, Actions((Button("Unmute", f"/unfollow {what}"),))), tone="good"
    )


def following_card(
    channel: Channel, delivery: str, opinions: Sequence[Feedback] = (), titles: Mapping[str, str] | None = None
) -> Card:
    """All follows, mutes and opinions of a channel, each with its button, and when the digest comes.

    `titles` of the papers that opinions are of, by id.
    """
    rows = [Row(_in_list(follow), unfollow_button(follow)) for follow in channel.follows]
    rows += [Row(line("Muted: ", bold(m.what)), Button("Unmute", f"/unfollow {m.what}")) for m in channel.mutes]
    blocks: list[Block] = [Heading(line("What this channel follows")), *rows[:LIST_LIMIT]]
    if rows[LIST_LIMIT:]:
        blocks.append(Bullets(tuple(row.line for row in rows[LIST_LIMIT:])))
        blocks.append(Fine(line("End one of these with ", code("/unfollow"), " and its name.")))
    if not rows:
        blocks.append(Paragraph((line("Nothing yet. Try ", code("/follow cs.LG"), " or ", code("/follow Yam Eitan")),)))
    blocks += feedback_blocks(opinions, titles or {})
    blocks.append(Fine(line(delivery)))
    names = ", ".join(in_words(follow) for follow in channel.follows) or "nothing yet"
    data = {"follows": follows_data(channel.follows), "mutes": mutes_data(channel.mutes)}
    data |= {"opinions": feedback_data(opinions)}
    return Card("following", f"This channel follows {names}. {delivery}", tuple(blocks), private=True, data=data)


def which_card(what: str, follows: Sequence[Follow]) -> Card:
    """Several follows of one name, of which one is to be ended: which?"""
    text = f"This channel follows {count(len(follows), 'thing')} named “{shorten(what, 80)}”. Which shall end?"
    rows = tuple(Row(_in_list(follow), unfollow_button(follow)) for follow in follows[:LIST_LIMIT])
    return Card("which", text, (Paragraph((line(text),)), *rows), private=True, data={"follows": follows_data(follows)})


def in_words(follow: Follow) -> str:
    """ "the author Yam Eitan", "the category cs.LG", "the topic “optimizers”"."""
    name = f"“{follow.what}”" if follow.kind is Kind.TOPIC else follow.what
    return f"the {follow.kind} {name}"


def unfollow_button(follow: Follow) -> Button:
    """Ends this one; the kind goes along, since an author and a topic may have one name."""
    return Button("Unfollow", f"/unfollow {follow.kind}:{follow.identity or follow.what}")


def no_delivery(channel: Channel) -> str:
    """Why nothing comes to this channel, or empty where something does."""
    if channel.paused:
        return f"Deliveries here are paused: {channel.paused} /digest on brings them back."
    return "" if channel.wants_digest else "The daily digest is off here: /digest on brings it."


def delivery_in_words(channel: Channel, next_moment: str) -> str:
    """When what is followed comes."""
    trending = with_trending(channel.timetable) if channel.timetable else ""
    return no_delivery(channel) or f"It comes with this channel's daily digest{trending}, next {next_moment}."


def _named(follow: Follow) -> Line:
    name = f"“{follow.what}”" if follow.kind is Kind.TOPIC else follow.what
    return line(f"{follow.kind} ", bold(name), f" ({follow.identity})" if follow.identity else "")


def _in_list(follow: Follow) -> Line:
    """A follow, and of an author who that is and by what she is recognised."""
    person = follow.person
    if follow.kind is not Kind.AUTHOR:
        return line(*_named(follow))
    if person is None:
        return line(*_named(follow), " · by the name alone, so namesakes come too")
    known = f" · {count(len(person.papers), 'paper')} known" if person.papers else ""
    said = line(f"{follow.kind} ", bold(follow.what))
    if person.identity:
        said = line(*said, " (", Link(person.identity, identity_address(person.identity)), ")")
    if person.orcid and person.orcid not in person.identity:
        known += " · ORCID "
        return line(*said, known, Link(person.orcid, identity_address(f"orcid:{person.orcid}")))
    return line(*said, known)


def _would_have(brings: Forecast) -> str:
    if not brings.papers:
        return "The last 7 days would have brought no paper."
    a_day = f", about {brings.a_day:.0f} a day" if brings.days > 1 and brings.a_day >= 1 else ""
    meant = f", {brings.by_meaning:,} of them by meaning" if brings.by_meaning else ""
    return f"The last 7 days would have brought {count(len(brings.papers), 'paper')}{a_day}{meant}:"
