"""What people made goes out of one real server and into another, whole or not at all, and as often as anybody likes."""

from argparse import Namespace
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from redis.asyncio import Redis

from adapters.cli import import_
from bot.app.backup.archive import Backup, write_header
from bot.app.backup.record import Kept, write_line
from bot.app.settings import Settings
from bot.delivery.messenger import Message
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.ledger import Ledger
from bot.domain.channel import Channel, Follow, Kind, Mute, Place, Timetable
from bot.domain.errors import StoreDown
from bot.domain.feedback import Feedback, FeedbackKind
from bot.infra.redis import keys
from bot.infra.redis.connection import open_redis
from bot.ranking.store.feedback import FeedbackStore
from support.builders.sample_cards import CODED, NOW, PAPER, PLACE, digest
from support.fast import examples

DAY = date(2026, 5, 12)
LATER = NOW + timedelta(days=1)
FOLLOW = Follow(Kind.AUTHOR, "Yam Eitan", NOW, by="U1")
MUTE = Mute("survey", NOW, by="U2")
WHOLE = Channel(
    PLACE,
    Timetable(time(7, 30), "Europe/Zurich", frozenset({0, 6}), top=50, lang="de", recap=4),
    since=NOW + timedelta(microseconds=5),
    off=True,
    paused="Archived.",
    last_slot=NOW,
    last_recap=NOW,
    follows=(FOLLOW, Follow(Kind.TOPIC, "état “∇”", LATER)),
    mutes=(MUTE,),
    direct=False,
)
TOLD = {"2605.05971": NOW, "hep-th/9901001": LATER}


@pytest.fixture
def channels(redis_client: Redis) -> ChannelStore:
    return ChannelStore(redis_client)


@pytest.fixture
def ledger(redis_client: Redis) -> Ledger:
    return Ledger(redis_client)


async def held(client: Redis) -> dict[str, object]:
    """All that the server holds, lifetimes aside."""
    read = {
        "hash": client.hgetall,
        "set": client.smembers,
        "zset": lambda name: client.zrange(name, 0, -1, withscores=True),
    }
    return {str(name): await read[await client.type(name)](name) for name in await client.keys()}


async def test_a_channel_comes_back_with_all_that_is_set_and_what_it_was_told_of(
    channels: ChannelStore, ledger: Ledger
) -> None:
    await channels.restore(WHOLE, TOLD)
    assert await channels.get(PLACE) == WHOLE
    assert await channels.all() == [WHOLE]
    assert await ledger.delivered_at(PLACE) == TOLD
    assert await ledger.delivered(PLACE) == set(TOLD)


async def test_restoring_again_changes_nothing(channels: ChannelStore, redis_client: Redis) -> None:
    await channels.restore(WHOLE, TOLD)
    before = await held(redis_client)
    await channels.restore(WHOLE, TOLD)
    assert await held(redis_client) == before


async def test_follows_and_mutes_are_added_and_settings_replaced(channels: ChannelStore) -> None:
    own = Follow(Kind.CATEGORY, "cs.CL", NOW), replace(FOLLOW, since=NOW - timedelta(days=1))
    for follow in own:
        await channels.follow(PLACE, follow)
    await channels.set(Channel(PLACE, Timetable(), paused="Gone."))
    await channels.restore(replace(WHOLE, timetable=None, paused=""), {})
    after = await channels.get(PLACE)
    assert set(after.follows) == {*own, WHOLE.follows[1]}
    assert after.mutes == (MUTE,)
    assert (after.timetable, after.since, after.off, after.paused) == (None, WHOLE.since, True, "")


@pytest.mark.parametrize(("there", "restored"), [(NOW, LATER), (LATER, NOW)])
async def test_the_later_of_two_last_slots_and_of_two_deliveries_counts(
    channels: ChannelStore, ledger: Ledger, there: datetime, restored: datetime
) -> None:
    await channels.restore(Channel(PLACE, last_slot=there, last_recap=there), {"2605.05971": there})
    await channels.restore(Channel(PLACE, last_slot=restored, last_recap=restored), {"2605.05971": restored})
    after = await channels.get(PLACE)
    assert (after.last_slot, after.last_recap) == (LATER, LATER)
    assert await ledger.delivered_at(PLACE) == {"2605.05971": LATER}
    assert await ledger.open(replace(digest(), slot=LATER + timedelta(days=1)), LATER)


async def test_other_channels_stay_as_they_are(channels: ChannelStore) -> None:
    other = Channel(Place("slack", "T1", "C2"), Timetable(), since=NOW)
    await channels.set(other)
    await channels.restore(WHOLE, TOLD)
    assert await channels.get(other.place) == other


async def test_what_was_restored_has_the_lifetime_of_its_kind_and_goes_with_its_team(
    channels: ChannelStore, redis_client: Redis
) -> None:
    await channels.restore(WHOLE, TOLD)
    for name in await redis_client.keys():
        permanent = any(fnmatchcase(name, pattern) for pattern in keys.PERMANENT)
        assert permanent or await redis_client.ttl(name) > 0, name
    await channels.forget_team(PLACE.platform, PLACE.team)
    assert await redis_client.keys() == []


async def test_as_many_papers_as_arxiv_has_in_40_days_come_back(channels: ChannelStore, ledger: Ledger) -> None:
    many = {f"2605.{number:05}": NOW + timedelta(days=number % 40) for number in range(50_000)}
    await channels.restore(Channel(PLACE), many)
    assert await ledger.delivered_at(PLACE) == many


class TestWhatWasTold:
    """A digest of two messages, one paper in each, and three papers that are only counted."""

    messages = (Message({}, (PAPER.id,)), Message({}, (CODED.id,)))
    hidden = frozenset({"2605.00001", "2605.00002", "2605.00003"})

    @pytest.fixture
    async def opened(self, ledger: Ledger) -> Ledger:
        await ledger.open(digest(), None)
        return ledger

    async def test_nothing_before_anything_is_drawn_or_sent(self, opened: Ledger) -> None:
        assert await opened.delivered_at(PLACE) == {}
        await opened.messages(PLACE, DAY, self.messages)
        assert await opened.delivered_at(PLACE) == {}

    async def test_what_a_message_named_that_stands_there_or_may(self, opened: Ledger) -> None:
        await opened.messages(PLACE, DAY, self.messages)
        await opened.claim(PLACE, DAY, 0)
        assert await opened.delivered_at(PLACE) == {PAPER.id: NOW}
        await opened.release(PLACE, DAY, 0)
        assert await opened.delivered_at(PLACE) == {}
        await opened.mark_unknown(PLACE, DAY, 0)
        assert await opened.delivered_at(PLACE) == {PAPER.id: NOW}

    async def test_all_of_it_with_its_last_message(self, opened: Ledger) -> None:
        await opened.messages(PLACE, DAY, self.messages)
        await opened.mark_sent(PLACE, DAY, 0, "1")
        await opened.mark_sent(PLACE, DAY, 1, "2")
        whole = dict.fromkeys({PAPER.id, CODED.id, *self.hidden}, NOW)
        assert await opened.delivered_at(PLACE) == whole
        await opened.close(PLACE, DAY)
        assert await opened.delivered_at(PLACE) == whole

    async def test_asking_changes_nothing(self, opened: Ledger, redis_client: Redis) -> None:
        before = await held(redis_client)
        await opened.delivered_at(PLACE)
        assert await held(redis_client) == before

    async def test_a_digest_that_is_still_waiting_elsewhere_keeps_nothing_back(self, opened: Ledger) -> None:
        elsewhere = Place("slack", "T1", "C2")
        await opened.open(digest(place=elsewhere), None)
        await opened.messages(PLACE, DAY, self.messages[:1])
        await opened.mark_sent(PLACE, DAY, 0, "1")
        assert len(await opened.delivered_at(PLACE)) == 5
        assert await opened.delivered_at(elsewhere) == {}


async def restored_from(file: Path, url: str) -> int:
    return await import_.main(Namespace(file=str(file)), Settings.model_construct(redis_url=SecretStr(url)))


SOUND = (
    write_header(NOW, 2),
    write_line(Kept(WHOLE, TOLD, (Feedback("2608.00001", FeedbackKind.SAVED, NOW, "U1", "why", read=True),))),
    write_line(Kept(Channel(Place("discord", "1", "2"), off=True))),
)


@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
async def test_a_file_with_one_line_broken_or_cut_off_imports_nothing(
    redis_url: str, redis_client: Redis, tmp_path: Path, data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(SOUND) - 1))
    keep = data.draw(st.integers(0, len(SOUND[number]) - 1))
    broken = SOUND[number][:keep].encode() + data.draw(
        st.binary(max_size=8).filter(lambda part: not part.endswith(b"}"))
    )
    file = tmp_path / "backup"
    file.write_bytes(
        b"\n".join([*(line.encode() for line in SOUND[:number]), broken, *(x.encode() for x in SOUND[number + 1 :])])
    )
    assert await restored_from(file, redis_url) == 1
    assert await redis_client.keys("lark:t:*") == []


async def test_a_sound_file_is_imported_and_counted(
    redis_url: str, tmp_path: Path, channels: ChannelStore, ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "backup"
    file.write_text("\n".join(SOUND))
    assert await restored_from(file, redis_url) == 0
    assert capsys.readouterr() == ("", "paperlark: imported 2 channels, 2 follows, 1 mute and 1 opinion\n")
    found = [kept async for kept in Backup(channels, ledger, FeedbackStore(channels._client)).all()]
    assert [write_line(kept) for kept in reversed(found)] == list(SOUND[1:])


async def test_a_server_that_goes_away_is_said_with_how_far_it_came(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = open_redis(f"unix://{tmp_path}/none.sock")
    with (tmp_path / "lines").open("w+b") as sound:
        sound.write(SOUND[1].encode())
        sound.seek(0)
        with pytest.raises(StoreDown):
            await import_.restore(Backup(ChannelStore(gone), Ledger(gone), FeedbackStore(gone)), sound)
    await gone.aclose()
    assert "stopped after 0 channels: import it again, nothing is imported twice" in capsys.readouterr().err
