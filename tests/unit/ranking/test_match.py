"""Matching of papers with a channel's follows, and the reasons."""

from datetime import UTC, datetime

import pytest

from bot.domain.channel import Follow, Kind, Mute
from bot.domain.paper import Paper
from bot.papers.candidate import Candidate
from bot.ranking.match import filter_papers, mutes_of
from bot.ranking.order import rank, split_shown

NOW = datetime(2026, 5, 12, tzinfo=UTC)


def paper(number: int = 1, **changes: object) -> Paper:
    fields: dict[str, object] = {
        "id": f"2605.{number:05}",
        "title": "On State-Space Models",
        "abstract": "We survey nothing.",
        "authors": ("Antônio Araújo", "Michael M. Bronstein", "Jürgen Müller"),
        "categories": ("cs.LG", "stat.ML"),
        "published": NOW,
    }
    return Paper(**(fields | changes))  # type: ignore[arg-type]


def wanted(kind: Kind, what: str, **changes: object) -> bool:
    return bool(filter_papers([Candidate(paper(**changes))], [Follow(kind, what, NOW)], []).matches)


@pytest.mark.parametrize(
    "name",
    ["Antonio Araujo", "antônio araújo", "Michael Bronstein", "Michael M Bronstein", "M. Bronstein", "Juergen Mueller"],
)
def test_an_author_is_met_whatever_the_accents_case_and_middle_names(name: str) -> None:
    assert wanted(Kind.AUTHOR, name)


@pytest.mark.parametrize("name", ["Araujo", "Maria Araujo", "Michael K. Bronstein", "Bronstein Michael"])
def test_another_person_is_not_met(name: str) -> None:
    assert not wanted(Kind.AUTHOR, name)


def test_a_category_covers_cross_lists_and_an_archive_covers_its_categories() -> None:
    assert wanted(Kind.CATEGORY, "stat.ML")
    assert wanted(Kind.CATEGORY, "cs")
    assert not wanted(Kind.CATEGORY, "cs.CL")


def test_without_cross_lists_only_the_primary_category_counts_and_only_for_categories() -> None:
    follows = [Follow(Kind.CATEGORY, "stat.ML", NOW), Follow(Kind.CATEGORY, "cs", NOW)]
    assert filter_papers([Candidate(paper())], follows[:1], [], cross=False).matches == ()
    assert filter_papers([Candidate(paper(categories=()))], follows, [], cross=False).matches == ()
    (match,) = filter_papers([Candidate(paper())], follows, [], cross=False).matches
    assert match.reasons == ("Category cs",)
    assert filter_papers([Candidate(paper())], [Follow(Kind.TOPIC, "survey", NOW)], [], cross=False).matches


def test_a_topic_is_met_word_by_word_and_in_the_plural_but_not_inside_words() -> None:
    assert wanted(Kind.TOPIC, "state space model")
    assert wanted(Kind.TOPIC, "STATE SPACE MODELS")
    assert not wanted(Kind.TOPIC, "pace model")
    assert not wanted(Kind.TOPIC, "models we")  # not over the border of title and abstract


def test_reasons_name_every_follow_that_wanted_it_authors_first() -> None:
    follows = [Follow(Kind.TOPIC, "survey", NOW), Follow(Kind.CATEGORY, "cs.LG", NOW)]
    follows.append(Follow(Kind.AUTHOR, "Antonio Araujo", NOW))
    (match,) = filter_papers([Candidate(paper())], follows, []).matches
    assert match.reasons == ("You follow Antonio Araujo", "Topic “survey”", "Category cs.LG")
    assert match.followed_author


@pytest.mark.parametrize("what", ["survey", "Antonio Araujo", "cs.LG"])
def test_a_mute_keeps_papers_out_and_they_are_counted(what: str) -> None:
    found = filter_papers([Candidate(paper())], [Follow(Kind.CATEGORY, "cs.LG", NOW)], [Mute(what, NOW)])
    assert found.matches == ()
    assert found.muted == 1


def test_each_thing_that_could_be_muted_of_a_paper_would_have_kept_it_out() -> None:
    many = paper(authors=("Ada A", "Ben B", "Cleo C", "Dan D", "Eve E"))
    offered = mutes_of(many, ["State Space Models", "Robotics"], [Mute("ben b", NOW)])
    assert offered == ("Ada A", "Cleo C", "Eve E", "State Space Models", "cs.LG")
    for what in offered:
        assert filter_papers([Candidate(many)], [Follow(Kind.CATEGORY, "cs.LG", NOW)], [Mute(what, NOW)]).muted == 1


def test_followed_authors_come_first_and_are_named_beyond_the_top() -> None:
    follows = [Follow(Kind.CATEGORY, "cs.LG", NOW), Follow(Kind.AUTHOR, "Yam Eitan", NOW)]
    papers = [paper(n) for n in range(5)] + [paper(n, authors=("Yam Eitan",)) for n in range(5, 8)]
    ranked = rank(filter_papers([Candidate(one) for one in papers], follows, []).matches)
    named, rest = split_shown(ranked, top=2)
    assert [match.paper.authors for match in named] == [("Yam Eitan",)] * 3
    assert len(rest) == 5


def test_only_a_later_version_is_withdrawn_and_a_conference_is_not_arxiv() -> None:
    said = "This paper has been withdrawn by the authors"
    assert paper(version=2, comment=said).withdrawn
    assert not paper(version=1, comment=said).withdrawn
    assert not paper(version=2, comment="Withdrawn from IJCAI").withdrawn
