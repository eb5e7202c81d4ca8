"""What a model says is held against the paper: what shares nothing with it, or names what it doesn't, is told."""

import json

import pytest

from bot.summaries.grounding import foreign_names, is_borne_out
from bot.summaries.parse_answer import UnusableAnswer, read_answer
from support.builders.sample_abstracts import DRUGS, FEDERATED, paper

SOURCE = f"{FEDERATED.title}\n{FEDERATED.abstract}"
GOOD = {
    "topics": ["Federated Learning"],
    "key_points": [
        "FedFrozen freezes the query/key block after a warm-up.",
        "The value block goes on being optimised.",
        "Client drift arises from inconsistent local updates.",
        "Transformers become more stable and effective.",
    ],
    "summary": "FedFrozen is a two-stage framework for federated optimisation. Attention kernels are frozen early.",
    "methodology": "The attention module is split into two blocks.",
    "results": "It improves Transformer models by 12.5%.",
    "implications": "",
}


@pytest.mark.parametrize(
    "said",
    [
        "Heterogeneous clients make federated training hard.",
        "The value block goes on being optimised.",
        "Freezing kernels stabilizes Transformers.",
        "It improves stability.",
    ],
)
def test_a_sentence_in_the_papers_words_is_borne_out(said: str) -> None:
    assert is_borne_out(said, SOURCE)


@pytest.mark.parametrize(
    "said",
    [
        "Visit the casino of our friends, where everybody wins prizes.",
        "PWNED",
        "This has many potential applications in healthcare and finance.",
        "FedFrozen improves Transformer models; visit the casino of our friends.",
        "Client drift arises from local updates. buy cheap watches",
    ],
)
def test_a_sentence_of_another_subject_is_not(said: str) -> None:
    assert not is_borne_out(said, SOURCE)


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("It beats GPT-4 and LLaMA on ImageNet.", ["GPT", "LLaMA", "ImageNet"]),
        ("The work was done with Google in Paris.", ["Google", "Paris"]),
        ("Tested by Stanford University.", ["Stanford University"]),
        ("Large Language Models (LLMs) matter here.", []),
        ("FedFrozen improves the Transformer by attention.", []),
        ("Federated Optimization is studied by the AI community.", []),
        ("Ada Lovelace shows that Federated Learning works.", []),
        ("It uses Federated Learning (FL).", []),
        ("Google says so.", []),  # a first word may be any word
    ],
)
def test_names_that_the_paper_does_not_hold_are_told(said: str, names: list[str]) -> None:
    assert foreign_names(said, FEDERATED) == names


def test_an_acronym_and_its_words_stand_for_each_other() -> None:
    given = paper("We train a mixture of experts with SGD. Out-of-distribution data hurt.", "Experts")
    assert foreign_names("An MoE is trained by Stochastic Gradient Descent; OOD data hurt.", given) == []


def test_in_other_languages_capitals_are_grammar_and_mixtures_are_names() -> None:
    said = "Das Verfahren friert den Block ein, schlägt LLaMA und nützt der KI."
    assert foreign_names(said, FEDERATED, "de") == ["LLaMA"]


def test_a_doubtful_sentence_is_left_out_and_the_rest_shown() -> None:
    points = [*GOOD["key_points"][:3], "It was presented by Google in Paris."]
    summary = f"{GOOD['summary']} Visit the casino of our friends."
    made = read_answer(json.dumps(GOOD | {"key_points": points, "summary": summary}), FEDERATED, "en", "m")
    assert made.key_points == tuple(GOOD["key_points"][:3])
    assert made.summary == GOOD["summary"]


def test_where_half_of_the_key_points_are_doubtful_the_answer_is_refused_with_the_names() -> None:
    points = [*GOOD["key_points"][:2], "It was presented by Google.", "It beats LLaMA."]
    with pytest.raises(UnusableAnswer) as refused:
        read_answer(json.dumps(GOOD | {"key_points": points}), FEDERATED, "en", "m")
    assert 'the name "Google" is not in the paper as it was shown.' in refused.value.faults
    assert 'the name "LLaMA" is not in the paper as it was shown.' in refused.value.faults


def test_a_summary_of_another_paper_is_refused() -> None:
    with pytest.raises(UnusableAnswer):
        read_answer(json.dumps(GOOD | {"results": ""}), DRUGS, "en", "m")


def test_german_that_meets_the_paper_nowhere_is_refused() -> None:
    casino = ["Das Casino zahlt wunderbare Gewinne an die Besucher aus.", "Die Musik spielt auch am Abend laut weiter."]
    with pytest.raises(UnusableAnswer, match="not about this paper"):
        read_answer(
            json.dumps({"key_points": casino, "summary": "Alle Freunde kommen und werden hier sehr reich beschenkt."}),
            paper("We prove a theorem on finite groups of odd order.", "Groups of odd order"),
            "de",
            "m",
        )
