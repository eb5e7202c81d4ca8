"""The page behind a letter's unsubscribe link, over real HTTP: a click ends it, a look or a forgery doesn't."""

import base64
from collections.abc import AsyncIterator

import httpx
import pytest
from aiohttp import web
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.http.unsubscribe import Signer, add_pages
from bot.domain.channel import Place
from bot.domain.errors import StoreDown
from bot.domain.mailbox import mailbox
from support.builders.sample_cards import PLACE
from support.local_http import local_client

ADA = mailbox(PLACE, "ada@example.org")
SIGNER = Signer("https://papers.example.org/lark", "sixteen letters or more")


UNSIGNED = base64.urlsafe_b64encode(b'["email","slack:T1","C1:a@b.c"]').decode()


class Served:
    """The page, and what it ended."""

    def __init__(self) -> None:
        self.ended: list[Place] = []
        self.down = False
        self.http = local_client(trust_env=False)

    async def forget(self, place: Place) -> None:
        if self.down:
            raise StoreDown
        self.ended.append(place)


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    served = Served()
    application = web.Application(client_max_size=1024)
    add_pages(application, SIGNER, served.forget)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    served.http.base_url = httpx.URL(f"http://127.0.0.1:{port}")
    yield served
    await served.http.aclose()
    await runner.cleanup()


def path(place: Place = ADA, signer: Signer = SIGNER) -> str:
    return signer.url(place).removeprefix("https://papers.example.org")


async def test_one_post_as_mail_programs_send_it_ends_it(served: Served) -> None:
    answer = await served.http.post(path(), data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, served.ended) == (200, [ADA])
    assert "I've deleted this address." in answer.text


async def test_a_proxy_may_cut_the_path_before_ours(served: Served) -> None:
    assert (await served.http.post(path().removeprefix("/lark"))).status_code == 200


async def test_looking_at_the_link_ends_nothing_and_shows_a_button(served: Served) -> None:
    answer = await served.http.get(path())
    assert (answer.status_code, served.ended) == (200, [])
    assert '<form method="post">' in answer.text
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert (await served.http.head(path())).status_code == 200
    assert served.ended == []


async def test_a_second_click_is_as_good_as_the_first(served: Served) -> None:
    assert [(await served.http.post(path())).status_code for _ in range(2)] == [200, 200]


async def test_where_the_store_is_down_it_says_so(served: Served) -> None:
    served.down = True
    answer = await served.http.post(path())
    assert answer.status_code == 503
    assert "try again in a few minutes" in answer.text


@pytest.mark.parametrize(
    "forged",
    [
        Signer("https://papers.example.org/lark", "another secret of theirs").url(ADA),
        SIGNER.url(ADA)[:-2],
        SIGNER.url(PLACE),
        SIGNER.url(Place("email", "nobody", "nowhere")),
        "https://papers.example.org/lark/unsubscribe/" + "A" * 5000,
        "https://papers.example.org/lark/unsubscribe/" + UNSIGNED,
        "https://papers.example.org/lark/unsubscribe/é.é",
    ],
)  # fmt: skip
async def test_a_forged_or_damaged_link_ends_nothing(served: Served, forged: str) -> None:
    for ask in (served.http.get, served.http.post):
        answer = await ask(forged.removeprefix("https://papers.example.org"))
        assert answer.status_code in {404, 400}
    assert served.ended == []


@given(st.text())
def test_no_text_is_a_link_of_ours_by_chance(text: str) -> None:
    assert SIGNER.read(text) is None
    assert SIGNER.read(f"{text}.{text}") is None


@example("\U00010000" * 40, "\U00010000" * 40)
@given(st.text(min_size=1), st.text(min_size=1))
def test_a_link_names_its_own_mailbox_and_no_other(team: str, channel: str) -> None:
    place = mailbox(Place("slack", team[:40], channel[:40]), "ada@example.org")
    token = SIGNER.url(place).rpartition("/")[2]
    assert SIGNER.read(token) == place
    assert Signer("https://x.example", "a different secret").read(token) is None
