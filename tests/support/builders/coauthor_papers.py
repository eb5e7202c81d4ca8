"""Papers by people who write in two jargons without a common word: 50 fields, four papers a person."""

from bot.domain.paper import Paper

FIELDS = 50


def jargon(field: int, which: str) -> str:
    return " ".join(f"{which}{field}word{n}" for n in range(4))


def kin_paper(number: int, about: str, *authors: str) -> Paper:
    return Paper(f"2601.{number:05}", about, about, authors, ())


def written_by_kin(number: int) -> Paper:
    """Return the paper with this number; a person's papers alternate between the two jargons of the field."""
    field = number % FIELDS
    which = "old" if number // FIELDS % 2 else "new"
    return kin_paper(number, f"{jargon(field, which)} remark{number % 7}", f"Person{number // (FIELDS * 4)} Of{field}")
