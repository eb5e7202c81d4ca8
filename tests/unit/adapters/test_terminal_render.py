"""What a card looks like in a terminal, and that nothing in it can look like anything else."""

import io
import re
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from adapters.terminal.render import WIDTH_LIMIT, as_text, console_on, draw, restyled, styled_lines
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
    code,
    italic,
    line,
)

ABS = "https://arxiv.org/abs/1706.03762"
TITLE = "Attention Is All You Need"

PAPER = Card(
    "paper",
    TITLE,
    (
        Heading(line(Link(TITLE, ABS))),
        Paragraph((line("Ashish Vaswani, Noam Shazeer +6"),)),
        Fine(line(bold("91"), " cs.CL · 12 June 2017 · ", code("Transformers"), " ", code("Translation"))),
        Bullets(
            (
                line("A network for translating sequences that does without recurrence and without convolution."),
                line("28.4 BLEU from English to German."),
            )
        ),
        Actions(
            (
                Button("Read more", "/readmore 1706.03762", primary=True, panel=True),
                Button("Abstract", url=ABS),
                Button("Follow author", "/authors 1706.03762"),
            )
        ),
        Fine(line("Key points extracted from the abstract · no code link found")),
    ),
)
DIGEST = Card(
    "digest",
    "Tuesday’s papers: 44 announced, 12 for this channel",
    (
        Heading(line("Tuesday’s papers")),
        Fine(line(bold("44"), " announced · ", bold("12"), " for this channel · 2 shown")),
        Rule(),
        Item(
            Link(TITLE, ABS),
            "Does without recurrence and without convolution.",
            line(bold("91"), " cs.CL · Vaswani, Shazeer, Parmar +5 · 1706.03762"),
            "You follow Noam Shazeer",
            (Button("Read more", "/readmore 1706.03762"), Button("Abstract", url=ABS)),
            "1706.03762",
        ),
        Item(
            Link("Mamba", "https://arxiv.org/abs/2312.00752"),
            "",
            line("cs.LG · Code · Gu, Dao · 2312.00752"),
            "Topic “attention”",
            (Button("Read more", "/readmore 2312.00752"),),
            "2312.00752",
        ),
        Rule(),
        Actions((Button("Show all 12", "/digest 2026-05-12 all"), Button("Settings", "/following"))),
        Fine(line("cs.LG 38 · 2 muted · Hugging Face did not answer")),
    ),
)
ERROR = Card(
    "error",
    "No such author.",
    (
        Paragraph((line("Nobody called Yan Eitam has written on arXiv."),)),
        Paragraph((line("Type the name as it stands on a paper."),)),
        Actions((Button("/follow Yam Eitan", "/follow Yam Eitan"),)),
    ),
    tone="bad",
    private=True,
)


def test_a_paper_reads_from_its_title_to_what_made_the_summary() -> None:
    assert (
        as_text(PAPER, 60)
        == """\
Attention Is All You Need
Ashish Vaswani, Noam Shazeer +6
91 cs.CL · 12 June 2017 · `Transformers` `Translation`

• A network for translating sequences that does without
  recurrence and without convolution.
• 28.4 BLEU from English to German.

Read more → /readmore 1706.03762
Abstract → https://arxiv.org/abs/1706.03762
Follow author → /authors 1706.03762
Key points extracted from the abstract · no code link found"""
    )


def test_a_digest_names_each_paper_with_its_facts_its_reason_and_one_command() -> None:
    assert (
        as_text(DIGEST, 72)
        == """\
Tuesday’s papers
44 announced · 12 for this channel · 2 shown
------------------------------------------------------------------------
Attention Is All You Need
Does without recurrence and without convolution.
91 cs.CL · Vaswani, Shazeer, Parmar +5 · 1706.03762 — You follow Noam
Shazeer
Read more → /readmore 1706.03762

Mamba
cs.LG · Code · Gu, Dao · 2312.00752 — Topic “attention”
Read more → /readmore 2312.00752

------------------------------------------------------------------------
Show all 12 → /digest 2026-05-12 all · Settings → /following
cs.LG 38 · 2 muted · Hugging Face did not answer"""
    )


def test_an_error_says_what_happened_what_to_do_and_what_can_be_typed() -> None:
    assert (
        as_text(ERROR, 72)
        == """\
Nobody called Yan Eitam has written on arXiv.
Type the name as it stands on a paper.

/follow Yam Eitan"""
    )


def test_a_row_has_its_command_beside_it_where_there_is_room() -> None:
    row = Row(line("author ", bold("Yam Eitan")), Button("Unfollow", "/unfollow author:Yam Eitan"))
    card = Card("following", "", (row,))
    assert as_text(card, 80) == "author Yam Eitan · Unfollow → /unfollow author:Yam Eitan"
    assert as_text(card, 40) == "author Yam Eitan\nUnfollow → /unfollow author:Yam Eitan"


def test_a_card_without_blocks_says_its_text() -> None:
    assert as_text(Card("help", "Nothing to see.")) == "Nothing to see."


def test_no_line_is_wider_than_a_hundred_columns_however_wide_the_window() -> None:
    card = Card("paper", "", (Paragraph((line("word " * 200),)), Rule()))
    assert max(map(cell_len, as_text(card, 400).split("\n"))) == WIDTH_LIMIT


def test_wide_characters_count_double() -> None:
    card = Card("paper", "", (Paragraph((line("注意力机制" * 30),)),))
    assert max(map(cell_len, as_text(card, 41).split("\n"))) <= 41


def test_a_terminal_gets_bold_titles_dim_facts_italic_reasons_and_links() -> None:
    drawn = _on_a_terminal(DIGEST)
    assert _styles(drawn, "Tuesday’s papers") == {"1"}
    assert _styles(drawn, " cs.CL · Vaswani, Shazeer, Parmar +5 · 1706.03762") == {"2"}
    assert _styles(drawn, " — Topic “attention”") == {"2;3"}
    assert _styles(drawn, "cs.LG 38 · 2 muted · Hugging Face did not answer") == {"2"}
    assert re.search(rf"\x1b\]8;id=\d+;{re.escape(ABS)}\x1b\\", drawn)
    assert "─" in drawn


def test_a_pipe_gets_no_escape_sequence_and_no_box_character() -> None:
    stream = io.StringIO()
    console_on(stream).print(draw(DIGEST, 72))
    assert "\x1b" not in stream.getvalue()
    assert not any("─" <= character <= "╿" for character in stream.getvalue())
    assert all(text == text.rstrip() for text in stream.getvalue().split("\n"))


def test_a_link_in_a_button_shows_its_address() -> None:
    assert as_text(Card("paper", "", (Actions((Button("PDF", url=ABS),)),))) == f"PDF → {ABS}"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a\x1b\\b", "https://a b", "file:///etc/passwd", ""])
def test_an_address_that_is_not_one_is_neither_linked_nor_shown(url: str) -> None:
    card = Card("paper", "", (Paragraph((line(Link("words", url)),)), Actions((Button("Open", url=url),))))
    drawn = _on_a_terminal(card)
    assert "]8;" not in drawn
    assert as_text(card) == "words\n\nOpen"


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;new window title\x07title", "title"),
        ("\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\", "click"),
        ("\x9b2J\x9b1;1Hgone", "gone"),
        ("\x1bc\x1b(0reset", "reset"),
        ("over\rwrite\b\b\b", "over write"),
        ("one\nFake footer", "one Fake footer"),
        ("\u202egnp.exe", "gnp.exe"),
        ("[red]not markup[/red] :smile:", "[red]not markup[/red] :smile:"),
        ("[link=https://evil.example]x[/link]", "[link=https://evil.example]x[/link]"),
    ],
)
def test_what_others_wrote_is_shown_and_never_obeyed(hostile: str, harmless: str) -> None:
    assert as_text(Card("paper", "", (Heading(line(hostile)),))) == harmless
    assert _without_styles(_on_a_terminal(Card("paper", "", (Heading(line(hostile)),)))).strip() == harmless


def test_ten_thousand_characters_without_a_space_are_bounded_and_wrapped() -> None:
    text = as_text(Card("paper", "", (Heading(line("x" * 10_000)),)), 80)
    assert max(map(len, text.split("\n"))) == 80
    assert 3000 < len(text) < 5000
    assert text.endswith("…")


@pytest.mark.parametrize("unit", ["\x1b[", "\x1b]", "\x90", "\x9d0", "\x9b0", "\x1b ", "\x1b[0"])
def test_beginnings_without_an_end_take_no_time(unit: str) -> None:
    """Each was searched for its end through all that follows: seconds for one title."""
    begun = time.process_time()
    as_text(Card("paper", "", (Heading(line(unit * 20_000)),)))
    assert time.process_time() - begun < 1


def test_spaces_between_spans_are_kept() -> None:
    assert as_text(Card("paper", "", (Paragraph((line("a ", bold("b"), " ", italic("c "), "d"),)),))) == "a b c d"


@given(st.text(st.characters(), max_size=300), st.integers(1, 200))
@example("\x1b[", 1)
@example("\x1b]8;;", 40)
@example("\x9d\x9c\x90", 40)
def test_no_text_brings_a_control_character_into_a_terminal(text: str, width: int) -> None:
    spans = line(Text(text, "code"), Link(text, "https://arxiv.org/abs/" + text), text)
    button = Button(text, text, "https://" + text)
    item = Item(Link(text, ABS), text, spans, text, (button,), "1706.03762")
    card = Card("paper", text, (Heading(spans), Bullets((spans,)), Row(spans, button), item, Actions((button, button))))
    for drawn in (as_text(card, width), _without_styles(_on_a_terminal(card, width))):
        assert not any(unicodedata.category(c) in {"Cc", "Cs"} and c != "\n" for c in drawn)


@pytest.mark.parametrize("card", [PAPER, DIGEST, ERROR])
def test_styled_lines_are_json_and_come_back_as_the_same_drawing(card: Card) -> None:
    stream = io.StringIO()
    console = Console(file=stream, width=80, force_terminal=True, color_system="256")
    console.print(restyled(styled_lines(card, 80)))
    assert _unnumbered(stream.getvalue()) == _unnumbered(_on_a_terminal(card, 80))


def _on_a_terminal(card: Card, width: int = 72) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=width, force_terminal=True, color_system="256", legacy_windows=False)
    console.print(draw(card, width))
    return stream.getvalue()


def _styles(drawn: str, text: str) -> set[str]:
    """The codes under which exactly `text` was written."""
    return set(re.findall(rf"\x1b\[([\d;]+)m{re.escape(text)}\x1b\[0m", drawn))


def _without_styles(drawn: str) -> str:
    """`drawn` less what rich itself writes: colours and whole links."""
    return re.sub(r"\x1b\[[\d;]*m|\x1b\]8;(?:id=\d+)?;[\x21-\x7e]*?\x1b\\", "", drawn)


def _unnumbered(drawn: str) -> str:
    return re.sub(r"\x1b\]8;id=\d+;", "\x1b]8;;", drawn)
