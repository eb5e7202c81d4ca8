"""Completions of what a person began to type, from what is kept here, for platforms that offer them."""

import re

from bot.app.command_service import Suggestion
from bot.delivery.store.channels import ChannelStore
from bot.digests.settings import zones_from
from bot.domain.categories import CATEGORIES, name_of
from bot.domain.command import Caller
from bot.domain.text.normalize import fold
from bot.papers.store.papers import PaperStore
from bot.search.completions import Shelf, papers_begun

MOST = 25
"""As many as any platform shows (https://discord.com/developers/docs/interactions/application-commands)."""


_FILTER_BEGUN = re.compile(r'(?<!\S)(cat|author):"?([^":]*)$', re.IGNORECASE)


async def suggest(kind: str, begun: str, caller: Caller, shelf: Shelf) -> list[Suggestion]:
    """At most 25 completions; see `ports.CommandService.suggest` for the kinds."""
    if kind == "paper":
        found = await papers_begun(begun, caller.place, shelf, MOST)
        return [Suggestion(paper.id, paper.title) for paper in found]
    return [Suggestion(text) for text in await _texts(kind, begun, caller, shelf)]


async def _texts(kind: str, begun: str, caller: Caller, shelf: Shelf) -> list[str]:
    papers = shelf.papers
    match kind:
        case "author":
            return await papers.names_from(begun, MOST) if len(fold(begun)) > 1 else []
        case "category":
            return _categories(begun)
        case "zone":
            return zones_from(begun, MOST)
        case "followed":
            return await _followed(begun, caller, shelf.channels)
        case "search":
            return await _searched(begun, papers)
        case _:
            return []


async def _searched(begun: str, papers: PaperStore) -> list[str]:
    """What was begun, with the filter at its end completed: a category, or an author known here."""
    if not (found := _FILTER_BEGUN.search(begun)):
        return []
    before, value = begun[: found.start(1)], found[2]
    if found[1].lower() == "cat":
        return [f"{before}cat:{code}" for code in _categories(value)] if value else []
    names = await papers.names_from(value, MOST) if len(fold(value)) > 1 else []
    return [f'{before}author:"{name}"' for name in names]


async def _followed(begun: str, caller: Caller, channels: ChannelStore) -> list[str]:
    channel = await channels.get(caller.place)
    named = [wish.what for wish in channel.follows] + [mute.what for mute in channel.mutes]
    return [name for name in named if fold(begun) in fold(name)][:MOST]


def _categories(begun: str) -> list[str]:
    wanted = begun.strip().lower()
    return [code for code in CATEGORIES if code.lower().startswith(wanted) or wanted in name_of(code).lower()][:MOST]
