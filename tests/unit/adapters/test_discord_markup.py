"""Whatever third parties write, on Discord it is only read: it can't format, link, ping or break a message."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.markup import escaped, length, markdown, safe_url
from adapters.discord.render import draw
from bot.domain.card import (
    Actions,
    Bullets,
    Button,
    Card,
    Fine,
    Heading,
    Item,
    Line,
    Link,
    Row,
    Text,
    bold,
    code,
    italic,
    line,
)
from support.drivers.discord_driver import readable, seen_messages
from support.fast import examples
from support.hostile.live_content import alive_in_markdown
from support.servers.discord_rules import check_message, walk

KEY = "d3a1f0c9b8e7d6a5f4c3b2a1"


def payloads(card: Card, key: str = "") -> list[dict]:
    """What would be sent, checked as Discord checks it."""
    drawn = [dict(message.payload) for message in draw(card, key)]
    for payload in drawn:
        check_message({**payload, "nonce": key} if key else payload)
    return drawn


def shown(card: Card, key: str = ""):
    return seen_messages([{**payload, "content": ""} for payload in payloads(card, key)])


HOSTILE = [
    "@everyone", "@here", "<@1>", "<@&1>", "<#1>", "</x:1>", "<t:1:R>", "<:a:1>", ":smile:", "https://evil.example/x",
    "HTTP://evil.example", "[a](https://evil.example)", "](https://evil.example)", "<https://evil.example>", "[", "]",
    "(", ")", "discord.gg/abc", "discord.com/invite/abc", "hthttps://tps://e", "||spoiler||", "```", "`", "**", "__",
    "~~", "_", "# ", "## ", "-# ", "- ", "* ", "+ ", "> ", ">>> ", "1. ", "\\", "\n", "\r\n", "\u2028", " ", "a",
    "é", "𝕏", "c:/follow x#", "\ud800", "\x00",
]  # fmt: skip
hostile = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=8), max_size=25).map("".join)

INERT = re.compile(r"\\[^A-Za-z0-9\s]|`[^`\n]+`")
OURS = re.compile(r"\[([^\[\]]*)\]\((https://arxiv\.org/abs/[^)\s]+)\)")


def live(written: str) -> str:
    """The text without what Discord takes as it is: escaped characters and code."""
    return INERT.sub("¤", written)


class TestThirdParties:
    @settings(max_examples=examples(300))
    @given(hostile)
    def test_escaped_text_is_shown_as_it_is_and_does_nothing(self, text: str) -> None:
        written = escaped(text)

        assert alive_in_markdown(written) == []
        assert not re.search(r"[*_~`|\[\]]", live(written))
        assert _plain(written) == re.sub("[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]+", " ", text).replace(
            "\u2060", ""
        )

    @settings(max_examples=examples(150))
    @given(st.lists(st.tuples(st.sampled_from([Text, bold, italic, code, "link"]), hostile), max_size=6))
    def test_no_mixture_of_styles_brings_words_to_life(self, parts: list) -> None:
        spans: Line = tuple(
            Link(text, "https://arxiv.org/abs/1") if style == "link" else style(text) for style, text in parts
        )

        written = markdown(spans)

        assert not re.search(r"://|@everyone|@here|\]\(|<", OURS.sub("", live(written)), re.IGNORECASE)
        assert "\n" not in written

    @settings(max_examples=examples(60))
    @given(hostile, hostile, hostile)
    def test_whole_cards_stay_within_limits_and_harmless(self, title: str, words: str, name: str) -> None:
        card = Card(
            "digest",
            words,
            (
                Heading(line(words)),
                _item(1, title, words, name),
                Bullets((line(words), line(name))),
                Row(line(words), Button(name, f"/unfollow {name}")),
                Fine(line(name, bold(words), code(name))),
                Actions((Button(title, "/following"), Button(words, url="https://arxiv.org/abs/2"))),
            ),
        )

        for payload in payloads(card, KEY):
            for component in walk(payload["components"]):
                assert alive_in_markdown(component.get("content", "")) == []
            assert payload["allowed_mentions"] == {"parse": []}

    @pytest.mark.parametrize(
        "title", ["Sets [0,1) and (0,1]", "[Re] Reproducing [x]", "]](https://evil.example)[[", "[[a]]"]
    )
    def test_a_title_with_brackets_is_still_one_link(self, title: str) -> None:
        written = markdown((Link(title, "https://arxiv.org/abs/1"),))

        assert OURS.fullmatch(live(written))

    def test_a_title_is_read_as_it_was_written(self) -> None:
        title = "*Why* Does_It `Work`? 100% of <tags> | ~pipes~ # 1"

        assert readable(markdown((Link(title, "https://arxiv.org/abs/1"),))) == title

    @pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x", "", "https://x/" + "y" * 600, "arxiv.org"])
    def test_what_is_no_web_address_is_no_link(self, url: str) -> None:
        assert safe_url(url) == ""
        assert markdown((Link("words", url),)) == "words"
        assert shown(Card("x", "x", (Actions((Button("Open", url=url, command=""),)),))).links == ()

    def test_an_address_cannot_leave_its_parentheses(self) -> None:
        assert safe_url("https://arxiv.org/a) [b](c d") == "https://arxiv.org/a%29%20%5Bb%5D%28c%20d"

    def test_lengths_are_counted_as_the_strictest_client_does(self) -> None:
        assert length("𝕏a") == 3


def _plain(written: str) -> str:
    return re.sub(r"\\([^A-Za-z0-9\s])", r"\1", written.replace("\u2060", ""))


def _item(number: int, title: str, point: str, reason: str) -> Item:
    paper = f"2605.{number:05}"
    button = Button("Read more", f"/readmore {paper}", panel=True)
    return Item(
        Link(title, f"https://arxiv.org/abs/{paper}"), point, line(f"cs.LG · {paper}"), reason, (button,), paper
    )
