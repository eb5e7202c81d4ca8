"""What people type and press on Discord: each becomes a command, goes through the core's one door and is shown.

Typed options build the same commands as text does. Whether everybody sees the answer is fixed when the interaction is
deferred, within 3 s and before the answer is known: the command decides, and a private answer to a public question
takes its place.
"""

import re
from collections.abc import Callable, Coroutine
from typing import Any, Literal

from discord import Interaction, app_commands

from adapters.discord.conversation import PaperlarkClient, caller, reply
from bot.app.parse import (
    TEXT_LIMIT,
    parse,
    parse_author,
    parse_end,
    parse_mail,
    parse_mute,
    parse_search,
    parse_similar,
)
from bot.domain.command import (
    AddFollow,
    Cite,
    DigestOff,
    DigestOn,
    GiveFeedback,
    ListFollows,
    ShowDigest,
    ShowPaper,
    ShowSaved,
    ShowTrending,
)
from bot.domain.text.clean import clean, shorten

CHOICES_LIMIT = 25
CHOICE_LIMIT = 100
"""Both: https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-option-choice-structure"""

Asked = Interaction[PaperlarkClient]
Choices = list[app_commands.Choice[str]]


def completing(kind: str, many: bool = False) -> Callable[[Asked, str], Coroutine[Any, Any, Choices]]:
    """An autocompletion of `kind`, as `CommandService.suggest` names them; `many`: of the last of several words."""

    async def complete(interaction: Asked, current: str) -> Choices:
        before, begun = _last_word(current) if many else ("", current)
        found = await interaction.client.suggest(kind, _said(begun), caller(interaction))
        fitting = [one for one in found if one.text and len(before + one.text) <= CHOICE_LIMIT]
        return [_choice(before + one.text, one.title) for one in fitting[:CHOICES_LIMIT]]

    return complete


def _choice(value: str, title: str) -> app_commands.Choice[str]:
    """Shown as the title with the value behind it, where there is a title."""
    behind = f" · {value}"
    room = CHOICE_LIMIT - len(behind)
    return app_commands.Choice(name=shorten(title, room) + behind if title and room > 0 else value, value=value)


@app_commands.command(description="A paper's card")
@app_commands.describe(query="arXiv id, address or title")
@app_commands.autocomplete(query=completing("paper"))
async def paper(interaction: Asked, query: str) -> None:
    """`/paper query`"""
    await reply(interaction, ShowPaper(_said(query)))


@app_commands.command(description="Follow an author, a category or a topic in this channel")
@app_commands.describe(
    author="a name, openalex:A…, orcid:… or an arXiv author id",
    category="such as cs.CL",
    topic="words, such as state space models",
)
@app_commands.autocomplete(author=completing("author"), category=completing("category"), topic=completing("topic"))
async def follow(
    interaction: Asked, author: str | None = None, category: str | None = None, topic: str | None = None
) -> None:
    """`/follow author | category | topic`"""
    given = {"author": _said(author), "category": _said(category), "topic": _said(topic)}
    await reply(interaction, *([AddFollow(what, kind) for kind, what in given.items() if what] or [AddFollow("")]))


@app_commands.command(description="End a follow or a mute of this channel")
@app_commands.describe(what="the author (or their id), category, topic or muted words")
@app_commands.autocomplete(what=completing("followed"))
async def unfollow(interaction: Asked, what: str) -> None:
    """`/unfollow what`"""
    await reply(interaction, parse_end(_said(what)))


@app_commands.command(description="What this channel follows and mutes, and when its digest comes")
async def following(interaction: Asked) -> None:
    """`/following`"""
    await reply(interaction, ListFollows())


@app_commands.command(description="Keep words or an author out of this channel's digest")
@app_commands.describe(what="words, an author's name, or an arXiv id to choose from")
@app_commands.autocomplete(what=completing("author"))
async def mute(interaction: Asked, what: str) -> None:
    """`/mute what`"""
    await reply(interaction, parse_mute(_said(what)))


@app_commands.command(description="An author's page: figures with their sources, and papers")
@app_commands.describe(name="a name, openalex:A…, orcid:…, an arXiv author id, or a paper's id and a name")
@app_commands.autocomplete(name=completing("author"))
async def author(interaction: Asked, name: str) -> None:
    """`/author name`"""
    await reply(interaction, parse_author(_said(name)))


@app_commands.command(description="More papers like this one in this channel's digest")
@app_commands.describe(paper_named="an arXiv id, a URL or a title; several ids, or author:Name")
@app_commands.rename(paper_named="paper")
@app_commands.autocomplete(paper_named=completing("paper"))
async def more(interaction: Asked, paper_named: str) -> None:
    """`/more paper`"""
    await reply(interaction, GiveFeedback("more", _said(paper_named)))


@app_commands.command(description="Fewer papers like this one in this channel's digest")
@app_commands.describe(paper_named="an arXiv id, a URL or a title; several ids, or author:Name")
@app_commands.rename(paper_named="paper")
@app_commands.autocomplete(paper_named=completing("paper"))
async def less(interaction: Asked, paper_named: str) -> None:
    """`/less paper`"""
    await reply(interaction, GiveFeedback("less", _said(paper_named)))


@app_commands.command(description="Keep a paper, and get more like it in this channel's digest")
@app_commands.describe(
    paper_named="an arXiv id, a URL or a title; several ids, or author:Name", note="why, shown in the reading list"
)
@app_commands.rename(paper_named="paper")
@app_commands.autocomplete(paper_named=completing("paper"))
async def save(interaction: Asked, paper_named: str, note: str | None = None) -> None:
    """`/save paper [note]`"""
    await reply(interaction, GiveFeedback("saved", _said(paper_named), None if note is None else _said(note)))


@app_commands.command(description="What this channel has saved: unread first, as a list or as a file")
@app_commands.describe(show="a part of it", format="as a file for a reference manager")
async def saved(
    interaction: Asked,
    show: Literal["all", "unread", "read"] | None = None,
    format: Literal["bibtex", "ris", "csl"] | None = None,
) -> None:
    """`/saved [show] [format]`"""
    await reply(interaction, ShowSaved(format or show or ""))


@app_commands.command(description="A paper as BibTeX, for your eyes only")
@app_commands.describe(paper_named="an arXiv id, a URL or a title")
@app_commands.rename(paper_named="paper")
@app_commands.autocomplete(paper_named=completing("paper"))
async def bibtex(interaction: Asked, paper_named: str) -> None:
    """`/bibtex paper`"""
    await reply(interaction, Cite(_said(paper_named)))


@app_commands.command(description="Search all papers by words and meaning, for your eyes only")
@app_commands.describe(query='words, "phrases", -without, author:"Yann LeCun", cat:cs.LG, from:2026-07, has:code')
@app_commands.autocomplete(query=completing("search"))
async def papers(interaction: Asked, query: str) -> None:
    """`/papers query`"""
    await reply(interaction, parse_search(_said(query)))


@app_commands.command(description="The papers nearest to one, for your eyes only")
@app_commands.describe(paper_named="an arXiv id, a URL or a title")
@app_commands.rename(paper_named="paper")
@app_commands.autocomplete(paper_named=completing("paper"))
async def similar(interaction: Asked, paper_named: str) -> None:
    """`/similar paper`"""
    await reply(interaction, parse_similar(_said(paper_named)))


@app_commands.command(description="What many read, today, this week or this month, for your eyes only")
@app_commands.describe(period="day, week or month")
async def trending(interaction: Asked, period: Literal["day", "week", "month"] | None = None) -> None:
    """`/trending [period]`"""
    await reply(interaction, ShowTrending(_said(period)))


@app_commands.command(name="paperlark", description="Help, the state of this channel, and every command by its text")
@app_commands.describe(command="any command as text, such as follow cs.CL")
async def paperlark(interaction: Asked, command: str | None = None) -> None:
    """`/paperlark [command]`"""
    await reply(interaction, parse(command or ""))


digest = app_commands.Group(name="digest", description="The papers of a day")


@digest.command(name="show", description="Today's digest or an earlier one, for your eyes only")
@app_commands.describe(date="one of the last 7 days, such as 2026-05-12, or week: the last seven together")
async def digest_show(interaction: Asked, date: str | None = None) -> None:
    """`/digest show [date]`"""
    await reply(interaction, ShowDigest(_said(date)))


@digest.command(name="on", description="A daily digest in this channel")
@app_commands.describe(
    time="HH:MM in your zone", zone="Area/City", categories="such as cs.CL cs.LG", top="papers shown, 1 to 50",
    days="such as mon-fri", lang="language of the summaries, such as en",
    cross="off: without papers that are only cross-listed to a category",
    recap="a weekday for the weekly recap with a picture, such as fri, or off",
    trending="on: with what many read too, as in direct messages; off: without",
)  # fmt: skip
@app_commands.autocomplete(zone=completing("zone"), categories=completing("category", many=True))
async def digest_on(  # noqa: PLR0913, PLR0917 - an option each
    interaction: Asked,
    time: str | None = None,
    zone: str | None = None,
    categories: str | None = None,
    top: int | None = None,
    days: str | None = None,
    lang: str | None = None,
    cross: Literal["on", "off"] | None = None,
    recap: str | None = None,
    trending: Literal["on", "off"] | None = None,
) -> None:
    """`/digest on [time] [zone] [categories] [top] [days] [lang] [cross] [recap] [trending]`"""
    named = tuple(re.split(r"[,\s]+", _said(categories).strip(", "))) if categories else ()
    shown = "" if top is None else str(top)
    typed = _said(time), _said(zone), tuple(filter(None, named)), shown, _said(days), _said(lang), _said(cross)
    await reply(interaction, DigestOn(*typed, recap=_said(recap), trending=_said(trending)))


@digest.command(name="email", description="This channel's digest to you by e-mail too")
@app_commands.describe(what="your address, then the code that was sent there; or off")
async def digest_email(interaction: Asked, what: str | None = None) -> None:
    """`/digest email [what]`"""
    await reply(interaction, parse_mail(_said(what)))


@digest.command(name="off", description="No more digests in this channel")
async def digest_off(interaction: Asked) -> None:
    """`/digest off`"""
    await reply(interaction, DigestOff())


COMMANDS: tuple[app_commands.Command[Any, ..., Any] | app_commands.Group, ...] = (
    paper,
    follow,
    unfollow,
    following,
    mute,
    author,
    more,
    less,
    save,
    papers,
    similar,
    saved,
    bibtex,
    digest,
    trending,
    paperlark,
)
"""All that Discord is told of."""


def _said(text: str | None) -> str:
    """What was typed into an option, as harmless as `parse` makes it."""
    return clean(text or "", TEXT_LIMIT)


def _last_word(text: str) -> tuple[str, str]:
    cut = max(text.rfind(" "), text.rfind(",")) + 1
    return text[:cut], text[cut:]
