"""The Slack messenger's promises to the outbox: said once, and every failure named for what it means."""

import re
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from adapters.slack.app import SlackAccess, messenger
from adapters.slack.messenger import PAGE, PAGES, REFUSALS, SlackMessenger
from bot.delivery.cards import paused_card
from bot.delivery.messenger import Message
from bot.digests.cards.digest import digest_card
from bot.domain.card import Card
from bot.domain.channel import Place
from bot.domain.errors import HistoryUnreadable, NotLetIn, Refused, Revoked, TryLater, Unknown
from support.builders.sample_cards import BUTTONS, NOW, digest
from support.drivers.slack_driver import SlackDriver, access_to
from support.drivers.visible_answer import Seen
from support.fakes.slack_command_service import SampleDoor
from support.servers.slack_server import SlackServer

PLACE = Place("slack", "T1", "C1")
KEY = "k1234567890abcdef"


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer() as server:
        yield server


@pytest.fixture
def delivery(slack: SlackServer) -> SlackMessenger:
    return messenger(access_to(slack))


def digest_message(delivery: SlackMessenger) -> Message:
    return delivery.draw(digest_card(digest(), NOW), KEY)[0]


def an_hour_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)


async def test_a_digest_stands_in_its_channel_under_its_receipt(slack: SlackServer, delivery: SlackMessenger) -> None:
    message = digest_message(delivery)
    receipt = await delivery.post(PLACE, message, KEY)

    posted = slack.channel("C1")
    assert [m["ts"] for m in posted] == [receipt]
    assert message.papers == ("2605.05971", "2605.05519")
    assert posted[0]["text"].startswith("2 papers for Tuesday, 12 May: Training Transformers")


async def test_a_digest_makes_no_previews_and_reads_nothing_into_its_words(
    slack: SlackServer, delivery: SlackMessenger
) -> None:
    await delivery.post(PLACE, digest_message(delivery), KEY)

    sent = slack.calls_of("chat.postMessage")[0]
    assert {key: sent[key] for key in ("unfurl_links", "unfurl_media", "link_names", "parse")} == {
        "unfurl_links": False,
        "unfurl_media": False,
        "link_names": False,
        "parse": "none",
    }


@pytest.mark.parametrize("lost", [{"status": 0, "does_it": True}, {"status": 500}, {"status": 502, "body": "<html>"}])
async def test_an_unknown_outcome_is_sent_once_and_called_unknown(
    slack: SlackServer, delivery: SlackMessenger, lost: dict[str, object]
) -> None:
    slack.refuse("chat.postMessage", **lost)
    with pytest.raises(Unknown):
        await delivery.post(PLACE, digest_message(delivery), KEY)

    assert len(slack.calls_of("chat.postMessage")) == 1


@pytest.mark.parametrize("error", ["internal_error", "fatal_error", "service_unavailable"])
async def test_slacks_own_faults_may_have_taken_effect(
    slack: SlackServer, delivery: SlackMessenger, error: str
) -> None:
    slack.refuse("chat.postMessage", error)
    with pytest.raises(Unknown):
        await delivery.post(PLACE, digest_message(delivery), KEY)


@pytest.mark.parametrize("body", ["", "not JSON", "[1]", '"ok"'])
async def test_an_answer_that_is_not_slacks_is_unknown(slack: SlackServer, delivery: SlackMessenger, body: str) -> None:
    slack.refuse("chat.postMessage", status=200, body=body)
    with pytest.raises(Unknown):
        await delivery.post(PLACE, digest_message(delivery), KEY)


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive"])
async def test_a_token_taken_back_is_no_channels_fault_either(
    slack: SlackServer, delivery: SlackMessenger, error: str
) -> None:
    slack.revoked = error
    with pytest.raises(Revoked, match="install it again, and set SLACK_BOT_TOKEN"):
        await delivery.post(PLACE, digest_message(delivery), KEY)
    with pytest.raises(Revoked):
        await delivery.find(PLACE, KEY, an_hour_ago())


@pytest.mark.parametrize("error", sorted(REFUSALS))
async def test_what_cannot_be_mended_by_waiting_is_refused_in_a_sentence(
    slack: SlackServer, delivery: SlackMessenger, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    slack.refuse("chat.postMessage", error)
    with pytest.raises(Refused) as refusal:
        await delivery.post(PLACE, digest_message(delivery), KEY)

    assert refusal.value.sentence.endswith(".")
    assert error not in refusal.value.sentence, "that is for the log"
    assert f"error={error}" in caplog.text


async def test_an_archived_channel_and_a_missing_one_are_refused(slack: SlackServer) -> None:
    slack.archived.add("C1")
    slack.gone.add("C2")
    delivery = messenger(access_to(slack))
    for channel in ("C1", "C2"):
        with pytest.raises(Refused):
            await delivery.post(Place("slack", "T1", channel), digest_message(delivery), KEY)


async def test_a_wrong_token_is_no_channels_fault(slack: SlackServer) -> None:
    delivery = messenger(SlackAccess(bot_token="xoxb-old", api_url=slack.api_url))
    with pytest.raises(NotLetIn, match="SLACK_BOT_TOKEN is refused by Slack"):
        await delivery.post(PLACE, digest_message(delivery), KEY)
    with pytest.raises(NotLetIn):
        await delivery.find(PLACE, KEY, datetime.now(UTC))


async def test_slacks_wish_to_wait_is_passed_on(slack: SlackServer, delivery: SlackMessenger) -> None:
    slack.refuse("chat.postMessage", "ratelimited", status=429, retry_after=42)
    with pytest.raises(TryLater) as later:
        await delivery.post(PLACE, digest_message(delivery), KEY)

    assert later.value.after_seconds == 42


@pytest.mark.parametrize(("said", "waited"), [(10**9, 3600), (-5, 1)])
async def test_no_wish_to_wait_is_endless(
    slack: SlackServer, delivery: SlackMessenger, said: int, waited: float
) -> None:
    slack.refuse("chat.postMessage", status=429, retry_after=said)
    with pytest.raises(TryLater) as later:
        await delivery.post(PLACE, digest_message(delivery), KEY)

    assert later.value.after_seconds == waited


async def test_a_channels_own_pace_is_passed_on(slack: SlackServer, delivery: SlackMessenger) -> None:
    slack.seconds_between_posts = 60
    await delivery.post(PLACE, digest_message(delivery), KEY)
    with pytest.raises(TryLater):
        await delivery.post(PLACE, digest_message(delivery), KEY)

    await delivery.post(Place("slack", "T1", "C2"), digest_message(delivery), KEY)


@pytest.mark.parametrize(("seconds", "scope"), [(1, "channel"), (5, "channel"), (6, "team"), (900, "team")])
async def test_a_long_wish_to_wait_is_the_workspaces_and_a_short_one_the_channels(
    slack: SlackServer, delivery: SlackMessenger, seconds: int, scope: str
) -> None:
    slack.refuse("chat.postMessage", "ratelimited", status=429, retry_after=seconds)
    assert await scope_met(delivery, PLACE) == scope


async def test_two_channels_that_are_limited_at_once_are_limited_by_their_workspace(
    slack: SlackServer, delivery: SlackMessenger
) -> None:
    slack.refuse("chat.postMessage", "ratelimited", status=429, retry_after=1, times=3)
    met = [await scope_met(delivery, Place("slack", "T1", channel)) for channel in ("C1", "C1", "C2")]
    assert met == ["channel", "channel", "team"]


async def scope_met(delivery: SlackMessenger, place: Place) -> str | None:
    with pytest.raises(TryLater) as later:
        await delivery.post(place, digest_message(delivery), KEY)
    return later.value.scope


async def test_one_person_is_told_in_a_direct_message(slack: SlackServer, delivery: SlackMessenger) -> None:
    card = paused_card(delivery.address(PLACE), "C1", "The channel is archived.", "Unarchive it.")
    await delivery.tell(PLACE, "U7", card, KEY)

    (message,) = slack.channel("U7")
    assert "The channel is archived. Unarchive it." in message["text"]
    assert "https://slack.com/app_redirect?team=T1&amp;channel=C1|this channel" in str(message["blocks"]) or (
        "https://slack.com/app_redirect?team=T1&channel=C1" in str(message["blocks"])
    )
    assert slack.channel("C1") == []


@pytest.mark.parametrize("user", ["", "C1", "nobody", "U7 ", "<@U7>"])
async def test_nobody_but_a_person_is_told(slack: SlackServer, delivery: SlackMessenger, user: str) -> None:
    with pytest.raises(Refused):
        await delivery.tell(PLACE, user, paused_card("", "C1", "It is archived.", ""), KEY)
    assert slack.calls_of("chat.postMessage") == []


def test_another_token_has_another_fingerprint_that_tells_nothing_of_it() -> None:
    first, same, other = [messenger(SlackAccess(bot_token=token)).token(PLACE) for token in ("xoxb-a", "xoxb-a", "b")]
    assert first == same != other
    assert "xoxb" not in first


async def test_a_connection_refused_was_surely_not_taken() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    delivery = messenger(SlackAccess(bot_token="xoxb-test", api_url=f"http://127.0.0.1:{port}/api/"))
    with pytest.raises(TryLater):
        await delivery.post(PLACE, digest_message(delivery), KEY)


async def test_a_message_whose_reply_was_lost_is_found_by_its_key(slack: SlackServer, delivery: SlackMessenger) -> None:
    slack.lose_reply("chat.postMessage")
    with pytest.raises(Unknown):
        await delivery.post(PLACE, digest_message(delivery), KEY)

    assert await delivery.find(PLACE, KEY, an_hour_ago()) == slack.channel("C1")[0]["ts"]
    assert await delivery.find(PLACE, "another-key", an_hour_ago()) is None
    assert await delivery.find(PLACE, KEY, datetime.now(UTC) + timedelta(minutes=1)) is None


async def test_it_is_found_behind_much_talk(slack: SlackServer, delivery: SlackMessenger) -> None:
    receipt = await delivery.post(PLACE, digest_message(delivery), KEY)
    for _ in range(2 * PAGE):
        slack.perform("chat.postMessage", {"channel": "C1", "text": "talk"}, slack.bot_token)

    assert await delivery.find(PLACE, KEY, an_hour_ago()) == receipt
    assert len(slack.calls_of("conversations.history")) == 3


async def test_more_talk_than_is_read_leaves_it_untold(slack: SlackServer, delivery: SlackMessenger) -> None:
    await delivery.post(PLACE, digest_message(delivery), KEY)
    for _ in range(PAGE * PAGES):
        slack.perform("chat.postMessage", {"channel": "C1", "text": "talk"}, slack.bot_token)

    with pytest.raises(HistoryUnreadable):
        await delivery.find(PLACE, KEY, an_hour_ago())


@pytest.mark.parametrize("error", ["missing_scope", "not_in_channel", "channel_not_found", "no_permission"])
async def test_a_history_that_may_not_be_read_is_unreadable(
    slack: SlackServer, delivery: SlackMessenger, error: str
) -> None:
    slack.refuse("conversations.history", error)
    with pytest.raises(HistoryUnreadable):
        await delivery.find(PLACE, KEY, an_hour_ago())


@pytest.mark.parametrize(
    "fault",
    [
        {"error": "ratelimited", "status": 429},
        {"status": 500},
        {"status": 0, "does_it": True, "times": 2},
        {"error": "fatal_error"},
    ],
)
async def test_a_history_that_stutters_may_be_read_later(
    slack: SlackServer, delivery: SlackMessenger, fault: dict[str, object]
) -> None:
    slack.refuse("conversations.history", **fault)
    with pytest.raises(TryLater):
        await delivery.find(PLACE, KEY, an_hour_ago())


async def test_a_driver_shows_what_a_person_sees() -> None:
    """The neutral suite of all platforms leans on this."""
    async with SlackDriver(SampleDoor()) as chat:
        paper = await chat.says("/paper 2605.05971")
        more = await chat.presses(paper, "Read more")
        pdf = await chat.presses(paper, "PDF")
        posted = await chat.posts(digest_card(digest(), NOW), KEY)

    assert not paper.private
    assert paper.links[0] == "https://arxiv.org/abs/2605.05971"
    assert paper.buttons == BUTTONS
    assert more.private
    assert "Compressors keep more quality at equal budget." in more.text
    assert pdf.links == ("https://arxiv.org/pdf/2605.05971",)
    assert ids_named(posted) == ["2605.05971", "2605.05519"]


async def test_a_digest_too_long_for_one_message_comes_as_several(delivery: SlackMessenger) -> None:
    long = Card("digest", "Long", digest_card(digest(50), NOW).blocks * 4)

    assert len(delivery.draw(long, KEY)) > 1


def ids_named(posted: list[Seen]) -> list[str]:
    return [found for seen in posted for link in seen.links for found in re.findall(r"/abs/(2605\.\d{5})$", link)]
