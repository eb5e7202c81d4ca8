"""A backup comes back as it was written; whatever else a file holds is named, and that is all that comes of it."""

import io
import json
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app.backup.archive import LONGEST_LINE, MOST_LINES, Fault, cut, read_backup, remembered, write_header
from bot.app.backup.record import Kept, read_line, write_line
from bot.app.backup.schema import Unsound
from bot.domain.channel import Channel, Follow, Kind, Mute, Person, Place, Timetable
from bot.domain.feedback import Feedback, FeedbackKind
from bot.domain.text.clean import clean
from bot.domain.text.normalize import fold

NOON = datetime(2026, 8, 11, 12, tzinfo=UTC)
HEADER = b'{"paperlark": 1, "made": "2026-08-11T12:00:00Z"}'

names = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)
notes = st.text(max_size=30).map(lambda text: clean(clean(text, 200), 200))
wished = notes.filter(fold)
instants = st.integers(700_000_000, 4_000_000_000).map(lambda epoch: datetime.fromtimestamp(epoch + 0.25, UTC))
ids = st.from_regex(r"(1[5-9]|2[0-6])(0[1-9]|1[0-2])\.[0-9]{5}", fullmatch=True)
timetables = st.builds(
    Timetable,
    at=st.times().map(lambda at: time(at.hour, at.minute)),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns"]),
    days=st.frozensets(st.integers(0, 6), min_size=1),
    top=st.integers(1, 50),
    lang=st.sampled_from(["en", "de"]),
    cross=st.booleans(),
    trending=st.booleans(),
    recap=st.none() | st.integers(0, 6),
    gists=st.booleans(),
    club=st.booleans(),
)


def oldest_first(wishes: Iterable[Follow | Mute]) -> tuple[Follow | Mute, ...]:
    """As a store gives them, each once."""
    once = {wish.key: wish for wish in wishes}
    return tuple(sorted(once.values(), key=lambda wish: (wish.since, wish.key)))


identities = st.sampled_from(["", "openalex:A5023888391", "orcid:0000-0002-1825-0097", "arxiv:warner_s_1"])
orcids = st.sampled_from(["", "0000-0002-1825-0097"])
known = st.lists(ids, max_size=3, unique=True).map(tuple)
persons = st.builds(
    Person, identities, st.lists(wished, max_size=2).map(tuple), known, st.lists(known, max_size=2).map(tuple), orcids
)
wishes = st.builds(Follow, st.sampled_from(Kind), wished, instants, notes) | st.builds(
    Follow, st.just(Kind.AUTHOR), wished, instants, notes, persons
)
channels = st.builds(
    Channel,
    place=st.builds(Place, st.sampled_from(["slack", "discord", "terminal"]), names, names),
    timetable=st.none() | timetables,
    since=st.none() | instants,
    off=st.booleans(),
    paused=notes,
    last_slot=st.none() | instants,
    last_recap=st.none() | instants,
    direct=st.none() | st.booleans(),
    follows=st.lists(wishes, max_size=4).map(oldest_first),
    mutes=st.lists(st.builds(Mute, wished, instants, notes), max_size=3).map(oldest_first),
)
opinions = st.lists(
    st.builds(Feedback, ids, st.sampled_from(FeedbackKind), instants, notes, notes, st.booleans()), max_size=4
).map(lambda said: tuple(sorted({one.key: one for one in said}.values(), key=lambda one: (one.since, one.key))))
everything = st.builds(Kept, channels, st.dictionaries(ids, instants, max_size=5), opinions)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


def faults(*lines: bytes | str) -> list[str]:
    """What is wrong with a file of these lines behind a header, in words."""
    file = (HEADER, *(line if isinstance(line, bytes) else line.encode() for line in lines))
    return [str(found) for found in read_backup(file) if isinstance(found, Fault)]


def fault(**fields: object) -> str:
    """What is wrong with a line of an otherwise sound channel."""
    (found,) = faults(json.dumps({"platform": "slack", "team": "T1", "channel": "C1"} | fields))
    return found


@given(everything)
def test_a_line_comes_back_as_it_was_written(kept: Kept) -> None:
    assert read_line(write_line(kept).encode()) == kept


@given(everything)
def test_the_same_content_is_the_same_line_in_ascii(kept: Kept) -> None:
    turned = Kept(kept.channel, dict(reversed(kept.delivered.items())), kept.opinions)
    line = write_line(kept)
    assert write_line(turned) == line
    assert line.isascii()
    assert line.isprintable()
    assert list(json.loads(line)) == sorted(json.loads(line))


@given(st.lists(everything, max_size=4, unique_by=lambda kept: kept.channel.place))
def test_a_file_comes_back_as_it_was_written(all_kept: list[Kept]) -> None:
    file = "\n".join([write_header(NOON, len(all_kept)), *map(write_line, all_kept)]).encode()
    assert list(read_backup(cut(io.BytesIO(file)))) == all_kept


@given(st.binary() | st.lists(anything).map(lambda lines: "\n".join(map(json.dumps, lines)).encode()))
def test_whatever_a_file_holds_it_is_named_and_nothing_raises(file: bytes) -> None:
    found = list(read_backup(cut(io.BytesIO(file))))
    assert any(isinstance(one, Fault) for one in found)
    assert all(str(one).isprintable() for one in found if isinstance(one, Fault))


@given(everything, st.data())
def test_a_line_with_anything_in_one_of_its_fields_is_named_or_harmless(kept: Kept, data: st.DataObject) -> None:
    fields = json.loads(write_line(kept))
    field = data.draw(st.sampled_from([*fields, "timetable", "follows", "delivered", "more"]))
    (found,) = read_backup([HEADER, json.dumps(fields | {field: data.draw(anything)}).encode()])
    assert isinstance(found, Fault) or read_line(write_line(found).encode()) == found


@given(everything, st.data())
def test_a_damaged_line_is_named_or_harmless(kept: Kept, data: st.DataObject) -> None:
    line = write_line(kept).encode()
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, len(line)))
    for found in read_backup([HEADER, line[:start] + data.draw(st.binary(max_size=4)) + line[end:]]):
        assert isinstance(found, Fault) or read_line(write_line(found).encode()) == found


@given(everything, st.data())
def test_a_line_cut_off_is_always_named(kept: Kept, data: st.DataObject) -> None:
    line = write_line(kept)
    assert faults(line[: data.draw(st.integers(0, len(line) - 1))])


@pytest.mark.parametrize("line", ["", "{", "[]", "5", "nothing", "\ufeff{}", '{"a": NaN}', "[" * 100_000, b"\xff\xfe"])
def test_what_is_no_json_object_is_named_by_its_number(line: str | bytes) -> None:
    (found,) = faults(line)
    assert found.startswith("line 2: ")


def test_a_fault_is_told_in_words_with_the_place_in_the_line() -> None:
    timetable = {"at": "25:00", "zone": "Mars/Olympus", "days": ["mon", "mon"], "top": 51, "lang": "en"}
    follow = {"kind": "author", "what": "Yam Eitan", "since": "2026-08-11T09:00:00"}
    assert "“25:00” isn't a time of day" in fault(timetable=timetable)
    assert "“Mars/Olympus” isn't a time zone" in fault(timetable=timetable)
    assert "“mon” is there twice" in fault(timetable=timetable)
    assert fault(timetable=timetable).endswith("and 1 more")
    assert "follows[0].since “2026-08-11T09:00:00” lacks its offset" in fault(follows=[follow])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"channel": None}, "channel should be a valid string"),
        ({"channel": ""}, "isn't a name that a platform gives"),
        ({"team": "T 1"}, "isn't a name that a platform gives"),
        ({"platform": "Slack!"}, "“Slack!” isn't a platform"),
        ({"color": "red"}, "color is nothing that this version knows"),
        ({"off": 1}, "off should be a valid boolean"),
        ({"since": 1_786_000_000}, "isn't an instant"),
        ({"since": "yesterday"}, "“yesterday” isn't an instant"),
        ({"last_slot": "9999-12-31T23:59:59-12:00"}, "is not between 1991 and 2100"),
        ({"mutes": [{"what": "\u200b", "since": "2026-08-11T09:00:00Z"}]}, "mutes[0].what names nothing"),
        ({"mutes": [{"what": "a" * 301, "since": "2026-08-11T09:00:00Z"}]}, "at most 300 characters"),
        ({"mutes": [{"since": "2026-08-11T09:00:00Z"}]}, "mutes[0].what is missing"),
        (
            {"mutes": [{"what": what, "since": "2026-08-11T09:00:00Z"} for what in ("A b", "a B")]},
            "“a b” is there twice",
        ),
        ({"delivered": {"2026-08-11T09:00:00Z": ["2613.00001"[:3]]}}, "“261” isn't an arXiv identifier"),
        ({"delivered": {"2026-08-11T09:00:00Z": ["2605.00001", "2605.00001"]}}, "“2605.00001” is there twice"),
        ({"delivered": {"today": []}}, "“today” isn't an instant"),
        (
            {"timetable": {"at": "09:00", "zone": "../UTC", "days": [], "top": "5", "lang": "en"}},
            "“../UTC” isn't a time zone",
        ),
        ({"follows": [{}] * 10_001}, "at most 10000 items"),
    ],
)
def test_what_cannot_be_is_refused(fields: dict[str, object], words: str) -> None:
    assert words in fault(**fields)


def test_what_is_named_twice_in_one_object_is_refused() -> None:
    (found,) = faults('{"platform": "slack", "team": "T1", "channel": "C1", "off": true, "off": false}')
    assert found == "line 2: “off” is there twice"


def test_a_channel_that_comes_twice_is_refused_with_the_line_that_was_first() -> None:
    line = write_line(Kept(Channel(Place("slack", "T1", "C1"))))
    assert faults(line, line) == ["line 3: is about the same channel as line 2"]


def test_every_broken_line_is_named_and_not_only_the_first() -> None:
    sound = write_line(Kept(Channel(Place("slack", "T1", "C1"))))
    assert [found.split(":")[0] for found in faults("{", sound, "[]")] == ["line 2", "line 4"]


def test_a_fault_repeats_neither_much_of_a_line_nor_what_a_terminal_obeys() -> None:
    found = fault(platform="\x1b[2J\u202e" + "secret" * 1000)
    assert found.isprintable()
    assert len(found) < 120


def test_invisible_characters_do_not_come_along() -> None:
    line = {"platform": "slack", "team": "T1", "channel": "C1", "paused": "Archi\u202eved.\x1b"}
    assert read_line(json.dumps(line).encode()).channel.paused == "Archived."


@pytest.mark.parametrize("file", [b"", b"\n", b'{"platform": "slack", "team": "T1", "channel": "C1"}', b"PNG"])
def test_a_file_without_a_header_is_refused(file: bytes) -> None:
    assert [type(found) for found in read_backup(cut(io.BytesIO(file)))] == [Fault]


def test_a_file_of_another_version_is_refused_and_read_no_further() -> None:
    (found,) = read_backup([b'{"paperlark": 2, "of": "the future"}', b"who knows"])
    assert "this is version 2 of the format, and this Paperlark reads version 1" in str(found)


@pytest.mark.parametrize("said", [0, 2, 3])
def test_a_file_with_more_or_fewer_channels_than_its_header_says_is_refused(said: int) -> None:
    line = write_line(Kept(Channel(Place("slack", "T1", "C1")))).encode()
    kept, found = read_backup([write_header(NOON, said).encode(), line])
    assert isinstance(kept, Kept)
    assert f"the header says {said} channels: something is cut off" in str(found)


def test_a_header_alone_is_sound() -> None:
    assert list(read_backup([HEADER])) == []


def test_a_line_too_long_is_named_and_the_next_one_read_as_it_is() -> None:
    sound = write_line(Kept(Channel(Place("slack", "T1", "C1")))).encode()
    file = b"\n".join([HEADER, b" " * (2 * LONGEST_LINE + 5), sound])
    long, kept = read_backup(cut(io.BytesIO(file)))
    assert f"line 2: is longer than {LONGEST_LINE:,} bytes" in str(long)
    assert isinstance(kept, Kept)


def test_too_many_lines_are_not_read_to_their_end() -> None:
    *_, last = read_backup(cut(io.BytesIO(HEADER + b"\n" + b"{\n" * (MOST_LINES + 5))))
    assert str(last) == "line 100001: is one too many: more than 100,000 lines"


def test_what_could_not_be_read_again_is_not_written() -> None:
    with pytest.raises(Unsound):
        write_line(Kept(Channel(Place("slack", "T1", "\ud800 \0"))))


def test_40_days_before_the_last_delivery_are_remembered_whenever_that_was() -> None:
    found = {"last": NOON, "just": NOON - timedelta(days=40), "gone": NOON - timedelta(days=40, seconds=1)}
    assert set(remembered(found)) == {"last", "just"}
    assert remembered({}) == {}


def test_a_follow_of_a_name_is_written_as_before_people_could_be_told_apart() -> None:
    follow = Follow(Kind.AUTHOR, "Yam Eitan", NOON)
    line = json.loads(write_line(Kept(Channel(Place("slack", "T1", "C1"), follows=(follow,)))))
    assert line["follows"] == [{"kind": "author", "what": "Yam Eitan", "since": "2026-08-11T12:00:00+00:00"}]
    assert read_line(json.dumps(line).encode()).channel.follows == (follow,)


@pytest.mark.parametrize(
    "person",
    [
        {"identity": "openalex:W1"},
        {"identity": "orcid:0000-0002-1825-0098"},
        {"papers": ["no paper"]},
        {"others": [["2605.05971"], ["no paper"]]},
        {"names": [""]},
        {"names": ["x"] * 101},
        {"nickname": "Yam"},
        {"identity": "arxiv:warner"},
        {"orcid": "0000-0002-1825-0098"},
        {"orcid": "orcid:0000-0002-1825-0097"},
    ],
)
def test_a_person_that_nobody_can_be_is_refused(person: dict[str, object]) -> None:
    follow = {"kind": "author", "what": "Yam Eitan", "since": "2026-08-11T12:00:00+00:00", "person": person}
    line = {"platform": "slack", "team": "T1", "channel": "C1", "follows": [follow]}
    with pytest.raises(Unsound):
        read_line(json.dumps(line).encode())


def test_two_people_of_one_name_are_two_follows_and_one_person_is_one() -> None:
    one, other = (Follow(Kind.AUTHOR, "Wei Wang", NOON, person=Person(f"openalex:A500000000{n}")) for n in range(1, 3))
    place = Place("slack", "T1", "C1")
    assert read_line(write_line(Kept(Channel(place, follows=(one, other)))).encode()).channel.follows == (one, other)
    with pytest.raises(Unsound):
        write_line(Kept(Channel(place, follows=(one, one))))
