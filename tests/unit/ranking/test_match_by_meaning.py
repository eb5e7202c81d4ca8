"""A topic matches by words and by meaning; the reason names which one matched a paper."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from bot.domain.channel import Follow, Kind, Mute
from bot.domain.paper import Paper
from bot.papers.candidate import Candidate
from bot.ranking.centering import centered
from bot.ranking.match import MIN_COSINE, NO_MEANINGS, Meanings, filter_papers

NOW = datetime(2026, 5, 12, tzinfo=UTC)
TOPIC = Follow(Kind.TOPIC, "state space models", NOW)
SAYS = Paper("2605.00001", "State-space models", "We say it.", ("Ada Lovelace",), ("cs.LG",), NOW)
MEANS = replace(SAYS, id="2605.00002", title="Mamba once more", abstract="We scan selectively.")


def at(cosine: float) -> np.ndarray:
    """Return a unit vector with this cosine to the topic, which is the first axis."""
    return np.array([cosine, (1 - cosine**2) ** 0.5, 0], np.float32)


MEANT = Meanings({TOPIC.what: at(1)})


def reasons(paper: Paper, vector: np.ndarray | None, meanings: Meanings = MEANT) -> tuple[str, ...]:
    matches = filter_papers([Candidate(paper, vector)], [TOPIC], [], meanings=meanings).matches
    return matches[0].reasons if matches else ()


def test_words_come_before_meaning_and_the_reason_says_which() -> None:
    assert reasons(SAYS, at(0.9)) == ("Topic “state space models”",)
    assert reasons(SAYS, at(0.0)) == ("Topic “state space models”",)
    assert reasons(MEANS, at(0.9)) == ("Close to “state space models”",)


def test_what_lies_far_off_is_not_brought() -> None:
    assert reasons(MEANS, at(0.3)) == ()


@pytest.mark.parametrize(("vector", "meanings"), [(None, MEANT), (at(1), NO_MEANINGS)])
def test_where_a_meaning_is_missing_words_alone_count(vector: np.ndarray | None, meanings: Meanings) -> None:
    assert reasons(MEANS, vector, meanings) == ()
    assert reasons(SAYS, vector, meanings) == ("Topic “state space models”",)


def test_what_all_papers_have_in_common_sets_none_of_them_apart() -> None:
    common = {f"2605.1000{n}": np.array([0.9, 0.1 * n - 0.2, 0.4], np.float32) for n in range(5)}
    special = {MEANS.id: np.array([0.99, 0, 0], np.float32)}
    apart = centered(common | special)
    assert all(np.isclose(np.linalg.norm(vector), 1) for vector in apart.values())
    compared = Meanings(MEANT.topics, MIN_COSINE)
    assert reasons(MEANS, common["2605.10000"], MEANT) != ()
    assert reasons(MEANS, apart["2605.10000"], compared) == ()


def test_a_mute_keeps_out_what_meaning_brought_and_is_met_by_words_alone() -> None:
    assert filter_papers([Candidate(MEANS, at(0.9))], [TOPIC], [Mute("Mamba", NOW)], meanings=MEANT).muted == 1
    assert filter_papers([Candidate(MEANS, at(0.9))], [TOPIC], [Mute(TOPIC.what, NOW)], meanings=MEANT).muted == 0
