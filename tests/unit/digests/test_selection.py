"""What a digest chooses from, and a forecast: one road, whatever is followed, muted and known of the papers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.build import Window, draft_of, finish, select
from bot.digests.forecast import forecast_follow
from bot.domain.attribution import Attributions, Grade, Sureness
from bot.domain.channel import Channel, Follow, Kind, Mute, Person, Timetable
from bot.domain.paper import Paper
from bot.domain.schedule import CATCH_UP
from bot.papers.candidate import Candidate
from bot.ranking.match import MIN_COSINE, Meanings, counts_from, is_unsure, wants
from bot.ranking.matched import Matched
from bot.ranking.news import News
from bot.ranking.order import rank
from support.builders.sample_cards import NOW, PLACE

TOPIC = "quadruped robots"
WANG = Follow(Kind.AUTHOR, "Wei Wang", NOW, person=Person("openalex:A1"))
WISHES = (
    Follow(Kind.CATEGORY, "cs.LG", NOW),
    Follow(Kind.CATEGORY, "math", NOW),
    Follow(Kind.TOPIC, TOPIC, NOW),
    Follow(Kind.AUTHOR, "Ada Lovelace", NOW),
    Follow(Kind.AUTHOR, "Wei Wang", NOW),
    WANG,
)
ALWAYS = timedelta(days=400)


@st.composite
def news(draw: st.DrawFn) -> News:
    """Papers of ten days, and what is known of their meaning and of who wrote them."""
    number, drawn = draw(st.integers(1, 12)), []
    grades = {}
    for n in range(number):
        authors = draw(st.lists(st.sampled_from(["Wei Wang", "Ada Lovelace", "Vera Rubin"]), min_size=1, unique=True))
        categories = draw(st.lists(st.sampled_from(["cs.LG", "cs.CV", "math.CO"]), min_size=1, unique=True))
        title = draw(st.sampled_from([TOPIC, "A survey", "Kagome ice"]))
        paper = Paper(f"2605.{n:05}", title, "We walk.", tuple(authors), tuple(categories), NOW)
        cosine = draw(st.sampled_from([None, 0.1, 0.9]))
        vector = None if cosine is None else np.array([cosine, (1 - cosine**2) ** 0.5], np.float32)
        drawn.append(Candidate(paper, vector))
        if grade := draw(st.sampled_from([None, *Grade])):
            grades[paper.id] = Sureness(grade, "why")
    hours = draw(st.lists(st.integers(0, 240), min_size=number, max_size=number))
    when = {one.paper.id: NOW - timedelta(hours=ago) for one, ago in zip(drawn, hours, strict=True)}
    meanings = Meanings({TOPIC: np.array([1, 0], np.float32)}, MIN_COSINE, Attributions({WANG.key: grades}))
    return News(tuple(drawn), when, meanings)


def begun(draw_hours: Sequence[int], wishes: Sequence[Follow]) -> tuple[Follow, ...]:
    pairs = zip(wishes, draw_hours, strict=False)
    return tuple(replace(wish, since=NOW - timedelta(hours=ago)) for wish, ago in pairs)


MUTES = st.lists(st.sampled_from(["survey", "Vera Rubin", "math.CO"]), unique=True).map(
    lambda said: tuple(Mute(what, NOW) for what in said)
)
FOLLOWS = st.builds(
    begun, st.lists(st.integers(0, 300), min_size=6, max_size=6), st.lists(st.sampled_from(WISHES), unique=True)
)


@given(news(), st.sampled_from(WISHES), FOLLOWS, MUTES, st.booleans())
def test_a_forecast_is_what_a_digest_brings_with_that_follow_added(
    read: News, wish: Follow, follows: tuple[Follow, ...], mutes: tuple[Mute, ...], cross: bool
) -> None:
    table, long_ago = Timetable(cross=cross), replace(wish, since=NOW - ALWAYS)
    others = tuple(one for one in follows if one.key != wish.key)
    channel = Channel(PLACE, follows=(*others, long_ago), mutes=mutes)

    brings = forecast_follow(wish, read.between(NOW - CATCH_UP, NOW), read.when, cross, read.meanings, mutes)
    chosen = select(channel, table, Window.of_delivery(channel, NOW, NOW), read)

    by_id = {one.paper.id: one for one in read.candidates}
    told = {match.paper.id: by_id[match.paper.id] for match in chosen.matches}
    by_wish = {i for i, one in told.items() if wants(wish, one, cross, read.meanings)}
    assert {paper.id for paper in brings.papers} == {i for i in by_wish if not is_unsure(wish, by_id[i], read.meanings)}


@given(news(), FOLLOWS, MUTES, st.booleans(), st.sets(st.integers(0, 11)), st.none() | st.integers(0, 400))
def test_a_digest_brings_what_any_follow_may_meet_and_nothing_twice(
    read: News, follows: tuple[Follow, ...], mutes: tuple[Mute, ...], cross: bool, seen: set[int], served: int | None
) -> None:
    last = None if served is None else NOW - timedelta(hours=served)
    channel = Channel(PLACE, follows=follows, mutes=mutes, last_slot=last)
    delivered = {f"2605.{n:05}" for n in seen}
    window = Window.of_delivery(channel, NOW, NOW)

    chosen = select(channel, Timetable(cross=cross), window, read, delivered)
    without_mutes = select(replace(channel, mutes=()), Timetable(cross=cross), window, read, delivered)

    wanted = {
        one.paper.id
        for one in read.candidates
        if one.paper.id not in delivered
        and window.after < read.when[one.paper.id] <= NOW
        and any(
            counts_from(follow.since) <= read.when[one.paper.id] and wants(follow, one, cross, read.meanings)
            for follow in follows
        )
    }
    assert {match.paper.id for match in without_mutes.matches} == wanted
    assert {match.paper.id for match in chosen.matches} <= wanted
    assert chosen.muted == len(without_mutes.matches) - len(chosen.matches)
    assert chosen.announced >= len(wanted)


@given(news(), FOLLOWS, FOLLOWS, MUTES, st.booleans(), st.sets(st.integers(0, 11)), st.integers(0, 12))
def test_what_was_matched_for_all_channels_at_once_is_what_matching_for_one_finds(
    read: News,
    follows: tuple[Follow, ...],
    others: tuple[Follow, ...],
    mutes: tuple[Mute, ...],
    cross: bool,
    seen: set[int],
    known: int,
) -> None:
    channel, delivered = Channel(PLACE, follows=follows, mutes=mutes), {f"2605.{n:05}" for n in seen}
    in_order = sorted(read.candidates, key=lambda one: read.when[one.paper.id])  # as the cache of announcements reads
    read = replace(read, candidates=tuple(in_order))
    earlier = Matched(read.candidates[:known])
    earlier.learn(others)
    matched = earlier.with_papers(read.candidates)
    matched.learn(follows)
    near = matched.near(read.meanings.topics, read.meanings.min_cosine, 1)
    at_once = replace(read, matched=matched, near=near, instants=sorted(read.when.values()))

    for window in (Window.of_delivery(channel, NOW, NOW), Window.of_day(Timetable(), NOW.date(), NOW)):
        one_by_one, chosen = (
            select(channel, Timetable(cross=cross), window, which, delivered) for which in (read, at_once)
        )
        assert replace(chosen, matches=rank(chosen.matches)) == replace(one_by_one, matches=rank(one_by_one.matches))


@given(news(), FOLLOWS, MUTES)
def test_a_past_day_is_as_the_follows_of_now_would_have_made_it(
    read: News, follows: tuple[Follow, ...], mutes: tuple[Mute, ...]
) -> None:
    day, table = (NOW - timedelta(days=2)).date(), Timetable()
    channel = Channel(PLACE, follows=follows, mutes=mutes)
    always = replace(channel, follows=tuple(replace(one, since=NOW - ALWAYS) for one in follows))
    window = Window.of_day(table, day, NOW)

    chosen = select(channel, table, window, read, {one.paper.id for one in read.candidates})

    assert chosen.matches == select(always, table, replace(window, past=False), read).matches
    assert all(window.after < read.when[match.paper.id] <= window.slot for match in chosen.matches)


def test_a_digest_without_news_says_that_all_was_in_an_earlier_one() -> None:
    paper = Paper("2605.00001", "A survey", "We walk.", ("Vera Rubin",), ("cs.LG",), NOW)
    read = News((Candidate(paper),), {paper.id: NOW - timedelta(hours=1)})
    channel = Channel(PLACE, follows=(Follow(Kind.CATEGORY, "cs.LG", NOW - ALWAYS),))

    chosen = select(channel, Timetable(), Window.of_delivery(channel, NOW, NOW), read, {paper.id})

    assert finish(draft_of(chosen, ()), {}, ()).quiet_because == "All papers that match were in an earlier digest."
