"""The Slack adapter against Slack's own protocol: what people do arrives in the core, what it says reaches them."""

import json
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from adapters.slack import handlers
from adapters.slack.app import SlackAccess, serving
from adapters.slack.clients import OneClient
from bot.app.help import NotUnderstood, ShowHelp
from bot.digests.follow import AddFollow
from bot.digests.following import ListFollows
from bot.digests.settings import DigestOn
from bot.domain.channel import Place
from bot.domain.paper_source import only_id
from bot.search.paper import PreviewPaper, ReadMore, ShowPaper
from support.drivers.slack_driver import access_to
from support.drivers.slack_payload import visible_text
from support.fakes.slack_command_service import SampleDoor
from support.servers.slack_server import SlackServer


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer() as server:
        yield server


@pytest.fixture
def door() -> SampleDoor:
    return SampleDoor()


@pytest.fixture
async def bot(slack: SlackServer, door: SampleDoor) -> AsyncIterator[None]:
    async with serving(door, access_to(slack)):
        await slack.connected()
        yield


@pytest.mark.usefixtures("bot")
class TestAsking:
    async def test_a_paper_is_shown_to_the_whole_channel(self, slack: SlackServer, door: SampleDoor) -> None:
        answer = await slack.says("/paper 2605.05971", channel="C7", user="U9")

        assert not answer.private
        assert "Training Transformers for KV Cache Compressibility" in visible_text(slack.channel("C7")[-1])
        command, caller = door.asked[0]
        assert command == ShowPaper("2605.05971")
        assert (caller.place.platform, caller.place.team, caller.place.channel) == ("slack", "T1", "C7")
        assert (caller.user, caller.direct) == ("U9", False)

    async def test_a_private_card_is_for_the_asker_alone(self, slack: SlackServer) -> None:
        answer = await slack.says("/following")

        assert answer.private
        assert slack.channel("C1") == []

    async def test_the_acknowledgement_does_not_wait_for_the_answer(self, slack: SlackServer, door: SampleDoor) -> None:
        door.gate.clear()
        answer = await slack.says("/paper 2605.05971", wait=False)

        assert answer.ack_seconds is not None
        assert answer.ack_seconds < 1
        assert not answer.done
        door.gate.set()
        await slack.until(lambda: answer.done, "the answer")

    @pytest.mark.parametrize("name", handlers.COMMANDS)
    async def test_every_command_is_answered(self, slack: SlackServer, name: str) -> None:
        assert (await slack.says(f"{name} something")).answers

    async def test_a_command_that_only_another_release_names_gets_a_sentence(
        self, slack: SlackServer, door: SampleDoor
    ) -> None:
        assert (await slack.says("/frobnicate something")).answers
        assert door.asked[0][0] == NotUnderstood("/frobnicate")

    async def test_every_command_works_behind_paperlark(self, slack: SlackServer, door: SampleDoor) -> None:
        await slack.says("/paperlark follow Yam Eitan")
        await slack.says("/paperlark")

        assert [command for command, _ in door.asked] == [AddFollow("Yam Eitan"), ShowHelp()]

    async def test_the_bots_name_in_a_thread_is_answered_in_the_thread(
        self, slack: SlackServer, door: SampleDoor
    ) -> None:
        answer = await slack.says("paper 2605.05971", thread_ts="111.222")

        assert door.asked[0][0] == ShowPaper("2605.05971")
        assert answer.answers[0]["thread_ts"] == "111.222"

    async def test_a_mention_escaped_by_slack_is_read_as_typed(self, slack: SlackServer, door: SampleDoor) -> None:
        await slack.says("follow R&amp;D <http://cs.CL|cs.CL>")

        assert door.asked[0][0] == AddFollow("R&D cs.CL")

    @pytest.mark.parametrize(
        "text",
        [
            "<@UBOT>, paper 2605.05971", "<@UBOT|paperlark>: 2605.05971", "paper 2605.05971 <@UBOT>",
            "Hi <@UBOT>! <https://arxiv.org/abs/2605.05971|LLaMA>, please", "2605.05971 <@UBOT> thoughts?",
            "<@UBOT> <https://x.safelinks.protection.outlook.com/?url=https%3A%2F%2Farxiv.org%2Fabs%2F2605.05971&amp;d=5>",
        ],
    )  # fmt: skip
    async def test_a_paper_is_heard_before_and_after_the_name(
        self, slack: SlackServer, door: SampleDoor, text: str
    ) -> None:
        await slack.event({"type": "app_mention", "channel": "C1", "user": "U1", "text": text, "ts": "1.2"})
        await slack.until(lambda: bool(door.asked), "a question")

        command = door.asked[0][0]
        assert isinstance(command, ShowPaper)
        assert only_id(command.query) == "2605.05971"

    async def test_a_direct_message_is_a_command(self, slack: SlackServer, door: SampleDoor) -> None:
        answer = await slack.says("following", channel="D5")

        assert door.asked[0][0] == ListFollows()
        assert door.asked[0][1].direct
        assert slack.channel("D5") == answer.answers

    async def test_a_private_answer_to_a_mention_is_ephemeral(self, slack: SlackServer) -> None:
        answer = await slack.says("following")

        assert answer.private
        assert slack.ephemerals[0]["for_user"] == "U1"

    async def test_what_bots_and_edits_say_is_passed_over(self, slack: SlackServer, door: SampleDoor) -> None:
        said = {"type": "message", "channel": "D5", "channel_type": "im", "text": "paper 2605.05971", "ts": "1.2"}
        for event in (said | {"bot_id": "B1"}, said | {"user": "U1", "subtype": "message_changed"}, said):
            told = await slack.event(event)
            assert told.ack_seconds is not None
        elsewhere = await slack.event(said | {"user": "U1", "channel": "C1", "channel_type": "channel"})

        assert elsewhere.ack_seconds is not None
        assert door.asked == []

    async def test_an_event_that_slack_repeats_is_answered_once(self, slack: SlackServer, door: SampleDoor) -> None:
        event = {"type": "app_mention", "channel": "C1", "user": "U1", "text": "<@UBOT> following", "ts": "1.2"}
        await slack.event(event, event_id="Ev-again")
        await slack.event(event, event_id="Ev-again", retry=1)
        await slack.event(event, event_id="Ev-other")

        await slack.until(lambda: len(slack.ephemerals) == 2, "two answers")
        assert len(door.asked) == 2

    async def test_an_event_nobody_handles_is_acknowledged(self, slack: SlackServer) -> None:
        assert (await slack.event({"type": "reaction_added", "user": "U1"})).ack_seconds is not None

    async def test_the_digest_is_set_in_the_persons_own_time_zone(self, slack: SlackServer, door: SampleDoor) -> None:
        slack.refuse("users.info", "missing_scope")
        await slack.says("/digest on 09:00")
        await slack.says("/digest on 09:00")
        await slack.says("/digest on 09:00 Asia/Tokyo")

        assert [caller.zone for _, caller in door.asked] == ["", "Europe/Berlin", "Europe/Berlin"]
        assert [command.zone for command, _ in door.asked if isinstance(command, DigestOn)] == ["", "", "Asia/Tokyo"]


@pytest.mark.usefixtures("bot")
class TestPressing:
    async def test_a_panel_opens_a_modal_at_once_and_fills_it(self, slack: SlackServer, door: SampleDoor) -> None:
        paper = await slack.says("/paper 2605.05971")
        door.gate.clear()
        pressed = await slack.presses(paper, "Read more", wait=False)
        await slack.until(lambda: pressed.view is not None, "the modal")

        assert pressed.view is not None
        assert visible_text(pressed.view) == "One moment…"
        door.gate.set()
        await slack.until(lambda: pressed.done, "the answer in the modal")
        assert "Continued pretraining with a policy that hides slots." in visible_text(pressed.view)
        assert pressed.view["title"]["text"] == "Read more"
        assert door.asked[-1][0] == ReadMore("2605.05971")

    async def test_the_button_of_a_paper_in_a_digest_opens_its_card(self, slack: SlackServer, door: SampleDoor) -> None:
        shown = await slack.says("/digest")
        opened = await slack.presses(shown, "Open")

        assert opened.view is not None
        assert door.asked[-1][0] == PreviewPaper("2605.05971")

    async def test_a_command_button_answers_below_and_leaves_the_message(self, slack: SlackServer) -> None:
        paper = await slack.says("/paper 2605.05971")
        before = json.dumps(paper.answers[0])
        authors = await slack.presses(paper, "Follow author")
        followed = await slack.presses(authors, "Yam Eitan")

        assert authors.private
        assert "Which author should this channel follow?" in visible_text(authors.answers[0])
        assert not followed.private
        assert "Yam Eitan" in visible_text(followed.answers[0])
        assert json.dumps(paper.answers[0]) == before

    async def test_a_link_is_only_acknowledged(self, slack: SlackServer, door: SampleDoor) -> None:
        paper = await slack.says("/paper 2605.05971")
        pressed = await slack.presses(paper, "PDF")

        assert pressed.url == "https://arxiv.org/pdf/2605.05971"
        assert pressed.ack_seconds is not None
        assert len(door.asked) == 1

    async def test_where_no_modal_opens_the_answer_is_ephemeral(self, slack: SlackServer, door: SampleDoor) -> None:
        paper = await slack.says("/paper 2605.05971")
        slack.refuse("views.open", "expired_trigger_id")
        pressed = await slack.presses(paper, "Read more")

        assert pressed.view is None
        assert pressed.private
        assert "Methodology" in visible_text(pressed.answers[0])
        assert len(door.asked) == 2

    async def test_where_the_modal_stays_empty_the_answer_is_ephemeral(self, slack: SlackServer) -> None:
        paper = await slack.says("/paper 2605.05971")
        slack.refuse("views.update", "internal_error", times=1)
        pressed = await slack.presses(paper, "Read more", wait=False)

        await slack.until(lambda: pressed.answers, "the answer as a message")
        assert pressed.answers[0]["ephemeral"]

    async def test_a_modal_closed_meanwhile_stays_closed(self, slack: SlackServer, door: SampleDoor) -> None:
        paper = await slack.says("/paper 2605.05971")
        slack.refuse("views.update", "not_found")
        pressed = await slack.presses(paper, "Read more", wait=False)

        await slack.until(lambda: slack.calls_of("views.update"), "the modal's update")
        await slack.says("/following")
        assert pressed.answers == []

    async def test_a_message_in_a_thread_is_answered_in_the_thread(self, slack: SlackServer) -> None:
        paper = await slack.says("paper 2605.05971", thread_ts="111.222")
        followed = await slack.presses(await slack.presses(paper, "Follow author"), "Yam Eitan")

        assert followed.answers[0]["thread_ts"] == "111.222"

    async def test_a_button_of_no_known_kind_is_acknowledged(self, slack: SlackServer, door: SampleDoor) -> None:
        stranger = {
            "type": "button",
            "action_id": "old:thing",
            "text": {"type": "plain_text", "text": "Old"},
            "value": "x",
        }
        message = {"channel": "C1", "ts": "1.2", "blocks": [{"type": "actions", "elements": [stranger]}]}
        pressed = await slack.presses(message, "Old", wait=False)

        assert pressed.ack_seconds is not None
        assert door.asked == []


@pytest.mark.usefixtures("bot")
class TestTrouble:
    async def test_an_answer_that_slack_refuses_harms_no_other(
        self, slack: SlackServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        slack.refuse("response_url", status=400)
        lost = await slack.says("/following", wait=False)
        await slack.says("/following")

        assert lost.ack_seconds is not None
        assert lost.answers == []
        assert "An answer could not be sent" in caplog.text
        assert not re.search(r"/respond/|trigger\.|xoxb|xapp|Traceback", caplog.text)

    async def test_an_answer_whose_response_url_has_expired_comes_in_the_channel(self, slack: SlackServer) -> None:
        slack.refuse("response_url", status=404)

        answer = await slack.says("/following", wait=False)
        await slack.until(lambda: slack.ephemerals, "the answer")

        assert answer.answers == []
        assert slack.ephemerals[-1]["for_user"] == "U1"

    async def test_an_answer_that_was_rate_limited_comes_a_moment_later(self, slack: SlackServer) -> None:
        slack.refuse("response_url", status=429, retry_after=1)

        assert (await slack.says("/following")).answers

    async def test_an_answer_whose_reply_is_lost_is_not_said_twice(self, slack: SlackServer) -> None:
        slack.lose_reply("response_url")
        await slack.says("/following")
        await slack.says("/following")

        assert len(slack.ephemerals) == 2

    async def test_a_new_connection_is_made_when_slack_asks(self, slack: SlackServer) -> None:
        await slack.disconnect()

        await slack.until(lambda: slack.connections == 2 and slack.sockets, "a second connection")
        assert (await slack.says("/following")).answers

    async def test_a_broken_connection_is_made_again(self, slack: SlackServer) -> None:
        await slack.drop()

        await slack.until(lambda: slack.connections == 2 and slack.sockets, "a second connection", 20)
        assert (await slack.says("/following")).answers

    async def test_an_uninstalled_app_forgets_the_team(self, slack: SlackServer, door: SampleDoor) -> None:
        door.failures_to_forget = 1
        await slack.event({"type": "app_uninstalled"})

        await slack.until(lambda: door.forgotten == [("slack", "T1")], "the team forgotten")

    async def test_only_the_bots_own_token_revoked_means_removal(self, slack: SlackServer, door: SampleDoor) -> None:
        await slack.event({"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}})
        assert door.forgotten == []
        await slack.event({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["UBOT"]}})

        await slack.until(lambda: door.forgotten == [("slack", "T1")], "the team forgotten")

    @pytest.mark.parametrize("kind", ["member_joined_channel", "channel_unarchive", "group_unarchive"])
    async def test_a_channel_that_the_bot_is_in_again_goes_on(
        self, slack: SlackServer, door: SampleDoor, kind: str
    ) -> None:
        await slack.event({"type": kind, "user": "UBOT", "channel": "C1", "team": "T1"})

        await slack.until(lambda: door.invitations == [Place("slack", "T1", "C1")], "the pause ended")

    async def test_somebody_else_who_joins_ends_no_pause(self, slack: SlackServer, door: SampleDoor) -> None:
        await slack.event({"type": "member_joined_channel", "user": "U2", "channel": "C1", "team": "T1"})
        await slack.event({"type": "member_joined_channel", "user": "UBOT", "channel": "C2", "team": "T1"})

        await slack.until(lambda: bool(door.invitations), "the second event")
        assert door.invitations == [Place("slack", "T1", "C2")]


def test_the_manifest_names_the_events_that_are_handled() -> None:
    manifest = Path(handlers.__file__).with_name("manifest.yaml").read_text()
    handled: set[str] = set()

    class App:
        """Records what the adapter registers for, in place of Bolt."""

        def __getattr__(self, kind: str) -> Callable[[object], Callable[[object], None]]:
            def register(constraint: object) -> Callable[[object], None]:
                if kind == "event" and isinstance(constraint, str):
                    handled.add({"message": "message.im"}.get(constraint, constraint))
                return lambda handler: None

            return register

    handlers.Handlers(SampleDoor(), OneClient(SlackAccess())).register(App())
    named = re.search(r"bot_events:\n((?: +- .*\n)+)", manifest)

    assert named
    for_agents = {"assistant_thread_started"}  # commented out, since not every workspace's plan has the view
    assert set(re.findall(r"- ([\w.]+)", re.sub("#.*", "", named[1]))) == handled - for_agents
    assert all(f"# - {event}" in manifest for event in for_agents)


def test_the_manifest_names_the_commands_that_are_handled() -> None:
    manifest = Path(handlers.__file__).with_name("manifest.yaml").read_text()

    assert tuple(re.findall(r"- command: (/\w+)", manifest)) == handlers.COMMANDS
