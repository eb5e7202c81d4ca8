"""Without a model: the abstract's own sentences, each in the section it belongs to, nothing invented."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.paper import Paper
from bot.domain.summary import EXTRACTED, Summary
from bot.summaries.extractive import extract
from bot.summaries.topics import NAMES, nearest_topic, topics_of
from support.builders.sample_abstracts import ALL, DRUGS, FEDERATED, MATHEMATICS, STRUCTURED, TERSE, paper


def _quotes(summary: Summary) -> list[str]:
    return [*summary.key_points, *(text for _, text in summary.sections)]


@pytest.mark.parametrize("given_paper", ALL, ids=lambda one: one.title[:20])
def test_every_key_point_is_the_abstracts_own_and_whole(given_paper: Paper) -> None:
    for point in extract(given_paper).key_points:
        assert point[1:] in given_paper.abstract
        assert point[0].isupper()
        assert point[-1] in ".?!"


def test_there_are_four_key_points_in_the_abstracts_order() -> None:
    points = extract(FEDERATED).key_points
    assert len(points) == 4
    assert list(points) == sorted(points, key=lambda point: FEDERATED.abstract.index(point[1:]))


def test_key_points_cover_contribution_method_and_result() -> None:
    points = " ".join(extract(FEDERATED).key_points)
    assert "We propose FedFrozen" in points
    assert "We decompose the attention module" in points
    assert "improves both the stability and effectiveness" in points
    assert "remains a significant challenge" not in points


def test_the_sections_hold_what_their_headings_say() -> None:
    summary = extract(DRUGS)
    assert summary.summary.startswith("Drug discovery seeks molecules")
    assert "SPADE, introduces a novel approach" in summary.summary + summary.methodology
    assert "median improvements of 7%-32%" in summary.results
    assert summary.implications == "These results suggest that early screening could become much cheaper."


def test_where_the_code_is_belongs_to_no_section() -> None:
    assert not any("anonymous.4open.science" in text for text in _quotes(extract(DRUGS)))


def test_a_section_that_nothing_is_known_of_is_empty() -> None:
    summary = extract(TERSE)
    assert summary.summary == TERSE.abstract
    assert (summary.methodology, summary.results, summary.implications) == ("", "", "")
    assert summary.key_points == (TERSE.abstract,)


@pytest.mark.parametrize("verb", ["show", "prove", "give", "propose", "study", "introduce", "present"])
def test_a_first_sentence_that_says_what_we_do_is_the_contribution(verb: str) -> None:
    summary = extract(paper(f"We {verb} a bound for sparse graphs. It holds for trees. It fails for cycles."))
    assert summary.summary.startswith(f"We {verb} a bound")
    assert summary.key_points[0].startswith(f"We {verb} a bound")


def test_a_proof_is_told_apart_from_its_corollary() -> None:
    assert extract(MATHEMATICS).summary.startswith("We prove that every finite group")


def test_a_structured_abstract_is_taken_at_its_word() -> None:
    summary = extract(STRUCTURED)
    assert summary.summary == "Background: Sleep is often poor. Objective: To see whether light helps."
    assert summary.methodology == "Methods: Forty adults wore sensors. Each slept in two rooms."
    assert summary.results == "Results: Sleep grew by 20 minutes."
    assert summary.implications == "Conclusions: Light may help adults sleep."


def test_an_extract_says_that_it_is_one() -> None:
    assert extract(FEDERATED).made_by == EXTRACTED
    assert extract(FEDERATED).extracted


def test_a_paper_without_an_abstract_has_topics_only() -> None:
    summary = extract(paper("", "Reinforcement Learning for Robots"))
    assert summary.key_points == ()
    assert summary.sections == ()
    assert "Reinforcement Learning" in summary.topics


@given(st.text(max_size=600))
def test_whatever_the_abstract_is_the_words_are_its_own(abstract: str) -> None:
    for text in _quotes(extract(paper(abstract))):
        assert set(text.casefold().split()) <= set(abstract.casefold().split())


def test_an_extract_takes_milliseconds() -> None:
    extract(FEDERATED)
    began = time.process_time()
    for _ in range(20):
        extract(FEDERATED)
    assert (time.process_time() - began) / 20 < 0.02  # about 3 ms; the slack is for a busy machine


@pytest.mark.parametrize(
    ("title", "categories", "topic"),
    [
        ("Federated learning of large language models", "cs.LG", "Federated Learning"),
        ("LLMs that plan", "cs.CL", "Large Language Models"),
        ("On GNNs and message passing", "cs.LG", "Graph Learning"),
        ("Black hole shadows", "gr-qc", "Gravity"),
        ("A remark on elliptic curves", "math.NT", "Algebraic Geometry & Number Theory"),
        ("Untitled", "astro-ph.GA", "Cosmology & Galaxies"),
        ("Untitled", "q-bio.NC", "Neuroscience"),
        ("Untitled", "econ.EM", "Economics & Finance"),
    ],
)
def test_topics_are_told_by_words_and_categories(title: str, categories: str, topic: str) -> None:
    assert topic in topics_of(title, "", categories.split())


def test_words_mean_something_only_in_their_fields() -> None:
    abstract = "We prove a theorem and derive an upper bound. The theorem is sharp."
    assert "Theory" in topics_of("Learning", abstract, ["cs.LG"])
    assert "Theory" not in topics_of("Groups", abstract, ["math.GR"])


def test_there_are_at_most_three_topics_of_the_one_page() -> None:
    found = topics_of(FEDERATED.title, FEDERATED.abstract, FEDERATED.categories)
    assert 1 <= len(found) <= 3
    assert set(found) <= set(NAMES)


def test_no_topic_is_named_twice_on_the_page() -> None:
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("large language models", "Large Language Models"),
        ("LLMs", "Large Language Models"),
        ("Natural Language Processing (NLP)", "NLP"),
        ("Human-Computer Interaction", "Human–Computer Interaction"),
        ("RL", "Reinforcement Learning"),
        ("Cooking", None),
        ("", None),
    ],
)
def test_a_topic_is_recognised_however_it_is_written(said: str, meant: str | None) -> None:
    assert nearest_topic(said) == meant
