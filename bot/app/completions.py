"""Completions of what a person types, from stored data, for platforms that offer them."""

import re
from collections.abc import Iterable

from bot.app.command_service import Suggestion
from bot.delivery.store.channels import ChannelStore
from bot.digests.zones import complete_zone
from bot.domain.categories import CATEGORIES, POPULAR, name_of, nearest_categories
from bot.domain.channel import Follow, Kind
from bot.domain.command import Caller
from bot.domain.frozen import frozen
from bot.domain.text.normalize import fold
from bot.papers.store.papers import PaperStore
from bot.search.completions import PaperCompletions

MOST = 25
"""The maximum of any platform (https://discord.com/developers/docs/interactions/application-commands)."""

_FILTER_BEGUN = re.compile(r'(?<!\S)(cat|author):"?([^":]*)$', re.IGNORECASE)


@frozen
class Completions:
    """Completions of an argument by its kind."""

    papers: PaperStore
    channels: ChannelStore
    paper_completions: PaperCompletions

    async def suggest(self, kind: str, begun: str, caller: Caller) -> list[Suggestion]:
        """Return at most 25 completions; `CommandService.suggest` lists the kinds."""
        if kind == "paper":
            found = await self.paper_completions.begun(begun, caller.place, MOST)
            return [Suggestion(paper.id, paper.title) for paper in found]
        if kind == "category":
            return [Suggestion(code, name_of(code)) for code in _categories(begun)]
        return [Suggestion(text) for text in await self._texts(kind, begun, caller)]

    async def _texts(self, kind: str, begun: str, caller: Caller) -> list[str]:
        match kind:
            case "author":
                return await self._names(begun)
            case "zone":
                return complete_zone(begun, MOST)
            case "followed":
                return await self._followed(begun, caller)
            case "topic":
                return await self._topics(begun, caller)
            case "search":
                return await self._searched(begun, caller)
            case _:
                return []

    async def _names(self, begun: str) -> list[str]:
        return await self.papers.names_from(begun, MOST) if len(fold(begun)) > 1 else []

    async def _topics(self, begun: str, caller: Caller) -> list[str]:
        """Return topics to follow: of the place's last digests, then arXiv's names of categories; none followed yet."""
        channel = await self.channels.get(caller.place)
        followed = {fold(follow.what) for follow in channel.follows}
        lately = await self.paper_completions.topics_lately(caller.place)
        named = [name_of(code) for code in (CATEGORIES if fold(begun) else POPULAR)]
        return _fitting(begun, [name for name in (*lately, *named) if fold(name) not in followed])

    async def _searched(self, begun: str, caller: Caller) -> list[str]:
        """Return the text with its final filter completed: a category, or a stored author.

        Without a filter, return searches for what the place follows and for topics of its last digests.
        """
        if not (found := _FILTER_BEGUN.search(begun)):
            channel = await self.channels.get(caller.place)
            own = [_search_for(follow) for follow in channel.follows]
            return _fitting(begun, [*own, *await self.paper_completions.topics_lately(caller.place)])
        before, value = begun[: found.start(1)], found[2]
        if found[1].lower() == "cat":
            return [f"{before}cat:{code}" for code in _categories(value)] if value else []
        return [f'{before}author:"{name}"' for name in await self._names(value)]

    async def _followed(self, begun: str, caller: Caller) -> list[str]:
        channel = await self.channels.get(caller.place)
        named = [wish.what for wish in channel.follows] + [mute.what for mute in channel.mutes]
        return [name for name in named if fold(begun) in fold(name)][:MOST]


def _search_for(follow: Follow) -> str:
    match follow.kind:
        case Kind.AUTHOR:
            return f'author:"{follow.what}"'
        case Kind.CATEGORY:
            return f"cat:{follow.what}"
        case Kind.TOPIC:
            return follow.what


def _fitting(begun: str, texts: Iterable[str]) -> list[str]:
    """Return at most MOST of the texts that hold what was typed, each once."""
    wanted = fold(begun)
    return list(dict.fromkeys(text for text in texts if wanted in fold(text)))[:MOST]


def _categories(begun: str) -> list[str]:
    wanted = begun.strip().lower()
    if not wanted:
        return list(POPULAR)
    found = [code for code in CATEGORIES if code.lower().startswith(wanted) or wanted in name_of(code).lower()][:MOST]
    return found or list(nearest_categories(begun, MOST))
