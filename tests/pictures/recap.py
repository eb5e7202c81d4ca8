"""Takes the pictures of a recap from messages really sent: `python tests/pictures/recap.py [FOLDER]`, as `take.py`.

Its story: a team hears of the papers of eight weeks, and saves a few. The papers are real, of ../shared; the days on
which they are announced are the story's.
"""

import asyncio
import base64
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from PIL import Image, ImageChops

from bot.domain.paper import Paper
from support.all_platforms import Driver, House, on_all_platforms
from support.drivers.visible_answer import Seen
from support.recorded_corpus import CORPUS, corpus_days

OUT = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
PREVIEW = CORPUS.parent / "tools" / "preview.py"
LAST = date(2026, 9, 4)
WEEKS, A_DAY = 8, 6
WISHES = ("/follow cs.LG", '/follow "state space models"', '/follow "reinforcement learning"')
COLORS = 128


async def main() -> None:
    """Eight weeks of digests, two papers saved, and on Friday the recap."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        async with on_all_platforms(Path(home)) as house:
            chats = [house.chats["slack"], house.chats["discord"]]
            await weeks_of(house, chats)
            for chat in chats:
                take(chat, chat.standing()[-1])


async def weeks_of(house: House, chats: list[Driver]) -> None:
    """Each day's papers arrive; the teams read."""
    papers = real_papers()
    day = LAST - timedelta(weeks=WEEKS) + timedelta(days=3)
    house.clock.instant = at(day)
    for chat in chats:
        for wish in (*WISHES, "/digest on 09:00 UTC top=4 recap=fri"):
            await chat.says(wish)
    while (day := day + timedelta(days=1)) <= LAST:
        if day.weekday() > 4:
            continue
        announced = [replace(next(papers), published=at(day) - timedelta(hours=20)) for _ in range(A_DAY)]
        house.clock.instant = at(day)
        house.arxiv.announce(day, announced)
        if day in {LAST, LAST - timedelta(days=1)}:
            await house.app.services.papers.keep(announced)
            for chat in chats:
                await chat.says(f"/save {announced[day.weekday() % 2].id}")
        await house.app.rounds.prepare()
        await house.app.rounds.deliver()


def real_papers() -> Iterator[Paper]:
    """Of machine learning, as they came."""
    for papers in corpus_days().values():
        yield from (paper for paper in papers if paper.primary in {"cs.LG", "cs.CL", "cs.AI", "cs.RO", "stat.ML"})


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def take(chat: Driver, recap: Seen) -> None:
    """Has it drawn, with its picture where the platform would fetch it from."""
    messages = recap.payload.get("messages", [recap.payload])
    said = json.dumps(messages)
    for address, png in pictures_of(chat, messages):
        said = said.replace(address, json.dumps(f"data:image/png;base64,{base64.b64encode(png).decode()}")[1:-1])
    said = said.replace('"slack_file": {"id": "data:', '"image_url": "data:').replace('"}, "alt_text"', '", "alt_text"')
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(said)
        file.flush()
        out = OUT / f"recap-{chat.platform}.png"
        subprocess.run([sys.executable, PREVIEW, chat.platform, file.name, out, "--height", "1600"], check=True)
    out.with_suffix(".html").unlink(missing_ok=True)
    trim(out)


def pictures_of(chat: Driver, messages: list) -> Iterator[tuple[str, bytes]]:
    """Each address in the messages that leads to a file, and the file."""
    if chat.platform == "slack":
        yield from ((id, file.content) for id, file in chat.server.files.items())
        return
    for message in messages:
        yield from ((file["url"], chat.server.files[file["id"]]) for file in message["attachments"])


def trim(picture: Path) -> None:
    """Without the empty rest of the page, and small."""
    page = Image.open(picture).convert("RGB")
    empty = Image.new("RGB", page.size, page.getpixel((page.width - 1, page.height - 1)))
    bottom = ImageChops.difference(page, empty).getbbox()[3]
    page.crop((0, 0, page.width, min(bottom + 16, page.height))).quantize(COLORS).save(picture, optimize=True)


if __name__ == "__main__":
    asyncio.run(main())
