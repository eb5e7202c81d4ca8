"""The Discord adapter speaks to Discord as it wants it: the unmodified library against a strict loopback server."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from adapters.discord.app import DiscordAccess, messenger, serving
from adapters.discord.messenger import DiscordMessenger
from bot.app.help import NotUnderstood
from bot.app.panel import ShowPanel
from bot.authors.page import ShowAuthor
from bot.delivery.subscribe import MailConfirm, MailOff, MailOn
from bot.digests.cards.digest import digest_card
from bot.digests.follow import AddFollow
from bot.digests.following import ListFollows
from bot.digests.mute import AddMute
from bot.digests.settings import DigestOff, DigestOn
from bot.digests.unfollow import EndFollow
from bot.domain.card import Bullets, Card, Heading, line
from bot.domain.channel import Place
from bot.domain.command import Caller, ShowDigest
from bot.search.command import SearchPapers
from bot.search.paper import PickAuthor, ReadMore, ShowPaper
from bot.trending.command import ShowTrending
from support.builders.sample_cards import BUTTONS, NOW, PAPER, digest
from support.drivers.discord_driver import seen
from support.fakes.discord_command_service import RecordingDoor
from support.servers.discord_server import DiscordServer

HERE = Place("discord", "100", "1000")
KEY = "d3a1f0c9b8e7d6a5f4c3b2a1"


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
        assert shown.buttons == (*BUTTONS, "Discuss")
        assert not shown.private
        assert server.channel("1000").messages == answer.messages

    async def test_the_core_learns_who_asks_and_where(self, server: DiscordServer, bot: RecordingDoor) -> None:
        await server.says("/following", channel="1000", user="77")

        assert bot.asked[0][1] == Caller(HERE, "77", zone="", direct=False)

    async def test_a_direct_message_is_a_team_of_its_own(self, server: DiscordServer, bot: RecordingDoor) -> None:
        await server.says("/following", channel="2000", user="77", direct=True)

        assert bot.asked[0][1] == Caller(Place("discord", "dm77", "2000"), "77", direct=True)

    @pytest.mark.parametrize(
        ("command", "options", "expected"),
        [
            ("/paper", {"query": "2605.05971"}, ShowPaper("2605.05971")),
            ("/follow", {"author": "Yam Eitan"}, AddFollow("Yam Eitan")),
            ("/follow", {"category": "cs.CL"}, AddFollow("cs.CL", "category")),
            ("/follow", {"topic": "state space models"}, AddFollow("state space models", "topic")),
            ("/follow", {}, AddFollow("")),
            ("/unfollow", {"what": "author:yam eitan"}, EndFollow("author:yam eitan")),
            ("/following", {}, ListFollows()),
            ("/mute", {"what": "blockchain"}, AddMute("blockchain")),
            ("/author", {"name": "Yam Eitan"}, ShowAuthor("Yam Eitan")),
            ("/digest show", {}, ShowDigest()),
            ("/digest show", {"date": "2026-05-12"}, ShowDigest("2026-05-12")),
            ("/digest on", {}, DigestOn()),
            ("/digest off", {}, DigestOff()),
            ("/digest email", {}, MailOn()),
            ("/digest email", {"what": "ada@example.org"}, MailOn("ada@example.org")),
            ("/digest email", {"what": "123456"}, MailConfirm("123456")),
            ("/digest email", {"what": "off"}, MailOff()),
            ("/trending", {}, ShowTrending()),
            ("/trending", {"period": "week"}, ShowTrending("week")),
            ("/paperlark", {}, ShowPanel()),
            ("/paperlark", {"command": "follow cs.CL"}, AddFollow("cs.CL")),
            ("/paperlark", {"command": "/frobnicate"}, NotUnderstood("/frobnicate")),
            (
                "/digest on",
                {"trending": "off"},
                DigestOn(trending="off"),
            ),
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
        assert bot.commands == [AddFollow("Yam Eitan"), AddFollow("cs.CL", "category")]

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

    async def test_a_paper_is_shown_by_its_title_and_sent_by_its_id(
        self, server: DiscordServer, bot: RecordingDoor
    ) -> None:
        whole, cut, bare = await server.choices("/save", "paper", "kv")

        assert whole == {"name": f"{PAPER.title} · {PAPER.id}", "value": PAPER.id}
        assert cut["value"] == "2605.00001"
        assert cut["name"].startswith("word word")
        assert cut["name"].endswith("word… · 2605.00001")
        assert bare["name"] == bare["value"] == "y" * 99

    @pytest.mark.parametrize(
        ("command", "option", "kind"),
        [
            ("/paper", "query", "paper"),
            *((command, "paper", "paper") for command in ("/more", "/less", "/save", "/similar", "/bibtex")),
            ("/unfollow", "what", "followed"),
            ("/mute", "what", "author"),
            ("/author", "name", "author"),
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
            await server.presses(standing, "Key points")

        assert door.commands == [ShowDigest("2026-05-12", "points")]

    async def test_a_chain_of_buttons_leads_to_a_follow(self, server: DiscordServer, bot: RecordingDoor) -> None:
        card = await server.says("/paper", {"query": "2605.05971"})
        choice = await server.presses(card.messages[0], "Follow author")

        await server.presses(choice.messages[0], "Yam Eitan")

        assert bot.commands[1:] == [PickAuthor("2605.05971"), AddFollow("author:2605.05971 Yam Eitan")]

    async def test_whatever_a_client_sends_as_custom_id_gets_a_sentence(
        self, server: DiscordServer, bot: RecordingDoor
    ) -> None:
        card = await server.says("/paper", {"query": "2605.05971"})

        answer = await server.presses_id(card.messages[0], "x" * 100)

        assert answer.private
        assert isinstance(bot.commands[-1], SearchPapers)


class TestNothingEscapes:
    async def test_a_card_that_discord_refuses_ends_in_an_apology(
        self, server: DiscordServer, bot: RecordingDoor, caplog: pytest.LogCaptureFixture
    ) -> None:
        server.refuse("edit", 400, 50035)

        answer = await server.says("/following")

        assert "Something went wrong on our side" in seen(answer).text
        assert "An answer was not sent on Discord" in caplog.text

    async def test_an_interaction_that_is_gone_is_logged_without_its_token(
        self, server: DiscordServer, bot: RecordingDoor, caplog: pytest.LogCaptureFixture, wait_until
    ) -> None:
        caplog.set_level(logging.INFO)
        server.refuse("callback", 404, 10062)

        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await server.says("/following")

        assert "An answer was not sent on Discord" in caplog.text
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
