"""A gist without a model: what the paper contributes and what came out, in its own words, and whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.summary import GIST_LIMIT
from bot.summaries.extractive import extract
from bot.summaries.gist.answer import gist_of
from bot.summaries.gist.hyphens import joined
from bot.summaries.gist.whole import is_open
from bot.summaries.numbers import foreign_figures
from support.builders.sample_abstracts import ALL, DRUGS, FEDERATED, MATHEMATICS, TERSE, paper
from support.hostile.abstracts import Hostile, hostile_papers
from support.hostile.inputs import FRAGMENTS, LONG

HOSTILE = hostile_papers()
BACKGROUND = "Long texts are costly to read for large models."


def _gist(*sentences: str, title: str = "A study of things") -> str:
    return gist_of(paper(" ".join(sentences), title))


def _is_fit(gist: str, source: str) -> bool:
    return (
        len(gist) <= GIST_LIMIT
        and gist == " ".join(gist.split())
        and not is_open(gist)
        and not foreign_figures(gist, source)
        and (not gist or gist[-1] in ".!?。！？")
    )


@pytest.mark.parametrize(
    ("said", "gist"),
    [
        (
            "To address the cost of long texts, this paper proposes GridNet, a sparse transformer for long documents.",
            "GridNet, a sparse transformer for long documents.",
        ),
        (
            "In this paper, we propose a novel attention scheme that skips empty blocks of the input.",
            "An attention scheme that skips empty blocks of the input.",
        ),
        (
            "We address this gap with CacheBench, a suite of 26 long-horizon tasks for agents.",
            "CacheBench, a suite of 26 long-horizon tasks for agents.",
        ),
        (
            "Here, we study how small agents negotiate prices in simulated markets with noise.",
            "Studies how small agents negotiate prices in simulated markets with noise.",
        ),
        (
            "We show that shallow networks forget rare classes first during pruning.",
            "Shallow networks forget rare classes first during pruning.",
        ),
        (
            "A calibrated detector of rare faults in wind turbines is proposed for cold climates.",
            "A calibrated detector of rare faults in wind turbines for cold climates.",
        ),
        (
            "We argue that benchmark scores of agents hide most of their failures.",
            "Argues that benchmark scores of agents hide most of their failures.",
        ),
    ],
)
def test_lead_ins_are_left_out(said: str, gist: str) -> None:
    assert _gist(BACKGROUND, said) == gist


def test_a_result_joins_what_achieves_it() -> None:
    gist = _gist(
        BACKGROUND,
        "We propose GridNet, a sparse transformer for long documents.",
        "Experiments show that our method reduces latency by 41% on four benchmarks.",
    )
    assert gist == "GridNet, a sparse transformer for long documents, reducing latency by 41% on four benchmarks."


def test_a_claim_keeps_the_condition_it_holds_under() -> None:
    assert _gist("Under convexity of the loss, we prove that the iterates converge at a linear rate.").startswith(
        "Under convexity of the loss, the iterates converge"
    )


def test_a_second_verb_of_the_authors_is_left_out() -> None:
    gist = _gist("We introduce a corpus of spoken Basque dialogues and evaluate seven recognizers on it.")
    assert gist == "A corpus of spoken Basque dialogues."


@pytest.mark.parametrize(
    "said",
    [
        "It achieves 93% on this task.",
        "This also helps them.",
        "Which one is better?",
        "See https://example.org/x for all of the code of it.",
    ],
)
def test_where_no_sentence_stands_alone_there_is_no_gist(said: str) -> None:
    assert _gist(said) == ""


@pytest.mark.parametrize(
    ("said", "never"),
    [
        (
            "We propose an interactive segmentation framework for outdoor scenes that operates directly on sparse,"
            " randomly downsampled 3D points and processes several clicks of a person at once.",
            "on sparse.",
        ),
        (
            "The branching fraction of the decay is determined to be B(a→b) = (1.79 ± 0.09 ± 0.12) × 10⁻⁴, where the"
            " first uncertainty of this value is statistical and the second one is systematic.",
            "B = ×",
        ),
        (
            "GridNet reduces the mismatch of the pressure in all wells by 95% on SPE1, by 69% on SPE9, and 13% on the"
            " Norne field, with far fewer runs of the simulator than every other method needs.",
            "and 13%.",
        ),
        (
            "We perform an expansion of the metric at slow rotation for all wormholes, fix a gauge that preserves the"
            " geometric meaning of the radial coordinate, and introduce two complementary prescriptions.",
            "fix a gauge",
        ),
    ],
)
def test_nothing_is_cut_in_a_list_or_a_value(said: str, never: str) -> None:
    assert never not in _gist(said)


@pytest.mark.parametrize(
    "said",
    [
        "With a fixed magnetic field, they decrease with temperature and approach the sum of the masses.",
        "We study this by applying the same truncation to all models that were trained.",
        "We argue that this view is incomplete.",
    ],
)
def test_a_sentence_that_points_back_is_no_gist(said: str) -> None:
    assert not _gist(said)


def test_a_list_is_not_cut_before_its_last_item() -> None:
    gist = _gist(
        "We propose a pipeline for old maps whose stages are cropping, binarization, vectorization of contour lines,"
        " transcription of toponyms in four scripts, and alignment with modern coordinates of the same region."
    )
    assert not gist.endswith(("binarization.", "lines.", "scripts."))
    assert len(gist) <= GIST_LIMIT


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("a trans- former for text", "a transformer for text"),
        ("a state- of-the-art model", "a state-of-the-art model"),
        ("pre- and post-training", "pre- and post-training"),
        ("self- supervised learning", "self-supervised learning"),
        ("scores - as usual - vary", "scores - as usual - vary"),
    ],
)
def test_words_that_a_line_end_broke_are_joined(broken: str, mended: str) -> None:
    assert joined(broken, "") == mended


def test_a_broken_word_is_joined_as_the_abstract_writes_it_elsewhere() -> None:
    assert joined("a hyper- graph", "On hyper-graphs and hyper-graph cuts") == "a hyper-graph"


@pytest.mark.parametrize("given_paper", ALL[:3], ids=lambda one: one.title[:20])
def test_samples_have_a_gist(given_paper) -> None:
    gist = extract(given_paper).gist
    assert len(gist) > 30
    assert _is_fit(gist, given_paper.abstract)


def test_the_samples_say_what_the_papers_do() -> None:
    assert extract(FEDERATED).gist.startswith("FedFrozen")
    assert "SPADE outperforms deep learning and Bayesian optimization" in extract(DRUGS).gist
    assert "finite group of odd order" in extract(MATHEMATICS).gist
    assert extract(TERSE).gist == "A short proof of a theorem of Fermat."


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda one: one.order.mark)
def test_an_order_is_never_a_gist(hostile: Hostile) -> None:
    gist = extract(hostile.paper).gist
    assert hostile.order.mark not in gist.lower()
    assert _is_fit(gist, f"{hostile.paper.title} {hostile.paper.abstract}")


_PIECES = st.sampled_from(
    (
        *FRAGMENTS, "We propose", "we show that", "This paper", "a model (NET)", "which", "that", ", and", "(", ")",
        '"', "41%", "1,234", "3.5x", "outperforms", "our method achieves", "trans- former", "Experiments on", "e.g.",
        "; ", ": ", " -- ", "—", "(i)", "compared with", "networks", "of", ". ", "It", "on CIFAR",
    )
)  # fmt: skip


@given(st.lists(_PIECES, max_size=60).map(" ".join))
def test_whatever_an_abstract_says_its_gist_is_short_whole_and_its_own(abstract: str) -> None:
    gist = gist_of(paper(abstract, "NET: a study"))
    assert len(gist) <= GIST_LIMIT
    assert gist == " ".join(gist.split())
    if gist:
        last = gist.rstrip(".!?。！？ )]}\"”»'’").rsplit(" ", maxsplit=1)[-1]
        assert last in joined(abstract, abstract) or last in abstract


@pytest.mark.parametrize("endless", LONG, ids=range(len(LONG)))
def test_endless_texts_have_no_gist_or_a_short_one(endless: str) -> None:
    for abstract in (endless, f"We propose {endless} that works. {endless}"):
        assert len(gist_of(paper(abstract))) <= GIST_LIMIT


def test_a_clause_behind_a_semicolon_begins_small() -> None:
    gist = _gist(
        "An image encoder and a text encoder are trained together to recognise which caption belongs to which picture.",
        "Tested on more than 30 datasets, it is often competitive with models trained for the task.",
        "The paper also examines robustness, overlap between datasets, and social biases.",
    )
    assert "; tested on more than 30 datasets" in gist
