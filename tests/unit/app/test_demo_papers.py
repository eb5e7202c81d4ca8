"""The papers bundled for the demo: whole, true to arXiv where that can be told, and in words of our own."""

import gzip
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import pytest

from bot.app.demo import SAMPLE_FOLLOWS, sample_papers
from bot.domain.arxiv_id import is_id
from bot.domain.categories import is_category
from bot.domain.channel import Follow, Kind
from bot.domain.paper import Paper
from bot.domain.text.clean import clean
from bot.papers.candidate import Candidate
from bot.ranking.match import wants

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
"""Real papers for comparison; not part of the repository, so what needs them is skipped without."""

AT = datetime(2026, 11, 22, tzinfo=UTC)
RUN = 5
"""Words in a row that two descriptions of one thing rarely share by chance."""

WORD = re.compile(r"\w+")


@pytest.fixture(scope="module")
def papers() -> tuple[Paper, ...]:
    return sample_papers()


def test_there_are_about_thirty_papers_each_with_an_id_of_its_own(papers: tuple[Paper, ...]) -> None:
    ids = [paper.id for paper in papers]
    assert 28 <= len(ids) <= 40
    assert len(set(ids)) == len(ids)
    assert all(is_id(paper_id) for paper_id in ids)


def test_old_identifiers_and_several_fields_are_among_them(papers: tuple[Paper, ...]) -> None:
    assert sum("/" in paper.id for paper in papers) >= 2
    assert len({paper.primary.split(".")[0] for paper in papers}) >= 4


def test_some_papers_have_code_and_most_have_none(papers: tuple[Paper, ...]) -> None:
    with_code = [paper for paper in papers if paper.code_url]
    assert 2 <= len(with_code) <= len(papers) // 2
    assert all(paper.code_url.startswith("https://github.com/") for paper in with_code)


def test_every_paper_was_submitted_in_the_month_of_its_id(papers: tuple[Paper, ...]) -> None:
    """arXiv numbers by the month of the announcement: a few days after the submission at most."""
    for paper in papers:
        assert paper.published is not None
        digits = paper.id.rpartition("/")[2][:4]
        century = 1900 if digits > "91" else 2000
        months = (century + int(digits[:2])) * 12 + int(digits[2:])
        assert 0 <= months - (paper.published.year * 12 + paper.published.month) <= 1, paper.id


def test_every_paper_is_the_first_version_in_utc_and_not_withdrawn(papers: tuple[Paper, ...]) -> None:
    for paper in papers:
        assert paper.published is not None
        assert paper.published.tzinfo is UTC
        assert paper.updated == paper.published
        assert paper.version == 1
        assert not paper.withdrawn


def test_every_text_is_plain_and_of_a_fitting_length(papers: tuple[Paper, ...]) -> None:
    for paper in papers:
        texts = [paper.title, paper.abstract, paper.comment, *paper.authors, *paper.categories]
        assert all(clean(text, 2000) == text for text in texts), paper.id
        assert 400 <= len(paper.abstract) <= 900, paper.id
        assert 5 <= len(re.findall(r"[.!?](?= [A-Z]|$)", paper.abstract)) <= 8, paper.id
        assert len(paper.authors) <= 12
        assert len(set(paper.authors)) == len(paper.authors)


@pytest.mark.parametrize(("kind", "what"), SAMPLE_FOLLOWS)
def test_every_follow_of_the_demo_brings_something(kind: str, what: str, papers: tuple[Paper, ...]) -> None:
    follow = Follow(Kind(kind), what, AT)
    assert any(wants(follow, Candidate(paper)) for paper in papers)


def test_the_follows_of_the_demo_bring_more_than_fits_and_not_everything(papers: tuple[Paper, ...]) -> None:
    follows = [Follow(Kind(kind), what, AT) for kind, what in SAMPLE_FOLLOWS]
    wanted = [paper for paper in papers if any(wants(follow, Candidate(paper)) for follow in follows)]
    assert 11 <= len(wanted) <= 20


def test_every_category_is_one_of_arxiv(papers: tuple[Paper, ...]) -> None:
    assert all(is_category(category) == category for paper in papers for category in paper.categories)


def test_the_file_says_whose_words_the_abstracts_are() -> None:
    note = json.loads(resources.files("bot.app.demo").joinpath("papers.json").read_text(encoding="utf-8"))["note"]
    assert "Paperlark's own words" in note
    assert "not the authors'" in note
    assert "CC0" in note


@pytest.mark.skipif(not CORPUS.is_dir(), reason="needs the corpus of real papers, which isn't part of the repository")
def test_metadata_agrees_with_the_corpus_where_it_has_the_paper(papers: tuple[Paper, ...]) -> None:
    by_id = {paper.id: paper for paper in papers}
    found = [record for record in _corpus() if record["id"] in by_id]
    assert found, "the corpus used to hold 1706.03762"
    for record in found:
        paper = by_id[str(record["id"])]
        assert record["title"] == paper.title
        assert record["authors"] == list(paper.authors)
        assert record["categories"] == list(paper.categories)
        assert paper.published == datetime.fromisoformat(str(record["published"]))


@pytest.mark.slow
@pytest.mark.skipif(not CORPUS.is_dir(), reason="needs the corpus of real papers, which isn't part of the repository")
def test_no_abstract_is_anyone_elses(papers: tuple[Paper, ...]) -> None:
    """Of the runs of five words in an abstract of ours, hardly any stands in one abstract of the corpus."""
    runs = {paper.id: _runs(paper.abstract) for paper in papers}
    owners: dict[tuple[str, ...], set[str]] = {}
    for paper_id, of_paper in runs.items():
        for run in of_paper:
            owners.setdefault(run, set()).add(paper_id)
    for record in _corpus():
        shared: dict[str, int] = {}
        for run in _runs(str(record["summary"])) & owners.keys():
            for paper_id in owners[run]:
                shared[paper_id] = shared.get(paper_id, 0) + 1
        for paper_id, number in shared.items():
            assert number <= 0.1 * len(runs[paper_id]), f"{paper_id} is close to {record['id']}"


def _runs(text: str) -> set[tuple[str, ...]]:
    said = WORD.findall(text.lower())
    return set(zip(*(said[start:] for start in range(RUN)), strict=False))


def _corpus() -> Iterator[dict[str, object]]:
    with gzip.open(CORPUS / "papers.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)
