"""Takes the README's pictures from messages really sent: `PYTHONPATH=.:tests python tests/pictures/take.py`.

The bot runs as its own process against Slack and Discord on loopback, with real papers of ../shared; what it sent is
drawn by ../shared/tools/preview.py in Debian's chromium. Both are absent on a user's machine, and so is the need.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot_process import paperlark, running
from outside_chats import Chat, chat_on
from servers.arxiv_server import ArxivServer
from servers.corpus import CORPUS, corpus_days
from story import tomorrow_at

HERE = Path(__file__).parent
PREVIEW = CORPUS.parent / "tools" / "preview.py"
DAY = date(2026, 5, 8)
STAR = "2605.05971"
WISHES = ("/follow Yam Eitan", '/follow "state space models"', '/follow "optimizers"', "/follow cs.LG")
HEIGHTS = {"digest-slack": 1070, "digest-discord": 1010, "paper-slack": 520, "paper-discord": 560}


async def main() -> None:
    """Both platforms, one after the other."""
    with tempfile.TemporaryDirectory() as home:
        for platform in ("slack", "discord"):
            async with chat_on(platform) as chat, ArxivServer() as arxiv:
                await take(platform, chat, arxiv, Path(home) / platform)


async def take(platform: str, chat: Chat, arxiv: ArxivServer, home: Path) -> None:
    """A team follows a few things, the day arrives, somebody looks a paper up."""
    sources = {"ARXIV_API_URL": arxiv.api_url, "ARXIV_RSS_URL": arxiv.rss_url, "ARXIV_MIN_INTERVAL_SECONDS": 0}
    sources |= {"ARXIV_OAI_URL": arxiv.oai_url, "DATACITE_URL": "http://127.0.0.1:1"}
    settings: dict[str, object] = {"PAPERLARK_HOME": home, **sources, **chat.settings}
    day = tomorrow_at(9)
    real = [paper for listed in corpus_days().values() for paper in listed if paper.id == STAR]
    arxiv.papers = [replace(paper, id="2604.00001") for paper in real]
    async with running(settings=settings):
        for wish in WISHES:
            await chat.says(wish)
        await chat.says("/digest on 09:00 Europe/Berlin top=6")
        arxiv.announce(DAY, [*real, *corpus_days()[DAY][:200]])
        done = await paperlark("once", "--at", day.isoformat(), settings=settings)
        assert done.code == 0, done.err
        draw(f"digest-{platform}", chat.standing()[0].payload)
        draw(f"paper-{platform}", (await chat.says(f"/paper {STAR}")).payload)


def draw(name: str, payload: dict) -> None:
    """Has one picture drawn."""
    messages = payload.get("messages", [payload])
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(messages, file)
        file.flush()
        out = HERE / f"{name}.png"
        height = str(HEIGHTS[name])
        platform = name.rpartition("-")[2]
        subprocess.run([sys.executable, PREVIEW, platform, file.name, out, "--height", height], check=True)
    out.with_suffix(".html").unlink(missing_ok=True)


if __name__ == "__main__":
    asyncio.run(main())
