"""What people type in their own words becomes a command or a question, and nothing ends without a press."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app.help import AskBack, NotUnderstood, ShowHelp
from bot.app.parse import parse, points_at_thread
from bot.app.plain.phrases import LATER_PHRASES, PHRASES
from bot.app.plain.words import around_mention
from bot.authors.page import ShowAuthor
from bot.digests.follow import AddFollow
from bot.digests.following import ListFollows
from bot.digests.mute import AddMute
from bot.digests.settings import DigestOff, DigestOn
from bot.digests.show import ShowWeek
from bot.digests.unfollow import EndFollow
from bot.domain.command import Command, ShowDigest
from bot.library.feedback_command import GiveFeedback
from bot.library.reading_list_command import Cite, ShowSaved
from bot.search.command import SearchPapers
from bot.search.paper import PickAuthor, PickMute, ReadMore, ShowPaper
from bot.search.similar import ShowSimilar
from bot.trending.command import ShowTrending


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("what's new?", ShowDigest()),
        ("Any new papers today?", ShowDigest()),
        ("yesterday’s papers", ShowDigest("yesterday")),
        ("weekly recap", ShowWeek()),
        ("what's trending this week?", ShowTrending("week")),
        ("papers about LLM agents please", SearchPapers("LLM agents")),
        ("can you find me some recent work on protein folding?", SearchPapers("protein folding")),
        ("search for state space models", SearchPapers("state space models")),
        ("diffusion papers", SearchPapers("diffusion")),
        ("papers in cs.CL", SearchPapers("cat:cs.CL")),
        ("papers state space models", SearchPapers("state space models")),
        ("Who is Yann LeCun?", ShowAuthor("Yann LeCun")),
        ("papers by Yann LeCun", ShowAuthor("Yann LeCun")),
        ("please follow cs.CL", AddFollow("cs.CL")),
        ("follow cs.CL please", AddFollow("cs.CL")),
        ("notify me about diffusion models", AddFollow("diffusion models")),
        ("what do we follow?", ListFollows()),
        ("show my reading list", ShowSaved()),
        ("save this for later", GiveFeedback("saved", "this")),
        ("save 2605.05971 note: for later", GiveFeedback("saved", "2605.05971", "for later")),
        ("add 2605.05971 to my reading list", GiveFeedback("saved", "2605.05971")),
        ("more like this", GiveFeedback("more", "this")),
        ("less like 2605.05971", GiveFeedback("less", "2605.05971")),
        ("who wrote this?", PickAuthor("this")),
        ("tl;dr", ReadMore("this")),
        ("similar papers", ShowSimilar("this")),
        ("cite this", Cite("this")),
        ("mute this", PickMute("this")),
        ("Paper: 2605.05971", ShowPaper("2605.05971")),
        ("see https://arxiv.org/abs/2605.05971v2, it is good", ShowPaper("2605.05971")),
        ("/search LLM agents", NotUnderstood("/search", parse("/papres LLM agents").offers)),  # type: ignore[attr-defined]
        ("/hello", ShowHelp()),
    ],
)
def test_plain_words_are_read_as_they_are_meant(typed: str, command: Command) -> None:
    assert parse(typed) == command


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("stop", DigestOff()),
        ("turn off the digest", DigestOff()),
        ("unsubscribe me please", DigestOff()),
        ("stop following Yann LeCun", EndFollow("Yann LeCun")),
        ("remove cs.CL", EndFollow("cs.CL")),
        ("hide surveys", AddMute("surveys")),
        ("no more papers on quantum", AddMute("quantum")),
        ("post at 9am", DigestOn("9am")),
        ("can you post the digest at 5:30 pm every day?", DigestOn("5:30pm")),
        ("turn on the digest", DigestOn()),
    ],
)
def test_what_changes_or_ends_something_is_a_button(typed: str, offered: Command) -> None:
    asked = parse(typed)
    assert isinstance(asked, AskBack)
    assert parse(asked.offers[0].command) == offered


def test_a_rule_that_asks_runs_nothing_itself() -> None:
    assert all(bool(rule.ask) != bool(rule.command) for rule in (*PHRASES, *LATER_PHRASES))


@pytest.mark.parametrize(
    "typed", ["save this", "/save this", "save #2", "/similar that one", "what is this paper about?"]
)
def test_what_points_at_a_thread_is_known(typed: str) -> None:
    assert points_at_thread(parse(typed))


@pytest.mark.parametrize("typed", ["/paper 2605.05971", "/paper It Takes Two", "/papers this is all", "hi", "/digest"])
def test_a_title_or_an_id_points_at_no_thread(typed: str) -> None:
    assert not points_at_thread(parse(typed))


WORDS = ["the", "papers", "on", "show", "me", "digest", "at", "9", "this", "save", "stop", "new", "of", "a", "to"]


@given(st.lists(st.sampled_from(WORDS), max_size=60))
def test_no_words_take_long_to_read(words: list[str]) -> None:
    begun = time.process_time()
    parse(" ".join(words))
    assert time.process_time() - begun < 1.0


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("", ", paper 2605.05971", "paper 2605.05971"),
        ("", ": paper 2605.05971", "paper 2605.05971"),
        ("", " — 2605.05971", "2605.05971"),
        ("", "，2605.05971", "2605.05971"),
        ("", "-1", "-1"),
        ("paper 2605.05971 ", "", "paper 2605.05971"),
        ("paper 2605.05971, ", ", please!", "paper 2605.05971"),
        ("2605.05971 ", " thanks", "2605.05971"),
        ("Good morning ", ", paper 2605.05971", "paper 2605.05971"),
        ("https://arxiv.org/abs/2605.05971 ", " thoughts?", "thoughts? https://arxiv.org/abs/2605.05971"),
        ("2605.05971 ", " save", "save 2605.05971"),
        ("cc ", " following", "following"),
        ("hello ", "!", "hello"),
        ("", "", ""),
    ],
)
def test_what_stands_around_the_bots_name_is_heard(before: str, after: str, said: str) -> None:
    assert around_mention(before, after) == said
