"""The messenger for e-mail against a real mail server: each letter whole, each failure named for what it means."""

import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.email.app import check
from adapters.email.messenger import EmailMessenger
from adapters.email.smtp import EmailAccess, signed_in
from bot.delivery.sender import message_key
from bot.digests.cards.digest import digest_card
from bot.domain.errors import HistoryUnreadable, NotLetIn, Refused, TryLater, Unknown
from bot.domain.mailbox import mailbox
from support.builders.sample_cards import NOW, PLACE, digest
from support.certificates import a_certificate
from support.servers.smtp_server import LOST, PASSWORD, USER, SmtpServer, smtp_server

ADA = mailbox(PLACE, "ada@example.org")
KEY = message_key(ADA, digest().day, 0)
SECRET = "sixteen letters or more"


@pytest.fixture
async def server() -> AsyncIterator[SmtpServer]:
    async with smtp_server() as running:
        yield running


def access(server: SmtpServer, **changes: object) -> EmailAccess:
    given = {"host": "localhost", "port": server.port, "sender": "Paperlark <papers@example.org>", "tls": "none"}
    return EmailAccess(**{**given, **changes})  # type: ignore[arg-type]


def messenger(server: SmtpServer, **changes: object) -> EmailMessenger:
    return EmailMessenger(access(server, **changes), lambda: datetime(2026, 5, 12, 9, 0, 1, tzinfo=UTC))


async def post(speaker: EmailMessenger) -> str:
    (message,) = speaker.draw(digest_card(digest(), NOW), KEY)
    return await speaker.post(ADA, message, KEY)


async def test_a_digest_is_one_letter_with_everything_in_both_of_its_parts(server: SmtpServer) -> None:
    receipt = await post(messenger(server))
    (letter,) = server.to("ada@example.org")
    assert receipt == letter["Message-ID"] == f"<{KEY}@example.org>"
    assert server.senders == ["papers@example.org"]
    assert str(letter["Subject"]) == "2 papers for Tuesday, 12 May"
    assert str(letter["From"]) == "Paperlark <papers@example.org>"
    assert str(letter["Date"]) == "Tue, 12 May 2026 09:00:01 +0000"
    assert letter["Auto-Submitted"] == "auto-generated"
    plain, html = (part.get_content() for part in letter.iter_parts())
    for named in (
        "Training Transformers for KV Cache Compressibility", "People you follow", "Yam Eitan, Gelberg +3",
        "Masks KV slots", "that match · 44 announced",
        "https://arxiv.org/abs/2605.05519", "Hugging Face did not answer", "/digest email off",
        "https://arxiv.org/abs/2605.05971", "/digest 2026-05-12 all",
    ):  # fmt: skip
        assert named in plain
        assert named in html
    assert "List-Unsubscribe" not in letter


async def test_with_a_public_address_it_says_how_to_unsubscribe_with_one_click(server: SmtpServer) -> None:
    await post(messenger(server, url="https://papers.example.org/lark/", secret=SECRET))
    (letter,) = server.letters
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = str(letter["List-Unsubscribe"]).strip("<>")
    assert link.startswith("https://papers.example.org/lark/unsubscribe/")
    assert "example.org:" not in link
    assert all(link in part.get_content() for part in letter.iter_parts())


async def test_the_same_message_has_the_same_name_however_often_it_is_sent(server: SmtpServer) -> None:
    for _ in range(2):
        await post(messenger(server))
    assert len({letter["Message-ID"] for letter in server.letters}) == 1


@pytest.mark.parametrize(
    ("step", "answer", "meaning", "words"),
    [
        ("MAIL", "550 5.7.1 not yours", NotLetIn, "doesn't let EMAIL_FROM send (550 5.7.1 not yours)"),
        ("MAIL", "451 4.3.0 later", TryLater, "asks to wait (451 4.3.0 later)"),
        ("RCPT", "550 5.1.1 no such user", Refused, "refuses the address (550 5.1.1 no such user)"),
        ("RCPT", "450 4.2.0 greylisted", TryLater, "asks to wait (450 4.2.0 greylisted)"),
        ("RCPT", "421 4.7.0 too many", TryLater, "is busy (421 4.7.0 too many)"),
        ("RCPT", LOST, TryLater, "closed the connection"),
        ("DATA", "554 5.7.1 spam", Refused, "refuses the e-mail (554 5.7.1 spam)"),
        ("DATA", "452 4.3.1 disk full", TryLater, "asks to wait (452 4.3.1 disk full)"),
    ],
)
async def test_each_no_is_named_for_what_it_means(
    server: SmtpServer, step: str, answer: str, meaning: type[Exception], words: str
) -> None:
    server.answers[step] = [answer]
    with pytest.raises(meaning) as failure:
        await post(messenger(server))
    assert words in str(failure.value)
    assert server.letters == []


async def test_a_connection_lost_with_the_letter_on_its_way_leaves_its_fate_unknown(server: SmtpServer) -> None:
    server.answers["DATA"] = [LOST]
    with pytest.raises(Unknown):
        await post(messenger(server))
    with pytest.raises(HistoryUnreadable):
        await messenger(server).find(ADA, KEY, NOW)


async def test_a_server_that_is_not_there_is_tried_later(server: SmtpServer) -> None:
    with pytest.raises(TryLater, match="can't be reached"):
        await post(messenger(server, port=1))


async def test_where_the_server_is_busy_no_process_asks_it_meanwhile(server: SmtpServer) -> None:
    server.answers["MAIL"] = ["421 4.7.0 slow down"]
    with pytest.raises(TryLater) as failure:
        await post(messenger(server))
    assert (failure.value.scope, failure.value.after_seconds) == ("platform", 60)


async def test_a_password_travels_encrypted_and_a_wrong_one_is_no_mailboxs_fault(tmp_path: Path) -> None:
    pem = a_certificate(tmp_path)
    offered = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    offered.load_cert_chain(pem)
    trusting = ssl.create_default_context(cafile=str(pem))
    async with smtp_server(offered, sign_in=True) as server:
        right = {"user": USER, "password": PASSWORD, "tls": "starttls", "context": trusting}
        await post(messenger(server, **right))
        assert len(server.letters) == 1
        with pytest.raises(NotLetIn, match="doesn't take EMAIL_USER and EMAIL_PASSWORD") as refused:
            await post(messenger(server, **right | {"password": "another"}))
        assert "another" not in str(refused.value)
        with pytest.raises(NotLetIn, match=r"certificate .* isn't valid"):
            await post(messenger(server, **right | {"context": None}))
        assert len(server.letters) == 1


async def test_no_letter_goes_unencrypted_to_a_server_that_offers_no_starttls(server: SmtpServer) -> None:
    with pytest.raises(NotLetIn, match="offers no STARTTLS"):
        await post(messenger(server, tls="starttls"))
    with pytest.raises(NotLetIn, match="EMAIL_TLS"):
        async with signed_in(access(server, tls="tls")):
            pass


async def test_a_person_is_told_at_an_address_and_nowhere_else(server: SmtpServer) -> None:
    await messenger(server).tell(ADA, "ada@example.org", digest_card(digest(), NOW), "key")
    assert server.receivers == ["ada@example.org"]
    for nobody in ("U1", "a@b\r\nRCPT TO:<eve@example.org>", "ada@example.org, eve@example.org", ""):
        with pytest.raises(Refused):
            await messenger(server).tell(ADA, nobody, digest_card(digest(), NOW), "key")
    assert server.receivers == ["ada@example.org"]


async def test_the_doctor_signs_in_and_says_what_is_missing_or_wrong(server: SmtpServer) -> None:
    said = await check(access(server))
    assert said.startswith(f"localhost:{server.port} answers unencrypted, no sign-in, no one-click unsubscribe without")
    assert "PAPERLARK_URL and EMAIL_SECRET" in said
    linked = await check(access(server, url="https://papers.example.org", secret=SECRET))
    assert linked.endswith("one-click unsubscribe")
    with pytest.raises(TryLater, match="can't be reached"):
        await check(access(server, port=1))
    assert server.letters == []
