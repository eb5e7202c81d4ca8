"""`/ask`: a question about one paper."""

from dataclasses import replace

from bot.domain.card import Button, Card
from bot.domain.command import Caller, Command
from bot.domain.command_spec import Argument, CommandSpec, Cost, HelpLine, Route, first_word
from bot.domain.errors import BadInput, WhichPaper
from bot.domain.form import OPENED, Values
from bot.domain.frozen import frozen
from bot.domain.paper_source import find_ids
from bot.domain.purpose import Purpose, pointed_at
from bot.domain.text.clean import clean, shorten
from bot.papers.lookup import PaperLookup
from bot.papers.store.papers import PaperStore
from bot.summaries.answers.cards import ASK_FORM, QUESTION, answer_card, form_card
from bot.summaries.answers.prompt import QUESTION_LIMIT
from bot.summaries.answers.service import PaperAnswers

_EXAMPLE = "Type the paper, then the question: /ask 2605.05971 what data do they use?"
_BUTTON_LIMIT = 60
"""Characters of a question in a button: platforms limit what a button carries."""


@frozen
class AskPaper(Command):
    """`/ask <arXiv id or URL> <question>`; `otherwise` are offers for a question outside of a paper's thread."""

    paper: str
    question: str
    otherwise: tuple[Button, ...] = ()


@frozen
class AskForQuestion(Command):
    """The Ask button: a form for a question about the paper of that id."""

    paper: str


async def ask_paper(command: AskPaper, caller: Caller, lookup: PaperLookup, answers: PaperAnswers) -> Card:
    """Return the answer; whoever reads the question, in a thread or a mention, sees the answer too.

    Raises BadInput, SourceDown if arXiv is down, and HeldBack.
    """
    question = clean(command.question, QUESTION_LIMIT)
    if not any(map(str.isalnum, question)):
        raise BadInput("What would you like to know?", _EXAMPLE)
    if command.otherwise and not caller.thread:
        raise BadInput(f"I'm not sure what “{shorten(question, 120)}” means.", "Did you mean:", command.otherwise)
    again = shorten(question, _BUTTON_LIMIT).rstrip("…")
    paper = await lookup.find_paper(command.paper, Purpose(f"/ask {{id}} {again}", "Ask", caller.thread))
    card = answer_card(paper, question, await answers.of(paper, question))
    return replace(card, private=not (caller.thread or caller.aloud))


async def ask_for_question(command: AskForQuestion, papers: PaperStore) -> Card:
    """Return the form; it opens without the title of a paper that isn't known here. Raises WhichPaper, StoreDown."""
    ids = find_ids(command.paper)
    if not ids:
        raise WhichPaper("Which paper?", _EXAMPLE, Purpose("/ask {id}", "Ask"))
    known = (await papers.get(ids[:1])).get(ids[0])
    return form_card(ids[0], known.title if known else "")


def read_question(values: Values) -> AskPaper:
    """Return the question of a filled form."""
    return AskPaper(" ".join(values.get(OPENED, ())), " ".join(values.get(QUESTION, ())))


def parse_ask(text: str) -> AskPaper:
    """Parse the text after `/ask`: a paper's id, link or number in the thread, then the question.

    Without a paper, the question is about the paper of the thread, or about the one that it numbers ("what data does
    #3 use?").
    """
    word, rest = first_word(text)
    if find_ids(word):
        return AskPaper(word, rest)
    return AskPaper(*pointed_at(text))


ASK = CommandSpec(
    "ask",
    parse=parse_ask,
    routes=(Route(AskPaper, ask_paper, Cost.MODEL),),
    description="A question about one paper; only you see the answer",
    arguments=(
        Argument("paper", "arXiv id, address or title", required=True, completes="paper"),
        Argument("question", "what you would like to know", required=True),
    ),
    build=AskPaper,
    help=(HelpLine("/ask 2605.05971 what data do they use?", "an answer from the paper, with quotes"),),
)
ASK_ABOUT = CommandSpec(
    ASK_FORM,
    parse=AskForQuestion,
    routes=(Route(AskForQuestion, ask_for_question, Cost.STORE, form=True),),
    submit=read_question,
)
