"""The Home tab in Slack: what a person follows and saved, with buttons that change it and show the change."""

from dataclasses import replace

import pytest

from bot.delivery.store.channels import ChannelStore
from bot.domain.channel import Follow, Kind
from support.all_platforms import MONDAY, House
from support.builders.sample_cards import PAPER
from support.drivers.slack_payload import buttons, visible_text
from support.servers.slack_actions import opens_home
from support.servers.slack_forms import fills
from support.servers.slack_server import SlackServer

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def shows(slack: SlackServer, user: str, words: str) -> None:
    """Wait until a person's Home tab shows these words."""
    await slack.until(lambda: words in visible_text(slack.homes[user]), f"a Home tab with {words!r}")


async def test_a_newcomer_sees_what_to_do(slack: SlackServer) -> None:
    view = await opens_home(slack, "U10", "D10")

    shown = visible_text(view)
    assert "You follow nothing yet" in shown
    assert "Nothing saved yet." in shown
    assert "The digest is off." in shown
    assert {"Set up my digest", "Turn the digest on", "All commands"} <= set(buttons(view))


async def test_it_shows_what_a_person_follows_and_saved_in_their_direct_messages_alone(slack: SlackServer) -> None:
    await slack.says("/follow cs.CL", channel="D11", user="U11")
    await slack.says("/digest on 09:00 Europe/Berlin", channel="D11", user="U11")
    await slack.says(f"/save {PAPER.id}", channel="D11", user="U11")
    await slack.says("/follow cs.RO", channel="C11", user="U11")
    view = await opens_home(slack, "U11", "D11")

    shown = visible_text(view)
    assert "You follow 1 thing" in shown
    assert "cs.CL" in shown
    assert "I'll send it to you every weekday at 09:00 (Berlin)" in shown
    assert PAPER.title in shown
    assert "1 unread · 0 read" in shown
    assert "cs.RO" not in shown


async def test_a_button_changes_it_and_the_tab_shows_the_change(slack: SlackServer) -> None:
    await slack.says("/follow cs.CL", channel="D12", user="U12")
    view = await opens_home(slack, "U12", "D12")
    ended = await slack.presses(view, "Unfollow", user="U12")

    assert ended.view is not None
    assert "Unfollowed cs.CL" in visible_text(ended.view)
    await shows(slack, "U12", "You follow nothing yet")

    undone = await slack.presses(ended.view, "Undo", user="U12")
    assert undone.view is not None
    await shows(slack, "U12", "You follow 1 thing")


async def test_the_settings_form_opens_there_and_its_answer_shows_there(slack: SlackServer) -> None:
    view = await opens_home(slack, "U13", "D13")
    form = await slack.presses(view, "Set up my digest", user="U13")
    assert form.view is not None
    assert form.view["callback_id"] == "form:setup"
    await fills(slack, form.view, {"categories": ["cs.CL"]}, user="U13")

    await shows(slack, "U13", "You follow 1 thing")


async def test_a_saved_paper_opens_from_there(slack: SlackServer) -> None:
    await slack.says(f"/save {PAPER.id}", channel="D14", user="U14")
    opened = await slack.presses(await opens_home(slack, "U14", "D14"), "Open", user="U14")

    assert opened.view is not None
    assert "Yam Eitan" in visible_text(opened.view)


async def test_the_longest_panel_fits(house: House, slack: SlackServer) -> None:
    place = house.chats["slack"].place("D15")
    channels: ChannelStore = house.app.services.channels
    for number in range(200):
        await channels.follow(place, Follow(Kind.TOPIC, f"topic {number} {'x' * 150}", MONDAY))
    several = [replace(PAPER, id=f"2605.{30000 + n}", title=f"{n} " + "<&>" * 90) for n in range(20)]
    await house.app.services.papers.keep(several)
    await slack.says("/save " + " ".join(one.id for one in several), channel="D15", user="U15")
    view = await opens_home(slack, "U15", "D15")

    assert len(view["blocks"]) <= 100
    assert "You follow 200 things" in visible_text(view)


async def test_an_app_without_a_home_tab_goes_on_working(slack: SlackServer, caplog: pytest.LogCaptureFixture) -> None:
    slack.has_home = False
    try:
        await slack.event(
            {"type": "app_home_opened", "user": "U16", "channel": "D16", "tab": "home", "event_ts": "7.7"}
        )
        await slack.until(lambda: "not_enabled" in caplog.text, "a line in the log")
        assert (await slack.says("/following", channel="D16", user="U16")).answers
    finally:
        slack.has_home = True
