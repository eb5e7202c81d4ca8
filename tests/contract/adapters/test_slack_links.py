"""Links in Slack: each paper that people share gets a card in short, once, with what is true of it in that channel."""

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from adapters.slack.app import SlackAccess, serving
from support.all_platforms import DIGESTS, House
from support.builders.sample_cards import CODED, PAPER
from support.drivers.slack_payload import buttons, visible_text
from support.local_http import free_port
from support.servers.slack_actions import link_shared, presses_unfurl, shares
from support.servers.slack_server import SlackServer
from support.servers.slack_workspace import BOT_USER, Json

pytestmark = pytest.mark.asyncio(loop_scope="module")

LINK, OTHER = f"https://arxiv.org/abs/{PAPER.id}", f"https://arxiv.org/abs/{CODED.id}"
CHANNELS = 100


async def unfurled(slack: SlackServer, *urls: str, **about: str) -> Json:
    """Share links and wait for the cards."""
    message = await shares(slack, *urls, **about)
    await slack.until(lambda: message["unfurls"], "an unfurl")
    return message


async def settled(slack: SlackServer, channel: str) -> None:
    """Wait until a link that was shared later has its card."""
    await unfurled(slack, LINK, channel=f"{channel}-later")


@pytest.mark.parametrize(
    "url",
    [
        LINK, f"{LINK}v1", f"https://arxiv.org/pdf/{PAPER.id}.pdf", f"https://www.arxiv.org/html/{PAPER.id}v2#S3",
        f"https://export.arxiv.org/abs/{PAPER.id}", f"https://ar5iv.labs.arxiv.org/html/{PAPER.id}",
        f"https://www.alphaxiv.org/overview/{PAPER.id}", f"https://huggingface.co/papers/{PAPER.id}",
        f"https://hf.co/papers/{PAPER.id}", f"{LINK}?utm_source=a&amp;utm_medium=b",
    ],
)  # fmt: skip
async def test_a_link_to_a_paper_gets_its_card(slack: SlackServer, url: str) -> None:
    message = await unfurled(slack, url)

    shown = message["unfurls"][url]
    assert PAPER.title in visible_text(shown)
    assert "Yam Eitan" in visible_text(shown)
    assert f"arXiv:{PAPER.id}" in visible_text(shown)
    assert buttons(shown) == ("Read more", "Save", "Open on arXiv", "Follow author")


async def test_links_that_name_no_paper_and_foreign_links_get_nothing(slack: SlackServer) -> None:
    none = [
        "https://arxiv.org/list/cs.LG/recent", "https://arxiv.org/", "https://arxiv.org/abs/2613.00001",
        f"https://arxiv.org/search/?query={PAPER.id}", "https://huggingface.co/bert-base-uncased",
        f"https://arxiv.org.example.net/abs/{PAPER.id}", f"https://example.org/?u=arxiv.org/abs/{PAPER.id}",
        "https://arxiv.org/abs/2605.00404",  # there is no such paper
    ]  # fmt: skip
    messages = [await shares(slack, url, channel="C-none") for url in none]
    await settled(slack, "C-none")

    assert [message["unfurls"] for message in messages] == [{}] * len(none)
    assert len([link for message in messages for link in message["links"]]) == 6


async def test_several_links_get_a_card_each_and_at_most_five(house: House, slack: SlackServer) -> None:
    several = [replace(PAPER, id=f"2605.{20000 + n}") for n in range(7)]
    await house.app.services.papers.keep(several)
    both = await unfurled(slack, LINK, "https://arxiv.org/list/cs.LG/recent", OTHER)
    many = await unfurled(slack, *(f"https://arxiv.org/abs/{paper.id}" for paper in several))

    assert list(both["unfurls"]) == [LINK, OTHER]
    assert CODED.title in visible_text(both["unfurls"][OTHER])
    assert len(many["unfurls"]) == 5


async def test_a_draft_gets_a_card_without_buttons_that_tells_of_no_channel(slack: SlackServer) -> None:
    await slack.says(f"/save {PAPER.id}", channel="C-draft")
    message = await shares(slack, LINK, channel="C-draft", draft=True)
    await slack.until(lambda: message["unfurls"], "a preview")

    shown = message["unfurls"][LINK]
    assert PAPER.title in visible_text(shown)
    assert "Saved" not in visible_text(shown)
    assert buttons(shown) == ()


async def test_a_card_tells_of_its_own_channel_alone(house: House, slack: SlackServer) -> None:
    await house.next_digest([CODED])
    await slack.says(f"/save {CODED.id}", channel=DIGESTS)
    here, elsewhere = await unfurled(slack, OTHER, channel=DIGESTS), await unfurled(slack, OTHER, channel="C-else")

    assert "In today’s digest here · Saved" in visible_text(here["unfurls"][OTHER])
    assert "Saved" not in visible_text(elsewhere["unfurls"][OTHER])
    assert "digest" not in visible_text(elsewhere["unfurls"][OTHER])


async def test_our_own_messages_get_no_card(slack: SlackServer) -> None:
    message = await shares(slack, LINK, channel="C-own", user=BOT_USER)
    await settled(slack, "C-own")

    assert message["unfurls"] == {}


@pytest.mark.parametrize("with_response_url", [True, False])
async def test_the_buttons_of_a_card_work(slack: SlackServer, with_response_url: bool) -> None:
    channel = f"C-press-{with_response_url}"
    message = await unfurled(slack, LINK, channel=channel)
    saved = await presses_unfurl(slack, message, LINK, "Save", with_response_url=with_response_url)
    more = await presses_unfurl(slack, message, LINK, "Read more", with_response_url=with_response_url)
    authors = await presses_unfurl(slack, message, LINK, "Follow author", with_response_url=with_response_url)

    assert saved.private
    assert visible_text(saved.answers[0]).startswith(f"Saved “{PAPER.title[:20]}")
    assert more.view is not None
    assert more.view["title"]["text"] == "Read more"
    assert "Which author" in visible_text(authors.answers[0])
    assert (await presses_unfurl(slack, message, LINK, "Open on arXiv")).url == LINK
    assert "Saved" in visible_text((await unfurled(slack, LINK, channel=channel))["unfurls"][LINK])


async def test_a_card_in_a_thread_is_answered_in_the_thread(slack: SlackServer) -> None:
    message = await unfurled(slack, LINK, channel="C-thread", thread_ts="111.222")
    saved = await presses_unfurl(slack, message, LINK, "Save")

    assert saved.answers[0]["thread_ts"] == "111.222"


@pytest.mark.parametrize(
    "odd",
    [
        {"links": None}, {"links": "https://arxiv.org/abs/2605.05971"}, {"links": [None, 3, {}, {"url": 7}]},
        {"links": [{"url": f"{LINK}\ud800"}]}, {"links": [{"url": LINK}], "unfurl_id": [], "message_ts": {}},
    ],
)  # fmt: skip
async def test_odd_events_are_acknowledged_and_harm_nothing(slack: SlackServer, odd: Json) -> None:
    told = await slack.event({"type": "link_shared", "channel": "C-odd", "user": "U1", "event_ts": str(odd)} | odd)
    await settled(slack, "C-odd")

    assert told.ack_seconds is not None


async def test_a_message_is_unfurled_once_however_often_slack_tells_of_it(slack: SlackServer) -> None:
    message = await unfurled(slack, LINK, channel="C-again")
    for event_id in ("Ev-again", "Ev-again", "Ev-other"):
        await slack.event(link_shared(message), event_id=event_id, retry=1)
    await settled(slack, "C-again")

    assert message["calls"] == 1


async def test_a_workspace_with_the_old_manifest_goes_on_working(
    slack: SlackServer, caplog: pytest.LogCaptureFixture
) -> None:
    slack.scopes, before = tuple(one for one in slack.scopes if one != "links:write"), slack.scopes
    try:
        message = await shares(slack, LINK, channel="C-old")
        await slack.until(lambda: "missing_scope" in caplog.text, "a line in the log")
        assert message["unfurls"] == {}
        assert (await slack.says("/following", channel="C-old")).answers
    finally:
        slack.scopes = before


async def test_a_card_that_was_rate_limited_comes_a_moment_later(slack: SlackServer) -> None:
    slack.refuse("chat.unfurl", "ratelimited", 429, retry_after=1)

    assert (await unfurled(slack, LINK, channel="C-limited"))["unfurls"]


async def test_a_link_in_a_hundred_channels_is_unfurled_once_each_by_two_processes(house: House) -> None:
    async with SlackServer() as slack, AsyncExitStack() as stack:
        slack.in_turn = True
        for _ in range(2):
            access = SlackAccess(slack.bot_token, slack.app_token, api_url=slack.api_url)
            await stack.enter_async_context(serving(house.door, access))
        await slack.until(lambda: len(slack.sockets) == 2, "two connections")
        messages, seconds = await in_all_channels(slack)
    assert [message["calls"] for message in messages] == [1] * CHANNELS
    assert seconds < 30, "however busy the machine is; see tests/e2e/app/test_linked_papers.py"


async def test_over_http_two_processes_unfurl_a_repeated_event_once(house: House) -> None:
    async with SlackServer() as slack, AsyncExitStack() as stack:
        ports = [free_port(), free_port()]
        for port in ports:
            access = SlackAccess(slack.bot_token, None, slack.signing_secret, port=port, api_url=slack.api_url)
            await stack.enter_async_context(serving(house.door, access))
        slack.events_url = f"http://127.0.0.1:{ports[0]}/slack/events"
        message = await shares(slack, LINK)
        slack.events_url = f"http://127.0.0.1:{ports[1]}/slack/events"
        await slack.event(link_shared(message), retry=1)
        await slack.until(lambda: message["unfurls"], "an unfurl")
    assert message["calls"] == 1


async def in_all_channels(slack: SlackServer) -> tuple[list[Json], float]:
    """Share a link in all channels at once, told twice; return the messages, and the seconds until all have cards."""
    begun = time.monotonic()
    messages = await asyncio.gather(*(shares(slack, LINK, channel=f"C{n}", user=f"U{n}") for n in range(CHANNELS)))
    await slack.until(lambda: all(message["unfurls"] for message in messages), "all unfurls", 60)
    seconds = time.monotonic() - begun
    await asyncio.gather(*(slack.event(link_shared(message), retry=1) for message in messages))
    return list(messages), seconds
