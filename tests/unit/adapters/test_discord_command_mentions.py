"""Discord: our commands in texts are mentions with named options; what others wrote never becomes one."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.command_mentions import ids_of, known_ids, mention, spoken
from adapters.discord.markup import markdown
from bot.app.commands import COMMANDS
from bot.app.parse import parse, parse_typed, table_of
from bot.domain.card import Instant, Link, Text, code, line, typed
from bot.domain.command_spec import CommandSpec, listed_commands
from bot.papers.cards import paper_card
from support.builders.sample_cards import PAPER, SUMMARY

TABLE = table_of(COMMANDS)


@pytest.fixture
def told() -> Iterator[None]:
    """Discord has told the ids."""
    token = known_ids.set({"digest": "77", "follow": "88", "paperlark": "99"})
    yield
    known_ids.reset(token)


@pytest.mark.parametrize(
    ("text", "name", "options"),
    [
        ("/digest", "digest show", ""),
        ("/digest week", "digest show", "date:week"),
        ("/digest on", "digest on", ""),
        ("/digest on 09:00", "digest on", "time:09:00"),
        (
            "/digest on 09:00 Europe/Berlin cs.CL cs.LG top=10 days=mon-fri",
            "digest on",
            "time:09:00 zone:Europe/Berlin categories:cs.CL cs.LG top:10 days:mon-fri",
        ),
        ("/digest on recap=off", "digest on", "recap:off"),
        ("/digest email you@example.org", "digest email", "what:you@example.org"),
        ("/follow cs.CL", "follow", "category:cs.CL"),
        ("/follow Yam Eitan", "follow", "author:Yam Eitan"),
        ('/follow "LLM agents"', "follow", "topic:LLM agents"),
        ("/paper 2605.05971", "paper", "query:2605.05971"),
        ("/papers LLM agents", "papers", "query:LLM agents"),
        ("/save 2605.05971 note: for the survey", "save", "paper:2605.05971 note:for the survey"),
        ("/saved bibtex", "saved", "format:bibtex"),
        ("/saved unread", "saved", "show:unread"),
        ("/saved read 2605.05971", "paperlark", "command:saved read 2605.05971"),
        ("/ask 2605.05971 what data do they use?", "ask", "paper:2605.05971 question:what data do they use?"),
        ("/trending week", "trending", "period:week"),
        ("/paperlark paper …", "paperlark", "command:paper …"),
        ("/nonsense 1", "paperlark", "command:nonsense 1"),
    ],
)
def test_options_have_their_names(text: str, name: str, options: str) -> None:
    assert spoken(text) == (name, options)


def _spec(name: str) -> CommandSpec:
    first, _, sub = name.partition(" ")
    spec = TABLE[first]
    return next((part for part in spec.subcommands if part.name == sub), spec)


EXAMPLES = [line.example for spec in listed_commands(COMMANDS) for line in spec.help]


@pytest.mark.parametrize("text", [text for text in EXAMPLES if not text.startswith("/follow")])
def test_every_example_of_the_help_means_the_same_in_typed_options(text: str) -> None:
    name, options = spoken(text)
    known = {argument.name for argument in _spec(name).arguments}
    given: dict[str, str | int] = {}
    for word in options.split(" "):
        option, colon, value = word.partition(":")
        if colon and option in known:
            given[option] = value
        elif given:
            given[last] = f"{given[last]} {word}"  # noqa: F821 - set in the round before
        last = option if colon and option in known else locals().get("last", "")
    given |= {"top": int(given["top"])} if "top" in given else {}

    assert parse_typed(_spec(name), given) == (parse(text),)


def test_a_command_is_pressed_once_its_id_is_known(told: None) -> None:
    said = line("Type ", typed("/digest on 09:00"), " or ", typed("/follow"), ".")

    assert markdown(said) == "Type </digest on:77> `time:09:00` or </follow:88>."


def test_without_ids_it_is_shown_as_people_type_it_there() -> None:
    assert markdown(line(typed("/digest on 09:00"))) == "`/digest on time:09:00`"


@pytest.mark.parametrize(
    "span",
    [code("/digest on"), Text("/digest on"), Text("</digest on:77>"), Link("</digest on:77>", "https://arxiv.org/abs/1"),
     code("</digest on:77>"), Text("<t:1:f>"), code("`</digest on:77>`")],
)  # fmt: skip
def test_what_a_paper_or_a_person_says_never_becomes_a_command_or_a_time(told: None, span: Text | Link) -> None:
    drawn = markdown(line(span))

    unescaped = re.sub(r"`[^`]*`", "", drawn)
    assert not re.search(r"(?<!\\)<(/|t:)", unescaped)


@given(st.text(alphabet=st.sampled_from("</digest on:77>`\\<t:1:f>[]()*_ \n"), max_size=40))
def test_no_text_of_others_becomes_a_command(text: str) -> None:
    drawn = markdown(line(Text(text)))

    assert "</" not in drawn.replace("\\<", "")


def test_a_paper_whose_topic_looks_like_a_command_shows_a_word(told: None) -> None:
    card = paper_card(PAPER, replace(SUMMARY, topics=("/digest on",)))

    assert "</digest" not in str([markdown(block.line) for block in card.blocks if hasattr(block, "line")])


def test_only_slash_commands_have_mentions_and_only_with_numbers_as_ids() -> None:
    told = ids_of([{"name": "paper", "id": "5", "type": 1}, {"name": "Paper card", "id": "6", "type": 3}])
    token = known_ids.set(told | {"odd": "5> @everyone"})

    assert told == {"paper": "5"}
    assert mention("odd") == ""
    known_ids.reset(token)


def test_an_instant_is_drawn_in_each_readers_own_zone() -> None:
    at = datetime(2026, 5, 12, 9, tzinfo=UTC)

    drawn = markdown(line("Next: ", Instant("tomorrow at 11:00 (Berlin)", at=at), "."))

    assert drawn == "Next: <t:1778576400:f> (<t:1778576400:R>)."
