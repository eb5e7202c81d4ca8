"""Lists of a channel that are full (S15): a sentence says so, nothing is lost, and an export holds all of it.

Before, mutes had no limit, and a channel with more than 10,000 was left out of an export.
"""

from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from bot.app.backup.archive import LONGEST_LINE
from bot.app.backup.record import Kept, read_line, write_line
from bot.delivery.store.channels import ChannelStore
from bot.digests.mute import AddMute, mute
from bot.domain.channel import MAX_FOLLOWS, MAX_MUTES, Channel, Follow, Kind, Mute, Place
from bot.domain.command import Caller
from bot.domain.errors import ListFull
from bot.domain.feedback import NOTE_LIMIT, Feedback, FeedbackKind
from bot.infra.clock import FixedClock
from bot.library.feedback_command import GiveFeedback, give_feedback
from bot.ranking.store.feedback import MAX_FEEDBACK, MAX_SAVED, FeedbackStore
from support.builders.sample_cards import PAPER

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
PLACE = Place("slack", "T1", "C1")
CALLER = Caller(PLACE, user="U1")


class OnePaper:
    """A lookup that finds `PAPER`, and its store."""

    def __init__(self) -> None:
        self.papers = self

    async def find_named(self, *_: object) -> tuple[list[object], str]:
        return [PAPER], ""

    async def keep(self, *_: object) -> None:
        pass


def mutes(count: int) -> tuple[Mute, ...]:
    return tuple(Mute(f"word number {n}", NOON) for n in range(count))


def follows(count: int) -> tuple[Follow, ...]:
    return tuple(Follow(Kind.TOPIC, f"topic number {n}", NOON) for n in range(count))


def saved(count: int, note: str = "") -> tuple[Feedback, ...]:
    return tuple(
        Feedback(f"2608.{n:05}", FeedbackKind.SAVED, NOON + timedelta(seconds=n), "U1", note) for n in range(count)
    )


@pytest.fixture
def channels(redis_client: Redis) -> ChannelStore:
    return ChannelStore(redis_client)


async def test_the_last_mute_fits_and_the_next_one_is_refused_in_words(channels: ChannelStore) -> None:
    await channels.restore(Channel(PLACE, mutes=mutes(MAX_MUTES - 1)), {})
    await mute(AddMute("survey"), CALLER, channels, FixedClock(NOON))
    await mute(AddMute("survey"), CALLER, channels, FixedClock(NOON))

    with pytest.raises(ListFull, match=r"^A channel can mute 500 things\.$") as full:
        await mute(AddMute("benchmark"), CALLER, channels, FixedClock(NOON))
    with pytest.raises(ListFull):
        await channels.mute(PLACE, Mute("benchmark", NOON))
    assert (full.value.hint, full.value.nearest) == ("Remove some first.", ("/following",))
    assert len((await channels.get(PLACE)).mutes) == MAX_MUTES


async def test_of_several_mutes_that_do_not_fit_none_is_kept(channels: ChannelStore) -> None:
    await channels.restore(Channel(PLACE, mutes=mutes(MAX_MUTES - 1)), {})
    with pytest.raises(ListFull):
        await mute(AddMute("survey, benchmark"), CALLER, channels, FixedClock(NOON))
    assert len((await channels.get(PLACE)).mutes) == MAX_MUTES - 1


async def test_follows_are_limited_where_they_are_stored(channels: ChannelStore) -> None:
    await channels.restore(Channel(PLACE, follows=follows(MAX_FOLLOWS)), {})
    one, another = follows(1)[0], Follow(Kind.TOPIC, "another", NOON)
    assert not await channels.follow(PLACE, one)
    with pytest.raises(ListFull, match=r"^A channel can follow 500 things\.$"):
        await channels.follow(PLACE, another)
    assert await channels.follow(PLACE, another, instead_of=one.key)


async def test_a_full_reading_list_loses_nothing(redis_client: Redis) -> None:
    feedback = FeedbackStore(redis_client)
    await feedback.keep(PLACE, saved(MAX_SAVED))
    save = GiveFeedback("saved", PAPER.id)
    with pytest.raises(ListFull, match=r"^A channel can save 5,000 papers\.$"):
        await give_feedback(save, CALLER, feedback, FixedClock(NOON), OnePaper(), None, None, None)  # type: ignore[arg-type]
    assert len(await feedback.feedback(PLACE)) == MAX_SAVED


def test_a_channel_with_all_it_can_have_is_exported_whole() -> None:
    liked = (Feedback(f"2607.{n:05}", FeedbackKind.MORE, NOON, "U1") for n in range(MAX_FEEDBACK))
    opinions = (*liked, *saved(MAX_SAVED, "注" * NOTE_LIMIT))
    full = Kept(Channel(PLACE, follows=follows(MAX_FOLLOWS), mutes=mutes(MAX_MUTES)), {}, opinions)
    written = write_line(full).encode()
    assert len(written) < LONGEST_LINE
    read = read_line(written)
    assert len(read.opinions) == MAX_FEEDBACK + MAX_SAVED
    assert (len(read.channel.follows), len(read.channel.mutes)) == (MAX_FOLLOWS, MAX_MUTES)
