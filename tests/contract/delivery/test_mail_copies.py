"""A mailbox gets its channel's papers once each, whatever happens in between, and is deleted completely."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.delivery.mail_copies import MailCopier, copies_due, copy_of
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.confirmations import MAX_LETTERS_PER_ADDRESS, MAX_LETTERS_PER_USER, MAX_TRIES, ConfirmationStore
from bot.delivery.store.failures import FailureStore
from bot.delivery.store.ledger import Ledger
from bot.domain.channel import Channel, Place, Timetable
from bot.domain.digest import Digest, Namesake
from bot.domain.errors import BotError, TryLater
from bot.domain.mailbox import MAIL, mailbox
from bot.domain.task import Job, Task
from bot.infra.redis import keys
from support.builders.sample_cards import NOW, PLACE, digest
from support.fakes.recording_messenger import RecordingMessenger
from support.stored_keys import stored

pytestmark = pytest.mark.one_store

ADA, BOB = mailbox(PLACE, "ada@example.org"), mailbox(PLACE, "bob@example.org")
DAY = timedelta(days=1)


def of_day(number: int, ids: tuple[str, ...] = ()) -> Digest:
    """Return the digest of a later day, with these papers hidden and none shown."""
    made = replace(digest(0), day=NOW.date() + number * DAY, slot=NOW + number * DAY, hidden=ids, matched=len(ids))
    return made if number else replace(digest(), hidden=ids or digest().hidden)


@pytest.fixture
async def channels(redis_client: Redis) -> ChannelStore:
    channels = ChannelStore(redis_client)
    await channels.set(Channel(PLACE, timetable=Timetable(), since=NOW - 9 * DAY))
    await channels.set(Channel(ADA, since=NOW - DAY, by="U1"))
    return channels


@pytest.fixture
def ledger(redis_client: Redis) -> Ledger:
    return Ledger(redis_client)


@pytest.fixture
def chat() -> RecordingMessenger:
    return RecordingMessenger()


@pytest.fixture
def mailing(channels: ChannelStore, ledger: Ledger, chat: RecordingMessenger) -> MailCopier:
    return MailCopier(channels, ledger, {"slack": chat})


async def days_due(channels: ChannelStore) -> list[Place]:
    return [one.mailbox.place for one in copies_due(await channels.all())]


async def test_a_digest_is_copied_once(channels: ChannelStore, ledger: Ledger, mailing: MailCopier) -> None:
    assert await days_due(channels) == []
    await ledger.open(digest(), None)
    assert await days_due(channels) == [ADA]
    assert [await mailing.copy(ADA) for _ in range(2)] == [True, False]
    assert await days_due(channels) == []
    said = await ledger.find(ADA, NOW.date())
    assert said is not None
    assert said.digest == replace(digest(), place=ADA)
    assert await ledger.delivered(ADA) == await ledger.delivered(PLACE) == set(digest().paper_ids)


async def test_all_days_that_were_missed_are_copied_oldest_first(
    channels: ChannelStore, ledger: Ledger, mailing: MailCopier
) -> None:
    served = None
    for number in range(3):
        await ledger.open(of_day(number, (f"2605.0000{number}",)), served)
        served = NOW + number * DAY
    assert await mailing.copy(ADA)
    assert await ledger.pending_in(ADA) == [NOW.date() + number * DAY for number in range(3)]
    assert (await channels.get(ADA)).last_slot == NOW + 2 * DAY


async def test_what_a_channel_hears_again_after_a_pause_is_not_mailed_again(
    channels: ChannelStore, ledger: Ledger, mailing: MailCopier
) -> None:
    await ledger.open(digest(), None)
    await mailing.copy(ADA)
    await ledger.cancel(PLACE, NOW.date(), "The channel is archived.")
    await channels.set(Channel(PLACE, timetable=Timetable(), since=NOW))
    again = replace(digest(), day=NOW.date() + DAY, slot=NOW + DAY, hidden=("2605.99999",), matched=3)
    await ledger.open(again, NOW)
    await mailing.copy(ADA)
    said = await ledger.find(ADA, again.day)
    assert said is not None
    assert (said.digest.paper_ids, said.digest.matched) == (("2605.99999",), 1)


async def test_digests_of_before_it_was_confirmed_and_of_a_paused_mailbox_are_not_copied(
    channels: ChannelStore, ledger: Ledger
) -> None:
    await ledger.open(digest(), None)
    await channels.set(Channel(ADA, since=NOW + DAY, by="U1"))
    assert await days_due(channels) == []
    await channels.set(Channel(ADA, since=NOW - DAY, by="U1", paused="No such user."))
    assert await days_due(channels) == []


async def test_a_person_who_left_the_channel_gets_no_more_letters_and_their_address_is_deleted(
    channels: ChannelStore, ledger: Ledger, mailing: MailCopier, chat: RecordingMessenger, redis_client: Redis
) -> None:
    await channels.set(Channel(BOB, since=NOW - DAY, by="U2"))
    await ledger.open(digest(), None)
    chat.left = {"U1"}
    assert [await mailing.copy(place) for place in (ADA, BOB)] == [False, True]
    assert not [key for key in await stored(redis_client) if "ada" in key]
    assert await days_due(channels) == []


async def test_while_nobody_can_tell_who_may_read_the_channel_letters_wait(
    channels: ChannelStore, ledger: Ledger, mailing: MailCopier, chat: RecordingMessenger, monkeypatch: Any
) -> None:
    async def busy(*_: object) -> bool:
        raise TryLater("Slack can't be reached.")

    await ledger.open(digest(), None)
    with monkeypatch.context() as patched:
        patched.setattr(chat, "may_read", busy)
        with pytest.raises(TryLater):
            await mailing.copy(ADA)
    assert await days_due(channels) == [ADA]
    assert await mailing.copy(ADA)


async def test_a_digest_that_cannot_be_read_is_said(ledger: Ledger, mailing: MailCopier, redis_client: Redis) -> None:
    await ledger.open(digest(), None)
    await redis_client.delete(keys.ledger_entry(PLACE, NOW.date().isoformat()))
    with pytest.raises(BotError, match="can't be read"):
        await mailing.copy(ADA)


async def test_doubts_of_the_mailbox_are_its_own() -> None:
    doubtful = copy_of(replace(digest(), uncertain=(date(2026, 5, 11),)), ADA, set())
    assert doubtful.uncertain == ()


async def test_a_mailbox_is_forgotten_wholly_and_no_other(
    channels: ChannelStore, ledger: Ledger, mailing: MailCopier, redis_client: Redis
) -> None:
    await channels.set(Channel(BOB, since=NOW - DAY, by="U2"))
    await ledger.open(digest(), None)
    for place in (ADA, BOB):
        await mailing.copy(place)
        await ledger.claim(place, NOW.date(), 0)
        await ledger.mark_unknown(place, NOW.date(), 0)
        await FailureStore(redis_client).note(Task(Job.DELIVER, place, NOW.date()), "why")
    await channels.forget(ADA)
    await channels.forget(ADA)
    assert [one.place for one in await channels.of_team(MAIL, PLACE.tag)] == [BOB]
    assert {place for place, _ in await ledger.waiting()} == {PLACE, BOB}
    left = await stored(redis_client)
    assert not [key for key in left if "ada" in key]
    assert [key for key in left if "bob" in key]
    for key in left:
        if await redis_client.type(key) == "hash":
            assert "ada" not in str(await redis_client.hgetall(key))


async def test_unsubscribed_while_a_letter_is_under_way_leaves_nothing_behind(
    channels: ChannelStore, ledger: Ledger, mailing: MailCopier, redis_client: Redis
) -> None:
    await ledger.open(digest(), None)
    await mailing.copy(ADA)
    day = NOW.date()
    await ledger.claim(ADA, day, 0)
    await channels.forget(ADA)
    await ledger.mark_sent(ADA, day, 0, "receipt")
    await ledger.mark_unknown(ADA, day, 0)
    assert (await ledger.count_refusal(ADA, day), await ledger.count_failure(ADA, day)) == (0, 0)
    assert await ledger.cancel(ADA, day, "No such user.") == ""
    await ledger.close(ADA, day)
    assert not [key for key in await stored(redis_client) if "ada" in key]


async def test_unsubscribed_while_a_copy_is_made_leaves_nothing_behind(
    channels: ChannelStore, ledger: Ledger, redis_client: Redis
) -> None:
    class Clicked(Ledger):
        async def delivered(self, place: Place) -> set[str]:
            await channels.forget(place)
            return await super().delivered(place)

    await ledger.open(digest(), None)
    assert not await MailCopier(channels, Clicked(redis_client), {}).copy(ADA)
    assert not [key for key in await stored(redis_client) if "ada" in key]


class TestOptIns:
    async def test_the_code_brings_the_address_to_who_asked_there_and_to_nobody_else(self, redis_client: Redis) -> None:
        optins = ConfirmationStore(redis_client)
        assert await optins.begin(PLACE, "U1", "ada@example.org", "123456")
        elsewhere = Place("slack", "T1", "C2")
        assert await optins.confirm(PLACE, "U2", "123456") is None
        assert await optins.confirm(elsewhere, "U1", "123456") is None
        assert await optins.confirm(PLACE, "U1", "123455") == ""
        assert await optins.confirm(PLACE, "U1", "123456") == "ada@example.org"
        await optins.end(PLACE, "U1")
        assert await optins.confirm(PLACE, "U1", "123456") is None

    async def test_it_can_be_guessed_at_five_times(self, redis_client: Redis) -> None:
        optins = ConfirmationStore(redis_client)
        await optins.begin(PLACE, "U1", "ada@example.org", "123456")
        assert [await optins.confirm(PLACE, "U1", "000000") for _ in range(MAX_TRIES)] == [""] * MAX_TRIES
        assert await optins.confirm(PLACE, "U1", "123456") is None

    async def test_a_person_and_an_address_have_so_many_letters_a_day(self, redis_client: Redis) -> None:
        optins = ConfirmationStore(redis_client)
        sent = [
            await optins.begin(PLACE, "U1", f"ada{n}@example.org", "123456") for n in range(MAX_LETTERS_PER_USER + 2)
        ]
        assert sent == [True] * MAX_LETTERS_PER_USER + [False] * 2
        sent = [
            await optins.begin(PLACE, f"U{n}", "bob@example.org", "123456")
            for n in range(2, MAX_LETTERS_PER_ADDRESS + 4)
        ]
        assert sent == [True] * MAX_LETTERS_PER_ADDRESS + [False] * 2

    async def test_everything_of_it_ends_by_itself_and_goes_with_the_team(self, redis_client: Redis) -> None:
        optins = ConfirmationStore(redis_client)
        await optins.begin(PLACE, "U1", "ada@example.org", "123456")
        names = [key for key in await stored(redis_client, "lark:*") if not key.endswith(":keys")]
        lives = {name: await redis_client.ttl(name) for name in names}
        assert all(0 < seconds <= keys.CONFIRMATION_COUNT_SECONDS for seconds in lives.values()), lives
        assert 0 < lives[keys.confirmation(PLACE, "U1")] <= keys.CONFIRMATION_SECONDS
        await ChannelStore(redis_client).forget_team(PLACE.platform, PLACE.team)
        assert await optins.confirm(PLACE, "U1", "123456") is None
        left = await stored(redis_client, "lark:*")
        assert left == [name for name in names if name.startswith("lark:mailed:")]
        assert "ada" not in str(left)


def test_a_copy_has_the_namesakes_that_the_mailbox_was_not_told_of() -> None:
    others = tuple(Namesake(f"2605.0010{n}", ("Wei Wang",), ("Perhaps another",)) for n in (1, 2))
    made = replace(digest(), namesakes=others)
    copied = copy_of(made, PLACE, {"2605.00101"})
    assert copied.namesakes == others[1:]
    assert copied.matched == made.matched
