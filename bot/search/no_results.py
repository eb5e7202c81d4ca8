"""Explains an empty search: the words or conditions without results, and similar searches that have some."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot.domain.frozen import frozen
from bot.domain.search_query import SearchQuery
from bot.domain.text.clean import shorten
from bot.papers.index_port import SearchIndex
from bot.papers.store.papers import PaperStore
from bot.search.cards import Instead
from bot.search.terms import Part, Term, Wording

MAX_TRIED = 16
"""Maximum of conditions that are left out one by one."""
MAX_OFFERED = 4
NOTHING_HERE = "I don't know any papers yet. Search everywhere to find some."

_NOTHING = {
    Part.WORD: "No papers mention “{}”.",
    Part.PHRASE: "No papers mention “{}”.",
    Part.WITHOUT: "All papers mention “{}”.",
    Part.AUTHOR: "I don't know an author named “{}”.",
    Part.CATEGORY: "No papers in {}.",
    Part.FIRST: "No papers from {} or later.",
    Part.LAST: "No papers from {} or earlier.",
    Part.CODE: "No papers link to code.",
}

_Count = Callable[[SearchQuery], Awaitable[int]]
_Group = tuple[Term, ...]


@frozen
class Emptied:
    """The explanation, a sentence each, and alternative searches that find something."""

    why: tuple[str, ...]
    instead: tuple[Instead, ...] = ()


async def why_empty(wording: Wording, index: SearchIndex, papers: PaperStore) -> Emptied:
    """Explain an empty search: count the results of each part alone, and of all parts but one. Raises StoreDown."""
    if not await index.count(SearchQuery()):
        return Emptied((NOTHING_HERE,))
    groups = _groups(wording)[:MAX_TRIED]
    empty_groups = [group for group in groups if not await _alone(wording, group, index.count)]
    why = ("No papers match all of this.", *(_nothing(group) for group in empty_groups))
    near = await _other_names(wording, empty_groups, index.count, papers)
    near += await _all_but_one(wording, groups, index.count)
    if not near and (rest := await _as_much_as_finds(wording, groups, index.count)):
        near = [rest]
    return Emptied(why, tuple(near[:MAX_OFFERED]))


async def unsaid_words(wording: Wording, count: _Count) -> list[str]:
    """Return the words and phrases that no paper contains."""
    groups = [group for group in _groups(wording)[:MAX_TRIED] if group[0].part in {Part.WORD, Part.PHRASE}]
    return [group[0].value for group in groups if not await _alone(wording, group, count)]


def _groups(wording: Wording) -> list[_Group]:
    """Return the parts that can be left out: each term, but all categories together, since one of them suffices."""
    categories = tuple(term for term in wording.terms if term.part is Part.CATEGORY)
    others = [(term,) for term in wording.terms if term.part is not Part.CATEGORY]
    return [*others, *([categories] if categories else [])]


async def _alone(wording: Wording, group: _Group, count: _Count) -> int:
    return await count(replace(wording, terms=group).query)


async def _all_but_one(wording: Wording, groups: Sequence[_Group], count: _Count) -> list[Instead]:
    """Return searches without one part, those with the fewest results first: they are nearest to the query."""
    tried = [(group, wording.less(group)) for group in groups] if len(groups) > 1 else []
    counted = [(group, rest, await count(rest.query)) for group, rest in tried]
    found = sorted((entry for entry in counted if entry[2]), key=lambda entry: entry[2])
    return [Instead(f"Without {_typed(group)}", number, _command(rest)) for group, rest, number in found]


async def _as_much_as_finds(wording: Wording, groups: Sequence[_Group], count: _Count) -> Instead | None:
    """Return the search with every part that, added in order, still finds something."""
    terms: list[Term] = []
    number = 0
    for group in groups:
        if found := await count(replace(wording, terms=(*terms, *group)).query):
            terms, number = [*terms, *group], found
    if not terms:
        return None
    dropped = [group for group in groups if not set(group) & set(terms)]
    without = ", ".join(_typed(group) for group in dropped)
    return Instead(f"Without {without}", number, _command(replace(wording, terms=tuple(terms))))


async def _other_names(
    wording: Wording, empty_groups: Sequence[_Group], count: _Count, papers: PaperStore
) -> list[Instead]:
    """Return searches with an author whose name is similar to an unknown one."""
    found = []
    for term, *_ in empty_groups:
        for name in await papers.names_like(term.value, 2) if term.part is Part.AUTHOR else ():
            other = Term(Part.AUTHOR, name)
            rest = replace(wording, terms=tuple(other if known == term else known for known in wording.terms))
            if number := await count(rest.query):
                found.append(Instead(f"By {shorten(name, 60)} instead", number, _command(rest)))
    return found


def _nothing(group: _Group) -> str:
    """Return the sentence that this part alone finds nothing."""
    return _NOTHING[group[0].part].format(", ".join(shorten(term.value, 60) for term in group))


def _typed(group: _Group) -> str:
    return shorten(" ".join(term.typed for term in group), 80)


def _command(wording: Wording) -> str:
    return f"/papers {wording.typed}"
