"""Letters: whatever a paper, a person or a model says, it stays words, on our pages and in our headers."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.email.mime import Ending, compose, sender_of
from adapters.email.render import draw
from bot.digests.cards.digest import digest_card
from bot.domain.card import Actions, Bullets, Button, Card, Fine, Heading, Item, Link, Paragraph, Row, Text, line
from bot.domain.channel import Place
from bot.domain.errors import BadInput
from bot.domain.mailbox import LONGEST, address_of, mailbox, origin_of, read_address
from support.builders.sample_cards import NOW, all_cards, digest

ANYTHING = st.text() | st.sampled_from([
    "<script>alert(1)</script>", "x\r\nBcc: eve@example.org", "</div></body>", '"><img src=http://evil.example/p.png>',
    "javascript:alert(1)",
    "\r\n.\r\nMAIL FROM:<eve@example.org>",
    "=?utf-8?q?x=0aBcc:_eve?=", "=??Q?=0A", "==??=?q?=0a0", "\u202egnp.exe", "&lt;b&gt;",
])  # fmt: skip
WRITTEN = datetime(2026, 5, 12, 9, tzinfo=UTC)


class Page(HTMLParser):
    """What a mail program makes of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "background", "style", "onload"}]

    def handle_data(self, data: str) -> None:
        self.words += data


def sent(card: Card, ending: Ending = Ending("Why it came.")):  # noqa: B008
    letter = draw(card)
    payload = {"subject": letter.subject, "text": letter.text, "html": letter.html}
    composed = compose(sender_of("papers@example.org"), "ada@example.org", payload, "key", WRITTEN, ending)
    return message_from_bytes(composed.as_bytes(), policy=SMTP)


def hostile(words: str) -> Card:
    button = Button(words, f"/follow {words}", url="")
    item = Item(Link(words, "https://arxiv.org/abs/1"), words, line(words), words, (button,), "1", number=1)
    blocks = (
        Heading(line(words)), Paragraph((line(Text(words, "bold"), Link(words, words)),)), Fine(line(words)),
        Bullets((line(Text(words, "code")),)), item, Row(line(words), button),
        Actions((button, Button(words, url=words))),
    )  # fmt: skip
    return Card("digest", words, blocks, title=words)


@given(ANYTHING)
def test_nothing_that_is_said_becomes_markup_a_link_or_a_header(words: str) -> None:
    letter = sent(hostile(words))
    assert letter.defects == []
    assert set(letter.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"
    }  # fmt: skip
    assert str(letter["To"]) == "ada@example.org"
    _, html = (part.get_content() for part in letter.iter_parts())
    page = Page(html)
    assert page.tags <= {
        "html", "head", "meta", "title", "style", "body", "div", "h1", "p", "b", "a", "ul", "li", "code", "br", "hr",
        "i",
    }  # fmt: skip
    assert all(
        link.startswith(("https://", "http://")) and link in {"https://arxiv.org/abs/1", words} for link in page.links
    )


@pytest.mark.parametrize("card", all_cards(), ids=lambda card: card.kind)
def test_the_plain_part_says_as_much_as_the_page(card: Card) -> None:
    plain, html = (part.get_content() for part in sent(card).iter_parts())
    plain = plain.replace("<", " ").replace(": https://", " https://")
    missing = set(Page(html.partition("<body>")[2]).words.split()) - set(plain.split()) - {"·"}
    assert missing == set()


def test_a_letter_fetches_nothing_and_counts_no_one() -> None:
    _, html = (part.get_content() for part in sent(digest_card(digest(), NOW)).iter_parts())
    page = Page(html)
    assert not page.tags & {"img", "script", "link", "iframe", "object", "form"}
    assert "url(" not in html
    assert {link.partition("/abs/")[0] for link in page.links} == {"https://arxiv.org"}


def test_fifty_papers_are_not_clipped_by_gmail() -> None:
    assert len(sent(digest_card(digest(50), NOW)).as_bytes()) < 102_000


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Ada@Example.ORG", "ada@example.org"),
        (" mailto:ada@example.org ", "ada@example.org"),
        ("ada.l+papers@mail.uni-köln.de", "ada.l+papers@mail.xn--uni-kln-e1a.de"),
        ("o'hara@x1.example", "o'hara@x1.example"),
    ],
)
def test_an_address_is_read_as_mail_servers_know_it(typed: str, read: str) -> None:
    assert read_address(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "", "ada", "@example.org", "ada@", "ada@localhost", "a b@example.org", "ada@example.org,eve@example.org",
        "ada@exam ple.org", "ada@-x.org", "ada@1.2.3.4", "ada@[127.0.0.1]", '"a b"@example.org', ".ada@example.org",
        "ada..l@example.org", "äda@example.org", f"{'a' * 65}@example.org", f"ada@{'x.' * 60}org", "<ada@example.org>",
        "Ada <ada@example.org>", "ada@example.org\r\nBcc: eve@example.org", "ada:x@example.org", "ada@xn--.org-",
    ],
)  # fmt: skip
def test_what_is_no_address_is_said_to_be_none(typed: str) -> None:
    with pytest.raises(BadInput, match="doesn't look like an e-mail address"):
        read_address(typed)


@given(st.text() | st.from_regex(r"[^@]{1,70}@[^@]{1,260}"))
def test_whatever_is_read_as_an_address_is_one_line_of_ascii_without_a_colon(typed: str) -> None:
    try:
        read = read_address(typed)
    except BadInput:
        return
    assert read.isascii()
    assert read.isprintable()
    assert len(read) <= LONGEST
    assert not set(read) & set(' ,;:<>()[]\\"')


@given(st.sampled_from(["slack", "discord"]), st.text(min_size=1), st.text(min_size=1))
def test_a_mailbox_says_whose_digest_it_gets_and_where_that_goes(platform: str, team: str, channel: str) -> None:
    origin = Place(platform, team, channel)
    place = mailbox(origin, "ada@example.org")
    assert (origin_of(place), address_of(place)) == (origin, "ada@example.org")
    assert origin_of(origin) is None
