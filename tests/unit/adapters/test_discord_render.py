"""A card becomes messages that Discord takes, that always look the same, and that third parties can't use."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.custom_ids import command_of, holds_key, stamped
from adapters.discord.render import draw
from bot.digests.cards.digest import digest_card
from bot.domain.card import Actions, Bullets, Button, Card, Heading, Item, Link, Paragraph, Row, Rule, bold, line
from bot.papers.cards import authors_card, paper_card, read_more_card
from support.builders.longest_digests import GISTS, longest_digest
from support.builders.sample_cards import NOW, PAPER, SUMMARY, all_cards, digest
from support.drivers.discord_driver import seen_messages
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


class TestLook:
    def test_a_paper_is_a_title_that_links_its_facts_its_points_and_what_can_be_done(self) -> None:
        (payload,) = payloads(paper_card(PAPER, replace(SUMMARY, key_points=SUMMARY.key_points[2:])))

        assert payload == {
            "flags": 1 << 15,
            "allowed_mentions": {"parse": []},
            "components": [
                {
                    "type": 17,
                    "accent_color": 0x2A7A5A,
                    "components": [
                        {
                            "type": 10,
                            "content": "## [Training Transformers for KV Cache Compressibility]"
                            "(https://arxiv.org/abs/2605.05971)\n"
                            "Yoav Gelberg, Yam Eitan, Michael Bronstein, Yarin Gal, Haggai Maron\n"
                            "-# cs.LG · 7 May 2026 · v1 · arXiv:2605.05971  · `Large Language Models` `Efficient ML`\n"
                            "- Forces the model to rely on fewer slots.\n"
                            "- Better quality at every budget.",
                        },
                        {
                            "type": 1,
                            "components": [
                                _button("Read more", "p:/readmore 2605.05971#", style=1),
                                _button("Ask", "c:/askform 2605.05971#"),
                                _button("Save", "c:/save 2605.05971#"),
                                _link("Abstract", "https://arxiv.org/abs/2605.05971"),
                            ],
                        },
                        {
                            "type": 1,
                            "components": [
                                _link("PDF", "https://arxiv.org/pdf/2605.05971"),
                                _button("More like this", "c:/more 2605.05971#"),
                                _button("Less like this", "c:/less 2605.05971#"),
                                _button("Mute…", "c:/mute 2605.05971#"),
                            ],
                        },
                        {
                            "type": 1,
                            "components": [
                                _button("Follow author", "c:/authors 2605.05971#"),
                                _button("Similar", "c:/similar 2605.05971#"),
                                _button("BibTeX", "p:/bibtex 2605.05971#"),
                            ],
                        },
                        {"type": 10, "content": "-# Summary of the abstract by gpt-5.6-mini · no code link found"},
                    ],
                }
            ],
        }

    def test_an_item_of_a_digest_has_a_button_beside_it_that_leads_to_all_others(self) -> None:
        (payload,) = payloads(digest_card(digest(2), NOW))

        header, _, group, first, *_ = payload["components"][0]["components"]
        assert header["content"] == (
            "## 2 papers for Tuesday, 12 May\n"  # one text display
            "-# picked from **5** that match · 44 announced"
        )
        assert group["content"] == "### People you follow"
        assert first == {
            "type": 9,
            "components": [
                {
                    "type": 10,
                    "content": "**1.** **[Training Transformers for KV Cache Compressibility](https://arxiv.org/abs/2605.05971)**\n"
                    "Masks KV slots during continued pretraining, so that later compression costs less quality.\n"
                    "-# Yam Eitan, Gelberg +3 · cs.LG",
                }
            ],
            "accessory": _button("Open", "p:/peek 2605.05971#"),
        }

    def test_a_row_has_its_button_beside_it(self) -> None:
        (payload,) = payloads(
            Card("follows", "", (Row(line("Author ", bold("Yam Eitan")), Button("End", "/unfollow a")),))
        )

        (row,) = payload["components"][0]["components"]
        assert row["components"][0]["content"] == "Author **Yam Eitan**"
        assert row["accessory"]["custom_id"] == "c:/unfollow a#"

    def test_the_tone_is_a_color(self) -> None:
        colors = {
            payloads(Card("x", "x", tone=tone))[0]["components"][0]["accent_color"] for tone in ("plain", "good", "bad")
        }

        assert len(colors) == 3

    @pytest.mark.parametrize("card", all_cards(), ids=lambda card: card.kind)
    def test_the_same_card_is_always_drawn_the_same(self, card: Card) -> None:
        assert json.dumps(payloads(card, KEY)) == json.dumps(payloads(card, KEY))

    def test_a_card_without_blocks_says_its_text(self) -> None:
        assert shown(Card("note", "All is well.")).text == "All is well."

    def test_no_line_is_drawn_at_an_end_or_twice(self) -> None:
        (payload,) = payloads(
            Card("x", "", (Rule(), Paragraph((line("a"),)), Rule(), Rule(), Paragraph((line("b"),)), Rule()))
        )

        assert [component["type"] for component in payload["components"][0]["components"]] == [10, 14, 10]

    def test_what_cannot_be_drawn_leaves_no_hole(self) -> None:
        assert shown(Card("x", "said", (Rule(), Actions(()), Paragraph(((),)), Bullets(())))).text == "said"


class TestLimits:
    @pytest.mark.parametrize("items", range(10))
    def test_up_to_nine_papers_keep_their_buttons_in_one_message(self, items: int) -> None:
        (payload,) = payloads(digest_card(digest(items), NOW), KEY)

        assert [b["label"] for b in walk(payload["components"]) if b["type"] == 2].count("Open") == items

    @pytest.mark.parametrize("items", [10, 50])
    @pytest.mark.parametrize("language", GISTS)
    def test_the_longest_digest_fits_in_each_language_and_opens_each_paper_with_one_press(
        self, language: str, items: int
    ) -> None:
        card = digest_card(longest_digest(items, language), NOW)
        ids = [block.paper_id for block in card.blocks if isinstance(block, Item)]
        messages = payloads(card, KEY)

        assert len(messages) <= (2 if items == 10 else 4)
        assert list(shown(card, KEY).links) == [f"https://arxiv.org/abs/{paper}" for paper in ids]
        opened = [command_of(carried) for payload in messages for carried in _carried(payload)]
        assert [command for command in opened if command.startswith("/peek")] == [f"/peek {paper}" for paper in ids]
        if items == 10:
            assert shown(card, KEY).text.count(GISTS[language]) == items

    @pytest.mark.parametrize("items", [10, 11, 15, 20])
    def test_more_papers_share_one_menu_before_they_need_a_second_message(self, items: int) -> None:
        (payload,) = payloads(digest_card(digest(items), NOW), KEY)

        (menu,) = [part for part in walk(payload["components"]) if part["type"] == 3]
        assert (menu["placeholder"], len(menu["options"])) == ("Open a paper", items)
        assert [option["label"].partition(" ")[0] for option in menu["options"]] == [
            f"{n}." for n in range(1, items + 1)
        ]

        links = seen_messages([{**payload, "content": ""}]).links
        assert len(links) == items

    @pytest.mark.parametrize("items", [40, 45, 50])
    def test_every_paper_is_named_once_with_its_link_and_facts_however_many(self, items: int) -> None:
        card = digest_card(digest(items), NOW)
        ids = [block.paper_id for block in card.blocks if isinstance(block, Item)]
        messages = draw(card, KEY)
        said = shown(card, KEY)

        assert len(messages) == 2
        assert [paper for message in messages for paper in message.papers] == ids
        assert list(said.links) == [f"https://arxiv.org/abs/{paper}" for paper in ids]
        assert len(set(ids)) == said.text.count(" · cs.LG") == items

    def test_fifty_of_the_longest_papers_are_all_named(self) -> None:
        items = tuple(_item(number, "W" * 250, point="*" * 200, reason="Topic " + "“_”" * 40) for number in range(50))
        messages = draw(
            Card("digest", "", (Heading(line("Many")), *items, Actions((Button("Settings", "/following"),)))), KEY
        )

        assert sum(len(message.papers) for message in messages) == 50
        assert len(messages) <= 4
        for message in messages:
            check_message(dict(message.payload))

    def test_a_paper_with_3435_authors_fits(self) -> None:
        crowd = replace(PAPER, authors=tuple(f"Author Number {number}" for number in range(3435)))

        assert "3,427 more" in shown(paper_card(crowd, SUMMARY)).text
        assert len(shown(authors_card(crowd, ())).buttons) == 8
        assert "3,435" not in shown(digest_card(digest(2), NOW)).text

    def test_all_3435_authors_in_one_line_are_split_between_words(self) -> None:
        names = ", ".join(f"Author_Number {number}" for number in range(3435))

        said = shown(Card("x", "", (Paragraph((line(names),)),))).text

        assert "Author_Number 0, Author_Number 1" in said
        assert re.search(r"Part 10 of 10\n… and \d+ more than fit here", said)

    def test_an_abstract_of_3488_characters_is_said_whole(self) -> None:
        abstract = ("We study *hard* problems (NP_complete) with [many] tricks. " * 60)[:3488]

        said = shown(read_more_card(PAPER, replace(SUMMARY, summary=abstract)))

        assert abstract.strip() in said.text.replace("\n", " ").replace("Part 1 of 2 ", "")
        assert "Implications" in said.text

    def test_hundreds_of_bullets_come_in_numbered_parts(self) -> None:
        title = "Compressibility of Key-Value Caches in Transformers " * 2
        points = tuple(line(Link(f"{title}2605.{number:05}", PAPER.abs_url)) for number in range(250))

        drawn = payloads(Card("papers", "Many", (Bullets(points),)))

        said = seen_messages([{**payload, "content": ""} for payload in drawn])
        assert 5 < len(drawn) <= 10
        assert all(f"2605.{number:05}" in said.text for number in range(250))
        assert f"Part 1 of {len(drawn)}" in said.text

    def test_a_heading_never_stands_at_the_end_of_a_message(self) -> None:
        blocks = [
            part for n in range(60) for part in (Heading(line(f"Section {n}"), 2), Paragraph((line("word " * 40),)))
        ]

        for payload in payloads(Card("x", "", tuple(blocks))):
            texts = [c["content"] for c in walk(payload["components"]) if c["type"] == 10]
            assert not re.search(r"### [^\n]*\n-# Part", texts[-1])

    def test_forty_rows_have_their_buttons_in_menus(self) -> None:
        rows = tuple(Row(line(f"Follow {n}"), Button("End", f"/unfollow {n}")) for n in range(40))

        parts = [part for payload in payloads(Card("follows", "", rows)) for part in walk(payload["components"])]

        menus = [part["options"] for part in parts if part["type"] == 3]
        assert [len(options) for options in menus] == [25, 15]
        assert len({option["value"] for options in menus for option in options}) == 40

    def test_a_label_is_shortened_and_rows_of_up_to_five_buttons_are_even(self) -> None:
        buttons = tuple(Button("L" * 200, f"/follow {number}") for number in range(12))

        (payload,) = payloads(Card("x", "x", (Actions(buttons),)))

        assert [len(row["components"]) for row in payload["components"][0]["components"]] == [4, 4, 4]

    def test_a_command_too_long_to_carry_has_no_button(self) -> None:
        assert shown(Card("x", "x", (Actions((Button("Follow", "/follow author:" + "x" * 90),)),))).buttons == ()

    def test_two_buttons_that_do_the_same_are_one(self) -> None:
        twice = (Button("Follow A", "/follow a"), Button("Follow A again", "/follow a"))

        assert shown(Card("x", "x", (Actions(twice), Row(line("And"), twice[0])))).buttons == ("Follow A",)


class TestKeys:
    @pytest.mark.parametrize("card", [*all_cards(), digest_card(digest(50), NOW), Card("note", "Paused.")])
    def test_every_message_carries_its_key(self, card: Card) -> None:
        for payload in payloads(card, KEY):
            assert holds_key(payload["components"], KEY)
            assert not holds_key(payload["components"], KEY[1:])

    def test_a_key_written_again_takes_the_place_of_the_first(self) -> None:
        (payload,) = payloads(digest_card(digest(2), NOW), KEY)

        again = stamped(payload, "another")

        assert holds_key(again["components"], "another")
        assert not holds_key(again["components"], KEY)

    def test_without_a_key_nothing_is_added(self) -> None:
        assert shown(Card("note", "Paused.")).buttons == ()

    @given(command=st.text(max_size=60), key=st.text("abcdef0123456789", max_size=25))
    def test_a_button_gives_its_command_back(self, command: str, key: str) -> None:
        assert command_of(f"c:{command}#{key}") == command


def _item(number: int, title: str, point: str, reason: str) -> Item:
    paper = f"2605.{number:05}"
    button = Button("Read more", f"/readmore {paper}", panel=True)
    return Item(
        Link(title, f"https://arxiv.org/abs/{paper}"), point, line(f"cs.LG · {paper}"), reason, (button,), paper
    )


def _carried(payload: dict) -> list[str]:
    """The custom_ids of its buttons and of its menus' options, in order."""
    parts = [part for part in walk(payload["components"]) if part["type"] in {2, 3}]
    return [
        carried
        for part in parts
        for carried in (
            [option["value"] for option in part["options"]] if part["type"] == 3 else [part.get("custom_id", "")]
        )
    ]


def _button(label: str, custom_id: str, style: int = 2) -> dict:
    return {"type": 2, "style": style, "label": label, "custom_id": custom_id}


def _link(label: str, url: str) -> dict:
    return {"type": 2, "style": 5, "label": label, "url": url}
