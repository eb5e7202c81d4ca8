"""The doctor lists the channels with a digest on that it can't post in, bounded in time and number."""

import asyncio

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.app.doctor import channels as room
from bot.app.doctor.channels import channel_findings
from bot.app.doctor.findings import Finding, State
from bot.app.settings import Settings
from bot.delivery import posting
from bot.delivery.store.channels import ChannelStore
from bot.domain.channel import Channel, Place, Timetable
from bot.domain.posting import Obstacle, PostingCheck
from support.builders.sample_cards import NOW
from support.fakes.recording_messenger import RecordingMessenger

pytestmark = pytest.mark.one_store

OUTSIDE = PostingCheck(Obstacle.PRIVATE_NOT_MEMBER, channel="#papers")


class Chat(RecordingMessenger):
    """A platform that knows about each channel whether the bot can post there, or never says."""

    def __init__(self, checks: dict[str, PostingCheck | None] | None = None) -> None:
        super().__init__()
        self.checks = checks or {}
        self.asked: list[str] = []

    async def can_post(self, place: Place) -> PostingCheck:
        self.asked.append(place.channel)
        check = self.checks.get(place.channel, PostingCheck())
        if check is None:
            await asyncio.Event().wait()
        return check or PostingCheck()


@pytest.fixture
def store(redis_client: Redis) -> ChannelStore:
    return ChannelStore(redis_client)


async def found(redis_url: str, chat: Chat) -> list[Finding]:
    settings = Settings.model_construct(redis_url=SecretStr(redis_url))
    return await channel_findings(settings, {"slack": chat})


def wanting(channel: str, **more: object) -> Channel:
    return Channel(Place("slack", "T1", channel), Timetable(), NOW, **more)  # type: ignore[arg-type]


async def test_a_channel_is_named_with_the_reason_and_the_cure(redis_url: str, store: ChannelStore) -> None:
    for channel in ("C1", "C2"):
        await store.set(wanting(channel))
    lines = await found(redis_url, Chat({"C2": OUTSIDE}))
    assert lines == [
        Finding(
            "Channel #papers",
            State.WARNING,
            "I'm not in that private channel (slack/T1/C2). Type /invite @Paperlark there.",
        ),
    ]


async def test_only_channels_that_wait_for_a_digest_on_a_served_platform_are_asked(
    redis_url: str, store: ChannelStore
) -> None:
    chat = Chat()
    assert await found(redis_url, chat) == [Finding("Channels", State.MISSING, "no channel has a digest on")]
    await store.set(wanting("C1", paused="I'm not in it."))
    await store.set(wanting("C2", off=True))
    await store.set(Channel(Place("slack", "T1", "C3"), by="U1"))
    await store.set(Channel(Place("discord", "T1", "C4"), Timetable(), NOW))
    await store.set(wanting("D5"))
    lines = await found(redis_url, chat)
    assert chat.asked == ["C1"], "a direct message needs no question"
    assert lines == [Finding("Channels", State.WORKS, "I can post in 2 channels with a digest on")]


async def test_a_platform_that_does_not_answer_costs_seconds_and_no_channel_is_accused(
    redis_url: str, store: ChannelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "CHECK_SECONDS", 0.05)
    await store.set(wanting("C1"))
    assert await found(redis_url, Chat({"C1": None})) == [
        Finding("Channels", State.UNKNOWN, "1 of 1 channel couldn't be checked")
    ]
    monkeypatch.setattr(posting, "CHECK_SECONDS", 60.0)
    monkeypatch.setattr(room, "CHANNELS_SECONDS", 0.1)
    assert [one.state for one in await found(redis_url, Chat({"C1": None}))] == [State.UNKNOWN]


async def test_many_channels_are_asked_in_part_and_named_in_part(redis_url: str, store: ChannelStore) -> None:
    for number in range(60):
        await store.set(wanting(f"C{number}"))
    chat = Chat({f"C{number}": OUTSIDE for number in range(60)})
    lines = await found(redis_url, chat)
    assert len(chat.asked) == 50
    assert [one.note for one in lines[-2:]] == [
        "I can't post in 38 more channels either.",
        "10 of 60 channels couldn't be checked",
    ]
    assert len(lines) == 14


async def test_a_store_that_is_down_is_unknown(gone_url: str) -> None:
    (line,) = await found(gone_url, Chat())
    assert line.state is State.UNKNOWN
