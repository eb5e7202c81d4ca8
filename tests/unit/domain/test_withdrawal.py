"""What counts as a withdrawal in a later version's comment or abstract, and what doesn't."""

from dataclasses import replace

import pytest

from bot.domain.paper import Paper
from bot.domain.withdrawal import says_withdrawn
from support.recorded_corpus import CORPUS_MISSING, HISTORY, corpus_records

SECOND = Paper("2605.00001", "A title", "We prove a bound.", ("Ada Lovelace",), ("cs.LG",), version=2)
STANDS_IN_CORPUS = {
    "2505.19676": "an earlier version was withdrawn",
    "2509.11782": "withdrawn from a conference's proceedings",
    "2510.08779": "withdrawn from a workshop",
    "2603.04848": "withdrawn from a conference",
    "2510.04716": "parts of a paper",
}


@pytest.mark.parametrize(
    "comment",
    [
        "This paper has been withdrawn from arXiv due to a crucial error in Eq. 3",
        "Withdrawn before publication: error",
        "This paper has been withdrawn by the authors",
        "arXiv admin note: This article has been withdrawn by arXiv administrators due to a violation of policy",
        "arXiv admin note: submission has been removed by arXiv administrators",
        "This submission has been withdrawn",
        "12 pages, 3 figures. Paper withdrawn.",
        "Withdrawn",
        "Temporarily withdrawn; a corrected version will follow",
        "The paper is being withdrawn until authorship issues are resolved",
        "There are errors in the proof, and it needs to be withdrawn",
        "The author has withdrawn this paper",
        "We have decided to withdraw this preprint because the baselines are outdated",
        "Due to errors, we hereby withdraw the manuscript",
        "I am withdrawing this for further review",
        "We request the withdrawal of this preprint",
        "Withdrawing temporarily to coordinate revisions with co-authors",
        "The paper has been retracted by the authors",
        "This paper has been withdrawn and is superseded by arXiv:2605.00002",
        "We prefer to retract the work publicly",
    ],
)
def test_a_later_version_whose_comment_says_so_is_withdrawn(comment: str) -> None:
    assert replace(SECOND, comment=comment).withdrawn


@pytest.mark.parametrize(
    "abstract",
    [
        "The author has withdrawn this paper.",
        "This paper has been withdrawn.",
        "We prove a bound. This submission has been withdrawn by the authors due to an error in Lemma 2.",
        "The paper was withdrawn from arXiv because of a gap in the proof.",
    ],
)
def test_so_is_one_whose_abstract_says_it(abstract: str) -> None:
    assert replace(SECOND, abstract=abstract).withdrawn


@pytest.mark.parametrize(
    "comment",
    [
        "We study withdrawn bids. 12 pages",
        "Withdrawn from IJCAI",
        "Accepted at ICAPS 2025, withdrawn before presentation",
        "This paper was withdrawn from the conference proceedings for lack of travel funds",
        "Supersedes arXiv:2605.00002, which has been withdrawn",
        "Replaces the withdrawn paper arXiv:2605.00002",
        "The original version of this article was withdrawn; this one holds the corrections",
        "Our previous paper arXiv:2605.00002 has been withdrawn",
        "v3: later additions are retracted",
        "Typos fixed; the claim of Section 3 was withdrawn",
        "This paper has not been withdrawn",
        "Two subjects were withdrawn after a week",
        "Code for deformation retracts, 20 pages",
        "Accepted by the Journal of Addiction: opioid withdrawal in mice",
    ],
)
def test_a_paper_that_speaks_of_something_else_stands(comment: str) -> None:
    assert not replace(SECOND, comment=comment).withdrawn


@pytest.mark.parametrize(
    "abstract",
    [
        "We study papers whose authors have withdrawn consent. The drug has been withdrawn.",
        "A paper that has been withdrawn is still cited; we ask why.",
        "We withdraw a coupling statistic and a measure of separation.",
    ],
)
def test_an_abstract_on_withdrawals_is_none(abstract: str) -> None:
    assert not replace(SECOND, abstract=abstract).withdrawn


def test_a_first_version_stands_unless_arxiv_took_it_back() -> None:
    first = replace(SECOND, version=1)

    assert not replace(first, comment="This paper has been withdrawn by the authors").withdrawn
    assert replace(first, comment="This version has been removed by arXiv administrators").withdrawn
    assert replace(first, without_files=True).withdrawn


@pytest.mark.slow
@pytest.mark.skipif(bool(CORPUS_MISSING), reason=CORPUS_MISSING)
def test_the_comments_of_the_recorded_papers_are_read_rightly() -> None:
    """All that mention it, read by eye: 85 withdrawals, and five of something else."""
    mentions = [
        *corpus_records(holding="ithdr"),
        *corpus_records(HISTORY, holding="ithdr"),
        *corpus_records(HISTORY, holding="etract"),
        *corpus_records(HISTORY, holding="by arXiv admin"),
    ]
    said = {str(one["id"]): says_withdrawn(str(one["comment"] or ""), str(one["summary"] or "")) for one in mentions}

    assert sum(said.values()) == 85
    assert not any(said[paper_id] for paper_id in STANDS_IN_CORPUS)
