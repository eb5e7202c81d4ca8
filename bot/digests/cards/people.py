"""The card of who all may be meant by a name that is to be followed."""

from collections.abc import Sequence

from bot.authors.cards import author_data
from bot.domain.author import Author, identity_address
from bot.domain.card import Actions, Block, Button, Card, Fine, Line, Link, Paragraph, Row, bold, line
from bot.domain.text.clean import shorten
from bot.domain.wording import count

_PLACE, _TOPIC = 60, 60


def people_card(name: str, people: Sequence[Author]) -> Card:
    """Several people of one name, each with institution, works and topic, and a button that follows her alone."""
    text = f"{len(people)} people are named “{shorten(name, 80)}”. Whom shall this channel follow?"
    blocks: list[Block] = [Paragraph((line(text),))]
    blocks += [Row(_who(one), Button("Follow", f"/follow {one.identity}")) for one in people]
    blocks.append(Actions((Button("Everybody of this name", f"/follow name:{name}"),)))
    blocks.append(
        Fine(
            line(
                "By OpenAlex; one person may stand here twice. Ids work too: openalex:A…, orcid:…, an arXiv author id."
            )
        )
    )
    data = {"candidates": [author_data(one) | {"identity": one.identity} for one in people]}
    return Card("people", text, tuple(blocks), private=True, data=data)


def _who(author: Author) -> Line:
    place = shorten(author.affiliations[0].institution, _PLACE) if author.affiliations else ""
    works = count(author.papers.value, "work") if author.papers else ""
    topic = shorten(author.topics[0] if author.topics else author.field, _TOPIC)
    said = "".join(f" · {part}" for part in (place, works, topic) if part)
    return line(bold(author.name), f"{said} · ", Link(author.identity, identity_address(author.identity)))
