"""How people name an author: by a name, or by a paper and a part of a name."""

from collections.abc import Sequence

from bot.domain.author import Author
from bot.domain.errors import BadInput
from bot.domain.paper import Paper
from bot.domain.paper_source import only_id
from bot.domain.text.clean import shorten
from bot.domain.text.normalize import fold

EXAMPLE = "Try a name (/author Yam Eitan), a paper's ID and a name (/author 2605.05971 Yam Eitan), or an ID: \
/author openalex:A5023888391, /author orcid:0000-0002-1825-0097, /author warner_s_1 (arXiv)."

MAX_NAME_LENGTH = 100


def paper_and_name(text: str) -> tuple[str, str]:
    """Parse "2605.05971 Yam Eitan" or "Yam Eitan 2605.05971"; the id is empty if there is none."""
    first, _, rest = text.partition(" ")
    before, _, last = text.rpartition(" ")
    for word, name in ((first, rest), (last, before)):
        if paper_id := only_id(word):
            return paper_id, name.strip()
    return "", text


def read_name(text: str) -> str:
    """Return the name that a person typed, given name first. Raises BadInput if it can't be one."""
    name = text.strip().strip("\"'“”„«»‘’ ")
    if name.count(",") == 1:  # "Eitan, Yam"
        last, first = (part.strip() for part in name.split(","))
        name = f"{first} {last}".strip()
    if sum(character.isalpha() for character in name) < 2 or len(name) > MAX_NAME_LENGTH:
        raise BadInput(f"“{shorten(text, 80)}” doesn't look like an author.", EXAMPLE)
    return name


def one_with_part(name: str, authors: Sequence[str]) -> str:
    """Return the single author whose name contains this part, such as "Eitan"; empty otherwise."""
    wanted = set(fold(name).split())
    found = [author for author in authors if wanted <= set(fold(author).split())]
    return found[0] if wanted and len(found) == 1 else ""


def as_printed(text: str, papers: Sequence[Paper]) -> str:
    """Return the typed name as one of the papers prints it, or else as typed."""
    name = read_name(paper_and_name(text)[1])
    return next((printed for paper in papers if (printed := Author(name).name_in(paper.authors))), name)


def is_whole(name: str) -> bool:
    """Return True if no part is a bare initial, which many people share."""
    return all(len(word) > 1 for word in fold(name).split())
