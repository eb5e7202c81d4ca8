"""Which archives are asked for together, and which of them a digest waits for."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.categories import ARCHIVES
from bot.domain.channel import Follow, Kind
from bot.domain.errors import SourceBusy, SourceDown
from bot.papers.archive_groups import ArchiveGroups, TooSlow
from bot.papers.fetch_status import API, FEED, FetchStatus, codes_needed, joined

SINCE = datetime(2026, 5, 1, tzinfo=UTC)
DOWN = SourceDown("arXiv")


def test_all_archives_are_one_group() -> None:
    assert list(ArchiveGroups(ARCHIVES)) == [ARCHIVES]


def test_nothing_due_is_no_group() -> None:
    assert list(ArchiveGroups([])) == []


def test_a_group_known_as_too_large_is_two_from_the_start() -> None:
    assert list(ArchiveGroups("abcd", {"a+b+c+d", "c+d"})) == [("a", "b"), ("c",), ("d",)]


def test_the_archive_that_fails_is_found_by_halves() -> None:
    groups, failed = ArchiveGroups("abcdefgh"), []
    for group in groups:
        if "b" not in group:
            groups.note_answer()
        elif not groups.note_failure(group, DOWN):
            failed.append(group)
    assert (failed, groups.is_down) == ([("b",)], False)


def test_who_is_busy_isnt_asked_again() -> None:
    groups = ArchiveGroups("abcd")
    assert not groups.note_failure(next(iter(groups)), SourceBusy("arXiv", 3.0))
    assert groups.is_down


def test_who_is_too_slow_is_asked_for_less_once() -> None:
    groups = ArchiveGroups("abcd")
    asked = iter(groups)
    assert groups.note_failure(next(asked), TooSlow("arXiv"))
    assert next(asked) == ("a", "b")
    assert not groups.note_failure(("a", "b"), TooSlow("arXiv"))
    assert groups.is_down


def follows(*what: str) -> list[Follow]:
    return [Follow(Kind.CATEGORY, one, SINCE) for one in what]


def test_a_digest_of_categories_waits_for_them_under_all_their_codes() -> None:
    assert codes_needed(follows("cs.LG", "hep-th", "math")) == {"cs.LG", "hep-th", "math"}
    assert codes_needed(follows("cs.SY")) == {"cs.SY", "eess.SY"}
    assert codes_needed(follows("math-ph")) == {"math-ph", "math.MP"}


def test_what_arxiv_does_not_have_is_not_asked_for() -> None:
    """A follow that was imported, or stored when arXiv still had the category."""
    assert codes_needed(follows("cs.XX", "cmp-lg", "nothing.AI", "CS.lg")) == {"cs"}


def test_archives_are_asked_for_in_one_order_always() -> None:
    assert list(joined(dict.fromkeys(reversed(ARCHIVES), SINCE))) == [*ARCHIVES]


def test_an_archive_is_asked_for_whole_if_more_than_a_few_of_its_categories_are_needed() -> None:
    few = dict.fromkeys(("cs.AI", "cs.CL", "cs.LG", "stat.ML"), SINCE)
    assert joined(few) == few
    many = few | {"cs.CV": SINCE, "cs.RO": SINCE - timedelta(days=1)}
    assert joined(many) == {"cs": SINCE - timedelta(days=1), "stat.ML": SINCE}


def test_an_archive_that_is_needed_whole_stands_for_its_categories() -> None:
    assert joined({"cs": SINCE, "cs.AI": SINCE - timedelta(days=1)}) == {"cs": SINCE - timedelta(days=1)}
    assert joined({}) == {}


@pytest.mark.parametrize("kind", [Kind.AUTHOR, Kind.TOPIC])
def test_people_and_topics_may_be_in_any_archive(kind: Kind) -> None:
    assert codes_needed([*follows("cs.LG"), Follow(kind, "anything", SINCE)]) == {*ARCHIVES}


def test_what_other_archives_lack_is_none_of_its_business() -> None:
    status = FetchStatus(failed={FEED: ["math"], API: [], "toy": ["all"]})
    assert status.of({"cs"}).failed == {FEED: [], API: [], "toy": ["all"]}
    assert status.of({"math"}).failed[FEED] == ["math"]
