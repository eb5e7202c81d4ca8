"""`/ask` read as people type it, and the card of an answer."""

import pytest

from bot.domain.answer import MAX_WORDS, Answer
from bot.domain.card import Bullets, Fine, Paragraph
from bot.summaries.answers.cards import CLOSEST, NOT_SAID, answer_card
from bot.summaries.answers.check import read_answer
from bot.summaries.answers.command import AskPaper, parse_ask
from bot.summaries.answers.passages import of_abstract
from support.builders.sample_abstracts import DRUGS


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2605.05971 what data do they use?", AskPaper("2605.05971", "what data do they use?")),
        ("https://arxiv.org/abs/2605.05971v2 why?", AskPaper("https://arxiv.org/abs/2605.05971v2", "why?")),
        ("3 what data do they use?", AskPaper("3", "what data do they use?")),
        ("this how fast is it?", AskPaper("this", "how fast is it?")),
        ("how fast is it?", AskPaper("this", "how fast is it?")),
        ("2605.05971", AskPaper("2605.05971", "")),
        ("", AskPaper("this", "")),
    ],
)
def test_a_paper_is_followed_by_the_question(typed: str, meant: AskPaper) -> None:
    assert parse_ask(typed) == meant


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer("m", "It is fast.", ("is fast",)), "It is fast."),
        (Answer("m"), NOT_SAID),
        (Answer(), NOT_SAID),
        (Answer(quotes=("It is fast.",)), CLOSEST),
    ],
)
def test_the_card_tells_answer_quotes_and_origin(answer: Answer, said: str) -> None:
    card = answer_card(DRUGS, "How fast?", answer)
    words = [span.text for block in card.blocks if isinstance(block, Paragraph) for one in block.lines for span in one]
    assert words == ["How fast?", said]
    assert any(isinstance(block, Bullets) for block in card.blocks) == bool(answer.quotes)
    assert any(isinstance(block, Fine) for block in card.blocks) == bool(answer.made_by)


def test_a_long_answer_is_cut_after_a_sentence() -> None:
    quote = DRUGS.abstract.split(". ")[0]
    said = f"{quote}. " * 30
    answer, _ = read_answer(f'{{"answered": true, "answer": "{said}", "quotes": ["{quote}"]}}', of_abstract(DRUGS), "m")
    assert 0 < len(answer.text.split()) <= MAX_WORDS
    assert answer.text.endswith(".")
