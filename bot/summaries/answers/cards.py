"""The card of an answer to a question about a paper."""

from bot.domain.answer import Answer
from bot.domain.ask_json import paper_data
from bot.domain.card import Actions, Block, Bullets, Button, Card, Fine, Heading, Link, Paragraph, bold, line
from bot.domain.paper import Paper

NOT_SAID = "The abstract doesn't say."
CLOSEST = "Closest in the abstract:"


def answer_card(paper: Paper, question: str, answer: Answer) -> Card:
    """Return the card with the answer, its quotes, and the way to the paper."""
    text = answer.text or (CLOSEST if answer.quotes else NOT_SAID)
    blocks: list[Block] = [
        Heading(line(Link(paper.title, paper.abs_url)), level=2),
        Paragraph((line(bold(question)), line(text))),
    ]
    if answer.quotes:
        blocks.append(Bullets(tuple(line(f"“{quote}”") for quote in answer.quotes)))
    blocks.append(
        Actions(
            (
                Button("Key points", f"/peek {paper.id}", panel=True),
                Button("PDF", url=paper.pdf_url),
                Button("Save", f"/save {paper.id}"),
            )
        )
    )
    if answer.made_by:
        blocks.append(Fine(line(f"Answered from the abstract by {answer.made_by}")))
    data = {
        "paper": paper_data(paper),
        "question": question,
        "answer": answer.text,
        "quotes": list(answer.quotes),
        "made_by": answer.made_by,
    }
    return Card("answer", f"{question} {text}", tuple(blocks), data=data)
