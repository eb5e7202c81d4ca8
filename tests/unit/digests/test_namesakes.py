"""What is perhaps by a namesake of who is followed: never named in a digest, never lost, and one press away."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.render import draw as on_discord
from adapters.email.render import draw as as_letter
from adapters.slack.render import draw as on_slack
from adapters.slack.render import modal
from adapters.terminal.render import as_text
from bot.app.parse import parse
from bot.digests.build import Window, draft_of, finish, select
from bot.digests.cards.all_matches import all_matches_card
from bot.digests.cards.digest import digest_card
from bot.digests.cards.namesakes import in_words, namesakes_card
from bot.digests.forecast import forecast_follow
from bot.domain.attribution import Attributions, Grade, Sureness
from bot.domain.card import Actions, Card, Item, Row
from bot.domain.channel import Channel, Follow, Kind, Person, Timetable
from bot.domain.digest import Digest, Match, Namesake
from bot.domain.feedback import PreferenceScore
from bot.domain.paper import Paper
from bot.papers.candidate import Candidate
from bot.ranking.match import Meanings, match_of
from bot.ranking.news import News
from bot.ranking.order import rank
from support.builders.sample_cards import CODED, NOW, PAPER, PLACE, SUMMARY, digest
from support.drivers.slack_payload import visible_text
from support.servers.discord_rules import check_message
from support.servers.slack_rules import message_fault, view_fault

WHY = "Perhaps another Wei Wang than you follow (another field)"
PEOPLE = tuple(
    Follow(Kind.AUTHOR, "Wei Wang", NOW - timedelta(days=30), person=Person(identity))
    for identity in ("openalex:A1", "openalex:A2")
)
CATEGORY = Follow(Kind.CATEGORY, "cs.LG", NOW - timedelta(days=30))
PERHAPS = Sureness(Grade.PERHAPS_ANOTHER, "another field")
GRADES = st.sampled_from([None, *Grade])


def by_wang(number: int, primary: str = "math.CO") -> Paper:
    return replace(PAPER, id=f"2605.{number:05}", authors=("Wei Wang",), categories=(primary,))


def judged(**grades: Sequence[Sureness | None]) -> Meanings:
    """By the paper's number, how sure it is for each of `PEOPLE`."""
    found: dict[str, dict[str, Sureness]] = {one.key: {} for one in PEOPLE}
    for number, each in grades.items():
        for follow, how in zip(PEOPLE, each, strict=False):
            if how:
                found[follow.key][f"2605.{int(number[1:]):05}"] = how
    return Meanings(persons=Attributions(found))


def digest_of(papers: Sequence[Paper], meanings: Meanings, *follows: Follow, top: int = 10) -> Digest:
    """What a channel with these follows gets of them, all announced an hour ago."""
    when = {paper.id: NOW - timedelta(hours=1) for paper in papers}
    news = News(tuple(map(Candidate, papers)), when, meanings)
    channel, table = Channel(PLACE, follows=follows), Timetable(top=top)
    selection = select(channel, table, Window.of_delivery(channel, NOW, NOW), news)
    made = draft_of(selection, rank(selection.matches, {paper.id: PreferenceScore(9.0) for paper in papers}))
    return finish(made, {paper.id: SUMMARY for paper in made.papers}, ())


def named(digest: Digest) -> set[str]:
    return {item.match.paper.id for item in digest.items}


def with_namesakes(items: int = 2, namesakes: int = 3) -> Digest:
    others = tuple(Namesake(f"2605.{n:05}", ("Wei Wang",), (WHY,)) for n in range(100, 100 + namesakes))
    return replace(digest(items), namesakes=others)


def test_a_paper_that_nothing_but_an_unsure_name_brings_is_counted_however_much_room_there_is() -> None:
    made = digest_of([by_wang(1), by_wang(2)], judged(n1=[PERHAPS], n2=[Sureness(Grade.SURE)]), PEOPLE[0])

    assert named(made) == {"2605.00002"}
    assert (made.matched, made.hidden) == (1, ())
    (one,) = made.namesakes
    assert (one.paper_id, one.names) == ("2605.00001", ("Wei Wang",))
    assert one.reasons[0] == WHY
    assert set(made.paper_ids) == {"2605.00001", "2605.00002"}


def test_one_that_another_follow_wants_too_is_an_item_as_any_other() -> None:
    made = digest_of([by_wang(1, "cs.LG")], judged(n1=[PERHAPS]), PEOPLE[0], CATEGORY)

    assert named(made) == {"2605.00001"}
    assert made.items[0].match.reasons[:2] == ("Category cs.LG", WHY)
    assert made.namesakes == ()
    match = match_of(Candidate(by_wang(1)), PEOPLE, meanings=judged(n1=[PERHAPS, Sureness(Grade.PROBABLY, "x")]))
    assert match is not None
    assert match.followed_author
    assert match.perhaps_another == ()


def test_no_summary_is_made_of_it() -> None:
    when = {by_wang(1).id: NOW - timedelta(hours=1)}
    news = News((Candidate(by_wang(1)),), when, judged(n1=[PERHAPS]))
    channel = Channel(PLACE, follows=PEOPLE[:1])
    selection = select(channel, Timetable(), Window.of_delivery(channel, NOW, NOW), news)
    made = draft_of(selection, rank(selection.matches))
    assert made.papers == []
    assert [match.paper.id for match in made.rest] == ["2605.00001"]


def test_a_follow_is_not_forecast_to_bring_them() -> None:
    when = {by_wang(n).id: NOW for n in (1, 2)}
    meanings = judged(n1=[PERHAPS], n2=[Sureness(Grade.PROBABLY, "same field")])
    told = forecast_follow(PEOPLE[0], [Candidate(by_wang(n)) for n in (1, 2)], when, meanings=meanings)
    assert [paper.id for paper in told.papers] == ["2605.00002"]


@given(
    st.lists(st.tuples(GRADES, GRADES, st.booleans()), min_size=1, max_size=12),
    st.integers(1, 12),
    st.booleans(),
)
def test_every_paper_of_the_name_that_is_not_clearly_anothers_is_named_or_counted(
    papers: list[tuple[Grade | None, Grade | None, bool]], top: int, by_category: bool
) -> None:
    grades = {f"n{n}": [Sureness(one, "why") if one else None for one in pair[:2]] for n, pair in enumerate(papers)}
    offered = [by_wang(n, "cs.LG" if in_field else "math.CO") for n, (_, _, in_field) in enumerate(papers)]
    made = digest_of(offered, judged(**grades), *PEOPLE, *([CATEGORY] if by_category else []), top=top)
    surely = {
        paper.id
        for paper, (*each, _) in zip(offered, papers, strict=True)
        if any(one not in {Grade.PERHAPS_ANOTHER, Grade.SOMEBODY_ELSE} for one in each)
    }
    perhaps = {
        paper.id
        for paper, (*each, _) in zip(offered, papers, strict=True)
        if any(one is not Grade.SOMEBODY_ELSE for one in each)
    }
    wanted = {paper.id for paper in offered if by_category and paper.primary == "cs.LG"}

    assert len(made.paper_ids) == len(set(made.paper_ids))
    assert set(made.paper_ids) == perhaps | wanted
    assert surely <= named(made)
    assert {one.paper_id for one in made.namesakes} == perhaps - surely - wanted
    assert made.matched == len(made.items) + len(made.hidden)
    assert bool(made.quiet_because) == (made.matched == 0)


def test_the_digest_counts_them_in_one_line_with_a_button_and_names_none() -> None:
    card = digest_card(with_namesakes(), NOW)

    (row,) = [block for block in card.blocks if isinstance(block, Row)]
    assert "".join(span.text for span in row.line) == "3 papers may be by a different Wei Wang"
    assert (row.button.label, row.button.command) == ("Check", "/digest 2026-05-12 perhaps")
    assert parse(row.button.command) == parse("/paperlark digest 2026-05-12 perhaps")
    assert "2605.00100" not in str(card.blocks)
    assert card.data["matched"] == 5
    assert card.data["perhaps"][0] == {"id": "2605.00100", "names": ["Wei Wang"], "reasons": [WHY]}  # type: ignore[index]
    assert not [block for block in digest_card(digest(), NOW).blocks if isinstance(block, Row)]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ((("Wei Wang",),), "1 paper may be by a different Wei Wang"),
        ((("Wei Wang",), ("Xin Li",)), "2 papers may be by a different Wei Wang or Xin Li"),
        (
            tuple((f"A {n}",) for n in range(1, 6)),
            "5 papers may be by a different A 1, A 2, A 3 or 2 more",
        ),
    ],
)
def test_they_are_counted_by_name(names: Sequence[tuple[str, ...]], said: str) -> None:
    assert in_words([Namesake(f"2605.{n:05}", one, ()) for n, one in enumerate(names)]) == said


def test_a_day_of_nothing_else_says_so_and_still_has_the_button() -> None:
    made = digest_of([by_wang(1)], judged(n1=[PERHAPS]), PEOPLE[0])
    card = digest_card(made, NOW)

    said = "No new papers surely match what this channel follows."
    assert made.quiet_because == said
    assert card.text.endswith(f"No new papers for Tuesday, 12 May. {said} 1 paper may be by a different Wei Wang.")
    assert [block.button.label for block in card.blocks if isinstance(block, Row)] == ["Check"]
    labels = [button.label for block in card.blocks if isinstance(block, Actions) for button in block.buttons]
    assert labels == ["Settings"]


def test_show_lists_each_with_why_and_with_what_can_be_done() -> None:
    card = namesakes_card(with_namesakes(), {f"2605.{n:05}": by_wang(n) for n in (100, 102)})

    assert card.private
    items = [block for block in card.blocks if isinstance(block, Item)]
    assert [(item.paper_id, item.reason, item.number) for item in items] == [
        ("2605.00100", WHY, 1),
        ("2605.00102", WHY, 2),
    ]
    assert [button.label for button in items[0].buttons][:2] == ["Read more", "More like this"]
    assert card.text.startswith("Maybe by a different Wei Wang: 2 papers of Tuesday")
    assert "No papers" in namesakes_card(digest(), {}).text


def test_among_all_that_matched_they_stand_apart_with_why() -> None:
    matches = (Match(CODED, ()), Match(by_wang(100), (WHY,), perhaps_another=("Wei Wang",)))
    said = as_text(all_matches_card(with_namesakes(0, 1), matches, {}, 1, 1))

    assert said.startswith("2 papers for Tuesday")
    assert said.index(CODED.id) < said.index("1 paper may be by a different Wei Wang") < said.index("2605.00100")
    assert WHY in " ".join(said.split())


@pytest.mark.parametrize("items", [0, 2, 10, 50])
def test_every_platform_draws_the_line_and_its_button(items: int) -> None:
    card = digest_card(with_namesakes(items), NOW)
    line, command = "3 papers may be by a different Wei Wang", "/digest 2026-05-12 perhaps"

    slack = [drawn.payload for drawn in on_slack(card)]
    assert [message_fault(payload) for payload in slack] == [""] * len(slack)
    assert sum(line in visible_text(payload) and command in str(payload) for payload in slack) == 1
    discord = [message.payload for message in on_discord(card, "key")]
    assert str(discord).count(line) == str(discord).count(command) == 1
    assert f"{line} · Check → {command}" in as_text(card)
    letter = as_letter(card)
    assert f"{line}\nIn the chat:\nCheck: {command}" in letter.text
    assert f"{line} In the chat: Check: <code>{command}</code>" in letter.html


@pytest.mark.parametrize("shown", [1, 20, 60])
def test_the_list_fits_every_platform(shown: int) -> None:
    card: Card = namesakes_card(with_namesakes(0, shown), {f"2605.{n:05}": by_wang(n) for n in range(100, 100 + shown)})

    assert view_fault(modal(card, "Papers", "C1")) == ""
    drawn = [message.payload for message in on_discord(card)]
    for payload in drawn:
        check_message(dict(payload))
    assert all(f"2605.{n:05}" in str(drawn) for n in range(100, 100 + shown))
