"""Cards of the help: the short help with this channel's state, all commands, one command, and the status."""

from collections.abc import Iterable, Mapping, Sequence

from bot.app.plain.rule import COMMAND_LIST, SETUP
from bot.domain.ask_json import follows_data
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
    Paragraph,
    Row,
    line,
    typed,
    words_of,
)
from bot.domain.channel import Channel
from bot.domain.command_spec import CommandSpec, HelpLine, listed_commands

FIRST = (
    HelpLine("/follow cs.CL", "a category, a person or a topic"),
    HelpLine("/digest on 09:00", "the new papers, every weekday"),
    HelpLine("/paper 2605.05971", "one paper, with key points"),
    HelpLine("/papers LLM agents", "search"),
)
"""Four lines are the whole help; the rest is one press away."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Read": ("paper", "papers", "similar", "ask", "author", "trending"),
    "Follow": ("follow", "unfollow", "following", "mute"),
    "Digest": ("digest",),
    "Save and teach": ("save", "saved", "bibtex", "more", "less"),
}
OTHERS = "More"

MAX_NAMED = 5

BESIDE: Mapping[str, tuple[tuple[str, str], ...]] = {
    "paper": (("Today's papers", "/digest"), ("Trending", "/trending")),
    "papers": (("Trending", "/trending"),),
    "similar": (("Saved papers", "/saved"),),
    "author": (("See what's followed", "/following"),),
    "trending": (("Trending", "/trending"), ("This week", "/trending week"), ("This month", "/trending month")),
    "follow": (("See what's followed", "/following"), ("Set up", SETUP)),
    "unfollow": (("Choose what to unfollow", "/following"),),
    "following": (("See what's followed", "/following"),),
    "mute": (("See what's muted", "/following"),),
    "digest": (("Show today's digest", "/digest"), ("Set up", SETUP)),
    "save": (("Saved papers", "/saved"),),
    "saved": (("Saved papers", "/saved"), ("BibTeX", "/saved bibtex")),
    "bibtex": (("Saved papers", "/saved"),),
    "more": (("Your feedback", "/following"),),
    "less": (("Your feedback", "/following"),),
}
"""Buttons of a command's own help: they show something to the presser alone and change nothing."""


def help_card(
    channel: Channel,
    next_moment: Instant,
    undelivered: Sequence[tuple[str, str, str]],
    troubles: Sequence[str],
    direct: bool,
) -> Card:
    """Return the private help: four commands, this channel's state, and two buttons.

    `undelivered`: issues that can be sent again, each with a sentence, a button label and the digest's day. `troubles`:
    sentences on failures.
    """
    reader = "you" if direct else "this channel"
    text = f"I bring the day's new arXiv papers to {reader}."
    blocks: list[Block] = [Heading(line("Paperlark")), Paragraph((line(text),)), _bullets(FIRST)]
    state = state_in_words(channel, next_moment, direct)
    blocks.append(Fine(state))
    blocks += [Row(line(sentence), Button(label, f"/resend {day}")) for sentence, label, day in undelivered]
    setup = Button("Set up my digest" if direct else "Set up this channel", SETUP, primary=True)
    again = (Button("Turn it on again", "/digest on"),) if channel.paused else ()
    blocks.append(Actions((*again, setup, Button("All commands", COMMAND_LIST))))
    if troubles:
        blocks.append(Fine(line(" · ".join(troubles))))
    data = {"follows": follows_data(channel.follows)}
    return Card("help", f"{text} {words_of(state)}", tuple(blocks), private=True, data=data)


def state_in_words(channel: Channel, next_moment: Instant, direct: bool) -> Line:
    """Return what is followed here and when the next digest comes."""
    names = ", ".join(follow.what for follow in channel.follows[:MAX_NAMED])
    more = f" and {len(channel.follows) - MAX_NAMED:,} more" if len(channel.follows) > MAX_NAMED else ""
    trending = channel.timetable is not None and channel.timetable.trending
    nothing = "nothing yet, so the digest shows trending papers" if trending else "nothing yet"
    followed = f"{'You follow' if direct else 'This channel follows'} {names or nothing}{more}."
    followed += " It's locked: only admins can change that." if channel.locked and not direct else ""
    if channel.paused:
        return line(f"{followed} The digest is paused: {channel.paused}")
    if not channel.wants_digest:
        return line(f"{followed} The daily digest is off.")
    mixed = ", with trending papers" if trending and channel.follows else ""
    return line(f"{followed} Next digest{mixed}: ", next_moment, ".")


def commands_card(specs: Iterable[CommandSpec]) -> Card:
    """Return the private list of all commands, by what they are for."""
    listed = [spec for spec in listed_commands(specs) if spec.help]
    grouped = {name for names in GROUPS.values() for name in names}
    others = tuple(spec.name for spec in listed if spec.name not in grouped)
    blocks: list[Block] = [Heading(line("All commands"))]
    for head, names in {**GROUPS, OTHERS: others}.items():
        lines = [one for name in names for spec in listed if spec.name == name for one in spec.help]
        if lines:
            blocks += [Heading(line(head), level=2), _bullets(lines)]
    blocks.append(
        Fine(line("Plain words work too. If another app has a short name, type ", typed("/paperlark paper …")))
    )
    return Card("help", "All commands of Paperlark.", tuple(blocks), private=True)


def command_card(spec: CommandSpec) -> Card:
    """Return the private help of one command: what it does, examples and buttons."""
    examples = spec.help or (HelpLine(_usage(spec), ""),)
    blocks: list[Block] = [
        Heading(line(f"/{spec.name}")),
        Paragraph((line(f"{spec.description}."),)),
        _bullets(examples),
    ]
    beside = [Button(label, command) for label, command in BESIDE.get(spec.name, ())]
    blocks.append(Actions((*beside, Button("All commands", COMMAND_LIST))))
    return Card("help", f"/{spec.name}: {spec.description}.", tuple(blocks), private=True)


def status_card(sentences: Sequence[str]) -> Card:
    """Return the private card for admins: what summaries cost, how texts are compared, and what is down."""
    blocks = (Heading(line("Status")), Paragraph(tuple(line(sentence) for sentence in sentences)))
    return Card("status", " ".join(sentences), blocks, private=True)


def _usage(spec: CommandSpec) -> str:
    return " ".join(
        (f"/{spec.name}", *(f"<{one.name}>" if one.required else f"[{one.name}]" for one in spec.arguments))
    )


def _bullets(lines: Iterable[HelpLine]) -> Bullets:
    return Bullets(tuple(line(typed(one.example), f" {one.does}" if one.does else "") for one in lines))
