"""The Discord adapter speaks to Discord as it wants it: the unmodified library against a strict loopback server."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from discord_door import RecordingDoor, note
from discord_driver import seen
from sample_cards import NOW, digest
from servers.discord_server import DiscordServer
from servers.discord_things import snowflake

from adapters.discord.app import DiscordAccess, check, invite_url, messenger, serving
from adapters.discord.messenger import DiscordMessenger
from bot.card import Bullets, Card, Heading, line
from bot.cards.digest import digest_card
from bot.command import (
    AddFollow,
    AddMute,
    ChooseAuthor,
    DigestOff,
    DigestOn,
    EndFollow,
    ListFollows,
    NotUnderstood,
    ReadMore,
    ShowDigest,
    ShowHelp,
    ShowPaper,
)
from bot.errors import BotError, HistoryUnreadable, Refused, TryLater, Unknown
from bot.subscription import Place

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
def door() -> RecordingDoor:
    return RecordingDoor()


@pytest.fixture
async def bot(server: DiscordServer, door: RecordingDoor) -> AsyncIterator[RecordingDoor]:
    """The adapter, connected."""
    async with serving(door, _access(server)):
        yield door


@pytest.fixture
async def post(server: DiscordServer) -> AsyncIterator[DiscordMessenger]:
    """The messenger, without a gateway."""
    async with messenger(_access(server)) as speaker:
        yield speaker


def _access(server: DiscordServer) -> DiscordAccess:
    return DiscordAccess(server.token, server.url)


class TestCommands:
    async def test_paper_shows_its_card_to_everyone(self, server: DiscordServer, bot: RecordingDoor) -> None:
        answer = await server.says("/paper", {"query": "2605.05971"})

        shown = seen(answer)
        assert "Training Transformers for KV Cache Compressibility" in shown.text
        assert shown.buttons == ("Read more", "Abstract", "PDF", "Follow author")
        assert not shown.private
        assert server.channel("1000").messages == answer.messages

    async def test_the_core_learns_who_asks_and_where(self, server: DiscordServer, bot: RecordingDoor) -> None:
        await server.says("/following", channel="1000", user="77")

        _, caller = bot.asked[0]
        assert caller.place == HERE
        assert (caller.user, caller.zone, caller.direct) == ("77", "", False)

    async def test_a_direct_message_is_a_team_of_its_own(self, server: DiscordServer, bot: RecordingDoor) -> None:
        await server.says("/following", channel="2000", user="77", direct=True)

        _, caller = bot.asked[0]
        assert caller.place == Place("discord", "dm77", "2000")
        assert caller.direct

    @pytest.mark.parametrize(
        ("command", "options", "expected"),
        [
            ("/paper", {"query": "2605.05971"}, ShowPaper("2605.05971")),
            ("/follow", {"author": "Yam Eitan"}, AddFollow("Yam Eitan", "author")),
            ("/follow", {"category": "cs.CL"}, AddFollow("cs.CL", "category")),
            ("/follow", {"topic": "state space models"}, AddFollow("state space models", "topic")),
            ("/follow", {}, AddFollow("")),
            ("/unfollow", {"what": "author:yam eitan"}, EndFollow("author:yam eitan")),
            ("/following", {}, ListFollows()),
            ("/mute", {"what": "blockchain"}, AddMute("blockchain")),
            ("/digest show", {}, ShowDigest()),
            ("/digest show", {"date": "2026-05-12"}, ShowDigest("2026-05-12")),
            ("/digest on", {}, DigestOn()),
            ("/digest off", {}, DigestOff()),
            ("/paperlark", {}, ShowHelp()),
            ("/paperlark", {"command": "follow cs.CL"}, AddFollow("cs.CL")),
            ("/paperlark", {"command": "frobnicate"}, NotUnderstood("frobnicate")),
            (
                "/digest on",
                {"time": "09:00", "zone": "Europe/Berlin", "categories": "cs.CL, cs.LG", "top": 5, "days": "mon-fri"},
                DigestOn("09:00", "Europe/Berlin", ("cs.CL", "cs.LG"), "5", "mon-fri"),
            ),
        ],
    )
    async def test_typed_options_become_the_command_that_text_would(
        self, server: DiscordServer, bot: RecordingDoor, command: str, options: dict, expected: object
    ) -> None:
        await server.says(command, options)

        assert bot.commands == [expected]

    async def test_several_follows_at_once_are_answered_one_after_the_other(
        self, server: DiscordServer, bot: RecordingDoor, wait_until
    ) -> None:
        answer = await server.says("/follow", {"author": "Yam Eitan", "category": "cs.CL"})

        await wait_until(lambda: len(answer.messages) == 2, "both answers")
        assert bot.commands == [AddFollow("Yam Eitan", "author"), AddFollow("cs.CL", "category")]

    @pytest.mark.parametrize("command", ["/following", "/digest show", "/paperlark"])
    async def test_what_is_for_the_asker_is_private_from_the_first_moment(
        self, server: DiscordServer, bot: RecordingDoor, command: str
    ) -> None:
        answer = await server.says(command)

        assert answer.private
        assert answer.acknowledged_privately
        assert server.channel("1000").messages == []

    async def test_an_error_after_a_public_question_is_told_to_the_asker_alone(
        self, server: DiscordServer, bot: RecordingDoor, wait_until
    ) -> None:
        answer = await server.says("/paper", {"query": "nonsense"})

        await wait_until(lambda: server.channel("1000").messages == [], "nothing is left in the channel")
        assert answer.private
        assert "Type its arXiv id" in seen(answer).text

    async def test_a_long_answer_comes_in_numbered_parts(
        self, server: DiscordServer, bot: RecordingDoor, wait_until
    ) -> None:
        rows = tuple(line(f"paper number {number} with a title of some length") for number in range(300))
        bot.cards[ListFollows] = Card("papers", "all", (Heading(line("All")), Bullets(rows)), private=True)

        answer = await server.says("/following")

        await wait_until(lambda: "Part 4 of 4" in seen(answer).text, "the last part")
        assert answer.private
        assert all(f"paper number {number} " in seen(answer).text for number in range(300))

    async def test_hostile_options_arrive_harmless(self, server: DiscordServer, bot: RecordingDoor) -> None:
        await server.says("/follow", {"author": "Ev\u202eil\u200b \x07Name " + "x" * 5000})

        (command,) = bot.commands
        assert isinstance(command, AddFollow)
        assert command.what.startswith("Evil Name xxx")
        assert len(command.what) <= 600


class TestAutocomplete:
    async def test_names_are_completed_from_the_core(self, server: DiscordServer, bot: RecordingDoor) -> None:
        assert await server.autocompletes("/follow", "author", "Yam") == ["Yam Eitan", "Yam Levi"]

    async def test_the_last_of_several_categories_is_completed(self, server: DiscordServer, bot: RecordingDoor) -> None:
        assert await server.autocompletes("/digest on", "categories", "cs.LG cs.C") == ["cs.LG cs.CL", "cs.LG cs.CV"]

    async def test_no_more_and_no_longer_choices_than_discord_takes(
        self, server: DiscordServer, bot: RecordingDoor
    ) -> None:
        choices = await server.autocompletes("/follow", "topic", "t")

        assert choices == [f"topic {number}" for number in range(25)]

    @pytest.mark.parametrize(
        ("command", "option", "kind"),
        [
            ("/paper", "query", "paper"),
            ("/unfollow", "what", "followed"),
            ("/mute", "what", "author"),
            ("/digest on", "zone", "zone"),
        ],
    )
    async def test_each_option_asks_for_its_kind(
        self, server: DiscordServer, bot: RecordingDoor, command: str, option: str, kind: str
    ) -> None:
        await server.autocompletes(command, option, "E")

        assert bot.suggested == [(kind, "E")]


class TestButtons:
    async def test_a_button_asks_its_command_for_the_presser_alone(
        self, server: DiscordServer, bot: RecordingDoor
    ) -> None:
        card = await server.says("/paper", {"query": "2605.05971"})

        answer = await server.presses(card.messages[0], "Read more", user="77")

        assert bot.asked[-1][0] == ReadMore("2605.05971")
        assert bot.asked[-1][1].user == "77"
        assert answer.private
        assert "Methodology" in seen(answer).text

    async def test_buttons_of_messages_from_before_a_restart_still_work(
        self, server: DiscordServer, door: RecordingDoor, post: DiscordMessenger
    ) -> None:
        (message,) = post.draw(digest_card(digest(2), NOW), KEY)
        await post.post(HERE, message, KEY)
        standing = server.channel("1000").messages[0]

        async with serving(door, _access(server)):
            await server.presses(standing, "Follows and settings")

        assert door.commands == [ListFollows()]

    async def test_a_chain_of_buttons_leads_to_a_follow(self, server: DiscordServer, bot: RecordingDoor) -> None:
        card = await server.says("/paper", {"query": "2605.05971"})
        choice = await server.presses(card.messages[0], "Follow author")

        await server.presses(choice.messages[0], "Yam Eitan")

        assert bot.commands[1:] == [ChooseAuthor("2605.05971"), AddFollow("author:Yam Eitan")]

    async def test_whatever_a_client_sends_as_custom_id_gets_a_sentence(
        self, server: DiscordServer, bot: RecordingDoor
    ) -> None:
        card = await server.says("/paper", {"query": "2605.05971"})

        answer = await server.presses_id(card.messages[0], "x" * 100)

        assert "I don't know" in seen(answer).text


class TestNothingEscapes:
    async def test_a_card_that_discord_refuses_ends_in_an_apology(
        self, server: DiscordServer, bot: RecordingDoor, caplog: pytest.LogCaptureFixture
    ) -> None:
        server.refuse("edit", 400, 50035)

        answer = await server.says("/following")

        assert "Something went wrong on our side" in seen(answer).text
        assert "discord answer not sent" in caplog.text

    async def test_an_interaction_that_is_gone_is_logged_without_its_token(
        self, server: DiscordServer, bot: RecordingDoor, caplog: pytest.LogCaptureFixture, wait_until
    ) -> None:
        caplog.set_level(logging.INFO)
        server.refuse("callback", 404, 10062)

        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await server.says("/following")

        assert "discord answer not sent" in caplog.text
        assert "interaction-token" not in caplog.text
        assert "Traceback" not in caplog.text
        assert bot.asked == []

    async def test_a_command_that_was_renamed_since_gets_a_sentence(
        self, server: DiscordServer, bot: RecordingDoor
    ) -> None:
        server.commands.append({"id": "1", "name": "gone", "options": []})

        answer = await server.says("/gone")

        assert "Reload Discord" in seen(answer).text

    async def test_a_lost_connection_is_taken_up_again_and_nothing_is_missed(
        self, server: DiscordServer, bot: RecordingDoor
    ) -> None:
        await server.gateway.drop()

        answer = await server.says("/following")

        assert "You follow nobody" in seen(answer).text
        assert server.gateway.resumed == 1


class TestRemoval:
    async def test_a_removed_bot_forgets_the_team(self, server: DiscordServer, bot: RecordingDoor, wait_until) -> None:
        await server.removes("100")

        await wait_until(lambda: bot.forgotten == [("discord", "100")], "the team is forgotten")

    async def test_an_outage_is_no_removal(self, server: DiscordServer, bot: RecordingDoor) -> None:
        await server.outage("100")
        await server.says("/following", channel="2000", direct=True)

        assert bot.forgotten == []


class TestLife:
    async def test_commands_are_registered_for_servers_and_direct_messages(
        self, server: DiscordServer, bot: RecordingDoor
    ) -> None:
        names = {command["name"] for command in server.commands}

        assert names == {"paper", "follow", "unfollow", "following", "mute", "digest", "paperlark"}
        assert all(sorted(command["contexts"]) == [0, 1] for command in server.commands)
        assert all(command["integration_types"] == [0] for command in server.commands)

    async def test_commands_are_written_only_when_they_changed(
        self, server: DiscordServer, door: RecordingDoor
    ) -> None:
        for expected in (1, 1, 2):
            async with serving(door, _access(server)):
                assert server.requests["commands.put"] == expected
            if expected == 1 and server.requests["me"] == 2:
                server.commands[0]["description"] = "something older"

    async def test_a_wrong_token_is_said_in_one_plain_line(self, server: DiscordServer, door: RecordingDoor) -> None:
        with pytest.raises(BotError, match="Discord did not accept DISCORD_TOKEN") as refused:
            async with serving(door, replace(_access(server), token="wrong")):
                pass

        assert "Bot, Reset Token" in refused.value.hint

    async def test_a_discord_that_cannot_be_reached_is_said_in_one_plain_line(self, door: RecordingDoor) -> None:
        with pytest.raises(BotError, match=r"Could not reach Discord at 127\.0\.0\.1"):
            async with serving(door, DiscordAccess("token", "http://127.0.0.1:1/api/v10")):
                pass

    async def test_an_answer_under_way_is_finished_before_the_end(
        self, server: DiscordServer, door: RecordingDoor, wait_until
    ) -> None:
        async with _asking(server, door, wait_until) as asking:
            asyncio.get_running_loop().call_later(0.2, door.open.set)

        assert "You follow nobody" in seen(await asking).text

    async def test_an_answer_that_takes_too_long_at_the_end_says_so(
        self, server: DiscordServer, door: RecordingDoor, wait_until, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("adapters.discord.app.FINISH_SECONDS", 0.1)

        async with _asking(server, door, wait_until) as asking:
            pass

        assert "Ask again in a minute" in seen(await asking).text

    async def test_doctor_hears_who_the_bot_is_and_how_to_invite_it(self, server: DiscordServer) -> None:
        said = await check(_access(server))

        assert said.startswith("signed in as Paperlark")
        assert "https://discord.com/oauth2/authorize?client_id=900000000000000002" in said

    async def test_doctor_hears_what_is_wrong(self, server: DiscordServer) -> None:
        with pytest.raises(BotError, match="DISCORD_TOKEN"):
            await check(replace(_access(server), token="wrong"))

    def test_the_invitation_asks_for_no_more_than_is_needed(self) -> None:
        assert invite_url(7).endswith("client_id=7&scope=bot+applications.commands&permissions=274877991936")


@asynccontextmanager
async def _asking(server: DiscordServer, door: RecordingDoor, wait_until) -> AsyncIterator[asyncio.Task]:
    """The adapter is left while somebody waits for an answer."""
    async with serving(door, _access(server)):
        door.open.clear()
        asking = asyncio.create_task(server.says("/following"))
        await wait_until(lambda: door.asked, "the question arrived")
        yield asking


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

    @pytest.mark.parametrize(("status", "code"), [(403, 0), (404, 0), (404, 10008), (401, 0)])
    async def test_a_refusal_that_is_not_the_channels_may_pass(
        self, server: DiscordServer, post: DiscordMessenger, status: int, code: int
    ) -> None:
        server.refuse("post", status, code)

        with pytest.raises(TryLater) as later:
            await _post_something(post)

        assert later.value.after_seconds == 600

    async def test_503_is_unknown(self, server: DiscordServer, post: DiscordMessenger) -> None:
        server.refuse("post", 503)

        with pytest.raises(Unknown):
            await _post_something(post)

    async def test_a_short_rate_limit_is_waited_for(self, server: DiscordServer, post: DiscordMessenger) -> None:
        server.limit("post", 0.05)

        await _post_something(post)

        assert server.requests["post"] == 2

    async def test_a_long_rate_limit_is_handed_back(self, server: DiscordServer, post: DiscordMessenger) -> None:
        server.limit("post", 90.0)

        with pytest.raises(TryLater) as later:
            await _post_something(post)

        assert later.value.after_seconds == 90

    async def test_a_ban_says_how_long_to_wait(self, server: DiscordServer, post: DiscordMessenger) -> None:
        server.refuse("post", 429, headers={"Retry-After": "1200"})

        with pytest.raises(TryLater) as later:
            await _post_something(post)

        assert later.value.after_seconds == 1200

    async def test_a_discord_that_cannot_be_reached_may_be_tried_again(self) -> None:
        async with messenger(DiscordAccess("token", "http://127.0.0.1:1/api/v10")) as speaker:
            with pytest.raises(TryLater, match="Could not reach Discord"):
                await _post_something(speaker)

    async def test_a_connection_refused_after_signing_in_was_surely_not_taken(self, door: RecordingDoor) -> None:
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


async def _post_something(speaker: DiscordMessenger) -> str:
    (message,) = speaker.draw(digest_card(digest(2), NOW), KEY)
    return await speaker.post(HERE, message, KEY)


def _chatter() -> dict:
    return {"id": snowflake(), "flags": 0, "author": {"id": "5"}, "components": []}
