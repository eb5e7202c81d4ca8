"""Slack's agent view: suggested prompts that the bot understands, and answers in the thread of the question."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from adapters.slack import agent
from adapters.slack.app import serving
from bot.app.help import AskBack, NotUnderstood
from bot.app.parse import parse
from support.drivers.slack_driver import access_to
from support.fakes.slack_command_service import SampleDoor
from support.servers.slack_server import SlackServer

BEGUN = {
    "type": "assistant_thread_started",
    "assistant_thread": {"user_id": "U1", "channel_id": "D1", "thread_ts": "9.1", "context": {}},
    "event_ts": "9.2",
}


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer() as server, serving(SampleDoor(), access_to(server)):
        await server.connected()
        yield server


async def test_a_new_thread_is_offered_prompts(slack: SlackServer) -> None:
    slack.scopes += ("assistant:write",)
    assert (await slack.event(BEGUN)).ack_seconds is not None
    await slack.until(lambda: slack.prompts, "prompts")

    assert [one["title"] for one in slack.prompts["D1", "9.1"]] == [title for title, _ in agent.PROMPTS]


async def test_without_the_scope_everything_else_works(slack: SlackServer) -> None:
    assert (await slack.event(BEGUN)).ack_seconds is not None
    await slack.until(lambda: slack.calls_of("assistant.threads.setSuggestedPrompts"), "a try")

    assert (await slack.says("following", channel="D1")).answers


async def test_a_question_in_a_thread_of_the_view_is_answered_there(slack: SlackServer) -> None:
    answer = await slack.says("following", channel="D1", thread_ts="9.1")

    assert answer.answers[0]["thread_ts"] == "9.1"


@pytest.mark.parametrize("message", [message for _, message in agent.PROMPTS])
def test_every_prompt_is_understood(message: str) -> None:
    assert not isinstance(parse(message), NotUnderstood | AskBack)


def test_the_manifest_offers_the_same_prompts() -> None:
    text = Path("adapters/slack/manifest.yaml").read_text(encoding="utf-8")
    shown = text[text.index("  # agent_view:") : text.index("  unfurl_domains:")]
    view = yaml.safe_load(re.sub(r"^  # ", "", shown, flags=re.MULTILINE))["agent_view"]

    assert [(one["title"], one["message"]) for one in view["suggested_prompts"]] == list(agent.PROMPTS)
