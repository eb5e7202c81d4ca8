"""Recently seen author names in Redis, for spelling suggestions and completion.

Each name is in its month's sorted set once a word, rotated to begin there: "eitan yam NUL Yam Eitan" beside "yam eitan
NUL Yam Eitan". All scores are 0: the set is in alphabetical order, and a prefix is one fast range.
"""

from collections.abc import Iterable, Sequence
from functools import partial

from redis.asyncio import Redis

from bot.domain.text import fuzzy
from bot.domain.text.author_name import spellings
from bot.domain.text.normalize import fold
from bot.infra.aio.in_thread import in_thread_unless_few
from bot.infra.clock_port import Clock
from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults, twice

_MAX_AUTHORS = 100
"""Authors stored of one paper: collaborations of thousands would crowd out everyone else."""
_MAX_NAME_LENGTH = 200
_MAX_WORDS = 5
_MAX_MONTHS = 8
_CHUNK = 5000
_MAX_CANDIDATES = 24_000
_MAX_RANGE = 1000
_MIN_SCORE = 60.0
_PARTIAL_WEIGHT = 0.9
"""Factor of a partial name ("Eitan") relative to a full one."""


class AuthorNames:
    """Author names as the authors write them."""

    def __init__(self, client: Redis, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    async def note(self, papers: Sequence[Sequence[str]]) -> None:
        """Record each paper's authors as seen this month."""
        authors = dict.fromkeys(name for paper in papers for name in paper[:_MAX_AUTHORS])
        members = await in_thread_unless_few(len(authors), _all_rotations, authors)
        if not members:
            return
        now = self._clock.now()
        month = f"{now:%Y-%m}"
        pipe = self._client.pipeline(transaction=False)
        pipe.zadd(keys.NAME_MONTHS, {month: now.year * 100 + now.month})
        pipe.zremrangebyrank(keys.NAME_MONTHS, 0, -2 * _MAX_MONTHS)
        pipe.expire(keys.NAME_MONTHS, keys.NAMES_SECONDS)
        for start in range(0, len(members), _CHUNK):
            pipe.zadd(keys.names(month), dict.fromkeys(members[start : start + _CHUNK], 0))
        pipe.expire(keys.names(month), keys.NAMES_SECONDS)
        with redis_faults():
            await pipe.execute()

    async def like(self, name: str, limit: int) -> list[str]:
        """Return the names nearest to `name`, nearest first, among those that share the beginning of a word with it."""
        wanted = fold(name[:_MAX_NAME_LENGTH])
        written = spellings(name[:_MAX_NAME_LENGTH])
        prefixes = dict.fromkeys(prefix for spelling in sorted(written) for prefix in _near_prefixes(spelling))
        if not prefixes:
            return []
        found = await self._starting_with(list(prefixes))
        people = {shown: folded for folded, shown in _by_person(found).items()}
        return _nearest(wanted, people)[:limit]

    async def starting(self, prefix: str, limit: int) -> list[str]:
        """Return the names with a word that starts `prefix`, followed by the rest of it, in alphabetical order."""
        wanted = fold(prefix[:_MAX_NAME_LENGTH])
        if not wanted or limit < 1:
            return []
        found = await self._starting_with([wanted], most=min(limit * 4, _MAX_RANGE))
        return list(dict.fromkeys(_by_person(sorted(found)).values()))[:limit]

    async def _starting_with(self, prefixes: list[str], most: int = _MAX_RANGE) -> list[str]:
        """Return members that start with any prefix, those of the newest month first."""
        with redis_faults():
            months = await twice(partial(self._client.zrevrange, keys.NAME_MONTHS, 0, _MAX_MONTHS - 1))
            if not months:
                return []
            share = max(min(most, _MAX_CANDIDATES // (len(months) * len(prefixes))), 1)
            pipe = self._client.pipeline(transaction=False)
            for month in months:
                for prefix in prefixes:
                    # All letters of folded names sort before 0x7f.
                    pipe.zrangebylex(keys.names(str(month)), f"[{prefix}", f"[{prefix}\x7f", 0, share)
            return [str(member) for members in await pipe.execute() for member in members]


def _all_rotations(names: Iterable[str]) -> list[str]:
    return [member for name in names for member in _rotations(name)]


def _rotations(name: str) -> Iterable[str]:
    shown = name.replace("\0", " ")[:_MAX_NAME_LENGTH]
    words = fold(shown).split()
    for shift in range(min(len(words), _MAX_WORDS)):
        yield " ".join(words[shift:] + words[:shift]) + f"\0{shown}"


def _near_prefixes(folded: str) -> Iterable[str]:
    """Return prefixes with one full word and the next one's first letter, then prefixes of each word."""
    words = folded.split()[:_MAX_WORDS]
    if len(words) > 1:
        for word, following in zip(words, words[1:] + words[:1], strict=True):
            yield f"{word} {following[0]}"
    for word in words:
        yield word[:3]


def _by_person(members: Iterable[str]) -> dict[str, str]:
    """Return display names by their sorted folded words, so that two spellings of a name count once."""
    people: dict[str, str] = {}
    for member in members:
        folded, _, shown = member.partition("\0")
        people.setdefault(" ".join(sorted(folded.split())), shown)
    return people


def _nearest(wanted: str, choices: dict[str, str]) -> list[str]:
    """Return the keys of `choices` whose folded names are similar to `wanted`, in any word order."""
    found = fuzzy.extract(wanted, choices, scorer=fuzzy.token_sort_ratio, score_cutoff=_MIN_SCORE, limit=None)
    scores = {name: score for _, score, name in found}
    for name, folded in choices.items():
        scores[name] = max(scores.get(name, 0.0), _partial_score(wanted.split(), folded.split()))
    return sorted((name for name in scores if scores[name] >= _MIN_SCORE), key=lambda name: (-scores[name], name))


def _partial_score(wanted: list[str], words: list[str]) -> float:
    """Score one word, or several exact ones, against a name with more words."""
    if len(wanted) == 1:
        return _PARTIAL_WEIGHT * max((fuzzy.ratio(wanted[0], word) for word in words), default=0.0)
    return _PARTIAL_WEIGHT * 100 if set(wanted) <= set(words) else 0.0
