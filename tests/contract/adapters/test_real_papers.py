"""The longest and oddest papers arXiv really has, from its XML to the card, on every platform and within its limits.

Needs the recorded corpus; what it holds is served as it was recorded, LaTeX and all.
"""

import asyncio
import gzip
import json
import re
from collections.abc import AsyncIterator, Callable, Sequence
from itertools import groupby

import pytest
import pytest_asyncio

from bot.domain.paper import Paper
from bot.domain.text.normalize import fold
from bot.infra.redis.chunks import in_chunks
from support.all_platforms import CHATS_FIRST, Driver, House, on_all_platforms
from support.drivers.visible_answer import Seen
from support.hostile.live_content import alive
from support.recorded_corpus import CORPUS, CORPUS_MISSING, HISTORY, RECENT, in_utc
from support.servers.arxiv_clients import OneAtATime

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(bool(CORPUS_MISSING), reason=CORPUS_MISSING),
]

CROWD = "2507.06261"
LATEX = re.compile(r"[$\\{}^]|_[{A-Za-z0-9]")
MACRO = re.compile(r"\\[A-Za-z]+|\$[^$]*[\\^_][^$]*\$")


def recorded(name: str, wanted: Callable[[str], bool]) -> dict[str, Paper]:
    """The papers whose line in the file is `wanted`, in arXiv's own words."""
    with gzip.open(CORPUS / name, "rt", encoding="utf-8") as lines:
        records = (json.loads(line) for line in lines if wanted(line))
        return {record["id"]: as_recorded(record) for record in records}


def as_recorded(record: dict) -> Paper:
    """Nothing drawn, cleaned or bounded: that is the source's work."""
    return Paper(
        id=record["id"],
        title=record["title"],
        abstract=record["summary"],
        authors=tuple(record["authors"]),
        categories=tuple(record["categories"]),
        published=in_utc(record["published"]),
        version=record["version"] or 1,
        comment=record["comment"] or "",
        journal_ref=record["journal_ref"] or "",
        doi=record["doi"] or "",
    )


def long_or_odd(line: str) -> bool:
    """Whether the line may hold what is looked for here; reading all as JSON would take four times as long."""
    return len(line) > 3600 or '":"' in line or LATEX.search(line[: line.find('"summary"')]) is not None


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A bot whose arXiv knows the papers of the corpus."""
    known = recorded(RECENT, long_or_odd) | recorded(HISTORY, lambda line: len(line) > 4200)
    async with on_all_platforms(tmp_path_factory.mktemp("home"), OneAtATime()) as house:
        house.arxiv.papers = list(known.values())
        yield house


@pytest.fixture(params=CHATS_FIRST)
def chat(request: pytest.FixtureRequest, house: House) -> Driver:
    return house.chats[request.param]


def at_arxiv(house: House, wanted: Callable[[Paper], bool]) -> list[Paper]:
    found = [paper for paper in house.arxiv.papers if wanted(paper)]
    assert found
    return found


def is_well(chat: Driver, *shown: Seen) -> None:
    """The loopback platform took it, and nothing in it is alive or went wrong."""
    for seen in shown:
        assert seen.text
        assert "went wrong" not in seen.text
        assert alive(chat.platform, seen.payload) == []


async def test_a_paper_of_3435_authors_has_a_card_a_summary_and_a_choice_of_authors(chat: Driver, house: House) -> None:
    (crowd,) = at_arxiv(house, lambda paper: paper.id == CROWD)

    card = await chat.says(f"/paper {CROWD}")
    more = await chat.presses(card, "Read more")
    choice = await chat.presses(card, "Follow author")

    is_well(chat, card, more, choice)
    assert len(crowd.authors) == 3435
    assert "and 3,427 more" in card.text
    assert "For the other 3,427, type /follow and a name." in choice.text
    assert choice.buttons == (*crowd.authors[:7], crowd.authors[-1])


async def test_the_longest_abstracts_are_said_whole(chat: Driver, house: House) -> None:
    longest = sorted(house.arxiv.papers, key=lambda paper: len(paper.abstract))[-12:]
    assert len(longest[-1].abstract) == 3488

    cards, mores = await answers(chat, "/paper", longest), await answers(chat, "/readmore", longest)

    is_well(chat, *cards, *mores)
    known = await house.app.services.papers.get([paper.id for paper in longest])
    for paper, more in zip(longest, mores, strict=True):
        missing = set(fold(known[paper.id].abstract).split()) - set(fold(more.text).split())
        assert len(missing) < 12  # a sentence that only says where the code is, is left out


async def test_a_colon_among_the_authors_is_nobody(chat: Driver, house: House) -> None:
    papers = at_arxiv(house, lambda paper: ":" in paper.authors)

    cards, choices = await answers(chat, "/paper", papers), await answers(chat, "/authors", papers)

    is_well(chat, *cards, *choices)
    for paper, card, choice in zip(papers, cards, choices, strict=True):
        assert paper.authors[0] in card.text
        assert ", :" not in card.text
        assert ":" not in choice.buttons


@pytest.mark.slow
async def test_titles_in_latex_are_drawn(chat: Driver, house: House) -> None:
    papers = at_arxiv(house, lambda paper: bool(LATEX.search(paper.title)))[::4]

    cards = await answers(chat, "/paper", papers)

    is_well(chat, *cards)
    assert [card.text for card in cards if MACRO.search(card.text.partition("\n")[0][:200])] == []


@pytest.mark.slow
async def test_digests_of_nothing_but_the_oddest_papers_name_each_of_them(house: House) -> None:
    known = house.arxiv.papers
    oddest = at_arxiv(house, lambda paper: paper.id == CROWD or bool(LATEX.search(paper.title)))
    oddest += at_arxiv(house, lambda paper: ":" in paper.authors or len(paper.abstract) > 2000)
    listed = list({paper.id: paper for paper in oddest}.values())
    assert len(listed) > 500

    for start in range(0, len(listed), 50):
        today = listed[start : start + 50]
        house.arxiv.papers = []  # or the API would bring the rest of the fortnight too
        for platform, messages in (await house.next_digest(today)).items():
            is_well(house.chats[platform], *messages)
            # A terminal repeats a link in each line of a title.
            links = [link for link, _ in groupby(link for message in messages for link in message.links)]
            assert [paper.id for paper in today if links.count(paper.abs_url) != 1] == []
            assert len(messages) <= 3
    house.arxiv.papers = known


async def answers(chat: Driver, command: str, papers: Sequence[Paper]) -> list[Seen]:
    """What each of the papers is answered.

    A few at a time: arXiv is asked for one paper after another, and each answer has ten seconds.
    """
    texts = [f"{command} {paper.id}" for paper in papers]
    return [seen for few in in_chunks(texts, 8) for seen in await asyncio.gather(*map(chat.says, few))]
