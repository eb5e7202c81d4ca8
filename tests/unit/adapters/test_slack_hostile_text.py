"""What anybody may say in a card: none of it pings, links abroad, formats or bursts a limit in Slack."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.render import draw, modal
from bot.digests.cards.digest import digest_card
from bot.domain.card import (
    Actions,
    Bullets,
    Button,
    Card,
    Fine,
    Heading,
    Item,
    Link,
    Paragraph,
    Row,
    Rule,
    Text,
    bold,
    line,
)
from bot.domain.digest import DigestItem, Match
from bot.papers.cards import authors_card, paper_card, read_more_card
from support.builders.sample_cards import EXTRACT, NOW, PAPER, SUMMARY, digest
from support.drivers.slack_payload import buttons, links, text_leaves, visible_text
from support.fast import examples
from support.hostile.live_content import alive_in_slack
from support.servers.slack_rules import message_fault, view_fault

HOSTILE = (
    "<!channel> <@U1> <#C1|general> <!here|x> @channel @everyone @here <https://evil.example|arxiv.org> "
    "https://evil.example http://evil.example:80/:smile: www.evil.example *bold* _it_ ~no~ `code` ```pre``` "
    "&lt;!channel&gt; > quote | pipe :tada: <mailto:a@b.example|mail> <!date^1^x|y> <!subteam^S1> \u0000 \ud7ff"
)

words = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from(HOSTILE.split(" ")), max_size=12).map(" ".join),
    st.text(alphabet="<>&|*_~`:@!#/-\n. ah", max_size=60),
)
spans = st.one_of(
    st.builds(Text, words, st.sampled_from(["plain", "bold", "italic", "code"])),
    st.builds(Link, words, st.just("https://arxiv.org/abs/2605.05971"), st.sampled_from(["plain", "bold"])),
)
lines = st.lists(spans, max_size=4).map(tuple)
button = st.builds(Button, words, words, st.sampled_from(["", "https://arxiv.org/"]), st.booleans(), st.booleans())
some_buttons = st.lists(button, max_size=12).map(tuple)
blocks = st.one_of(
    st.builds(Heading, lines, st.sampled_from([1, 2])),
    st.builds(Paragraph, st.lists(lines, max_size=3).map(tuple)),
    st.builds(Fine, lines),
    st.builds(Bullets, st.lists(lines, max_size=5).map(tuple)),
    st.builds(
        Item,
        st.builds(Link, words, st.just("https://arxiv.org/abs/1")),
        words,
        lines,
        words,
        some_buttons,
        st.just("1"),
    ),
    st.builds(Row, lines, button),
    st.builds(Actions, some_buttons),
    st.just(Rule()),
)
cards = st.builds(Card, st.just("any"), words, st.lists(blocks, max_size=8).map(tuple))


def payloads(card: Card) -> Iterator[dict[str, Any]]:
    """All that can become of a card, checked as Slack checks it."""
    for drawn in draw(card):
        assert message_fault(drawn.payload) == ""
        yield drawn.payload
    view = modal(card, "Read more", "C1")
    assert view_fault(view) == ""
    yield view


@given(cards)
@settings(max_examples=examples(200))
def test_nothing_that_is_said_pings_links_or_bursts(card: Card) -> None:
    for payload in payloads(card):
        assert alive_in_slack(payload) == []


@given(words, words, words)
@settings(max_examples=examples(100))
def test_nothing_that_a_paper_says_pings_links_or_bursts(title: str, author: str, point: str) -> None:
    paper = replace(PAPER, title=title, authors=(author,), affiliations=(point,), comment=point)
    summary = replace(SUMMARY, key_points=(point,), topics=(author,), summary=point, results=title)
    extract = replace(EXTRACT, key_points=(title,), made_by=author)
    item = DigestItem(Match(paper, (point,)), summary)
    for card in (
        paper_card(paper, summary),
        read_more_card(paper, extract),
        authors_card(paper, ()),
        digest_card(replace(digest(1), items=(item,), missing=(point,)), NOW),
    ):
        for payload in payloads(card):
            assert alive_in_slack(payload) == []


def test_a_title_reads_as_it_was_written() -> None:
    title = "K^{*0} & A* search: x_i < y_j > z, `quoted' ~5% | 3:4:5 :smile: _all_"
    (drawn,) = draw(
        digest_card(replace(digest(1), items=(DigestItem(Match(replace(PAPER, title=title), ()), SUMMARY),)), NOW)
    )

    look_alikes = str.maketrans("∗∼ˋ∣ˍ", "*~`|_")
    assert title in visible_text(drawn.payload).translate(look_alikes)


def test_a_line_that_begins_with_greater_is_no_quote() -> None:
    (drawn,) = draw(Card("x", "x", (Fine(line("> 5")), Row(line("> 5"), Button("B", "/b")))))

    for leaf in text_leaves(drawn.payload["blocks"]):
        assert not leaf["text"].startswith("&gt;")


def test_running_text_is_kept_to_the_letter() -> None:
    text = "*a* _b_ `c` ~d~ a & b > c"
    (drawn,) = draw(Card("x", "x", (Paragraph((line(text),)), Bullets((line(text),)))))

    assert [leaf["text"] for leaf in text_leaves(drawn.payload["blocks"])] == [text, text]


def test_an_address_that_is_none_leads_nowhere() -> None:
    span = Link("look", "javascript:alert(1)")
    (drawn,) = draw(Card("x", "x", (Paragraph(((span,),)), Fine((span,)), Actions((Button("B", url="data:x"),)))))

    assert links(drawn.payload) == ()
    assert buttons(drawn.payload) == ()


def test_a_link_without_words_shows_where_it_leads() -> None:
    span = Link(" ", "https://arxiv.org/abs/2605.05971")
    (drawn,) = draw(Card("x", "x", (Heading((span,)), Paragraph(((span,),)))))

    assert visible_text(drawn.payload) == "arxiv.org/abs/2605.05971\narxiv.org/abs/2605.05971"


def test_bold_stands_where_it_was_meant() -> None:
    (drawn,) = draw(Card("x", "x", (Fine(line(bold(" 44 "), "announced", bold(""))),)))

    assert drawn.payload["blocks"][0]["elements"][0]["text"] == "*44* announced"
