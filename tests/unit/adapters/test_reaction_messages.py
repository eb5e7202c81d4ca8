"""What a reaction on a message of ours says, read from the message as each platform gives it back."""

import json
from dataclasses import replace

import pytest

from adapters.discord import reactions as discord_reactions
from adapters.discord.render import draw as draw_for_discord
from adapters.slack import reactions as slack_reactions
from adapters.slack.render import draw as draw_for_slack
from bot.digests.cards.digest import digest_card
from bot.digests.cards.follows import followed_card
from bot.digests.forecast import Forecast
from bot.domain.card import Card, line
from bot.domain.channel import Follow, Kind
from bot.domain.digest import DigestItem, Match
from bot.library.reactions import command_of
from bot.papers.cards import paper_card
from support.builders.sample_cards import NOW, PAPER, SUMMARY, digest

TEN = [f"2605.{number:05}" for number in range(1, 11)]


def read(card: Card) -> tuple[list[str], list[str]]:
    """The papers of the message that says `card`, in Slack and in Discord."""
    (slack,), (discord,) = draw_for_slack(card), draw_for_discord(card)
    back = json.loads(json.dumps(discord.payload))
    return slack_reactions.papers_of(slack.payload), discord_reactions.papers_of(back)


@pytest.mark.parametrize(
    ("sign", "papers", "said"),
    [
        ("more", TEN[:1], f"/more {TEN[0]}"),
        ("less", TEN[:1], f"/less {TEN[0]}"),
        ("save", TEN[:1], f"/save {TEN[0]}"),
        ("1", TEN, f"/more {TEN[0]}"),
        ("10", TEN, f"/more {TEN[9]}"),
        ("10", TEN[:9], ""),
        ("1", [], ""),
        ("more", TEN, ""),
        ("more", [], ""),
        ("", TEN[:1], ""),
        ("party", TEN[:1], ""),
    ],
)
def test_a_number_is_more_of_that_paper_and_a_thumb_speaks_where_there_is_one(
    sign: str, papers: list[str], said: str
) -> None:
    assert command_of(sign, papers, added=True) == said
    taken_back = said.replace("/save ", "/unfollow saved:").replace("/more ", "/unfollow taste:")
    assert command_of(sign, papers, added=False) == taken_back.replace("/less ", "/unfollow taste:")


@pytest.mark.parametrize("count", [1, 2, 10, 20])
def test_a_digest_names_its_papers_in_the_order_of_their_numbers(count: int) -> None:
    shown = digest(count)
    ids = [item.match.paper.id for item in shown.items]
    assert read(digest_card(shown, NOW)) == (ids, ids)


def test_a_papers_card_names_the_one_paper() -> None:
    assert read(paper_card(PAPER, SUMMARY)) == ([PAPER.id], [PAPER.id])


def test_what_shows_papers_as_examples_only_names_none() -> None:
    example = followed_card(
        Follow(Kind.AUTHOR, "Yam Eitan", NOW), True, Forecast((PAPER,)), line("It comes daily with /digest on.")
    )
    assert read(example) == ([], [])


@pytest.mark.parametrize(
    "words",
    ["<https://arxiv.org/abs/2605.00001|x>", "https://arxiv.org/abs/2605.00001", "](https://arxiv.org/abs/2605.00001)"],
)
def test_no_words_of_a_paper_name_another_one(words: str) -> None:
    paper = replace(PAPER, title=f"On {words}", authors=(words,))
    item = DigestItem(Match(paper, (words,)), replace(SUMMARY, key_points=(words,)))
    assert read(digest_card(replace(digest(1), items=(item,)), NOW)) == ([PAPER.id], [PAPER.id])


@pytest.mark.parametrize(
    ("slack", "discord", "sign"),
    [
        ("+1", "👍", "more"),
        ("+1::skin-tone-4", "👍🏽", "more"),
        ("-1", "👎", "less"),
        ("bookmark", "🔖", "save"),
        ("star", "⭐", "save"),
        ("one", "1️⃣", "1"),
        ("nine", "9️⃣", "9"),
        ("keycap_ten", "🔟", "10"),
        ("tada", "🎉", ""),
        ("", None, ""),
    ],
)
def test_an_emoji_says_the_same_on_both_platforms(slack: str, discord: str | None, sign: str) -> None:
    assert (slack_reactions.sign_of(slack), discord_reactions.sign_of(discord)) == (sign, sign)
