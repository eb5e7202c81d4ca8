"""Guarantees of the stores, on every server that the bot may meet."""

import asyncio
import json
import zlib
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from fnmatch import fnmatchcase

import numpy as np
import pytest
from redis.asyncio import Redis

from bot.delivery.store.channels import ChannelStore
from bot.domain.channel import Channel, Follow, Kind, Mute, Person, Place, Timetable
from bot.domain.paper import Paper
from bot.domain.schedule import announcement_of
from bot.domain.summary import Summary
from bot.infra.clock import FixedClock
from bot.infra.redis import keys
from bot.infra.redis.connection import check
from bot.papers.store.embeddings import EmbeddingStore
from bot.papers.store.papers import PaperStore
from bot.summaries.store.summaries import RedisSummaryStore
from support.stored_keys import stored

NOW = datetime(2026, 8, 11, 9, 0, tzinfo=UTC)
HERE = Place("slack", "T1", "C1")
THERE = Place("slack", "T1", "C2")
ELSEWHERE = Place("discord", "T1", "C1")
FOLLOW = Follow(Kind.AUTHOR, "Yam Eitan", NOW, by="U1")
PAPER = Paper(
    id="2605.05971",
    title="Attention, Again — ∇ and all",
    abstract="We look twice.",
    authors=("Yam Eitan", "António Corrêa"),
    categories=("cs.CL", "cs.LG"),
    published=NOW - timedelta(days=3, microseconds=7),
    updated=NOW - timedelta(days=3),
    comment="12 pages",
    doi="10.1/1",
    code_url="https://github.com/a/b",
)
SUMMARY = Summary("gpt-5.6-mini", topics=("attention",), key_points=("It looks twice.",), lang="de", prompt="2026-11")


@pytest.fixture
def papers(redis_client: Redis) -> PaperStore:
    return PaperStore(redis_client, FixedClock(NOW))


@pytest.fixture
def channels(redis_client: Redis) -> ChannelStore:
    return ChannelStore(redis_client)


class TestPapers:
    async def test_a_paper_comes_back_as_it_was_kept_and_unknown_ids_are_left_out(self, papers: PaperStore) -> None:
        await papers.keep([PAPER, replace(PAPER, id="hep-th/9901001")])
        found = await papers.get(["2605.05971", "hep-th/9901001", "2605.00000"])
        assert found == {PAPER.id: PAPER, "hep-th/9901001": replace(PAPER, id="hep-th/9901001")}

    async def test_a_thousand_papers_come_back_whole(self, papers: PaperStore) -> None:
        many = [replace(PAPER, id=f"2605.{n:05}") for n in range(1200)]
        await papers.keep(many)
        assert await papers.get([paper.id for paper in many]) == {paper.id: paper for paper in many}

    async def test_an_older_version_never_replaces_a_newer_one(self, papers: PaperStore) -> None:
        newer = replace(PAPER, version=2, title="Attention, Thrice")
        await papers.keep([newer])
        await papers.keep([PAPER])
        await papers.keep([PAPER, newer, PAPER])
        assert (await papers.get([PAPER.id]))[PAPER.id] == newer

    async def test_an_announcement_without_dates_and_comment_erases_neither(self, papers: PaperStore) -> None:
        announced = replace(PAPER, published=None, updated=None, comment="", doi="", code_url="")
        await papers.keep([PAPER])
        await papers.keep([announced])
        assert (await papers.get([PAPER.id]))[PAPER.id] == PAPER

    async def test_the_dates_of_a_later_fetch_complete_an_announcement(self, papers: PaperStore) -> None:
        await papers.keep([replace(PAPER, published=None, updated=None, comment="")])
        await papers.keep([PAPER])
        assert (await papers.get([PAPER.id]))[PAPER.id] == PAPER

    async def test_of_many_that_keep_one_paper_at_once_the_newest_version_wins(self, papers: PaperStore) -> None:
        versions = [replace(PAPER, version=version) for version in (1, 3, 2, 5, 4)]
        await asyncio.gather(*(papers.keep([version]) for version in versions))
        assert (await papers.get([PAPER.id]))[PAPER.id].version == 5

    async def test_a_damaged_record_is_set_aside_named_and_mended_by_the_next_fetch(
        self, papers: PaperStore, redis_client: Redis, caplog: pytest.LogCaptureFixture
    ) -> None:
        other = replace(PAPER, id="2605.00002")
        await papers.keep([PAPER, other])
        await redis_client.set(keys.paper(PAPER.id), b"\xff\x00 no paper")
        assert await papers.get([PAPER.id, other.id]) == {other.id: other}
        assert keys.paper(PAPER.id) in caplog.text
        await papers.keep([PAPER])
        assert (await papers.get([PAPER.id]))[PAPER.id] == PAPER

    async def test_what_is_no_record_at_all_counts_as_absent(self, papers: PaperStore, redis_client: Redis) -> None:
        await redis_client.rpush(keys.paper("2605.00002"), "a list")
        await papers.keep([PAPER])
        assert await papers.get(["2605.00002", PAPER.id]) == {PAPER.id: PAPER}

    async def test_half_a_character_in_a_title_keeps_no_paper_from_being_stored(self, papers: PaperStore) -> None:
        other = replace(PAPER, id="2605.00002")
        await papers.keep([replace(PAPER, title="Half \ud800"), other])
        found = await papers.get([PAPER.id, other.id])
        assert (found[PAPER.id].title, found[other.id]) == ("Half ?", other)

    async def test_a_paper_keeps_the_time_of_its_first_announcement(self, papers: PaperStore) -> None:
        first = NOW + timedelta(microseconds=1)
        await papers.announce({"a": first, "b": NOW})
        await papers.announce({"a": NOW + timedelta(days=1)})
        assert await papers.announced_at(["a", "b", "c"]) == {"a": first, "b": NOW}

    async def test_an_announcement_in_the_future_is_moved_to_the_timetables_or_to_now(
        self, papers: PaperStore, caplog: pytest.LogCaptureFixture
    ) -> None:
        now = datetime.now(UTC)
        submitted = now - timedelta(days=9)
        dated, bare = replace(PAPER, id="dated", published=submitted), replace(PAPER, id="bare", published=None)
        await papers.keep([dated, bare])
        await papers.announce({"dated": now + timedelta(days=30), "bare": now + timedelta(days=30), "past": NOW})
        await papers.correct_ahead(NOW)
        found = await papers.announced_at(["dated", "bare", "past"])
        assert found["dated"] == announcement_of(submitted)
        assert abs(found["bare"] - now) < timedelta(minutes=5)
        assert found["past"] == NOW
        assert "Announcements from the future are corrected, a clock was wrong: papers=2" in caplog.messages

    async def test_a_clock_that_is_years_ahead_forgets_no_announcement(self, papers: PaperStore) -> None:
        await papers.announce({"known": datetime.now(UTC)})
        await papers.announce({"ahead": datetime.now(UTC) + timedelta(days=900)})
        assert set(await papers.announced_at(["known", "ahead"])) == {"known", "ahead"}

    async def test_announced_is_open_at_the_start_and_closed_at_the_end(self, papers: PaperStore) -> None:
        await papers.announce({"a": NOW, "b": NOW + timedelta(hours=1), "c": NOW + timedelta(hours=2)})
        assert await papers.announced(NOW, NOW + timedelta(hours=1)) == {"b": NOW + timedelta(hours=1)}

    async def test_announcements_of_the_last_400_days_are_never_dropped_and_older_ones_are(
        self, papers: PaperStore
    ) -> None:
        ages = {"today": 0, "inside": 400, "outside": 401}
        await papers.announce({id: NOW - timedelta(days=days) for id, days in ages.items()})
        await papers.announce({"long ago": NOW - timedelta(days=430)})
        await papers.announce({"later": NOW})
        assert set(await papers.announced_at([*ages, "long ago"])) == {"today", "inside"}

    async def test_nothing_announced_is_no_announcement(self, papers: PaperStore) -> None:
        await papers.announce({})
        assert await papers.announced(NOW - timedelta(days=9), NOW) == {}

    @pytest.mark.parametrize("typed", ["Yam Eitn", "eitan yam", "Yamm Eitan", "Y. Eitan", "Eitan"])
    async def test_a_misspelt_author_is_found(self, papers: PaperStore, typed: str) -> None:
        await papers.keep([PAPER, replace(PAPER, id="2605.2", authors=("Eitan Bar", "Yamada Taro"))])
        assert (await papers.names_like(typed, 5))[0] in {"Yam Eitan", "Eitan Bar" if typed == "Eitan" else ""}

    async def test_the_nearest_name_comes_first_in_a_crowd(self, papers: PaperStore) -> None:
        crowd = [f"{given}{letter} Zhang" for given in ("Yu", "Li", "Wei", "Xin") for letter in "abcdefghij"]
        await papers.keep([replace(PAPER, authors=(*crowd, "Yonghui Zhang"))])
        assert (await papers.names_like("Yonghuy Zhang", 3))[0] == "Yonghui Zhang"

    @pytest.mark.parametrize("begun", ["ya", "Eit", "yam ei", "correa", "ANTÓ"])
    async def test_a_name_is_completed_from_any_of_its_words(self, papers: PaperStore, begun: str) -> None:
        await papers.keep([PAPER])
        assert await papers.names_from(begun, 10) == [PAPER.authors["ya" not in begun and "Eit" not in begun]]

    async def test_names_seen_in_another_month_are_known_too(self, redis_client: Redis) -> None:
        await PaperStore(redis_client, FixedClock(NOW)).keep([PAPER])
        later = PaperStore(redis_client, FixedClock(NOW + timedelta(days=100)))
        await later.keep([replace(PAPER, id="2", authors=("Yam Other",))])
        assert await later.names_from("yam", 10) == ["Yam Eitan", "Yam Other"]

    @pytest.mark.parametrize("typed", ["", "…", "\0", "  ", "*" * 5000, "[", "\ud800"])
    async def test_what_is_no_name_finds_nobody(self, papers: PaperStore, typed: str) -> None:
        await papers.keep([PAPER])
        assert await papers.names_like(typed, 5) == []
        assert await papers.names_from(typed, 5) == []


class TestSummaries:
    async def test_a_summary_is_kept_for_its_version_and_language(self, redis_client: Redis) -> None:
        summaries = RedisSummaryStore(redis_client)
        await summaries.keep(PAPER, SUMMARY)
        assert await summaries.get(PAPER, "de") == SUMMARY
        assert await summaries.get(PAPER, "en") is None
        assert await summaries.get(replace(PAPER, version=2), "de") is None

    async def test_a_summary_from_before_prompts_were_noted_is_still_good(self, redis_client: Redis) -> None:
        old = zlib.compress(b'{"made_by": "gpt-5", "key_points": ["It looks twice."], "lang": "de"}')
        await redis_client.set(keys.summary(PAPER.id, PAPER.version, "de"), old)
        found = await RedisSummaryStore(redis_client).get(PAPER, "de")
        assert found == Summary("gpt-5", key_points=("It looks twice.",), lang="de")

    async def test_a_damaged_summary_counts_as_absent(self, redis_client: Redis) -> None:
        await redis_client.set(keys.summary(PAPER.id, 1, "de"), "{")
        assert await RedisSummaryStore(redis_client).get(PAPER, "de") is None

    async def test_one_process_at_a_time_may_ask_a_model(self, redis_client: Redis) -> None:
        summaries, others = RedisSummaryStore(redis_client), RedisSummaryStore(redis_client)
        assert await summaries.claim(PAPER, "en")
        assert not await others.claim(PAPER, "en")
        await others.release(PAPER, "en")
        assert not await others.claim(PAPER, "en")
        await summaries.release(PAPER, "en")
        assert await others.claim(PAPER, "en")


class TestChannels:
    async def test_what_kind_of_place_it_is_stays_whatever_is_set_and_goes_with_the_team(
        self, channels: ChannelStore, redis_client: Redis
    ) -> None:
        assert (await channels.get(HERE)).direct is None
        await channels.note_direct(HERE, True)
        await channels.set(Channel(HERE, Timetable(), since=NOW))
        await channels.set(Channel(HERE))
        assert await channels.get(HERE) == Channel(HERE, direct=True)
        assert await channels.all() == []  # nobody set anything
        await channels.note_direct(HERE, False)
        assert (await channels.get(HERE)).direct is False
        await channels.forget_team(HERE.platform, HERE.team)
        assert await redis_client.keys() == []

    async def test_a_place_is_welcomed_once_until_its_team_is_forgotten(
        self, channels: ChannelStore, redis_client: Redis
    ) -> None:
        asked = await asyncio.gather(*(channels.begin_welcome(HERE) for _ in range(5)))
        assert sorted(asked) == [False] * 4 + [True]
        assert await channels.begin_welcome(THERE)
        assert await redis_client.ttl(keys.welcomed(HERE)) > 300 * 24 * 3600
        assert await channels.all() == []

        await channels.forget_team(HERE.platform, HERE.team)
        assert await redis_client.keys() == []
        assert await channels.begin_welcome(HERE)

    async def test_a_backup_of_an_older_version_leaves_it_as_it_is(self, channels: ChannelStore) -> None:
        await channels.note_direct(HERE, True)
        await channels.restore(Channel(HERE, Timetable()), {})
        assert (await channels.get(HERE)).direct is True

    async def test_a_damaged_word_for_it_counts_as_none(self, channels: ChannelStore, redis_client: Redis) -> None:
        await redis_client.hset(keys.channel(HERE), "direct", "perhaps")
        assert (await channels.get(HERE)).direct is None

    async def test_a_channel_nobody_set_anything_in_is_empty(self, channels: ChannelStore) -> None:
        assert await channels.get(HERE) == Channel(HERE)
        assert await channels.all() == []

    async def test_a_follow_is_there_once_however_it_is_typed(self, channels: ChannelStore) -> None:
        assert await channels.follow(HERE, FOLLOW)
        assert not await channels.follow(HERE, replace(FOLLOW, what="YAM  EITAN", by="U2"))
        assert (await channels.get(HERE)).follows == (FOLLOW,)

    async def test_of_many_that_follow_at_once_one_is_told_that_it_is_new(self, channels: ChannelStore) -> None:
        answers = await asyncio.gather(*(channels.follow(HERE, FOLLOW) for _ in range(20)))
        assert sum(answers) == 1

    async def test_two_people_of_one_name_are_two_follows(self, channels: ChannelStore) -> None:
        people = [
            replace(
                FOLLOW,
                person=Person(f"openalex:A500000000{n}", ("Y. Eitan",), ("2605.05971",), ((),), "0000-0002-1825-0097"),
            )
            for n in (1, 2)
        ]
        assert [await channels.follow(HERE, one) for one in people] == [True, True]
        assert await channels.follow(HERE, FOLLOW)
        assert set((await channels.get(HERE)).follows) == {FOLLOW, *people}

    async def test_what_more_is_known_of_a_person_is_kept_unless_the_follow_has_ended(
        self, channels: ChannelStore
    ) -> None:
        person = replace(FOLLOW, person=Person("openalex:A5000000001"))
        more = replace(FOLLOW, person=Person("openalex:A5000000001", papers=("2605.05971",)))
        await channels.refine(HERE, more)
        assert (await channels.get(HERE)).follows == ()
        await channels.follow(HERE, person)
        await channels.refine(HERE, more)
        assert (await channels.get(HERE)).follows == (more,)

    async def test_a_person_takes_the_place_of_her_name_in_one_step(self, channels: ChannelStore) -> None:
        await channels.follow(HERE, FOLLOW)
        person = replace(FOLLOW, person=Person("openalex:A5000000001"))
        assert await channels.follow(HERE, person, instead_of=FOLLOW.key)
        assert (await channels.get(HERE)).follows == (person,)

    async def test_a_follow_of_before_people_could_be_told_apart_is_read(
        self, channels: ChannelStore, redis_client: Redis
    ) -> None:
        await channels.follow(HERE, FOLLOW)
        old = {"kind": "author", "what": FOLLOW.what, "since": FOLLOW.since.isoformat(), "by": FOLLOW.by}
        await redis_client.hset(keys.follows(HERE), FOLLOW.key, json.dumps(old))
        assert (await channels.get(HERE)).follows == (FOLLOW,)

    async def test_a_follow_ends_once(self, channels: ChannelStore) -> None:
        await channels.follow(HERE, FOLLOW)
        assert await channels.unfollow(HERE, FOLLOW.key)
        assert not await channels.unfollow(HERE, FOLLOW.key)
        assert await channels.all() == []

    async def test_a_mute_ends_by_its_key_as_a_follow_does(self, channels: ChannelStore) -> None:
        mute = Mute("Gamma rays", NOW)
        assert await channels.mute(HERE, mute)
        assert not await channels.mute(HERE, mute)
        assert (await channels.get(HERE)).mutes == (mute,)
        assert await channels.unfollow(HERE, mute.key)

    async def test_settings_come_back_whole_and_leave_the_rest_alone(
        self, channels: ChannelStore, redis_client: Redis
    ) -> None:
        table = Timetable(time(7, 30), "Europe/Zurich", frozenset({0, 6}), top=50, lang="de")
        await channels.follow(HERE, FOLLOW)
        await redis_client.hset(keys.channel(HERE), keys.LAST_SLOT, NOW.isoformat())
        whole = Channel(HERE, table, since=NOW, off=True, paused="Archived.", last_slot=NOW, follows=(FOLLOW,))
        await channels.set(replace(whole, last_slot=None, follows=()))
        assert await channels.get(HERE) == whole
        await channels.set(Channel(HERE))
        assert await channels.get(HERE) == Channel(HERE, last_slot=NOW, follows=(FOLLOW,))

    async def test_all_channels_of_all_teams_are_found(self, channels: ChannelStore) -> None:
        await channels.follow(HERE, FOLLOW)
        await channels.mute(THERE, Mute("x", NOW))
        await channels.set(Channel(ELSEWHERE, Timetable()))
        assert {channel.place for channel in await channels.all()} == {HERE, THERE, ELSEWHERE}

    @pytest.mark.parametrize(
        ("key", "field", "value"),
        [
            (keys.follows(HERE), "author:x", '{"kind":"planet","what":"x","since":"2026-08-11T09:00:00Z"}'),
            (keys.follows(HERE), "author:x", '{"kind":"author","what":"x","since":"2026-08-11T09:00:00"}'),
            (keys.mutes(HERE), "x", "["),
            (keys.channel(HERE), "timetable", '{"at":"25:00"}'),
            (keys.channel(HERE), "timetable", '{"zone":"Mars/Olympus"}'),
            (keys.channel(HERE), "timetable", '{"zone":"../etc/passwd"}'),
            (keys.channel(HERE), "timetable", '{"zone":"Europe"}'),
            (keys.channel(HERE), "timetable", '{"days":[7]}'),
            (keys.channel(HERE), "last_slot", "yesterday"),
        ],
    )
    async def test_a_damaged_record_is_set_aside_and_the_rest_goes_on(
        self,
        channels: ChannelStore,
        redis_client: Redis,
        caplog: pytest.LogCaptureFixture,
        key: str,
        field: str,
        value: str,
    ) -> None:
        await channels.follow(HERE, FOLLOW)
        await channels.follow(THERE, FOLLOW)
        await redis_client.hset(key, field, value)
        assert await channels.all() == [Channel(place, follows=(FOLLOW,)) for place in (HERE, THERE)]
        assert key in caplog.text

    async def test_a_key_of_another_type_and_a_strange_place_hold_up_nobody(
        self, channels: ChannelStore, redis_client: Redis
    ) -> None:
        await channels.follow(THERE, FOLLOW)
        await channels.set(Channel(HERE, Timetable()))
        await redis_client.set(keys.follows(HERE), "text")
        await redis_client.sadd(keys.PLACES, "no place")
        assert {channel.place for channel in await channels.all()} == {HERE, THERE}

    async def test_a_team_is_forgotten_with_every_key_and_the_others_stay(
        self, channels: ChannelStore, redis_client: Redis
    ) -> None:
        for place in (HERE, THERE, ELSEWHERE):
            await channels.follow(place, FOLLOW)
            await channels.mute(place, Mute("x", NOW))
            await channels.set(Channel(place, Timetable()))
        await channels.forget_team("slack", "T1")
        await channels.forget_team("slack", "T1")
        assert [channel.place for channel in await channels.all()] == [ELSEWHERE]
        assert await stored(redis_client, "*slack*") == []
        assert await redis_client.smembers(keys.PLACES) == {"discord:T1:C1"}

    async def test_names_from_outside_keep_to_their_own_keys(self, channels: ChannelStore) -> None:
        places = [
            Place("slack", "T1}:x", "C"),
            Place("slack", "T1", "}:x:C"),
            Place("slack", "T:1", "C"),
            Place("slack", "T", "1:C"),
            Place("slack", "{é}", "\ud800 \0"),
        ]
        for number, place in enumerate(places):
            await channels.set(Channel(place, Timetable(top=number + 1)))
        found = {channel.place: channel.timetable for channel in await channels.all()}
        assert found == {place: Timetable(top=number + 1) for number, place in enumerate(places)}


async def test_every_key_has_a_lifetime_or_is_listed_as_permanent(
    papers: PaperStore, channels: ChannelStore, redis_client: Redis
) -> None:
    summaries = RedisSummaryStore(redis_client)
    await papers.keep([PAPER])
    await papers.announce({PAPER.id: NOW})
    await summaries.keep(PAPER, SUMMARY)
    await summaries.claim(PAPER, "de")
    await EmbeddingStore(redis_client).keep("a model", [PAPER], {PAPER.id: np.ones(384, np.float32)})
    await channels.follow(HERE, FOLLOW)
    await channels.mute(HERE, Mute("x", NOW))
    await channels.set(Channel(HERE, Timetable()))
    await check(redis_client)
    names = await stored(redis_client)
    forever = [name for name in names if await redis_client.ttl(name) == -1]
    assert len(names) > 8
    assert [n for n in forever if not any(fnmatchcase(n, pattern) for pattern in keys.PERMANENT)] == []
