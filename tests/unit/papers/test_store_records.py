"""Records survive the way to Redis and back, and whatever else may stand there."""

from dataclasses import replace
from datetime import UTC, datetime, time

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.store.channel_records import read_channel, write_follow, write_mute, write_settings
from bot.domain.channel import Channel, Follow, Kind, Mute, Place, Timetable
from bot.domain.paper import Paper
from bot.infra.redis import keys
from bot.infra.redis.instants import read_instant, write_instant
from bot.papers.store.paper_records import merge, read_paper, write_paper
from support.builders.sample_cards import PAPER

HERE = Place("slack", "T1", "C1")
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
instants = st.datetimes(timezones=st.just(UTC))
papers = st.builds(
    Paper,
    id=st.just("2605.05971"),
    title=texts,
    abstract=texts,
    authors=st.lists(texts, max_size=3).map(tuple),
    categories=st.lists(texts, max_size=3).map(tuple),
    published=st.none() | instants,
    updated=st.none() | instants,
    version=st.integers(1, 3),
    comment=texts | st.just("This paper has been withdrawn by the authors"),
    journal_ref=texts,
    doi=texts,
    code_url=texts,
    affiliations=st.lists(texts, max_size=3).map(tuple),
)
places = st.builds(Place, st.sampled_from(["slack", "discord", "terminal"]), st.text(min_size=1), st.text(min_size=1))


@given(papers)
def test_a_paper_comes_back_as_it_was_written(paper: Paper) -> None:
    assert read_paper(write_paper(paper)) == paper


@given(papers, papers)
def test_merging_keeps_the_newest_version_and_empties_nothing(known: Paper, found: Paper) -> None:
    merged = merge(known, found)
    assert merged.version == max(known.version, found.version)
    assert bool(merged.published) == bool(known.published or found.published)
    assert bool(merged.doi) == bool(known.doi or found.doi)
    assert not merged.withdrawn or known.withdrawn or found.withdrawn
    assert merge(merged, found) == merged


@given(papers)
def test_a_report_without_details_changes_nothing(paper: Paper) -> None:
    bare = replace(paper, published=None, updated=None, comment="", journal_ref="", doi="", code_url="")
    assert merge(paper, bare) == paper


def test_a_later_version_takes_a_withdrawal_back() -> None:
    first = Paper("1", "t", "a", ("A",), ("cs.CL",), version=2, comment="withdrawn by the authors")
    assert first.withdrawn
    assert not merge(first, replace(first, version=3, comment="")).withdrawn
    assert merge(first, replace(first, comment="")).withdrawn


@given(places, places)
def test_two_places_never_share_a_key(one: Place, other: Place) -> None:
    shared = keys.follows(one) == keys.follows(other) or keys.write_place(one) == keys.write_place(other)
    assert shared == (one == other)
    assert keys.read_place(keys.write_place(one)) == one


@given(places, st.text())
def test_the_keys_of_a_team_lie_in_one_slot(place: Place, key: str) -> None:
    names = [
        keys.follows(place),
        keys.ledger_entry(place, key),
        keys.open_entries(place.tag),
        keys.team_keys(place.tag),
    ]
    assert len({name[name.index("{") : name.index("}")] for name in names}) == 1
    assert all(name.count("{") == name.count("}") == 1 for name in names)


@given(
    st.builds(Timetable, at=st.times().map(lambda at: time(at.hour, at.minute)), top=st.integers(1, 50)),
    st.builds(Follow, kind=st.sampled_from(Kind), what=texts, since=instants, by=texts),
    st.builds(Mute, what=texts, since=instants, by=texts),
)
def test_a_channel_comes_back_as_it_was_written(timetable: Timetable, follow: Follow, mute: Mute) -> None:
    channel = Channel(HERE, timetable, since=follow.since, off=True, paused="gone", follows=(follow,), mutes=(mute,))
    hashes = write_settings(channel), {follow.key: write_follow(follow)}, {mute.key: write_mute(mute)}
    assert read_channel(HERE, *hashes) == channel


@given(st.dictionaries(st.sampled_from(["timetable", "since", "off", "paused", "last_slot"]), st.text()), st.text())
def test_whatever_stands_in_redis_a_channel_can_be_read(settings: dict[str, str], text: str) -> None:
    assert read_channel(HERE, settings, {"x": text}, {"y": text}).place == HERE


@given(instants)
def test_an_instant_comes_back_to_the_microsecond(instant: datetime) -> None:
    assert read_instant(write_instant(instant)) == instant


def test_a_later_cross_list_is_kept_apart_and_stays_so() -> None:
    listed = replace(PAPER, categories=("cs.LG", "cs.IR", "cs.CL"))
    merged = merge(merge(PAPER, listed), replace(listed, version=2))
    assert (merged.categories, merged.cross_listed) == (("cs.LG", "cs.CL"), ("cs.IR",))
    assert merge(merged, PAPER).cross_listed == ("cs.IR",)
