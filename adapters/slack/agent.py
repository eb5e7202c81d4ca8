"""Suggested prompts in Slack's agent view, where a workspace has it: what a person may write, one press away.

https://docs.slack.dev/ai/developing-agents; the prompts of manifest.yaml's `agent_view` are the same.
"""

import logging

from adapters.slack.client import CallFailed, ClientFor, Json, call

log = logging.getLogger(__name__)

PROMPTS = (
    ("Today's papers", "What's new today?"),
    ("Trending this week", "What's trending this week?"),
    ("My saved papers", "Saved papers"),
    ("What can you do?", "What can you do?"),
)
"""Title and message of each; Slack shows four at most."""


async def suggest_prompts(client_for: ClientFor, event: Json, team: str) -> None:
    """Offer the prompts in a new thread of the agent view; without assistant:write, do nothing. Never raises."""
    thread = event.get("assistant_thread") or {}
    about = {"channel_id": thread.get("channel_id"), "thread_ts": thread.get("thread_ts")}
    prompts = [{"title": title, "message": message} for title, message in PROMPTS]
    try:
        await call(await client_for(team), "assistant.threads.setSuggestedPrompts", **about, prompts=prompts)
    except CallFailed as failure:
        log.info("Slack doesn't take suggested prompts: why=%s", failure)
