"""The cards of an answer to a question about a paper, and of the form that asks for the question."""

from bot.domain.answer import Answer
from bot.domain.ask_json import paper_data
from bot.domain.card import (
    Actions,
    Block,
    Bullets,
    Button,
    Card,
    Fine,
    Heading,
    Line,
    Link,
    Paragraph,
    bold,
    code,
    line,
)
from bot.domain.form import Form, Lines
from bot.domain.paper import Paper
from bot.domain.text.clean import shorten
from bot.summaries.answers.prompt import QUESTION_LIMIT

NOT_SAID = "The abstract doesn't say."
NOT_READ = "The paper doesn't say, as far as I read it."
CLOSEST = "Closest in the abstract:"
CLOSEST_IN_TEXT = "Closest in the paper:"
ASK_FORM = "askform"
"""The name of the declaration that opens the form and reads it."""
QUESTION = "question"


def ask_button(paper_id: str) -> Button:
    """Return the button that asks for a question about the paper."""
    return Button("Ask", f"/{ASK_FORM} {paper_id}")


def answer_card(paper: Paper, question: str, answer: Answer) -> Card:
    """Return the card with the answer, its quotes, and the way to the paper."""
    text = answer.text or _without_answer(answer)
    blocks: list[Block] = [
        Heading(line(Link(paper.title, paper.abs_url)), level=2),
        Paragraph((line(bold(question)), line(text))),
    ]
    if answer.quotes:
        blocks.append(Bullets(tuple(_quoted(answer, place) for place in range(len(answer.quotes)))))
    links = [Button("PDF", url=paper.pdf_url)] + ([Button("Code", url=paper.code_url)] if paper.code_url else [])
    key_points, save = Button("Key points", f"/peek {paper.id}", panel=True), Button("Save", f"/save {paper.id}")
    blocks.append(Actions((ask_button(paper.id), key_points, *links, save)))
    if answer.notice:
        blocks.append(Fine(line(answer.notice)))
    if answer.made_by:
        read = "paper" if answer.full_text else "abstract"
        blocks.append(Fine(line(f"Answered from the {read} by {answer.made_by}")))
    data = {
        "paper": paper_data(paper),
        "question": question,
        "answer": answer.text,
        "quotes": list(answer.quotes),
        "sections": [answer.section_of(place) for place in range(len(answer.quotes))],
        "made_by": answer.made_by,
    }
    return Card("answer", f"{question} {text}", tuple(blocks), data=data)


def form_card(paper_id: str, title: str) -> Card:
    """Return the form for a question; where no form opens, it says what to type."""
    asks = Lines(QUESTION, "Your question", placeholder="What data do they use?", single=True, longest=QUESTION_LIMIT)
    form = Form(
        ASK_FORM,
        "Ask about this paper",
        "Ask",
        (asks,),
        (asks,),
        note=shorten(title, 200),
        opened=paper_id,
        opener=f"/{ASK_FORM} {paper_id}",
    )
    typed = f"/ask {paper_id} what data do they use?"
    said = line("Type your question after the paper's ID: ", code(typed))
    return Card("ask", f"Type your question: {typed}", (Paragraph((said,)),), private=True, form=form)


def _without_answer(answer: Answer) -> str:
    if answer.quotes:
        return CLOSEST_IN_TEXT if answer.full_text else CLOSEST
    return NOT_READ if answer.full_text else NOT_SAID


def _quoted(answer: Answer, place: int) -> Line:
    section = answer.section_of(place)
    origin = f"section {section}" if section else "the abstract"
    return line(f"“{answer.quotes[place]}”", *([f" (from {origin})"] if answer.full_text else []))
