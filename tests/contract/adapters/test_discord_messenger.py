"""A digest gets into a Discord channel once, or it is known why not: against the strict loopback server."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest

from adapters.discord.app import DiscordAccess, messenger
from adapters.discord.messenger import DiscordMessenger
from bot.delivery.cards import paused_card
from bot.digests.cards.digest import digest_card
from bot.domain.channel import Place
from bot.domain.errors import HistoryUnreadable, NotLetIn, Refused, TryLater, Unknown
from support.builders.sample_cards import NOW, digest
from support.fakes.discord_command_service import note
from support.servers.discord_limits import Limits, Window
from support.servers.discord_objects import snowflake, texts
from support.servers.discord_server import DiscordServer

HERE = Place("discord", "100", "1000")
KEY = "d3a1f0c9b8e7d6a5f4c3b2a1"


def _a_minute_ago() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=1)


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as running:
        running.channel("1000")
        yield running


@pytest.fixture
async def post(server: DiscordServer) -> AsyncIterator[DiscordMessenger]:
    """The messenger, without a gateway."""
    async with messenger(_access(server)) as speaker:
        yield speaker


def _access(server: DiscordServer) -> DiscordAccess:
    return DiscordAccess(server.token, server.url)


class TestPosting:
    async def test_a_digest_is_an_ordinary_message_that_pings_nobody(
        self, server: DiscordServer, post: DiscordMessenger
    ) -> None:
        (message,) = post.draw(digest_card(digest(2), NOW), KEY)

        receipt = await post.post(HERE, message, KEY)

        (standing,) = server.channel("1000").messages
        assert standing["id"] == receipt
        sent = server.bodies[0][1]
        assert sent["allowed_mentions"] == {"parse": []}
        assert (sent["nonce"], sent["enforce_nonce"]) == (KEY, True)
        assert server.gateway.identified == 0

    async def test_the_same_key_again_is_the_same_message(self, server: DiscordServer, post: DiscordMessenger) -> None:
        (message,) = post.draw(digest_card(digest(2), NOW), KEY)

        assert await post.post(HERE, message, KEY) == await post.post(HERE, message, KEY)
        assert len(server.channel("1000").messages) == 1

    async def test_a_lost_reply_is_unknown_until_the_history_is_read(
        self, server: DiscordServer, post: DiscordMessenger
    ) -> None:
        (message,) = post.draw(digest_card(digest(2), NOW), KEY)
        server.lose_reply("post")

        with pytest.raises(Unknown):
            await post.post(HERE, message, KEY)

        found = await post.find(HERE, KEY, _a_minute_ago())
        assert found == server.channel("1000").messages[0]["id"]

    async def test_a_reply_lost_and_sent_again_soon_stands_there_once(
        self, server: DiscordServer, post: DiscordMessenger
    ) -> None:
        (message,) = post.draw(digest_card(digest(2), NOW), KEY)
        server.lose_reply("post")
        with pytest.raises(Unknown):
            await post.post(HERE, message, KEY)

        await post.post(HERE, message, KEY)

        assert len(server.channel("1000").messages) == 1

    async def test_a_connection_cut_before_it_was_read_is_unknown_and_not_found(
        self, server: DiscordServer, post: DiscordMessenger
    ) -> None:
        (message,) = post.draw(digest_card(digest(2), NOW), KEY)
        server.channel("1000").add({"id": "1", "flags": 0, "author": {"id": "5"}, "components": []})
        server.cut("post")

        with pytest.raises(Unknown):
            await post.post(HERE, message, KEY)

        assert await post.find(HERE, KEY, _a_minute_ago()) is None

    @pytest.mark.parametrize(("status", "code"), [(403, 50001), (403, 50013), (403, 50007), (404, 10003), (404, 10004)])
    async def test_a_dead_channel_refuses_for_good(
        self, server: DiscordServer, post: DiscordMessenger, status: int, code: int
    ) -> None:
        server.refuse("post", status, code)

        with pytest.raises(Refused):
            await _post_something(post)

    async def test_a_deleted_channel_refuses_for_good(self, server: DiscordServer, post: DiscordMessenger) -> None:
        server.channel("1000").deleted = True

        with pytest.raises(Refused):
            await _post_something(post)

    @pytest.mark.parametrize(("status", "code"), [(403, 0), (404, 0), (404, 10008)])
    async def test_a_refusal_that_is_not_the_channels_may_pass(
        self, server: DiscordServer, post: DiscordMessenger, status: int, code: int
    ) -> None:
        server.refuse("post", status, code)

        with pytest.raises(TryLater) as later:
            await _post_something(post)

        assert later.value.after_seconds == 600

    async def test_a_refused_token_is_no_channels_fault(self, server: DiscordServer, post: DiscordMessenger) -> None:
        server.refuse("post", 401)

        with pytest.raises(NotLetIn):
            await _post_something(post)

    async def test_503_is_unknown(self, server: DiscordServer, post: DiscordMessenger) -> None:
        server.refuse("post", 503)

        with pytest.raises(Unknown):
            await _post_something(post)

    @pytest.mark.parametrize("seconds", [0.25, 90.0])
    async def test_a_rate_limit_is_handed_back_at_once_for_all_processes_to_keep(
        self, server: DiscordServer, post: DiscordMessenger, seconds: float
    ) -> None:
        server.limit("post", seconds)

        with pytest.raises(TryLater) as later:
            await _post_something(post)

        assert (later.value.after_seconds, later.value.scope) == (seconds, "channel")
        assert server.requests["post"] == 1
        await _post_something(post)

    async def test_a_channels_limit_and_that_of_all_are_told_apart(
        self, server: DiscordServer, post: DiscordMessenger
    ) -> None:
        """Somebody else has used them up."""
        await _post_something(post)
        now = monotonic()
        server.limits = Limits(Window(50, 60.0, now, 49), channels={"1000": Window(5, 30.0, now, 5)})

        for scope, kind in (("channel", "user"), ("platform", "global")):
            with pytest.raises(TryLater) as later:
                await _post_something(post)
            assert (later.value.scope, server.limited[-1][1]) == (scope, kind)

    async def test_one_person_is_told_in_a_direct_message(self, server: DiscordServer, post: DiscordMessenger) -> None:
        card = paused_card(post.address(HERE), "1000", "The bot can't see the channel.", "Let it view the channel.")
        await post.tell(HERE, "42", card, KEY)

        (standing,) = server.channel("7742").messages
        assert "The bot can't see the channel." in " ".join(texts(standing))
        assert "https://discord.com/channels/100/1000" in " ".join(texts(standing))
        assert server.channel("1000").messages == []

    async def test_who_takes_no_direct_messages_cannot_be_told(
        self, server: DiscordServer, post: DiscordMessenger
    ) -> None:
        server.closed_to.add("42")
        for user in ("42", "", "everyone", "../1000"):
            with pytest.raises(Refused):
                await post.tell(HERE, user, note("Paused."), KEY)

    async def test_a_ban_says_how_long_to_wait(self, server: DiscordServer, post: DiscordMessenger) -> None:
        server.refuse("post", 429, headers={"Retry-After": "1200"})

        with pytest.raises(TryLater) as later:
            await _post_something(post)

        assert (later.value.after_seconds, later.value.scope) == (1200, "platform")

    async def test_a_discord_that_cannot_be_reached_may_be_tried_again(self) -> None:
        async with messenger(DiscordAccess("token", "http://127.0.0.1:1/api/v10")) as speaker:
            with pytest.raises(TryLater, match="Could not reach Discord"):
                await _post_something(speaker)

    async def test_a_connection_refused_after_signing_in_was_surely_not_taken(self) -> None:
        async with DiscordServer() as server, messenger(_access(server)) as speaker:
            server.channel("1000")
            await _post_something(speaker)
            await server.__aexit__()
            with suppress(Unknown):  # the connection kept open may still look alive
                await _post_something(speaker)

            with pytest.raises(TryLater):
                await _post_something(speaker)

    async def test_refused_after_an_error_that_may_have_been_a_success_is_unknown(
        self, server: DiscordServer, post: DiscordMessenger
    ) -> None:
        """discord.py repeats a 502 by itself; the first try may stand in the channel."""
        server.refuse("post", 502)
        server.limit("post", 90.0)

        with pytest.raises(Unknown):
            await _post_something(post)

    async def test_a_channel_that_is_no_number_refuses(self, post: DiscordMessenger) -> None:
        (message,) = post.draw(note("hello"), KEY)

        with pytest.raises((Refused, TryLater)):
            await post.post(Place("discord", "100", "../../users"), message, KEY)


class TestFinding:
    async def test_each_part_is_found_by_its_own_key(self, server: DiscordServer, post: DiscordMessenger) -> None:
        parts = post.draw(digest_card(digest(50), NOW), KEY)
        keys = [f"key{number}" for number in range(len(parts))]
        receipts = [await post.post(HERE, part, key) for part, key in zip(parts, keys, strict=True)]

        assert len(receipts) > 1
        assert [await post.find(HERE, key, _a_minute_ago()) for key in keys] == receipts

    async def test_a_message_without_buttons_is_found_too(self, server: DiscordServer, post: DiscordMessenger) -> None:
        (message,) = post.draw(note("This channel is paused."), KEY)
        receipt = await post.post(HERE, message, KEY)

        assert await post.find(HERE, KEY, _a_minute_ago()) == receipt

    async def test_a_message_in_a_busy_channel_is_found(self, server: DiscordServer, post: DiscordMessenger) -> None:
        for _ in range(230):
            server.channel("1000").add(_chatter())
        receipt = await _post_something(post)
        for _ in range(30):
            server.channel("1000").add(_chatter())

        assert await post.find(HERE, KEY, _a_minute_ago()) == receipt
        assert await post.find(HERE, "another", _a_minute_ago()) is None

    async def test_somebody_elses_copy_does_not_count(self, server: DiscordServer, post: DiscordMessenger) -> None:
        await _post_something(post)
        server.channel("1000").messages[0]["author"] = {"id": "666"}

        assert await post.find(HERE, KEY, _a_minute_ago()) is None

    async def test_an_empty_channel_holds_nothing(self, server: DiscordServer, post: DiscordMessenger) -> None:
        assert await post.find(HERE, KEY, _a_minute_ago()) is None

    async def test_a_history_that_only_looks_empty_cannot_be_read(
        self, server: DiscordServer, post: DiscordMessenger
    ) -> None:
        """Without the permission Discord answers with an empty list, not with an error."""
        await _post_something(post)
        server.channel("1000").unreadable = True

        with pytest.raises(HistoryUnreadable):
            await post.find(HERE, KEY, _a_minute_ago())

    @pytest.mark.parametrize("lever", ["forbidden", "deleted"])
    async def test_a_channel_out_of_reach_cannot_be_read(
        self, server: DiscordServer, post: DiscordMessenger, lever: str
    ) -> None:
        setattr(server.channel("1000"), lever, True)

        with pytest.raises(HistoryUnreadable):
            await post.find(HERE, KEY, _a_minute_ago())

    async def test_an_error_while_looking_may_pass(self, server: DiscordServer, post: DiscordMessenger) -> None:
        server.refuse("history", 503)

        with pytest.raises(TryLater):
            await post.find(HERE, KEY, _a_minute_ago())


async def _post_something(speaker: DiscordMessenger, channel: str = "1000") -> str:
    (message,) = speaker.draw(digest_card(digest(2), NOW), KEY)
    return await speaker.post(replace(HERE, channel=channel), message, KEY)


def _chatter() -> dict:
    return {"id": snowflake(), "flags": 0, "author": {"id": "5"}, "components": []}
