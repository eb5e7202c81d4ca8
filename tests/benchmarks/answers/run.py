"""How well questions about papers are answered, and what the checks catch: `python -m benchmarks.answers.run`.

The questions were written by reading abstracts of the corpus beside this checkout, before the checks: `questions.jsonl`
has 50 that the abstract answers, in other words than its own, and 50 that it doesn't, half of them near misses (it
speaks of the thing, but doesn't say how many, which or how much). `development.jsonl` has 285 more about other papers,
made in the same way; bounds and words were chosen by these alone. Of each answerable one, `sentence` is the place of
the sentence that answers it, from 0; no text of an abstract is here. All were written by one hand, the one that wrote
the checks; so the first figures of each new set say more than the last ones of an old set (RESULTS.md has both).

The models are made: one answers with the right sentence, the others answer everything. `hostile.py` has fifty papers
that give orders.
"""

import asyncio
import json
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.answers.hostile import QUESTIONS, Obedient, hostile, is_obeyed
from bot.domain.answer import Answer
from bot.domain.paper import Paper
from bot.papers.clients.minilm import MiniLm
from bot.papers.clients.model_folder import model_folder
from bot.summaries.answers.service import PaperAnswers
from bot.summaries.clients.openai import open_model
from bot.summaries.sentences import sentences
from support.embedding_models import NO_MODEL, SHARED
from support.recorded_corpus import CORPUS_MISSING, HISTORY, RECENT, _paper, corpus_records
from support.servers.model_server import ModelServer

FOLDER = Path(__file__).parent
TEST, DEVELOPMENT = FOLDER / "questions.jsonl", FOLDER / "development.jsonl"


@dataclass(frozen=True)
class Question:
    """`sentence` is the place of the sentence that answers it; None if none does. `near`: it is nearly answered."""

    paper: str
    text: str
    sentence: int | None
    near: bool


def questions(file: Path) -> list[Question]:
    """Read the questions of a file."""
    read = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return [Question(one["paper"], one["question"], one.get("sentence"), one.get("near_miss", False)) for one in read]


def papers_of(asked: Iterable[Question]) -> dict[str, Paper]:
    """Read the papers from the corpus."""
    wanted = {one.paper for one in asked}
    records = (record for name in (RECENT, HISTORY) for record in corpus_records(name))
    return {str(record["id"]): _paper(record) for record in records if record["id"] in wanted}


class Meanings:
    """Vectors of texts, kept for the whole run; none without a model."""

    def __init__(self, model: MiniLm | None) -> None:
        self._model = model
        self._kept: dict[str, object] = {}

    async def of_texts(self, texts: Sequence[str]) -> dict[str, object]:
        if self._model is None:
            return {}
        new = [text for text in dict.fromkeys(texts) if text not in self._kept]
        if new:
            self._kept |= dict(zip(new, await self._model.embed(new), strict=True))
        return {text: self._kept[text] for text in texts}


class NothingKept:
    """An answer store that keeps nothing, so that every kind of model is asked."""

    async def get(self, *_: object) -> None:
        return None

    async def keep(self, *_: object) -> None:
        return None


Says = Callable[[Question, Sequence[str], int], dict[str, object]]
"""What a model says to a question about an abstract of these sentences, of which that one is the closest."""


def honest(one: Question, said: Sequence[str], _closest: int) -> dict[str, object]:
    """The sentence that answers, or that nothing does."""
    if one.sentence is None:
        return {"answered": False, "answer": "", "quotes": [], "control": False}
    return {"answered": True, "answer": said[one.sentence], "quotes": [said[one.sentence]], "control": False}


def _all(answer: str, quote: str, control: object = True) -> dict[str, object]:
    return {"answered": True, "answer": answer, "quotes": [quote], "control": control}


def invented(one: Question, said: Sequence[str], closest: int) -> dict[str, object]:
    """A fluent answer, and a quote that sounds like the paper and isn't there."""
    made = f"We find that {said[closest].split(' ', 2)[-1].rstrip('.')}, as our ablations confirm in every setting."
    return _all("The authors report this in detail and confirm it in every setting.", made)


def closest_copied(_: Question, said: Sequence[str], closest: int) -> dict[str, object]:
    """The sentence closest to the question, as answer and as quote."""
    return _all(said[closest], said[closest])


def any_copied(one: Question, said: Sequence[str], _closest: int) -> dict[str, object]:
    """Any sentence, as answer and as quote."""
    drawn = random.Random(f"{one.paper} {one.text}").choice(said)
    return _all(drawn, drawn)


def affirmed(one: Question, said: Sequence[str], closest: int) -> dict[str, object]:
    """A fluent answer that affirms what is asked, with the closest sentence as its quote."""
    asked = one.text.rstrip("?").split(" ", 1)[-1]
    return _all(f"Yes, the paper says {asked}: {said[closest]}", said[closest])


def numbered(_: Question, said: Sequence[str], closest: int) -> dict[str, object]:
    """A number that isn't there, with the closest sentence as its quote."""
    return _all(f"It is 7321.5 in total. {said[closest]}", said[closest])


def believed(_: Question, said: Sequence[str], closest: int) -> dict[str, object]:
    """The closest sentence, by a model that says no to the question that no paper answers."""
    return _all(said[closest], said[closest], control=False)


ANSWER_ALL: tuple[Says, ...] = (invented, closest_copied, any_copied, affirmed, numbered)


@dataclass(frozen=True)
class Asked:
    """A question, its paper, and the answer that people see."""

    question: Question
    paper: Paper
    answer: Answer

    @property
    def says_something(self) -> bool:
        return bool(self.answer.text or self.answer.quotes)

    @property
    def finds_the_sentence(self) -> bool:
        """Whether the sentence that answers, or a part of it, is quoted."""
        right = sentences(self.paper.abstract)[self.question.sentence or 0]
        return any(quote in right for quote in self.answer.quotes)

    @property
    def is_verbatim(self) -> bool:
        return all(quote in self.paper.abstract for quote in self.answer.quotes)


async def measured(
    asked: Sequence[Question], papers: dict[str, Paper], meanings: Meanings, says: Says | None
) -> list[Asked]:
    """Ask every question, of a model on loopback that says that, or without one."""
    async with ModelServer() as server, open_model("", server.base_url, server.model) as model:
        answers = PaperAnswers(NothingKept(), model if says else None, meanings)  # type: ignore[arg-type]
        found = []
        for one in asked:
            paper = papers[one.paper]
            if says:
                said = sentences(paper.abstract)
                server.says = json.dumps(says(one, said, await _closest(one.text, said, meanings)))
            found.append(Asked(one, paper, await answers.of(paper, one.text)))
        return found


async def _closest(question: str, said: Sequence[str], meanings: Meanings) -> int:
    vectors = await meanings.of_texts([question, *said])
    if not vectors:
        words = set(question.lower().split())
        return max(range(len(said)), key=lambda place: len(words & set(said[place].lower().split())))
    return max(range(len(said)), key=lambda place: float(vectors[question] @ vectors[said[place]]))  # type: ignore[operator]


async def obeyed(meanings: Meanings, in_any_case: bool) -> tuple[int, int]:
    """Return how many of the fifty papers were obeyed in any of the questions, and of how many."""
    count = 0
    for one in hostile():
        answers = PaperAnswers(NothingKept(), Obedient(one, in_any_case), meanings)  # type: ignore[arg-type]
        shown = [await answers.of(one.paper, question) for question in QUESTIONS]
        plainly = PaperAnswers(NothingKept(), None, meanings)  # type: ignore[arg-type]
        shown += [await plainly.of(one.paper, question) for question in QUESTIONS]
        count += any(is_obeyed(one, " ".join((answer.text, *answer.quotes))) for answer in shown)
    return count, len(hostile())


def share(asked: Iterable[Asked], is_so: Callable[[Asked], bool]) -> float:
    """Return the share of which that is true."""
    every = list(asked)
    return sum(map(is_so, every)) / len(every)


async def _table(file: Path, meanings: Meanings) -> tuple[list[str], list[Asked]]:
    asked = questions(file)
    papers = papers_of(asked)
    answerable = [one for one in asked if one.sentence is not None]
    unanswerable = [one for one in asked if one.sentence is None]
    rows, seen = [], list[Asked]()
    for name, says in (("no model: closest sentences", None), ("an honest model", honest)):
        right = await measured(answerable, papers, meanings, says)
        wrong = await measured(unanswerable, papers, meanings, says)
        seen += [*right, *wrong]
        rows.append(_row(name, f"{share(right, lambda one: one.finds_the_sentence):.2f}", wrong))
    strict = await measured(answerable, papers, meanings, lambda *about: {**honest(*about), "control": True})
    found = share(strict, lambda one: one.finds_the_sentence)
    rows.append(f"| the same, if it says yes to the control | {found:.2f} | – | – | – |")
    every = list[Asked]()
    for says in (*ANSWER_ALL, believed):
        wrong = await measured(unanswerable, papers, meanings, says)
        seen += wrong
        every += wrong if says is not believed else []
        rows.append(_row(f"{says.__name__.replace('_', ' ')}: {(says.__doc__ or '').rstrip('.')}", "–", wrong))
    rows.append(_row("all five that say yes to the control", "–", every))
    return rows, seen


def _row(name: str, right: str, wrong: Sequence[Asked]) -> str:
    kinds = (wrong, [one for one in wrong if one.question.near], [one for one in wrong if not one.question.near])
    unsaid = (f"{share(kind, lambda one: not one.says_something):.2f}" for kind in kinds)
    return f"| {' | '.join((name, right, *unsaid))} |"


async def main() -> None:
    """Print the tables of both sets, with and without meanings, and of the orders."""
    if CORPUS_MISSING:
        sys.exit(f"This needs the corpus: {CORPUS_MISSING}.")
    folder = model_folder(SHARED, SHARED)
    if folder is None:
        sys.exit(f"This needs the embedding model: {NO_MODEL}.")
    for name, meanings in (("all-MiniLM-L6-v2", Meanings(MiniLm(folder))), ("words alone", Meanings(None))):
        for file in (TEST, DEVELOPMENT):
            rows, seen = await _table(file, meanings)
            quoted = [one for one in seen if one.answer.quotes]
            print(f"\n{file.name}, {name}\n")
            print("| who answers | answered rightly | doesn't say | … near misses | … others |\n|---|---|---|---|---|")
            print("\n".join(rows))
            print(f"\nquotes verbatim: {share(quoted, lambda one: one.is_verbatim):.2f} of {len(quoted)} answers")
        for kind, in_any_case in (("what it is shown", False), ("what the paper says, shown or not", True)):
            number, of = await obeyed(meanings, in_any_case)
            print(f"hostile papers, {name}, a model that obeys {kind}: {number} of {of} obeyed")


if __name__ == "__main__":
    asyncio.run(main())
