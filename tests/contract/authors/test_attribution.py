"""Who follows a person gets her papers, told how sure that is, and not those of somebody else of the name."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from bot.authors.attribute import MAX_PAPERS_KEPT, attribute_authors, with_new_papers
from bot.delivery.store.channels import ChannelStore
from bot.domain.attribution import NOBODY_KNOWN, Attributions, Grade, Sureness
from bot.domain.channel import Follow, Kind, Person, Place
from bot.domain.paper import Paper
from bot.infra.clock import FixedClock
from bot.papers.candidate import Candidate
from bot.papers.embeddings import Vectors
from bot.papers.store.embeddings import EmbeddingStore
from bot.papers.store.fetch_log import FetchLog
from bot.papers.store.papers import PaperStore
from bot.papers.store.upvotes import UpvoteStore
from bot.papers.upvotes import Upvotes
from bot.ranking.candidates import AnnouncementCache
from bot.ranking.match import Meanings, filter_papers
from bot.ranking.preferences import Preferences
from bot.ranking.scorer import PaperScorer
from bot.ranking.store.feedback import FeedbackStore

pytestmark = pytest.mark.one_store

NOW = datetime(2026, 8, 11, tzinfo=UTC)
ROBOTS = "Grasping with a soft robot hand: contact forces of deformable fingers in manipulation"
STARS = "Spectra of hot Jupiters: transmission spectroscopy of exoplanet atmospheres with methane"
OTHER_THINGS = [
    f"{word} of {thing}" for word in ("Bounds", "Models", "Speed", "Limits") for thing in ("graphs", "text")
]


def paper(number: int, title: str, *authors: str, categories: tuple[str, ...] = ("cs.RO",)) -> Paper:
    return Paper(f"26{number // 1000 + 1:02}.{number % 1000:05}", title, title, authors, categories, NOW)


KNOWN = [paper(n, f"{ROBOTS} {n}", "Wei Wang", "Yam Eitan", "Ada Lovelace") for n in range(4)]
ANOTHERS = [paper(10 + n, f"{STARS} {n}", "Wei Wang", "Vera Rubin", categories=("astro-ph.EP",)) for n in range(4)]
PERSON = Person(
    "openalex:A5000000001",
    ("Wei J. Wang", "Wéi Wáng"),
    tuple(one.id for one in KNOWN),
    (tuple(one.id for one in ANOTHERS), ()),
)
FOLLOW = Follow(Kind.AUTHOR, "Wei Wang", NOW, person=PERSON)
BACKGROUND = [paper(900 + n, title, "Somebody Else") for n, title in enumerate(OTHER_THINGS)]


@pytest_asyncio.fixture
async def shelf(redis_client: Redis) -> PaperStore:
    """Knows what the two people wrote before."""
    papers = PaperStore(redis_client, FixedClock(NOW))
    await papers.keep([*KNOWN, *ANOTHERS])
    return papers


async def reasons(shelf: PaperStore, new: Paper, follow: Follow = FOLLOW) -> tuple[tuple[str, ...], bool]:
    """Why a new paper comes, and whether it comes first; nothing where it doesn't."""
    candidates = [Candidate(one) for one in (new, *BACKGROUND)]
    persons = await attribute_authors(candidates, {one.paper.id: NOW for one in candidates}, [follow], shelf)
    matches = filter_papers(candidates, [follow], [], meanings=Meanings(persons=persons)).matches
    return (matches[0].reasons, matches[0].followed_author) if matches else ((), False)


async def test_a_paper_with_a_known_co_author_is_hers(shelf: PaperStore) -> None:
    new = paper(2000, "Something new", "Wei Wang", "Ada Lovelace")
    assert await reasons(shelf, new) == (("You follow Wei Wang",), True)


async def test_one_whose_name_many_may_have_makes_it_probable_where_somebody_is_known_by_no_paper(
    shelf: PaperStore,
) -> None:
    new = paper(2000, "Something new", "Wei Wang", "Yam Eitan")
    assert await reasons(shelf, new) == (("You follow Wei Wang, probably this one (with Yam Eitan)",), True)


@pytest.mark.parametrize("spelling", ["Wei J. Wang", "Wéi Wáng", "WEI WANG"])
async def test_her_other_spellings_are_hers(shelf: PaperStore, spelling: str) -> None:
    assert await reasons(shelf, paper(2000, ROBOTS, spelling, "Yam Eitan")) == (("You follow Wei Wang",), True)


async def test_an_author_whose_name_is_written_otherwise_is_not_their_own_co_author(shelf: PaperStore) -> None:
    """Else every namesake's paper would share a co-author with theirs."""
    earlier = [replace(one, authors=("Minghao Yang", *one.authors[1:])) for one in KNOWN]
    await shelf.keep(earlier)
    follow = Follow(Kind.AUTHOR, "Ming-Hao Yang", NOW, person=replace(PERSON, names=()))
    own, namesakes = paper(2000, ROBOTS, "Minghao Yang", "Yam Eitan"), paper(2001, STARS, "Minghao Yang", "Vera Rubin")

    assert (await reasons(shelf, own, follow))[0] == ("You follow Ming-Hao Yang",)
    assert (await reasons(shelf, namesakes, follow))[0] != ("You follow Ming-Hao Yang",)


async def test_the_paper_of_another_is_not_delivered(shelf: PaperStore) -> None:
    assert await reasons(
        shelf, paper(2000, f"{STARS} again", "Wei Wang", "Vera Rubin", categories=("astro-ph.EP",))
    ) == (
        (),
        False,
    )


async def test_a_paper_known_to_be_anothers_is_not_delivered_and_a_known_one_is(shelf: PaperStore) -> None:
    assert await reasons(shelf, ANOTHERS[0]) == ((), False)
    assert await reasons(shelf, KNOWN[0]) == (("You follow Wei Wang",), True)


async def test_what_is_unsure_is_delivered_says_so_and_does_not_come_first(shelf: PaperStore) -> None:
    (why,), first = await reasons(
        shelf, paper(2000, "Coloring planar graphs", "Wei Wang", "New Name", categories=("math.CO",))
    )
    assert why == "Perhaps another Wei Wang than you follow (no co-author in common, another field)"
    assert not first


async def test_what_is_probable_says_why(shelf: PaperStore) -> None:
    alone = replace(FOLLOW, person=replace(PERSON, others=()))
    (why,), first = await reasons(
        shelf, paper(2000, "Coloring planar graphs", "Wei Wang", categories=("math.CO",)), alone
    )
    assert why == "You follow Wei Wang, probably this one (nobody else of the name is known)"
    assert first


async def test_a_follow_of_a_name_matches_as_ever(shelf: PaperStore) -> None:
    by_name = Follow(Kind.AUTHOR, "Wei Wang", NOW)
    new = paper(2000, STARS, "Wei Wang")
    assert await reasons(shelf, new, by_name) == (("You follow Wei Wang",), True)


async def test_a_person_of_whom_no_paper_is_left_in_the_store_is_matched_by_name(redis_client: Redis) -> None:
    empty = PaperStore(redis_client, FixedClock(NOW))
    assert await reasons(empty, paper(2000, STARS, "Wei Wang")) == (("You follow Wei Wang",), True)


async def test_one_paper_alone_is_scored_as_among_others(shelf: PaperStore, redis_client: Redis) -> None:
    channels, place = ChannelStore(redis_client), Place("slack", "T1", "C1")
    await channels.follow(place, FOLLOW)
    vectors, upvotes = Vectors(None, EmbeddingStore(redis_client)), Upvotes(None, UpvoteStore(redis_client), shelf)
    cache = AnnouncementCache(shelf, FetchLog(redis_client), vectors)
    tastes = Preferences(shelf, FeedbackStore(redis_client), vectors, cache)
    scorer = PaperScorer(channels, cache, tastes, vectors, upvotes, FixedClock(NOW))
    hers = paper(2000, "Something new", "Wei Wang", "Ada Lovelace")
    unsure = paper(2001, "Coloring planar graphs", "Wei Wang", "New Name", categories=("math.CO",))
    others = paper(2002, f"{STARS} again", "Wei Wang", "Vera Rubin", categories=("astro-ph.EP",))

    found = {one.id: (await scorer.score_paper(one, place))[0] for one in (hers, unsure, others)}

    assert [(one.followed_author, bool(one.perhaps_another), bool(one.reasons)) for one in found.values() if one] == [
        (True, False, True),
        (False, True, True),
        (False, False, False),
    ]
    assert found == await scorer.score_papers([hers, unsure, others], place)


async def test_nothing_is_told_of_a_week_without_the_name(shelf: PaperStore) -> None:
    assert await attribute_authors([Candidate(one) for one in BACKGROUND], {}, [FOLLOW], shelf) == NOBODY_KNOWN


async def test_what_is_surely_hers_tells_of_what_comes_after_it(shelf: PaperStore) -> None:
    first = paper(2000, f"{ROBOTS} again", "Wei Wang", "Yam Eitan", "Leonhard Euler")
    then = paper(2001, "Coloring planar graphs again", "Wei Wang", "Leonhard Euler")
    papers = [then, first, *BACKGROUND]
    when = {one.id: NOW for one in papers} | {then.id: NOW + timedelta(days=1)}
    found = await attribute_authors([Candidate(one) for one in papers], when, [FOLLOW], shelf)
    sureness = found.of(FOLLOW.key, then.id)
    assert sureness is not None
    assert (sureness.grade, sureness.why) == ("sure", "with Leonhard Euler")


def test_only_what_is_surely_hers_is_learned() -> None:
    judged = {"2608.00001": Sureness(Grade.SURE), "2608.00002": Sureness(Grade.PROBABLY)}
    more = with_new_papers(FOLLOW, Attributions({FOLLOW.key: judged}))
    assert more is not None
    assert more.person == replace(PERSON, papers=(*PERSON.papers, "2608.00001"))
    assert with_new_papers(more, Attributions({FOLLOW.key: judged})) is None
    assert with_new_papers(replace(FOLLOW, person=None), Attributions({FOLLOW.key: judged})) is None


def test_of_a_persons_papers_the_latest_are_kept() -> None:
    many = {f"2608.{n:05}": Sureness(Grade.SURE) for n in range(MAX_PAPERS_KEPT)}
    more = with_new_papers(FOLLOW, Attributions({FOLLOW.key: many}))
    assert more is not None
    assert more.person == replace(PERSON, papers=tuple(many))
