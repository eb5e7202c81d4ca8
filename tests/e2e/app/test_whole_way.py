"""From arXiv to the channel and back: `paperlark run` as its own process, unmodified clients, servers on loopback."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.paper import Paper
from support.bot_process import Ended, Running, paperlark, running
from support.builders.announcement_days import tomorrow_at
from support.builders.sample_cards import CODED, PAPER
from support.drivers.remote_chats import Chat, SlackChat, chat_on
from support.drivers.visible_answer import presses_of_first_paper
from support.recorded_corpus import CORPUS_MISSING, papers_of_day
from support.servers.arxiv_server import ArxivServer
from support.servers.huggingface_server import HuggingFaceServer
from support.servers.redis_cluster import Cluster

PLATFORMS = (
    "slack",
    pytest.param("slack-http", marks=pytest.mark.slow),
    pytest.param("discord", marks=pytest.mark.slow),
)
LAST_WEEK, TODAY = date(2026, 5, 7), date(2026, 5, 8)


def last_week() -> list[Paper]:
    """Some hundred papers that were there before."""
    return [] if CORPUS_MISSING else papers_of_day(LAST_WEEK)[:300]


def todays() -> list[Paper]:
    """A day's announcement with the paper that the story is about; a smaller one where the corpus is absent."""
    if CORPUS_MISSING:
        return [PAPER, CODED]
    real = [paper for day in (TODAY, date(2026, 5, 11)) for paper in papers_of_day(day) if paper.id == PAPER.id]
    return [*(real or [PAPER]), *papers_of_day(TODAY)[:300]]


def moved(papers: list[Paper], to: datetime) -> list[Paper]:
    """The papers as if submitted then, so that arXiv's answers fit the day that is played."""
    return [replace(paper, published=to, updated=to) for paper in papers]


@pytest.fixture(params=PLATFORMS)
async def chat(request: pytest.FixtureRequest) -> AsyncIterator[Chat]:
    async with chat_on(request.param) as chat:
        yield chat


@pytest.fixture
async def arxiv() -> AsyncIterator[ArxivServer]:
    async with ArxivServer() as server:
        long_ago = datetime.now(UTC) - timedelta(days=9)
        server.announce(LAST_WEEK, moved(last_week(), long_ago))
        server.papers = [*server.papers, *moved([replace(PAPER, id="2604.00001", title="An Earlier One")], long_ago)]
        yield server


@pytest.fixture
async def settings(chat: Chat, arxiv: ArxivServer, tmp_path: Path) -> AsyncIterator[dict[str, object]]:
    sources = {"ARXIV_API_URL": arxiv.api_url, "ARXIV_RSS_URL": arxiv.rss_url, "ARXIV_MIN_INTERVAL_SECONDS": 0}
    sources |= {"ARXIV_OAI_URL": arxiv.oai_url, "DATACITE_URL": "http://127.0.0.1:1"}
    async with HuggingFaceServer(fault="404") as face:
        yield {"PAPERLARK_HOME": tmp_path / "home", "HUGGINGFACE_URL": face.url, **sources, **chat.settings}


async def the_day_arrives(arxiv: ArxivServer, settings: dict[str, object], at: datetime) -> Ended:
    arxiv.announce(TODAY, moved(todays(), at - timedelta(hours=20)))
    return await paperlark("once", "--at", at.isoformat(), settings=settings)


def words_of(text: str) -> set[str]:
    """The words, without the person's name, numbers of the moment, and the bullet that one platform draws by itself."""
    return set(re.sub(r"\d+", "#", re.sub(r"Changed by [^.]+\.", "", text)).replace("•", " ").split())


async def test_follow_read_the_digest_look_a_paper_up_unfollow(
    chat: Chat, arxiv: ArxivServer, settings: dict[str, object]
) -> None:
    await the_whole_way(chat, arxiv, settings)


@pytest.mark.slow
@pytest.mark.parametrize("chat", ["slack"], indirect=True)
async def test_the_same_with_everything_kept_in_a_cluster(
    chat: Chat, arxiv: ArxivServer, settings: dict[str, object], redis_cluster: Cluster
) -> None:
    redis_cluster.empty()
    await the_whole_way(chat, arxiv, settings | {"REDIS_URL": redis_cluster.url})
    assert all(node.asks("DBSIZE") for node in redis_cluster.nodes)


async def the_whole_way(chat: Chat, arxiv: ArxivServer, settings: dict[str, object]) -> None:
    async with running(settings=settings) as bot:
        await bot.says("Paperlark is ready")
        followed = await chat.says("/follow Yam Eitan")
        assert "This channel now follows author Yam Eitan" in followed.text
        assert "09:00" in followed.text
        assert not followed.private

        first = await the_day_arrives(arxiv, settings, tomorrow_at(9))
        assert (first.code, first.out) == (0, ""), first.err
        (digest,) = chat.standing()
        assert PAPER.abs_url in digest.links
        assert "People you follow" in digest.text
        assert "Yam Eitan" in digest.text
        assert "extracted from the abstract" in digest.text

        again = await paperlark("once", "--at", tomorrow_at(12).isoformat(), settings=settings)
        assert again.code == 0, again.err
        assert len(chat.standing()) == 1

        more = await presses_of_first_paper(chat, digest, "Read more")
        assert more.private
        assert "Summary" in more.text

        card = await chat.says(f"/paper https://arxiv.org/pdf/{PAPER.id}v1")
        assert "Training Transformers for KV Cache Compressibility" in card.text
        assert f"https://arxiv.org/pdf/{PAPER.id}" in card.links
        assert {"Read more", "Save", "Abstract", "PDF", "More like this", "Mute…", "Follow author"} <= set(card.buttons)

        ended = await chat.says("/unfollow Yam Eitan")
        assert "Unfollowed Yam Eitan." in ended.text
        listed = await chat.says("/following")
        assert "follows nothing yet" in listed.text
        assert listed.private
        await stops_cleanly(bot)


async def stops_cleanly(bot: Running) -> None:
    assert await bot.end() == 0
    assert not [line for line in bot.log if "Traceback" in line or " ERROR " in line]


SAID = (
    "/paperlark help",
    "/follow cs.NLP",
    "/follow Yam Eitan",
    '/follow "grid"',
    "/mute survey",
    "/following",
    "/digest on 09:00 Europe/Berlin",
    "/digest on 25:00",
    "/paper 2605.05971",
    "/paper 2613.1",
    "/unfollow Nobody",
    "/digest off",
)


async def story(platform: str, home: Path) -> list[str]:
    """What a person reads on one platform, from help to unfollow."""
    async with chat_on(platform) as chat, ArxivServer() as arxiv, HuggingFaceServer(fault="404") as face:
        sources = {"ARXIV_API_URL": arxiv.api_url, "ARXIV_RSS_URL": arxiv.rss_url, "ARXIV_MIN_INTERVAL_SECONDS": 0}
        sources |= {"ARXIV_OAI_URL": arxiv.oai_url, "DATACITE_URL": "http://127.0.0.1:1"}
        sources |= {"HUGGINGFACE_URL": face.url}
        settings: dict[str, object] = {"PAPERLARK_HOME": home, **sources, **chat.settings}
        arxiv.announce(LAST_WEEK, moved([PAPER, CODED], datetime.now(UTC) - timedelta(days=9)))
        assert (await paperlark("once", settings=settings)).code == 0  # what arXiv has is known before anybody asks
        if isinstance(chat, SlackChat):
            chat.server.zones.clear()  # Discord doesn't tell a person's zone
        async with running(settings=settings):
            return [(await chat.says(text)).text for text in SAID]


@pytest.mark.slow
async def test_both_platforms_say_the_same_sentences(tmp_path: Path) -> None:
    slack, discord = await story("slack", tmp_path / "one"), await story("discord", tmp_path / "two")
    for here, there in zip(slack, discord, strict=True):
        assert words_of(_timeless(here)) == words_of(_timeless(there))


def _timeless(text: str) -> str:
    """Without the time of the next digest, which Discord's client draws in each reader's own zone."""
    return re.sub(r"(Next:|The next digest comes) [^.]*\.", r"\1", text)
