"""How the Slack side starts, listens and ends: its two ways in, what is wrong with them, and what is finished first."""

import asyncio
import json
import re
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from adapters.slack import handlers
from adapters.slack.app import check, messenger, serving
from adapters.slack.connection import WrongSignatures
from adapters.slack.scopes import NEEDED, USEFUL
from bot.app.doctor.findings import Reservation
from bot.app.panel import ShowPanel
from bot.delivery.messenger import Message
from bot.domain.channel import Place
from bot.domain.errors import BotError
from bot.search.paper import PreviewPaper
from support.drivers.slack_driver import access_to
from support.drivers.slack_payload import buttons
from support.fakes.slack_command_service import SampleDoor
from support.servers.slack_actions import opens_home, shares, uses_shortcut
from support.servers.slack_server import SlackServer
from support.servers.slack_workspace import SCOPES


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer() as server:
        yield server


@pytest.fixture
def door() -> SampleDoor:
    return SampleDoor()


@asynccontextmanager
async def bot_on_a_port(slack: SlackServer, door: SampleDoor) -> AsyncIterator[None]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    access = replace(access_to(slack), app_token=None, signing_secret=slack.signing_secret, port=port)
    slack.events_url = f"http://127.0.0.1:{port}/slack/events"
    async with serving(door, access):
        yield


class TestOverHttp:
    async def test_commands_buttons_and_events_come_as_signed_requests(
        self, slack: SlackServer, door: SampleDoor
    ) -> None:
        async with bot_on_a_port(slack, door):
            paper = await slack.says("/paper 2605.05971")
            more = await slack.presses(paper, "Read more")
            mention = await slack.says("following")

        assert paper.ack_seconds is not None
        assert paper.ack_seconds < 1
        assert more.view is not None
        assert buttons(mention.answers[0]) == ("Unfollow", "Settings")

    async def test_links_shortcuts_and_the_home_tab_come_as_signed_requests(
        self, slack: SlackServer, door: SampleDoor
    ) -> None:
        message = {"user": "U2", "ts": "1.2", "text": "https://arxiv.org/abs/2605.05971"}
        async with bot_on_a_port(slack, door):
            linked = await shares(slack, message["text"])
            await slack.until(lambda: linked["unfurls"], "an unfurl")
            home = await opens_home(slack)
            shown = await uses_shortcut(slack, "paper_card", message)

        assert buttons(linked["unfurls"][message["text"]]) == ("Read more", "Save", "Open on arXiv", "Follow author")
        assert home["private_metadata"] == "D1"
        assert shown.view is not None
        assert [command for command, _ in door.asked] == [ShowPanel(), PreviewPaper("2605.05971")]

    async def test_an_unsigned_forged_or_old_request_is_refused(self, slack: SlackServer, door: SampleDoor) -> None:
        form = "command=%2Fpaper&text=2605.05971&team_id=T1&channel_id=C1&user_id=U1"
        async with bot_on_a_port(slack, door):
            good, old = slack.signed(form), slack.signed(form, age_seconds=600)
            forged = good | {"X-Slack-Signature": "v0=" + "0" * 64}
            content = {"Content-Type": "application/x-www-form-urlencoded"}
            statuses = [await slack.post(form, headers | content) for headers in ({}, forged, old)]
            assert await slack.post(form + "&text=other", good | content) == 401

        assert statuses == [401, 401, 401]
        assert door.asked == []

    async def test_a_wrong_signing_secret_is_logged_once_with_its_name(
        self, slack: SlackServer, door: SampleDoor, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with bot_on_a_port(slack, door):
            slack.signing_secret = "another"
            for _ in range(3):
                assert await slack.post("x", slack.signed("x")) == 401
            assert await slack.post("x", {}) == 401, "a stranger's request, which says nothing of our secret"

        (said,) = [record.getMessage() for record in caplog.records if "signature" in record.getMessage()]
        assert "SLACK_SIGNING_SECRET may be wrong: requests=1" in said

    async def test_signatures_that_are_old_point_to_the_clock(self, caplog: pytest.LogCaptureFixture) -> None:
        refused, signed = WrongSignatures(), {"X-Slack-Request-Timestamp": "1000", "X-Slack-Signature": "v0=0"}
        for now in (1000.0, 1001.0, 1002.0, 2000.0):
            refused.note(signed, now)
        first, second = [record.getMessage() for record in caplog.records]
        assert "SLACK_SIGNING_SECRET may be wrong: requests=1" in first
        assert "this machine's clock may be wrong: requests=3" in second

    @pytest.mark.parametrize("stamp", ["soon", "1.5", "-1", "²", "9" * 5000])
    async def test_a_timestamp_that_is_no_number_is_refused(
        self, slack: SlackServer, door: SampleDoor, stamp: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with bot_on_a_port(slack, door):
            headers = slack.signed("x") | {"X-Slack-Request-Timestamp": stamp}
            assert await slack.post("x", headers) == 401
        assert not caplog.records

    @pytest.mark.parametrize("body", ["{", "{" * 5000, "[" * 100_000, "[]", "payload={", "7", ""])
    async def test_nonsense_is_refused_quietly(
        self, slack: SlackServer, door: SampleDoor, body: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with bot_on_a_port(slack, door):
            status = await slack.post(body, slack.signed("x") | {"Content-Type": "application/json"})

        assert status in {400, 401}
        assert "Traceback" not in caplog.text

    async def test_slacks_first_question_to_the_address_is_answered(self, slack: SlackServer, door: SampleDoor) -> None:
        body = json.dumps({"type": "url_verification", "challenge": "abc"})
        async with bot_on_a_port(slack, door):
            status = await slack.post(body, slack.signed(body) | {"Content-Type": "application/json"})

        assert status == 200

    async def test_a_taken_port_is_said_in_a_line(self, slack: SlackServer, door: SampleDoor) -> None:
        access = replace(access_to(slack), app_token=None, signing_secret="s3cret", port=slack.port)
        with pytest.raises(BotError, match=rf"^Port {slack.port} .*opened on 127.0.0.1 \(SLACK_HOST\): .*in use\.$"):
            async with serving(door, access):
                pass


class TestStartingAndEnding:
    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"bot_token": "xoxb-old"}, "SLACK_BOT_TOKEN is refused by Slack (invalid_auth): copy it again from OAuth"),
            ({"app_token": "xapp-old"}, "SLACK_APP_TOKEN is refused by Slack (invalid_auth): copy it again from Basic"),
            ({"app_token": None}, "SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP) is missing"),
        ],
    )
    async def test_a_wrong_token_is_said_in_a_line(
        self, slack: SlackServer, door: SampleDoor, wrong: dict[str, str | None], sentence: str
    ) -> None:
        access = replace(access_to(slack), **wrong)
        with pytest.raises(BotError, match="^" + re.escape(sentence)):
            async with serving(door, access):
                pass
        with pytest.raises(BotError, match="^" + re.escape(sentence)):
            await check(access)

    async def test_the_doctor_is_told_team_and_bot(self, slack: SlackServer) -> None:
        by_port = replace(access_to(slack), app_token=None, signing_secret="s3cret")

        assert await check(access_to(slack)) == "paperlark in Test Team, by Socket Mode"
        assert await check(by_port) == "paperlark in Test Team, by signed requests to port 3000"

    async def test_scopes_are_compared_with_the_manifest(self, slack: SlackServer) -> None:
        slack.scopes = tuple(scope for scope in SCOPES if scope not in {"users:read", "reactions:read"})
        with pytest.raises(Reservation) as warned:
            await check(access_to(slack))
        assert warned.value.sentence == (
            "paperlark in Test Team, by Socket Mode. The app lacks these scopes: "
            "reactions:read (reactions on its messages), users:read (people's time zones and "
            "names, and who is an admin)."
        )
        slack.scopes = ("commands",)
        with pytest.raises(
            BotError, match=r"The app lacks these scopes: chat:write \(answers and digests\)\."
        ) as wrong:
            await check(access_to(slack))
        assert not isinstance(wrong.value, Reservation)
        assert "Reinstall" in wrong.value.hint
        slack.scopes = ()
        assert await check(access_to(slack)), "where Slack tells none, nothing is said of them"

    def test_the_manifest_asks_for_the_scopes_that_are_compared(self) -> None:
        manifest = yaml.safe_load(Path(handlers.__file__).with_name("manifest.yaml").read_text())
        assert set(manifest["oauth_config"]["scopes"]["bot"]) == {*NEEDED, *USEFUL}

    async def test_the_doctor_is_told_that_slack_is_out_of_reach(self, slack: SlackServer) -> None:
        with pytest.raises(BotError, match=r"^Slack can't be reached at 127\.0\.0\.1:1 "):
            await check(replace(access_to(slack), api_url="http://127.0.0.1:1/api/"))

    async def test_slack_being_down_at_the_start_is_outlasted(self, slack: SlackServer, door: SampleDoor) -> None:
        slack.refuse("auth.test", status=503)
        slack.refuse("apps.connections.open", status=503)
        async with serving(door, access_to(slack)):
            await slack.until(lambda: slack.sockets, "a connection", 20)
            assert (await slack.says("/following")).answers

    async def test_an_answer_under_way_is_finished_before_the_end(self, slack: SlackServer, door: SampleDoor) -> None:
        door.gate.clear()
        async with serving(door, access_to(slack)):
            answer = await slack.says("/paper 2605.05971", wait=False)
            asyncio.get_running_loop().call_later(0.2, door.gate.set)

        assert answer.done

    async def test_an_answer_that_never_comes_is_cut_off(self, slack: SlackServer, door: SampleDoor) -> None:
        door.gate.clear()
        async with serving(door, access_to(slack)):
            await slack.says("/paper 2605.05971", wait=False)
            ended = time.monotonic()

        assert time.monotonic() - ended < 8
        assert door.answered == 0

    async def test_settings_of_other_programs_in_the_environment_change_nothing(
        self, slack: SlackServer, door: SampleDoor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Bolt reads these variables by itself: an OAuth app of its own would come of them."""
        for name in ("SLACK_BOT_TOKEN", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET"):
            monkeypatch.setenv(name, "from-elsewhere")
        async with serving(door, access_to(slack)):
            assert (await slack.says("/following")).answers

    async def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
        self, slack: SlackServer, door: SampleDoor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("HTTPS_PROXY", "HTTP_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:1")
        async with serving(door, access_to(slack)):
            answer = await slack.says("/following")
            receipt = await messenger(access_to(slack)).post(Place("slack", "T1", "C1"), Message({"text": "x"}), "key")

        assert answer.answers
        assert receipt == slack.channel("C1")[0]["ts"]
