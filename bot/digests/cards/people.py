"""Card of the authors with a name, to pick the one to follow."""

from collections.abc import Sequence

from bot.authors.cards import author_data
from bot.domain.author import Author, identity_address
from bot.domain.card import Actions, Block, Button, Card, Fine, Line, Link, Paragraph, Row, bold, line
from bot.domain.text.clean import shorten
from bot.domain.wording import count

_MAX_LENGTH = 60


def people_card(name: str, people: Sequence[Author]) -> Card:
    """Return the private card of several authors with a name, each with institution, works, topic and follow button."""
    text = f"{len(people)} people are named “{shorten(name, 80)}”. Which one should I follow?"
    blocks: list[Block] = [Paragraph((line(text),))]
    blocks += [Row(_author_line(author), Button("Follow", f"/follow {author.identity}")) for author in people]
    blocks.append(Actions((Button("Everyone with this name", f"/follow name:{name}"),)))
    blocks.append(
        Fine(line("From OpenAlex, which may list a person twice. An ORCID or an arXiv author page works too."))
    )
    data = {"candidates": [author_data(author) | {"identity": author.identity} for author in people]}
    return Card("people", text, tuple(blocks), private=True, data=data)


def _author_line(author: Author) -> Line:
    institution = shorten(author.affiliations[0].institution, _MAX_LENGTH) if author.affiliations else ""
    works = count(author.papers.value, "work") if author.papers else ""
    topic = shorten(author.topics[0] if author.topics else author.field, _MAX_LENGTH)
    facts = "".join(f" · {fact}" for fact in (institution, works, topic) if fact)
    return line(bold(author.name), f"{facts} · ", Link(author.identity, identity_address(author.identity)))
