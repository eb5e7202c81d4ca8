"""The announcements of arXiv, in both formats, with every fault."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.errors import SourceDown
from bot.papers.clients.arxiv.feed import ArxivAnnouncements
from support.servers.arxiv_clients import FAULTS, a_paper, always, quick_client

DAY = date(2026, 5, 8)


@pytest.mark.parametrize("flavour", ["rss", "atom"])
async def test_the_day_is_read_in_both_formats(arxiv, http, turn, flavour):
    feed = ArxivAnnouncements(quick_client(http, turn), f"{arxiv.origin}/{flavour}/")
    paper = a_paper(version=2, doi="10.1000/xyz123", journal_ref="Nature 1 (2026)")
    arxiv.announce(DAY, [paper])

    (announced,) = await feed.today("cs")

    assert announced.kind == "new"
    assert announced.paper == replace(paper, published=None, updated=None)


async def test_entries_keep_their_kind_and_order(arxiv, feed):
    arxiv.announce(DAY, [a_paper("2605.00001")])
    arxiv.announce(DAY, [a_paper("2605.00002", categories=("stat.ML", "cs.LG"))])
    arxiv.announce(DAY, [a_paper("2605.00003", version=2)], kind="replace")
    arxiv.announce(DAY, [a_paper("2605.00004", version=4)], kind="replace-cross")
    arxiv.announce(DAY, [a_paper("2605.00005", categories=("math.AG",))])

    today = await feed.today("cs")

    assert [(item.paper.id, item.kind) for item in today] == [
        ("2605.00001", "new"),
        ("2605.00002", "cross"),
        ("2605.00003", "replace"),
        ("2605.00004", "replace-cross"),
    ]


async def test_a_weekend_is_an_empty_announcement(arxiv, feed):
    assert await feed.today("cs") == ()


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_feed_that_is_none_is_a_source_that_is_down(arxiv, feed, fault):
    arxiv.announce(DAY, [a_paper()])
    arxiv.faults = always(fault)

    with pytest.raises(SourceDown):
        await feed.today("cs")
    assert len(arxiv.requests) == 3


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_feed_that_recovers_is_read(arxiv, feed, fault):
    arxiv.announce(DAY, [a_paper()])
    arxiv.faults.append(fault)

    assert len(await feed.today("cs")) == 1


async def test_an_archive_without_a_feed_is_a_source_that_is_down(arxiv, feed):
    arxiv.faults = always("404")

    with pytest.raises(SourceDown):
        await feed.today("econ")


async def test_a_broken_item_costs_only_itself_but_a_broken_feed_is_down(arxiv, feed):
    arxiv.announce(DAY, [a_paper("2605.00001"), a_paper("nonsense")])
    assert [item.paper.id for item in await feed.today("cs")] == ["2605.00001"]

    arxiv.announce(date(2026, 5, 9), [a_paper("nonsense")])
    with pytest.raises(SourceDown):
        await feed.today("cs")


@pytest.mark.parametrize(
    ("creator", "authors", "affiliations"),
    [
        ("Ada Lovelace, Alan Turing", ("Ada Lovelace", "Alan Turing"), ()),
        ("Ratna Kandala,  Deepti, Sheza Munir", ("Ratna Kandala", "Deepti", "Sheza Munir"), ()),
        ("A. Smith, B. Jones, and C. Brown", ("A. Smith", "B. Jones", "C. Brown"), ()),
        ("A. Smith and B. Jones", ("A. Smith", "B. Jones"), ()),
        ("The ATLAS and CMS Collaborations", ("The ATLAS and CMS Collaborations",), ()),
        ("John Smith, Jr., Ann Lee", ("John Smith, Jr.", "Ann Lee"), ()),
        ("A. Smith (MIT), B. Jones (CMU, Pittsburgh)", ("A. Smith", "B. Jones"), ("MIT", "CMU, Pittsburgh")),
        ("Xiaolong (Jason) Wang", ("Xiaolong (Jason) Wang",), ()),
        ("A. Smith (MIT, B. Jones", ("A. Smith", "B. Jones"), ("MIT",)),
        ("Kimi Team, :, Ann Lee", ("Kimi Team", "Ann Lee"), ()),
        ("Paulo Andr\\'e Lima", ("Paulo André Lima",), ()),
        ("", (), ()),
    ],
)
async def test_the_line_of_authors_is_taken_apart(arxiv, feed, creator, authors, affiliations):
    arxiv.announce(DAY, [a_paper(authors=(creator,))])

    (item,) = await feed.today("cs")

    assert item.paper.authors == authors
    assert item.paper.affiliations == affiliations
