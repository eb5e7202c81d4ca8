"""The papers and people of the recorded store: invented, always the same, by announcement day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from support.servers.arxiv_clients import a_paper
from support.servers.openalex_server import OpenAlexServer, article, person, preprint
from support.servers.semantic_scholar_server import scholar

DAYS = tuple(date(2026, 11, day) for day in (16, 17, 18, 19, 20, 23, 24))
"""A week of announcements; the tests compare the digest of the last day."""

A_DAY = 12
"""Papers announced on each day."""

ADA, ADA_OF_PHYSICS = "A5000000001", "A5000000002"
"""Two people called Ada Meyer, by their OpenAlex ids."""
YAM, YAM_ORCID = "A5000000003", "0000-0002-1825-0097"
LISTED, LISTED_NAME = "okafor_n_1", "Nia Okafor"
"""A person with an arXiv author identifier."""

_FIELDS: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("cs.LG", "stat.ML", ("state space models", "graph neural networks", "diffusion models", "federated learning"),
     ("linear recurrences", "a sparse attention kernel", "second-order updates", "a contrastive objective")),
    ("cs.CL", "cs.LG", ("language models", "machine translation", "question answering", "speech recognition"),
     ("retrieval of passages", "instruction tuning", "byte-level tokens", "preference optimization")),
    ("cs.CV", "cs.LG", ("image segmentation", "video generation", "depth estimation", "object detection"),
     ("vision transformers", "masked autoencoding", "gaussian splatting", "self-distillation")),
    ("quant-ph", "cs.ET", ("error correction", "entanglement", "quantum annealing", "boson sampling"),
     ("surface codes", "trapped ions", "tensor networks", "randomized benchmarking")),
    ("math.CO", "math.PR", ("random graphs", "chromatic numbers", "extremal set families", "Ramsey problems"),
     ("the probabilistic method", "flag algebras", "spectral bounds", "container lemmas")),
    ("astro-ph.GA", "astro-ph.CO", ("dwarf galaxies", "dark matter halos", "star formation", "galactic bars"),
     ("integral field spectra", "hydrodynamic simulations", "Gaia proper motions", "lensing maps")),
)  # fmt: skip
_TITLES = (
    "{How} for {what}",
    "Revisiting {what} with {how}",
    "{What} at scale: the role of {how}",
    "When does {how} help {what}?",
)
_OPENINGS = (
    "{What} remain hard to study where data are scarce.",
    "Progress on {what} has been slow, and existing methods cost {cost} GPU hours.",
    "We study {what} and ask which of their limits are fundamental.",
)
_MIDDLES = (
    "We propose a method that builds on {how} and needs no labels at all.",
    "Our approach combines {how} with a simple schedule, so that it runs on one machine.",
    "We prove that {how} suffices, and give a counterexample where it is left out.",
)
_RESULTS = (
    "In experiments on {count} benchmarks it improves the best known result by {gain}%.",
    "Across {count} datasets the error falls from {high}% to {low}%.",
    "We find an effect of {gain} standard deviations in {count} samples.",
)
_ENDS = (
    "These findings suggest that {what} may be cheaper than thought.",
    "Code and models are released for further work on {what}.",
    "We discuss what follows for practice and which questions stay open.",
)
_PLACES = (
    "alpine rivers", "old harbors", "winter wheat", "coral reefs", "tram networks", "glass furnaces", "bee colonies",
    "peat bogs", "desert roads", "tidal mills", "salt marshes", "orchard pests", "subway air", "barn owls", "ice cores",
    "loom patterns", "chess openings", "bell towers", "lava flows",
)  # fmt: skip
"""Each paper has its own few of them, so no two have the same text."""
_NAMES = (
    "Lena Brandt", "Tomás Herrera", "Wei Wang", "Sofia Rossi", "Kwame Mensah", "Ingrid Dahl", "Ravi Menon",
    "Chloé Martin", "Jun Takahashi", "Olga Petrova", "Elif Yılmaz", "Samuel Osei", "Marta Nowak", "Diego Silva",
    "Hannah Weiss", "Noah Fischer", "Aisha Khan", "Pavel Novák", "Mei Lin Tan", "Lars Eriksen",
)  # fmt: skip


def papers_of(day: date) -> list[Any]:
    """Return the papers that arXiv announced on a day."""
    return [_changed(paper, DAYS.index(day), number) for number, paper in enumerate(_plain(day))]


def all_papers() -> list[Any]:
    """Return the papers of all days."""
    return [paper for day in DAYS for paper in papers_of(day)]


def withdrawn() -> Any:
    """Return a paper of Tuesday in the version that withdrew it on Monday."""
    taken_back = "This paper has been withdrawn by the authors: Lemma 3 is wrong."
    return replace(papers_of(DAYS[1])[4], version=2, comment=taken_back, updated=datetime(2026, 11, 20, 9, tzinfo=UTC))


def unannounced() -> Any:
    """Return a paper that arXiv has and the store lacks."""
    old = datetime(2026, 3, 2, 11, tzinfo=UTC)
    return replace(
        papers_of(DAYS[0])[0], id="2603.01234", title="Zeppelin moorings in Lübeck", published=old, updated=old
    )


def fill_openalex(server: OpenAlexServer) -> None:
    """Add the people that OpenAlex distinguishes, and their papers."""
    every = all_papers()
    hers = [preprint(one.id) for one in every if "Ada Meyer" in one.authors and one.primary == "cs.LG"]
    others = [preprint(one.id) for one in every if "Ada Meyer" in one.authors and one.primary == "quant-ph"]
    known_hers, known_others = hers[:-1], others[:-1]
    server.add(person(ADA, "Ada Meyer", works_count=41, cited_by_count=903), *known_hers)
    server.add(person(ADA_OF_PHYSICS, "Ada Meyer", at=("ETH Zurich", [2026, 2019])), *known_others)
    own = [preprint(one.id) for one in every if "Yam Eitan" in one.authors]
    known = person(YAM, "Yam Eitan", orcid=f"https://orcid.org/{YAM_ORCID}", display_name_alternatives=["Y. Eitan"])
    server.add(known, *own, article("10.1145/3600006", "2025-02-03"))


def scholars() -> dict[str, list[dict[str, object]]]:
    """Return the Semantic Scholar authors of papers, by id."""
    return {
        one.id: [scholar(f"{1000 + number}", "Yam Eitan", h_index=6)]
        for number, one in enumerate(all_papers())
        if "Yam Eitan" in one.authors
    }


def _plain(day: date) -> Iterator[Any]:
    place = DAYS.index(day)
    submitted = datetime.combine(day, datetime.min.time(), UTC) - timedelta(days=3 if day.weekday() == 0 else 1)
    for number in range(A_DAY):
        serial = place * A_DAY + number
        primary, other, whats, hows = _FIELDS[number % len(_FIELDS)]
        said = _words(serial, whats, hows)
        title = _TITLES[(serial // 3) % len(_TITLES)].format(**said)
        yield a_paper(
            f"2611.{10_001 + 100 * place + number}",
            title=title[:1].upper() + title[1:],
            abstract=_abstract(serial, said),
            authors=_authors(serial),
            categories=(primary, other) if serial % 3 else (primary,),
            published=submitted + timedelta(hours=9, minutes=7 * number),
            updated=submitted + timedelta(hours=9, minutes=7 * number),
            code_url="",
        )


def _words(serial: int, whats: tuple[str, ...], hows: tuple[str, ...]) -> dict[str, object]:
    what, how = whats[(serial // 6) % len(whats)], hows[(serial // 4) % len(hows)]
    capital = {"What": what[:1].upper() + what[1:], "How": how[:1].upper() + how[1:]}
    figures = {
        "cost": 100 + serial,
        "count": 3 + serial % 9,
        "gain": 1 + serial % 17,
        "high": 30 - serial % 7,
        "low": 9,
    }
    return {"what": what, "how": how, **capital, **figures}


def _abstract(serial: int, said: dict[str, object]) -> str:
    parts = (_OPENINGS, _MIDDLES, _RESULTS, _ENDS)
    chosen = (part[(serial // (place + 1)) % len(part)] for place, part in enumerate(parts))
    cases = [_PLACES[(serial * 5 + step * (1 + serial % 6)) % len(_PLACES)] for step in range(1 + serial % 5)]
    remark = (
        f"As cases we take {', '.join(cases)}, in the order of their size."
        if serial % 2
        else f"We look at {' and '.join(cases)}."
    )
    return " ".join([*(sentence.format(**said) for sentence in chosen), remark])


def _authors(serial: int) -> tuple[str, ...]:
    count = 1 + serial % 4
    return tuple(_NAMES[(serial * 3 + step * 7) % len(_NAMES)] for step in range(count))


def _changed(paper: Any, place: int, number: int) -> Any:
    """Return a paper with extra fields for some of each day's papers: followed authors, code, journals, comments.

    A name has at most one paper a day, except on the last: this fixes the order of a list of them.
    """
    match number:
        case 0 if place in {2, 4, 6}:
            return replace(paper, authors=("Ada Meyer", "Lena Brandt"), comment="Accepted at NeurIPS 2026. 14 pages")
        case 1:
            named = "Code at https://github.com/lark-lab/lines"
            return replace(paper, authors=(*paper.authors, "Yam Eitan"), comment=named)
        case 3 if place in {1, 3, 6}:
            return replace(paper, authors=("Ada Meyer", "Pavel Novák", "Lars Eriksen"))
        case 7:
            printed = {"doi": "10.1000/lark.7", "journal_ref": "J. Larks 7 (2026) 1-9"}
            return replace(paper, authors=(LISTED_NAME, "Marta Nowak"), **printed)
        case 10:
            return replace(paper, categories=("math.CO", "cs.LG", "cs.CL"))
    return paper
