"""What people type becomes a command, whatever it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app.help import NotUnderstood, SendAgain, ShowHelp
from bot.app.parse import TEXT_LIMIT, parse
from bot.authors.figures import ExplainFigures
from bot.authors.page import ShowAuthor
from bot.delivery.subscribe import MailConfirm, MailOff, MailOn
from bot.digests.follow import AddFollow
from bot.digests.following import ListFollows
from bot.digests.mute import AddMute
from bot.digests.settings import DigestOff, DigestOn
from bot.digests.unfollow import EndFollow
from bot.domain.command import Command, ShowDigest
from bot.library.feedback_command import GiveFeedback, UndoFeedback
from bot.library.reading_list_command import Cite, ShowSaved
from bot.search.command import SearchPapers
from bot.search.federated_command import SearchEverywhere
from bot.search.paper import PickAuthor, PickMute, PreviewPaper, ReadMore, ShowPaper
from bot.search.similar import ShowSimilar
from bot.trending.command import ShowTrending


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/paper 2605.05971", ShowPaper("2605.05971")),
        ("paper 2605.05971", ShowPaper("2605.05971")),
        ("/paperlark paper 2605.05971", ShowPaper("2605.05971")),
        ("/paperlark /paper 2605.05971", ShowPaper("2605.05971")),
        ("/paper <https://arxiv.org/abs/2605.05971>", ShowPaper("https://arxiv.org/abs/2605.05971")),
        ("/paper <https://arxiv.org/abs/2605.05971|see here>", ShowPaper("https://arxiv.org/abs/2605.05971")),
        ("/follow <http://cs.CL|cs.CL>", AddFollow("cs.CL")),
        ("/follow “state space models”", AddFollow("“state space models”")),
        ("/unfollow Yam Eitan", EndFollow("Yam Eitan")),
        ("/following", ListFollows()),
        ("/mute survey", AddMute("survey")),
        ("/author Yam Eitan", ShowAuthor("Yam Eitan")),
        ("/author openalex:A5023888391 page=2", ShowAuthor("openalex:A5023888391", "2")),
        ("author Larry Page", ShowAuthor("Larry Page")),
        ("/author page=two", ShowAuthor("", "two")),
        ("/author page=2 Yam Eitan", ShowAuthor("Yam Eitan", "2")),
        ("/author Yam Eitan page: 2", ShowAuthor("Yam Eitan", "2")),
        ("/author", ShowAuthor("")),
        ("/figures", ExplainFigures()),
        ("/more 2605.05971", GiveFeedback("more", "2605.05971")),
        ("/save author:Yam Eitan", GiveFeedback("saved", "author:Yam Eitan")),
        ("/save 2605.05971 note: for the survey", GiveFeedback("saved", "2605.05971", "for the survey")),
        ("/save 2605.05971 Note:", GiveFeedback("saved", "2605.05971", "")),
        ("/saved", ShowSaved()),
        ("/saved read 2605.05971", ShowSaved("read 2605.05971")),
        ("/bibtex 2605.05971", Cite("2605.05971")),
        ("/unfollow 2605.05971", UndoFeedback("2605.05971")),
        ("/unfollow saved:2605.05971", UndoFeedback("saved:2605.05971")),
        ("/unfollow more: 2605.05971", UndoFeedback("more: 2605.05971")),
        ("/unfollow saved", EndFollow("saved")),
        ("/mute 2605.05971", PickMute("2605.05971")),
        ("/peek 2605.05971", PreviewPaper("2605.05971")),
        ("/digest", ShowDigest()),
        ("/digest 2026-11-20", ShowDigest("2026-11-20")),
        ("/digest 2026-11-20 all", ShowDigest("2026-11-20", "all")),
        ("/digest show yesterday", ShowDigest("yesterday")),
        ("/trending", ShowTrending()),
        ("/trending week", ShowTrending("week")),
        ("/trending week ²", ShowTrending("week ²")),
        ("/trending month 2", ShowTrending("month", "2")),
        ("/trending 3", ShowTrending("", "3")),
        ("/trending page=3", ShowTrending("", "3")),
        ("/trending week page=²", ShowTrending("week", "²")),
        ("/trending page=2 month", ShowTrending("month", "2")),
        ("/trending last week", ShowTrending("last week")),
        ("/digest off", DigestOff()),
        ("/digest on", DigestOn()),
        ("/digest email", MailOn()),
        ("/digest email Ada@Example.org", MailOn("Ada@Example.org")),
        ("/digest email <mailto:ada@example.org|ada@example.org>", MailOn("ada@example.org")),
        ("/digest email confirm 123456", MailConfirm("123456")),
        ("/digest email 123456", MailConfirm("123456")),
        ("/digest email off", MailOff()),
        ("/digest e-mail off ada@example.org", MailOff("ada@example.org")),
        ("/readmore 2605.05971", ReadMore("2605.05971")),
        ("/authors 2605.05971", PickAuthor("2605.05971")),
        ("/resend 2026-11-20", SendAgain("2026-11-20")),
        ("/papers state space", SearchPapers("state space")),
        ("/papers page=2 state space", SearchPapers("state space", "2")),
        ("/papers everywhere page=3 state space", SearchEverywhere("state space", "3")),
        ("/papers page=3 everywhere state space", SearchEverywhere("state space", "3")),
        ("/papers state space page=2", SearchPapers("state space", "2")),
        ("/papers everywhere state space page = 2", SearchEverywhere("state space", "2")),
        ("/papers PAGE: a simple gradient", SearchPapers("PAGE: a simple gradient")),
        ("/papers webpage=2", SearchPapers("webpage=2")),
        ("/papers sets with p=2", SearchPapers("sets with p=2")),
        ("/papers nowhere and everywhere", SearchPapers("nowhere and everywhere")),
        ("/papers", SearchPapers("")),
        ("/similar 2605.05971", ShowSimilar("2605.05971")),
        ("/similar page=2 2605.05971", ShowSimilar("2605.05971", "2")),
        ("/similar 2605.05971 page=2", ShowSimilar("2605.05971", "2")),
        ("/paperlark", ShowHelp()),
        ("", ShowHelp()),
        ("/nonsense x", NotUnderstood("/nonsense")),
    ],
)
def test_a_command_is_read_as_it_is_meant(text: str, command: Command) -> None:
    assert parse(text) == command


def test_options_of_the_digest_come_in_any_order() -> None:
    read = parse("/digest on top=5 cs.LG Europe/Berlin days=mon-sun quant-ph cross=off 09:00 lang=de recap=fri")
    assert read == DigestOn("09:00", "Europe/Berlin", ("cs.LG", "quant-ph"), "5", "mon-sun", "de", "off", "fri")
    assert parse("/digest on trending=off") == DigestOn(trending="off")


def test_what_fits_no_option_is_kept_to_be_named() -> None:
    assert parse("/digest on §§§ 09:00") == DigestOn(time="09:00", unread=("§§§",))


def test_invisible_characters_are_gone_and_length_is_bounded() -> None:
    assert parse("/follow \u202eYam\u200b Eitan\x00") == AddFollow("Yam Eitan")
    read = parse("/paper " + "x" * 10_000)
    assert isinstance(read, ShowPaper)
    assert len(read.query) <= TEXT_LIMIT


@given(st.text() | st.from_regex(r"/(digest on|follow|paper|mute|unfollow|digest) .*"))
def test_nothing_that_can_be_typed_raises(text: str) -> None:
    parse(text)
