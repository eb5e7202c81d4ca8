"""Who made a change is said to everybody who sees the answer, in words that can do nothing else."""

from datetime import UTC, datetime

import pytest

from adapters.discord.render import draw as draw_discord
from adapters.slack.render import draw as draw_slack
from bot.app.authorship import MAX_NAME_LENGTH, with_author
from bot.app.backup.record import Kept, read_line, write_line
from bot.digests.cards.follows import muted_card, unfollowed_card
from bot.domain.card import Actions, Card, Fine, line
from bot.domain.channel import Channel, Mute, Place
from bot.domain.command import Caller
from support.hostile.live_content import alive_in_slack, alive_on_discord

PLACE, NOW = Place("slack", "T1", "C1"), datetime(2026, 5, 12, tzinfo=UTC)
HOSTILE = "<!channel> <@U1> @everyone [x](https://evil.example)" + "x" * 500


def test_the_name_stands_above_the_buttons() -> None:
    card = with_author(muted_card(["survey"]), Caller(PLACE, "U1", name="Ada"))
    assert card.blocks[-2] == Fine(line("Changed by Ada."))
    assert isinstance(card.blocks[-1], Actions)


@pytest.mark.parametrize(
    ("card", "caller"),
    [
        (muted_card(["survey"]), Caller(PLACE, "U1")),
        (muted_card(["survey"]), Caller(PLACE, "U1", direct=True, name="Ada")),
        (Card("x", "Only you see this.", private=True), Caller(PLACE, "U1", name="Ada")),
    ],
)
def test_nobody_is_named_without_a_name_or_to_themselves(card: Card, caller: Caller) -> None:
    assert with_author(card, caller) is card


def test_a_name_notifies_nobody_and_links_nowhere() -> None:
    card = with_author(muted_card(["survey"]), Caller(PLACE, "U1", name=HOSTILE))
    slack, discord = draw_slack(card)[0].payload, draw_discord(card)[0].payload
    assert alive_in_slack(slack) == []
    assert alive_on_discord({"content": "", **discord}) == []
    assert "x" * (MAX_NAME_LENGTH + 1) not in str((slack, discord))


def test_undo_gives_back_what_was_taken_and_nothing_that_was_there_before() -> None:
    assert _undo(muted_card(["survey", "grid"], ["cache"])) == '/unmute "survey", "grid"'
    assert _undo(muted_card([], ["cache"])) == ""
    assert _undo(unfollowed_card([Mute("survey", NOW), Mute("grid", NOW)], Channel(PLACE))) == '/mute "survey", "grid"'


def test_a_lock_and_who_set_the_channel_up_are_part_of_the_backup() -> None:
    channel = Channel(PLACE, locked=True, set_up_by="U1")
    assert read_line(write_line(Kept(channel)).encode()).channel == channel


def _undo(card: Card) -> str:
    buttons = [button for block in card.blocks if isinstance(block, Actions) for button in block.buttons]
    return next((button.command for button in buttons if button.label == "Undo"), "")
