"""Preference scores of new papers from a channel's feedback."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.feedback import Example, PreferenceScore
from bot.domain.paper import Paper
from bot.ranking.learning import preference_scores
from bot.ranking.learning.preference_score import Weights
from support.fast import examples

FIELDS = {
    "spin": "magnetic frustration of spin ice on kagome lattices at low temperature",
    "proof": "formal proof assistants and tactics for dependent type theory in Lean",
    "speech": "speech recognition of dialects with self-supervised acoustic encoders",
    "robot": "quadruped robot locomotion over rough terrain by reinforcement learning",
}


def paper(number: int, about: str, *authors: str, title: str = "A study") -> Paper:
    return Paper(f"2601.{number:05}", f"{title} {number}", f"We report on {about}.", authors, ("cs.LG",))


WEEK = [paper(100 + n, about) for n in range(40) for about in (list(FIELDS.values())[n % 4],)]
OFFERED = [paper(n, about) for n, about in enumerate(FIELDS.values())]
SPIN, PROOF, SPEECH, ROBOT = OFFERED


def liked(*papers: Paper, why: str = "you saved") -> list[Example]:
    return [Example(one, True, why) for one in papers]


def order(found: Mapping[str, PreferenceScore]) -> list[str]:
    return sorted(found, key=lambda paper_id: -found[paper_id].points)


def test_nothing_is_learned_from_nothing() -> None:
    assert preference_scores(OFFERED, WEEK, [], {}) == {}
    assert preference_scores([], WEEK, liked(SPIN), {}) == {}


def test_a_paper_that_speaks_of_what_was_saved_comes_first_and_says_so() -> None:
    found = preference_scores(OFFERED, WEEK, liked(paper(50, FIELDS["proof"]), paper(51, FIELDS["proof"])), {})

    assert order(found)[0] == PROOF.id
    assert found[PROOF.id].reasons == ("like 2 papers you saved",)
    assert found[SPIN.id].reasons == ()


def test_one_likeness_names_its_paper() -> None:
    found = preference_scores(OFFERED, WEEK, liked(paper(50, FIELDS["proof"], title="Tactics")), {})

    assert found[PROOF.id].reasons == ("like “Tactics 50”, which you saved",)


def test_nothing_stands_high_without_a_reason() -> None:
    offered = [replace(one, abstract=f"{one.abstract} Some words of its own {n}.") for n, one in enumerate(OFFERED)]
    week = [one for n, one in enumerate(WEEK) if n < 8 or FIELDS["proof"] not in one.abstract]
    example = replace(paper(50, "tactics"), title="Lean", abstract="Proof assistants, of which much else is told here.")

    found = preference_scores(offered, week, liked(example), {})

    assert found[PROOF.id].points >= 0.75
    assert found[PROOF.id].reasons == ("closest to “Lean”, which you saved",)
    assert all(found[one.id].reasons == () for one in (SPIN, SPEECH, ROBOT))


def test_a_paper_like_one_that_was_refused_comes_last() -> None:
    examples = [*liked(paper(50, FIELDS["proof"])), Example(paper(51, FIELDS["robot"]), False, "you wanted less of")]

    found = preference_scores(OFFERED, WEEK, examples, {})

    assert order(found)[0] == PROOF.id
    assert order(found)[-1] == ROBOT.id
    assert found[ROBOT.id].reasons == ()


def test_refusals_alone_put_their_like_last() -> None:
    found = preference_scores(OFFERED, WEEK, [Example(paper(51, FIELDS["robot"]), False)], {})

    assert order(found)[-1] == ROBOT.id


def turned_to(papers: Sequence[Paper], meaning: int) -> dict[str, np.ndarray]:
    """Return random vectors with one direction that these papers share."""
    rng = np.random.default_rng(meaning)
    vectors = {}
    for one in papers:
        row = rng.normal(size=384)
        row[meaning] += 12
        vectors[one.id] = (row / np.linalg.norm(row)).astype(np.float32)
    return vectors


def test_meaning_finds_what_no_word_tells() -> None:
    offered = [replace(paper(n, "something"), title=f"Word{n}") for n in range(20)]
    example = replace(paper(50, "other things altogether"), title="Elsewhere")
    vectors = turned_to(WEEK, 3) | turned_to(offered, 5) | turned_to([example, offered[13]], 9)

    found = preference_scores(offered, WEEK, liked(example), vectors)

    assert order(found)[0] == offered[13].id


def test_a_co_author_of_what_was_liked_is_a_strong_reason_and_is_named() -> None:
    examples = liked(paper(50, FIELDS["proof"], "Zoë Quist", "A B"), paper(51, FIELDS["proof"], "Zoe Quist"))
    offered = [PROOF, replace(ROBOT, authors=("Someone Else", "Zoë Quist"))]

    found = preference_scores(offered, WEEK, examples, {})

    assert order(found)[0] == ROBOT.id
    assert found[ROBOT.id].reasons[0] == "Zoë Quist wrote 2 papers you liked"


def test_the_thousandth_author_of_an_experiment_is_no_reason() -> None:
    crowd = tuple(f"Author Number{n}" for n in range(200))

    found = preference_scores(
        [replace(SPIN, authors=crowd), PROOF], WEEK, liked(paper(50, FIELDS["proof"], *crowd)), {}
    )

    assert found[SPIN.id].reasons == ()


def test_half_of_the_vectors_missing_is_no_harm() -> None:
    vectors = turned_to(WEEK[:5], 3)

    assert set(preference_scores(OFFERED, WEEK, liked(SPIN), vectors)) == {one.id for one in OFFERED}


def test_the_order_of_what_is_offered_changes_nothing() -> None:
    examples = liked(paper(50, FIELDS["proof"]), paper(51, FIELDS["spin"]))

    there, back = preference_scores(OFFERED, WEEK, examples, {}), preference_scores(OFFERED[::-1], WEEK, examples, {})

    assert there.keys() == back.keys()
    assert all(abs(there[one].points - back[one].points) < 1e-9 for one in there)


@settings(max_examples=examples(30))
@given(st.sets(st.integers(0, 9), min_size=1), st.integers(1, 6), st.booleans(), st.integers(0, 44))
def test_a_score_does_not_depend_on_what_else_is_scored(
    chosen: set[int], liked_papers: int, with_meaning: bool, others: int
) -> None:
    offered = [*OFFERED, *(paper(200 + n, f"{FIELDS['proof']} and {FIELDS['robot']}", "A B") for n in range(6))]
    saved = liked(*(paper(50 + n, list(FIELDS.values())[n % 4], "A B") for n in range(liked_papers)))
    week = [*WEEK[:others], *OFFERED]
    vectors = turned_to(week, 3) | turned_to([*offered[5:], saved[0].paper], 9) if with_meaning else {}

    together = preference_scores(offered, week, saved, vectors)
    some = preference_scores([offered[n] for n in sorted(chosen)], week, saved, vectors)

    assert some == {offered[n].id: together[offered[n].id] for n in chosen}


def passing(about: str, flag: bool, number: int = 70) -> Example:
    return Example(paper(number, about), flag, weight=0.3, passing=True)


@pytest.mark.parametrize(("flag", "direction"), [(True, 1), (False, -1)])
def test_a_verdict_in_passing_moves_its_like_beside_what_was_saved(flag: bool, direction: int) -> None:
    saved = liked(*(paper(50 + n, FIELDS[name]) for n in range(4) for name in (("proof", "robot")[n % 2],)))
    other_words = paper(71, "robot locomotion of quadrupeds")

    before = preference_scores([*OFFERED, other_words], WEEK, saved, {})
    after = preference_scores([*OFFERED, other_words], WEEK, [*saved, passing(FIELDS["robot"], flag)], {})
    moved = {one: after[one].points - before[one].points for one in after}

    for one in (ROBOT, other_words):
        assert direction * (moved[one.id] - moved[SPIN.id]) > 0.03


@pytest.mark.parametrize(("saved", "moved"), [(3, True), (4, False)])
def test_what_a_channel_is_near_to_is_what_it_saved_once_that_is_enough(saved: int, moved: bool) -> None:
    vectors = turned_to(WEEK, 3) | {one.id: row for one in OFFERED for row in turned_to([one], 20).values()}
    vectors |= turned_to([paper(50 + n, "") for n in range(4)], 30) | turned_to([paper(70, "")], 40)
    near = Weights(
        words=0, meaning=0, nearest=1, similarity=0, categories=0, feedback=0, untrained_feedback=0, authors=0
    )
    examples = liked(*(paper(50 + n, FIELDS["proof"]) for n in range(saved)))

    alone = preference_scores(OFFERED, WEEK, examples, vectors, weights=near)
    beside = preference_scores(OFFERED, WEEK, [*examples, passing(FIELDS["spin"], True)], vectors, weights=near)

    assert any(abs(alone[one.id].points - beside[one.id].points) > 1e-3 for one in OFFERED) == moved


TEXTS = st.text(max_size=60)


@settings(max_examples=examples(60))
@given(st.lists(st.tuples(TEXTS, TEXTS, st.lists(TEXTS, max_size=3), st.booleans()), min_size=1, max_size=8))
def test_whatever_papers_say_each_gets_finite_points(said: list[tuple[str, str, list[str], bool]]) -> None:
    papers = [
        Paper(f"2601.{n:05}", title, abstract, tuple(names), ()) for n, (title, abstract, names, _) in enumerate(said)
    ]
    examples = [Example(one, flag) for one, (*_, flag) in zip(papers, said, strict=True)]

    found = preference_scores(papers, papers, examples[: len(said) // 2 + 1], {})

    assert set(found) == {one.id for one in papers}
    assert all(np.isfinite(appeal.points) for appeal in found.values())


def test_verdicts_beside_saved_papers_that_are_like_nothing_offered_still_move_their_like_and_no_further() -> None:
    saved = liked(*(paper(50 + n, f"unheardof{n}", title=f"Alone{n}") for n in range(4)))
    verdicts = Weights(words=0, meaning=0, nearest=0, categories=0, untrained_feedback=1, authors=0)

    found = preference_scores(OFFERED, WEEK, [*saved, passing(FIELDS["robot"], True)], {}, weights=verdicts)

    assert order(found)[0] == ROBOT.id
    assert 0.1 < found[ROBOT.id].points < 10
