"""Any command may follow /paperlark, for workspaces where another app owns the short name: it then does the same."""

import pytest

from bot.app.parse import parse

TYPED = (
    "paper 2605.05971",
    "paper Attention is all you need",
    "follow Albert Gu",
    "follow cs.CL, cs.LG and Yejin Choi",
    'follow "state space models"',
    "unfollow Albert Gu",
    "mute Jane Doe",
    "unmute survey",
    "digest 2026-05-05",
    "digest on",
    "digest on 9am Europe/Berlin cs.CL top=10 days=mon-fri",
    "digest on recap=fri",
    "digest off",
    "digest now",
    "digest lock",
    "digest unlock",
    "digest week",
    "digest email me@example.org",
    "digest email off",
    "papers cat:cs.LG from:monday diffusion",
    "trending week",
    "similar 2605.05971",
    "save 2605.05971 note: good",
    "save this",
    "unsave 2605.05971",
    "saved bibtex",
    "saved zotero off",
    "more 2605.05971",
    "takeback 2605.05971",
    "help follow",
    "setup",
    "resend 2026-05-05",
)


@pytest.mark.parametrize("text", TYPED)
def test_a_command_does_the_same_behind_the_prefix(text: str) -> None:
    assert parse(f"/paperlark {text}") == parse(f"/{text}")
