"""No text leaves with a link, a mention or markup in it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.summaries.sanitize import plain, plain_passage
from support.hostile.unsafe_text import LINK


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("See [our page](http://evil.example/a_(b)).", "See our page."),
        ("See https://evil.example/x?y=1.", "See."),
        ("Ping @everyone and @here now", "Ping and now"),
        ("Hello @alice, hello", "Hello, hello"),
        ("<!channel> <@U0123> <#C1|general> done", "done"),
        ("<https://evil.example|a label> stays", "a label stays"),
        ("Write to me@evil.example.com today", "Write to today"),
        ("Go to www.evil.example or evil.com or evil.example/x", "Go to or or"),
        ("**bold** and `code`", "bold and code"),
        ("- a bullet", "a bullet"),
        ("1. a number", "a number"),
        ("Recall@10, pass@1 and mAP@0.5 rise", "Recall@10, pass@1 and mAP@0.5 rise"),
        ("x < 5 and y > 3, e.g. fast.ai, i.e. this", "x < 5 and y > 3, e.g. fast.ai, i.e. this"),
        ("a\u202eb\u200bc\u0007d\ne", "abcd e"),
        ("@@everyoneeveryone", "@ everyone"),
        ("[[x](http://a)](http://b)", "x"),
        ("< !channel>", ""),
        ("Our code (https://evil.example) is open", "Our code is open"),
    ],
)
def test_links_mentions_and_markup_are_taken_out(said: str, kept: str) -> None:
    assert plain(said, 300) == kept


@given(st.text(alphabet=st.sampled_from("ab.@:/<>[]()!#|*`wh tp\u202e\u200b"), max_size=120))
def test_no_arrangement_of_dangerous_characters_makes_a_link(text: str) -> None:
    assert not LINK.search(plain(text, 300))
    assert not LINK.search(plain_passage(text, 300))


@pytest.mark.parametrize("piece", ["[x](/", "](/)", "a.", "<", "@", "a-", "[", "http:", "*", "`", "(@everyone"])
def test_a_flood_of_markup_is_read_in_good_time(piece: str) -> None:
    began = time.perf_counter()
    plain("[" * 3000 + piece * 3000, 300)
    assert time.perf_counter() - began < 3
