"""Find out what a `/follow` means: a category or topic at once, a person by looking them up."""

import asyncio
from datetime import datetime

from bot.authors.directory import AuthorDirectory
from bot.authors.resolve import Resolved, read_identity, resolve_identity, resolve_name, resolve_paper
from bot.digests.cards.follow_question import IDENTITY_HINT, Unclear
from bot.digests.follow_list import inverted_name
from bot.digests.follow_text import PREFIX, is_by_name, read_follow, unclear_text
from bot.domain.channel import Follow, Kind
from bot.domain.errors import BadInput, SourceDown
from bot.domain.frozen import frozen
from bot.domain.text.author_name import spellings
from bot.domain.wording import listed
from bot.papers.arxiv_port import Catalogue
from bot.papers.candidate import speaks_of
from bot.papers.store.papers import PaperStore
from bot.ranking.candidates import AnnouncementCache

AUTHOR_CHECK_TIMEOUT = 10.0
"""Seconds to wait for arXiv to confirm that it knows an author."""

_MAX_NEAR, _MAX_OFFERED = 5, 3


class _Unknown(BadInput):
    """Nobody of that name is known."""


@frozen
class Wanted:
    """What to follow; `insists`: however many papers it brings. `note` is a sentence on what remains unknown."""

    follow: Follow
    insists: bool = False
    note: str = ""


@frozen
class FollowReader:
    """Reader of what people want to follow."""

    directory: AuthorDirectory
    papers: PaperStore
    catalogue: Catalogue
    announcements: AnnouncementCache

    async def read(self, text: str, option: str, now: datetime, by: str) -> Wanted | Unclear | Resolved:
        """Return what `text` wants, what is unclear about it, or the several people of a name. Raises BadInput.

        `option` is the kind that the person chose, or empty. Asks arXiv only about what may be a name.
        """
        unclear = unclear_text(text, option)
        if unclear and not (unclear.person and await self.is_known(inverted_name(text) or text)):
            return unclear
        kind, what, insists = read_follow(text, option)
        if kind is not Kind.AUTHOR:
            return Wanted(Follow(kind, what, now, by), insists)
        prefixed = bool(PREFIX.fullmatch(text.strip()))
        try:
            found = await self._author(what, is_by_name(text), bool(option) or prefixed, now)
        except _Unknown as unknown:
            if prefixed and not option:  # asked by a button beside the topic
                unknown.nearest = (*unknown.nearest, f"/follow topic:{what}")
            raise
        if isinstance(found, Unclear) or found.candidates:
            return found
        return Wanted(Follow(kind, found.name, now, by, found.person), note=found.note)

    async def is_known(self, name: str) -> bool:
        """Return True if a paper seen here has an author of that name."""
        return bool(_same(await self.papers.names_like(name, _MAX_NEAR), name))

    async def _author(self, text: str, by_name: bool, chosen: bool, now: datetime) -> Resolved | Unclear:
        """Resolve an identity, a paper with a name, or a known name to an author."""
        identity, name = read_identity(text)
        if identity:
            return await (
                resolve_paper(identity, name, self.directory) if name else resolve_identity(identity, self.directory)
            )
        near = await self.papers.names_like(text, _MAX_NEAR)
        known, note = _same(near, text), ""
        if not known and not chosen and await self._is_written_about(text, now):
            return Unclear(text)
        if not known:
            known, note = await self._known_to_arxiv(text, near)
        if known:
            return Resolved(known, note=note) if by_name or note else await resolve_name(known, self.directory)
        if not chosen:
            return Unclear(text, person=False, nearest=tuple(near[:_MAX_OFFERED]))
        offers = tuple(f"/follow author:{name}" for name in near[:_MAX_OFFERED])
        hint = f"{_near_names(near)} {IDENTITY_HINT}".strip()
        raise _Unknown(f"I don't know an author called “{text}”.", hint, offers)

    async def _is_written_about(self, text: str, now: datetime) -> bool:
        """Return True if a paper of the last days says these words: then they may be a topic as well."""
        news = await self.announcements.news(now, ())
        return await asyncio.to_thread(lambda: any(speaks_of(text, candidate) for candidate in news.candidates))

    async def _known_to_arxiv(self, name: str, near: list[str]) -> tuple[str, str]:
        """Return the name as the author spells it, or empty, and a note if arXiv is down."""
        try:
            async with asyncio.timeout(AUTHOR_CHECK_TIMEOUT):
                written = await self.catalogue.written_by(name, _MAX_NEAR)
        except (SourceDown, TimeoutError):
            return name, f"arXiv isn't responding, so I can't check this name. {_near_names(near)}".strip()
        await self.papers.keep(written)
        return _same([author for paper in written for author in paper.authors], name), ""


def _same(names: list[str], name: str) -> str:
    return next((known for known in names if spellings(known) & spellings(name)), "")


def _near_names(near: list[str]) -> str:
    return f"Closest names: {listed(near[:_MAX_OFFERED])}." if near else ""
