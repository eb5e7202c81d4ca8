"""`python -m benchmarks.cost.run`: model calls for a day's digests, and tokens a call beside its peers'.

    PYTHONPATH=.:tests python -m benchmarks.cost.run > tests/benchmarks/cost/RESULTS.md

The calls are counted at a loopback model, asked by `paperlark once` on a real announcement; it judges nothing.
"""

import asyncio
import json
import statistics
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from benchmarks.corpus import THE_DAY, Papers, the_day
from benchmarks.cost.peers import PEERS
from benchmarks.cost.tokens import Count, counter
from benchmarks.report import machine
from bot.domain.paper import Paper
from bot.summaries.prompt import PROMPT_VERSION, answer_schema, messages_for
from support.loopback_world import Room, World, a_world
from support.servers.model_server import ModelServer

SHOWN, CATEGORY = 10, "cs.LG"
COUNTED_ON = 100
MORNING = datetime.combine(THE_DAY, time(9), UTC)
BEFORE = MORNING - timedelta(days=1)

CHANNELS = (
    ("a channel in Slack", "slack", "C1", ""),
    ("a second one in Slack that shows the same", "slack", "C2", ""),
    ("one in Discord that shows the same", "discord", "C1", ""),
    ("one in Slack in German (lang=de)", "slack", "C3", "lang=de"),
)

Row = tuple[str, ...]


async def calls(home: Path, day: Papers) -> list[Row]:
    """How many calls each further channel adds, and what each of them shows."""
    rows: list[Row] = [("channel", "papers announced", "shown", "calls it adds")]
    async with ModelServer() as model, a_world(home) as world:
        world.settings |= {"OPENAI_BASE_URL": model.base_url, "OPENAI_MODEL": model.model}
        world.announces(THE_DAY, day.papers)
        for name, platform, channel, more in CHANNELS:
            before, room = model.calls.total(), world.room(platform, channel)
            await room.says(f"/digest on 09:00 UTC {CATEGORY} top={SHOWN} {more}", BEFORE)
            await _delivered(world, room)
            rows.append((name, f"{len(day.papers):,}", str(len(set(room.papers))), str(model.calls.total() - before)))
        before = model.calls.total()
        await world.once(MORNING + timedelta(hours=1))
        rows.append(("the same run once more", "0", "0", str(model.calls.total() - before)))
        if max(model.calls.values()) > 2:
            raise RuntimeError(f"A paper was asked about more than once in a language: {model.calls.most_common(1)}")
    return rows


async def _delivered(world: World, room: Room) -> None:
    ended = await world.once(MORNING, seconds=600)
    if ended.code or not room.digests:
        raise RuntimeError(f"No digest came: {ended.code} {ended.err[-2000:]}")


def tokens(papers: Sequence[Paper], count: Count) -> list[Row]:
    """Tokens given for one paper, mean and the middle of each prompt."""

    def row(name: str, each: Sequence[int], requests: int, asked_about: str) -> Row:
        return (name, str(requests), f"{statistics.mean(each):,.0f}", f"{statistics.median(each):,.0f}", asked_about)

    ours = [sum(count(message["content"]) for message in messages_for(paper, "en")) for paper in papers]
    form = count(json.dumps(answer_schema(), separators=(",", ":")))
    told, paper_alone = count(messages_for(papers[0], "en")[0]["content"]), [count(p.abstract) for p in papers]
    shown = "papers shown, once for all channels"
    return [
        ("what is sent for a paper", "calls", "tokens: mean", "median", "asked about"),
        (f"paperlark, prompt {PROMPT_VERSION}", *row("", ours, 1, shown)[1:]),
        (f"… {told} of them the same for all papers", "", "", "", ""),
        ("… with the form of the answer, where a server takes one", *row("", [n + form for n in ours], 1, shown)[1:]),
        *(row(peer.name, [peer.tokens(p, count) for p in papers], len(peer.calls), peer.asked_about) for peer in PEERS),
        row("the abstract alone", paper_alone, 0, "–"),
    ]


def a_day(papers: Sequence[Paper], count: Count) -> str:
    """What a team pays that reads ten papers a day of one category, in tokens given."""
    matching = [paper for paper in papers if CATEGORY in paper.categories]
    form = count(json.dumps(answer_schema(), separators=(",", ":")))
    ours = [form + sum(count(message["content"]) for message in messages_for(paper, "en")) for paper in matching]
    peers = [(peer.name, statistics.mean(peer.tokens(paper, count) for paper in matching)) for peer in PEERS[:2]]
    enhanced, zotero = ((name, mean) for name, mean in peers)
    return (
        f"A day of {CATEGORY}, {len(matching):,} papers of which {SHOWN} are shown: "
        f"paperlark {SHOWN * statistics.mean(ours):,.0f} tokens for any number of channels and readers, "
        f"{enhanced[0]} {len(matching) * enhanced[1]:,.0f} (it asks about all), "
        f"{zotero[0]} {SHOWN * zotero[1]:,.0f} for each reader (with {SHOWN} as its most)."
    )


def drawn(rows: Sequence[Row]) -> str:
    """As Markdown."""
    head, *rest = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([head, "|" + " --- |" * len(rows[0]), *rest])


async def main(home: Path) -> None:
    """Both tables."""
    day, (count, how) = the_day(), counter()
    papers = day.papers[:COUNTED_ON]
    sources = "\n".join(f"- {peer.name}: {peer.source}" for peer in PEERS[:2])
    header, called = machine(), await calls(home, day)
    print("# What the model costs\n\nWritten by `python -m benchmarks.cost.run`.\n")
    print(f"{header}\n\n## Calls\n\nOf {day.what}, one channel after the other.\n\n{drawn(called)}\n")
    print(f"## Tokens\n\nOf {len(papers)} of these papers, {how}.\n\n{drawn(tokens(papers, count))}\n")
    print(f"{a_day(day.papers, count)}\n")
    print(f"A peer's prompt was counted once with o200k_base, at these commits; see `peers.py`:\n\n{sources}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="paperlark-cost-", ignore_cleanup_errors=True) as folder:
        asyncio.run(main(Path(folder)))
