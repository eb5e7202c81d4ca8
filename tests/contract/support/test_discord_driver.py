"""The driver for the suite of all platforms types, presses and sees on Discord as a person does."""

import pytest

from bot.app.help import NotUnderstood
from bot.app.panel import ShowPanel
from bot.digests.cards.digest import digest_card
from bot.digests.follow import AddFollow
from bot.digests.settings import DigestOff, DigestOn
from bot.digests.unfollow import EndFollow
from bot.domain.command import ShowDigest
from bot.search.paper import ShowPaper
from support.builders.sample_cards import NOW, digest
from support.drivers.discord_driver import DiscordDriver
from support.fakes.discord_command_service import RecordingDoor

KEY = "d3a1f0c9b8e7d6a5f4c3b2a1"


class TestDriver:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("/paper attention is all you need", ShowPaper("attention is all you need")),
            ("/follow Yam Eitan", AddFollow("Yam Eitan")),
            ("/follow cs.CL", AddFollow("cs.CL", "category")),
            ('/follow "state space models"', AddFollow("state space models", "topic")),
            ("/unfollow cs.CL", EndFollow("cs.CL")),
            ("/digest", ShowDigest()),
            ("/digest 2026-05-12", ShowDigest("2026-05-12")),
            ("/digest off", DigestOff()),
            (
                "/digest on 09:00 Europe/Berlin cs.CL cs.LG top=5 days=mon-fri",
                DigestOn("09:00", "Europe/Berlin", ("cs.CL", "cs.LG"), "5", "mon-fri"),
            ),
            ("/digest on top=many", DigestOn(top="many")),
            ("/digest on cross=off", DigestOn(cross="off")),
            ("/digest on recap=fri", DigestOn(recap="fri")),
            ("/paperlark", ShowPanel()),
            ("/frobnicate", NotUnderstood("/frobnicate")),
        ],
    )
    async def test_text_is_typed_as_a_person_would(self, text: str, expected: object) -> None:
        door = RecordingDoor()
        async with DiscordDriver(door) as chat:
            await chat.says(text)

        assert door.commands == [expected]

    async def test_answers_are_seen_pressed_and_posted(self) -> None:
        door = RecordingDoor()
        async with DiscordDriver(door) as chat:
            paper = await chat.says("/paper 2605.05971", channel="C7")
            more = await chat.presses(paper, "Read more")
            posted = await chat.posts(digest_card(digest(50), NOW), KEY, channel="C7")

        assert paper.links[0] == "https://arxiv.org/abs/2605.05971"
        assert (paper.private, more.private) == (False, True)
        assert more.text.startswith("Training Transformers for KV Cache Compressibility\nSummary\nLong contexts")
        assert len(posted) == 2
        assert door.asked[0][1].place == chat.place("C7")
