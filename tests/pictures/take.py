"""Takes the README's pictures from messages really sent: `PYTHONPATH=.:tests python tests/pictures/take.py [FOLDER]`.

The bot serves Slack and Discord on loopback, with real papers of ../shared; what it sent is drawn by
../shared/tools/preview.py in Debian's chromium. Both are absent on a user's machine, and so is the need.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from PIL import Image, ImageChops

from support.all_platforms import Driver, House, on_all_platforms
from support.drivers.discord_driver import DiscordDriver, number, seen_messages
from support.drivers.slack_driver import SlackDriver
from support.drivers.visible_answer import Seen
from support.recorded_corpus import CORPUS, corpus_days
from support.servers.slack_actions import opens_home, shares, uses_shortcut

OUT = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
PREVIEW = CORPUS.parent / "tools" / "preview.py"
DAY = date(2026, 5, 8)
NINE = datetime(2026, 5, 8, 7, tzinfo=UTC)
"""In Berlin."""

STAR = "2605.05971"
WISHES = ("/follow Yam Eitan", '/follow "state space models"', '/follow "optimizers"', "/follow cs.LG")
LIKED = {
    "/save": "2605.00539 2605.04062 2605.02905 2605.04595 2605.03769",
    "/more": "2605.00650 2605.00789",
    "/less": "2605.04055",
}
"""Of the days before."""

COLORS = 128
"""Few enough for small files, enough for smooth letters."""


async def main() -> None:
    """A team follows a few things and likes some papers, the day arrives, and somebody looks at all that can be."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        async with on_all_platforms(Path(home), paperlark_model=CORPUS.parent / "models" / "minilm") as house:
            chats = [house.chats["slack"], house.chats["discord"]]
            house.clock.instant = NINE - timedelta(days=1)
            await _set_up(house, chats)
            await _embed(house)
            house.clock.instant = NINE
            house.arxiv.announce(DAY, _listed())
            await house.app.rounds.prepare()
            await house.app.rounds.deliver()
            for chat in chats:
                await _look_around(chat)
                if isinstance(chat, SlackDriver):
                    await _look_at_links_and_home(chat)
                if isinstance(chat, DiscordDriver):
                    await _look_at_panel_and_threads(chat)


async def _set_up(house: House, chats: list[Driver]) -> None:
    listed = _listed()
    house.arxiv.papers = [replace(paper, id="2604.00001") for paper in listed if paper.id == STAR]
    days = [paper for papers in corpus_days().values() for paper in papers]
    verdicts = [f"{verdict} {paper_id}" for verdict, ids in LIKED.items() for paper_id in ids.split()]
    await house.app.services.papers.keep([*listed, *(paper for paper in days if paper.id in " ".join(LIKED.values()))])
    for chat in chats:
        for typed in (*WISHES, *verdicts, "/digest on 09:00 Europe/Berlin top=10"):
            await chat.says(typed)


async def _embed(house: House) -> None:
    """However slow this machine is today: a digest doesn't wait for it."""
    find = house.app.services.vectors.of
    while len(await find(_listed())) < len({paper.id for paper in _listed()}):
        pass


def _listed() -> list:
    days = corpus_days()
    return [*(paper for listed in days.values() for paper in listed if paper.id == STAR), *days[DAY][:200]]


async def _look_around(chat: Driver) -> None:
    (digest,) = chat.standing()
    _draw(chat, "digest", digest)
    _draw(chat, "paper", await chat.says(f"/paper {STAR}"))
    private = [await chat.presses(digest, next(b for b in digest.buttons if b == "Open" or b.startswith("1. ")))]
    item = private[0]
    _draw(chat, "item", *private, await chat.presses(item, "Mute…"))
    _draw(chat, "more", await chat.presses(item, "Read more"))
    _draw(chat, "points", await chat.presses(digest, "Key points"))
    everything = next(label for label in digest.buttons if label.startswith("Show all"))
    _draw(chat, "all", await chat.presses(digest, everything))


async def _look_at_links_and_home(chat: SlackDriver) -> None:
    slack, link = chat.server, f"https://arxiv.org/abs/{STAR}"
    for typed in (*WISHES, "/digest on 09:00 Europe/Berlin", f"/save {STAR}"):
        await slack.says(typed, channel="D1")
    await slack.says(f"/save {STAR}")
    message = await shares(slack, link)
    await slack.until(lambda: message["unfurls"], "an unfurl")
    used = await uses_shortcut(slack, "paper_card", {"user": "U2", "ts": "1.2", "text": f"Look: {link}"})
    for name, payload in (
        ("link", message["unfurls"][link]), ("home", await opens_home(slack)), ("shortcut", used.view),
    ):  # fmt: skip
        _draw(chat, name, Seen("", (), (), True, payload))


async def _look_at_panel_and_threads(chat: DiscordDriver) -> None:
    server, room = chat.server, number("C-pictures")
    for text in (WISHES[0], WISHES[3], "/digest on 09:00 Europe/Berlin", f"/save {STAR}"):
        await server.says_text("/paperlark", text, channel=room)
    panel = await server.says("/paperlark", {}, channel=room)
    card = (await server.says("/paper", {"query": STAR}, channel=room)).messages[0]
    led = await server.presses(card, "Discuss")
    _draw(chat, "panel", seen_messages(panel.messages))
    _draw(chat, "discuss", seen_messages([*led.messages, *server.channels[card["id"]].messages]))


def _draw(chat: Driver, name: str, *shown: Seen) -> None:
    messages = [message for one in shown for message in one.payload.get("messages", [one.payload])]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(messages, file)
        file.flush()
        out = OUT / f"{name}-{chat.platform}.png"
        command = [sys.executable, PREVIEW, chat.platform, file.name, out, "--height", "1600"]
        subprocess.run(command, check=True)
    out.with_suffix(".html").unlink(missing_ok=True)
    _trim(out)


def _trim(picture: Path) -> None:
    """Without the empty rest of the page, and small."""
    page = Image.open(picture).convert("RGB")
    empty = Image.new("RGB", page.size, page.getpixel((page.width - 1, page.height - 1)))
    bottom = ImageChops.difference(page, empty).getbbox()[3]
    page.crop((0, 0, page.width, min(bottom + 16, page.height))).quantize(COLORS).save(picture, optimize=True)


if __name__ == "__main__":
    asyncio.run(main())
