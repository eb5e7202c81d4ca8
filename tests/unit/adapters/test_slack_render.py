"""How cards look in Slack: within every limit, one message where it can be, nothing in it that anybody smuggled in."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from adapters.slack.render import MESSAGE_BLOCKS, draw, loading_modal, modal
from adapters.slack.render_blocks import Level, draw_blocks
from bot.digests.cards.digest import digest_card, points_card
from bot.domain.card import Actions, Button, Card, Item, Link, Paragraph, Row, Rule, line
from bot.domain.digest import Digest, DigestItem, Match
from bot.domain.paper import Paper
from bot.papers.cards import authors_card, paper_card
from bot.papers.cards import buttons as paper_buttons
from support.builders.longest_digests import GISTS, longest_digest
from support.builders.sample_cards import BUTTONS, CODED, NOW, PAPER, SUMMARY, all_cards, digest
from support.drivers.slack_payload import buttons, elements, links, visible_text
from support.servers.slack_rules import check_blocks, message_fault, view_fault


def payloads(card: Card) -> Iterator[dict[str, Any]]:
    """All that can become of a card, checked as Slack checks it."""
    for drawn in draw(card):
        assert message_fault(drawn.payload) == ""
        yield drawn.payload
    view = modal(card, "Read more", "C1")
    assert view_fault(view) == ""
    yield view


def many_authors() -> Paper:
    return replace(PAPER, authors=tuple(f"Given{n} Family{n}" for n in range(3435)), abstract="word " * 697 + "end")


def a_digest_of(papers: list[Paper], hidden: int = 0) -> Digest:
    items = tuple(DigestItem(Match(paper, ("You follow Yam Eitan",), score=91), SUMMARY) for paper in papers)
    return replace(digest(1), items=items, matched=len(papers) + hidden)


def a_list_of(count: int) -> Card:
    """A list longer than any of ours, which pages its papers."""
    papers = long_papers(count)
    items = (Item(Link(p.title, p.abs_url), "", line(f"id {p.id}"), "", (), p.id) for p in papers)
    return Card("papers", "Many papers", tuple(items), private=True)


def opened(payload: dict[str, Any]) -> list[str]:
    """What its buttons and its menu of papers open, in order."""
    found = []
    for element in elements(payload):
        if element["type"] == "static_select":
            assert element["placeholder"]["text"] == "Open a paper"
            found += [option["value"] for option in element["options"]]
        elif "/peek " in element.get("value", ""):
            found.append(f"panel:{element['value']}")
    return found


def long_papers(count: int) -> list[Paper]:
    title = "A Title as Long as They Come: " + "of Words and Their Many Meanings in Models " * 5
    return [replace(CODED, id=f"2605.{10000 + n}", title=title[:233]) for n in range(count)]


class TestADigest:
    def test_of_two_papers_looks_so(self) -> None:
        (drawn,) = draw(digest_card(digest(2), NOW))

        assert [block["type"] for block in drawn.payload["blocks"]] == [
            "header", "context", "divider", "section", "section", "context", "section", "section", "context", "divider",
            "actions", "context",
        ]  # fmt: skip
        assert drawn.payload["blocks"][3]["text"]["text"] == "*People you follow*"
        assert drawn.payload["blocks"][4] == {
            "type": "section",
            "text": {
                "type": "mrkdwn",
                "verbatim": True,
                "text": "1. *<https://arxiv.org/abs/2605.05971|Training Transformers for KV Cache Compressibility>*\n"
                "Masks KV slots during continued pretraining, so that later compression costs less quality.",
            },
            "accessory": {
                "type": "button",
                "action_id": "panel:0",
                "text": {"type": "plain_text", "text": "Open", "emoji": False},
                "value": "/peek 2605.05971",
            },
        }
        assert drawn.payload["blocks"][5]["elements"] == [
            {"type": "mrkdwn", "verbatim": True, "text": "Yam Eitan, Gelberg +3 · cs.LG"}
        ]
        assert drawn.payload["blocks"][10]["elements"][0] == {
            "type": "button",
            "action_id": "panel:2",
            "text": {"type": "plain_text", "text": "Show all 5", "emoji": False},
            "value": "/digest 2026-05-12 all",
        }

    @pytest.mark.parametrize("count", [0, 1, 2, 5, 10, 20, 50])
    def test_is_one_message_that_names_each_paper_once(self, count: int) -> None:
        (drawn,) = draw(digest_card(digest(count), NOW))

        assert message_fault(drawn.payload) == ""
        assert len(drawn.papers) == count
        named = [link for link in links(drawn.payload) if "/abs/" in link]
        assert named == [f"https://arxiv.org/abs/{paper}" for paper in drawn.papers]
        assert len(set(named)) == count

    @pytest.mark.parametrize("count", [10, 20, 30])
    def test_of_so_many_papers_keeps_facts_and_buttons(self, count: int) -> None:
        (drawn,) = draw(digest_card(digest(count), NOW))

        assert visible_text(drawn.payload).count("Yam Eitan, Gelberg +3") == count / 2
        assert buttons(drawn.payload).count("Open") == count

    @pytest.mark.parametrize("count", [10, 50])
    @pytest.mark.parametrize("language", GISTS)
    def test_is_one_message_in_each_language_with_the_longest_titles_and_gists(self, language: str, count: int) -> None:
        (drawn,) = draw(digest_card(longest_digest(count, language), NOW))

        assert message_fault(drawn.payload) == ""
        assert opened(drawn.payload) == [f"panel:/peek {paper}" for paper in drawn.papers]
        assert len(set(drawn.papers)) == count
        assert visible_text(drawn.payload).count(GISTS[language]) == (count if count == 10 else 0)

    def test_its_papers_and_their_small_print_are_never_parted(self) -> None:
        items = [block for block in digest_card(digest(10), NOW).blocks if isinstance(block, Item)]
        drawn = draw(Card("digest", "Many", tuple(part for item in items for part in (item, Rule())) * 4))

        assert len(drawn) > 1
        for message in drawn:
            assert visible_text(message.payload).count(" · cs.LG") == len(message.papers)

    def test_of_fifty_real_papers_with_the_longest_titles_is_still_one_message(self) -> None:
        (drawn,) = draw(digest_card(a_digest_of(long_papers(50)), NOW))

        assert message_fault(drawn.payload) == ""
        assert len(drawn.papers) == 50

    def test_keeps_as_much_of_each_paper_as_fits(self) -> None:
        seen = []
        for count in (5, 25, 40, 50):
            (drawn,) = draw(digest_card(a_digest_of(long_papers(count)), NOW))
            text = visible_text(drawn.payload)
            seen.append((SUMMARY.gist in text, "Open" in buttons(drawn.payload)))

        assert seen == sorted(seen, reverse=True)
        assert seen[0] == (True, True)

    def test_in_several_messages_tells_which_papers_each_names(self) -> None:
        card = digest_card(digest(50), NOW)
        drawn = draw(replace(card, blocks=card.blocks * 3))

        assert len(drawn) > 1
        assert sum(len(message.papers) for message in drawn) == 150
        assert all(message_fault(message.payload) == "" for message in drawn)
        assert drawn[1].payload["text"].startswith(f"(2 of {len(drawn)}) 50 papers for Tuesday")

    def test_of_papers_by_thousands_names_the_first_authors(self) -> None:
        (drawn,) = draw(digest_card(a_digest_of([many_authors()] * 5), NOW))

        assert visible_text(drawn.payload).count("Family0, Family1 +3,433 · cs.LG") == 5

    def test_keeps_the_link_and_the_category_where_names_are_endless(self) -> None:
        monster = replace(PAPER, authors=tuple("X" * 5000 + str(n) for n in range(3)), title="&" * 5000)
        (drawn,) = draw(digest_card(a_digest_of([monster]), NOW))

        assert message_fault(drawn.payload) == ""
        assert "https://arxiv.org/abs/2605.05971" in links(drawn.payload)
        assert " · cs.LG" in visible_text(drawn.payload)

    def test_says_itself_in_a_notification(self) -> None:
        (drawn,) = draw(digest_card(digest(2), NOW))

        assert drawn.payload["text"].startswith("2 papers for Tuesday, 12 May: Training Transformers")


class TestOtherCards:
    @pytest.mark.parametrize("card", all_cards(), ids=lambda card: card.kind)
    def test_every_card_is_one_message_and_one_modal(self, card: Card) -> None:
        assert len(list(payloads(card))) == 2

    def test_a_papers_title_is_its_link(self) -> None:
        (drawn,) = draw(paper_card(PAPER, SUMMARY))

        title = drawn.payload["blocks"][0]
        assert title["text"]["text"] == (
            "*<https://arxiv.org/abs/2605.05971|Training Transformers for KV Cache Compressibility>*"
        )
        assert buttons(drawn.payload) == BUTTONS

    def test_an_abstract_of_any_length_is_shown_whole(self) -> None:
        abstract = many_authors().abstract
        drawn = draw(Card("abstract", "Abstract", (Paragraph((line(abstract),)),)))

        assert len(abstract) > 3480
        shown = " ".join(visible_text(message.payload).replace("\n", "") for message in drawn)
        assert shown.count("word") == 697
        assert shown.endswith("end")

    def test_hundreds_of_papers_come_in_as_few_messages_as_slack_takes(self) -> None:
        drawn = draw(a_list_of(300))

        assert all(message_fault(message.payload) == "" for message in drawn)
        assert sum(visible_text(message.payload).count("id 2605.") for message in drawn) == 300

    def test_an_answer_of_many_messages_ends_with_what_is_left(self) -> None:
        drawn = draw(a_list_of(900), most=5)

        assert len(drawn) == 5
        shown = sum(visible_text(message.payload).count("id 2605.") for message in drawn)
        assert visible_text(drawn[-1].payload).endswith(f"… and {900 - shown} more")
        assert all(message_fault(message.payload) == "" for message in drawn)

    def test_a_modal_of_many_papers_ends_with_what_is_left(self) -> None:
        view = modal(a_list_of(2000), "Show all 2000")

        assert view_fault(view) == ""
        text = visible_text(view)
        assert text.endswith(f"… and {2000 - text.count('id 2605.'):,} more")

    def test_fifty_papers_key_points_fit_one_modal(self) -> None:
        view = modal(points_card(digest(50)), "Key points")

        assert view_fault(view) == ""
        assert visible_text(view).count("Forces the model to rely on fewer slots.") == 25

    def test_rows_of_a_modal_beyond_its_limit_are_counted(self) -> None:
        rows = tuple(Row(line(f"author {n}"), Button("Unfollow", f"/unfollow {n}")) for n in range(107))
        view = modal(Card("following", "Follows", rows), "Follows")

        assert view_fault(view) == ""
        assert visible_text(view).endswith("author 98\n… and 8 more")

    def test_more_than_five_buttons_of_a_paper_fold_into_a_menu(self) -> None:
        many = paper_buttons(CODED)
        (drawn,) = draw(Card("paper", "Paper", (Actions(many),)))

        kinds = [element["type"] for element in drawn.payload["blocks"][0]["elements"]]
        assert kinds == ["button"] * 7 + ["overflow"]
        assert len(buttons(drawn.payload)) == len(many)

    def test_every_author_to_choose_has_a_button_in_sight(self) -> None:
        (drawn,) = draw(authors_card(many_authors(), ()))

        assert len(drawn.payload["blocks"][1]["elements"]) == 8

    def test_a_command_that_slack_cannot_carry_has_no_button(self) -> None:
        card = Card("x", "x", (Paragraph((line("x"),)), Actions((Button("Follow", "/follow " + "x" * 2000),))))
        (drawn,) = draw(card)

        assert buttons(drawn.payload) == ()

    def test_a_card_without_blocks_says_its_text(self) -> None:
        (drawn,) = draw(Card("error", "Nothing there."))

        assert visible_text(drawn.payload) == "Nothing there."

    def test_waiting_is_said_in_a_modal(self) -> None:
        assert view_fault(loading_modal("A label that is far too long for a modal")) == ""

    @pytest.mark.parametrize("papers", [1, 10, 20, 21, 22, 23, 24, 30, 40, 46, 50, 60, 120])
    def test_a_digest_looks_as_if_each_level_of_detail_had_been_tried(
        self, papers: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        card = digest_card(digest(papers), NOW)
        drawn = draw(card)
        monkeypatch.setattr("adapters.slack.render._least_blocks", lambda *_: 0)

        assert draw(card) == drawn

    @pytest.mark.parametrize("level", list(Level))
    def test_no_two_buttons_of_a_card_share_a_name(self, level: Level) -> None:
        card = digest_card(digest(20), NOW)
        drawn = [piece.block for piece in draw_blocks(card.blocks, level)]

        check_blocks(drawn, MESSAGE_BLOCKS)
