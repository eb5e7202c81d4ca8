"""arXiv's categories: codes, names, what each covers, and the nearest to a misspelled one.

Source: https://arxiv.org/category_taxonomy.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from bot.domain.errors import BadInput
from bot.domain.text import fuzzy
from bot.domain.text.clean import shorten
from bot.domain.text.normalize import fold
from bot.domain.wording import listed

_SUBJECTS = {
    "cs": """AI Artificial Intelligence|AR Hardware Architecture|CC Computational Complexity
CE Computational Engineering, Finance, and Science|CG Computational Geometry|CL Computation and Language
CR Cryptography and Security|CV Computer Vision and Pattern Recognition|CY Computers and Society|DB Databases
DC Distributed, Parallel, and Cluster Computing|DL Digital Libraries|DM Discrete Mathematics
DS Data Structures and Algorithms|ET Emerging Technologies|FL Formal Languages and Automata Theory
GL General Literature|GR Graphics|GT Computer Science and Game Theory|HC Human-Computer Interaction
IR Information Retrieval|IT Information Theory|LG Machine Learning|LO Logic in Computer Science
MA Multiagent Systems|MM Multimedia|MS Mathematical Software|NA Numerical Analysis
NE Neural and Evolutionary Computing|NI Networking and Internet Architecture|OH Other Computer Science
OS Operating Systems|PF Performance|PL Programming Languages|RO Robotics|SC Symbolic Computation|SD Sound
SE Software Engineering|SI Social and Information Networks|SY Systems and Control""",
    "math": """AC Commutative Algebra|AG Algebraic Geometry|AP Analysis of PDEs|AT Algebraic Topology
CA Classical Analysis and ODEs|CO Combinatorics|CT Category Theory|CV Complex Variables|DG Differential Geometry
DS Dynamical Systems|FA Functional Analysis|GM General Mathematics|GN General Topology|GR Group Theory
GT Geometric Topology|HO History and Overview|IT Information Theory|KT K-Theory and Homology|LO Logic
MG Metric Geometry|MP Mathematical Physics|NA Numerical Analysis|NT Number Theory|OA Operator Algebras
OC Optimization and Control|PR Probability|QA Quantum Algebra|RA Rings and Algebras|RT Representation Theory
SG Symplectic Geometry|SP Spectral Theory|ST Statistics Theory""",
    "astro-ph": """CO Cosmology and Nongalactic Astrophysics|EP Earth and Planetary Astrophysics
GA Astrophysics of Galaxies|HE High Energy Astrophysical Phenomena
IM Instrumentation and Methods for Astrophysics|SR Solar and Stellar Astrophysics""",
    "cond-mat": """dis-nn Disordered Systems and Neural Networks|mes-hall Mesoscale and Nanoscale Physics
mtrl-sci Materials Science|other Other Condensed Matter|quant-gas Quantum Gases|soft Soft Condensed Matter
stat-mech Statistical Mechanics|str-el Strongly Correlated Electrons|supr-con Superconductivity""",
    "nlin": """AO Adaptation and Self-Organizing Systems|CD Chaotic Dynamics
CG Cellular Automata and Lattice Gases|PS Pattern Formation and Solitons
SI Exactly Solvable and Integrable Systems""",
    "physics": """acc-ph Accelerator Physics|ao-ph Atmospheric and Oceanic Physics|app-ph Applied Physics
atm-clus Atomic and Molecular Clusters|atom-ph Atomic Physics|bio-ph Biological Physics|chem-ph Chemical Physics
class-ph Classical Physics|comp-ph Computational Physics|data-an Data Analysis, Statistics and Probability
ed-ph Physics Education|flu-dyn Fluid Dynamics|gen-ph General Physics|geo-ph Geophysics
hist-ph History and Philosophy of Physics|ins-det Instrumentation and Detectors|med-ph Medical Physics
optics Optics|plasm-ph Plasma Physics|pop-ph Popular Physics|soc-ph Physics and Society|space-ph Space Physics""",
    "q-bio": """BM Biomolecules|CB Cell Behavior|GN Genomics|MN Molecular Networks|NC Neurons and Cognition
OT Other Quantitative Biology|PE Populations and Evolution|QM Quantitative Methods|SC Subcellular Processes
TO Tissues and Organs""",
    "q-fin": """CP Computational Finance|EC Economics|GN General Finance|MF Mathematical Finance
PM Portfolio Management|PR Pricing of Securities|RM Risk Management|ST Statistical Finance
TR Trading and Market Microstructure""",
    "stat": """AP Applications|CO Computation|ME Methodology|ML Machine Learning|OT Other Statistics
TH Statistics Theory""",
    "eess": "AS Audio and Speech Processing|IV Image and Video Processing|SP Signal Processing|SY Systems and Control",
    "econ": "EM Econometrics|GN General Economics|TH Theoretical Economics",
}

_ARCHIVE_NAMES = {
    "cs": "Computer Science",
    "math": "Mathematics",
    "astro-ph": "Astrophysics",
    "cond-mat": "Condensed Matter",
    "nlin": "Nonlinear Sciences",
    "physics": "Physics",
    "q-bio": "Quantitative Biology",
    "q-fin": "Quantitative Finance",
    "stat": "Statistics",
    "eess": "Electrical Engineering and Systems Science",
    "econ": "Economics",
    "gr-qc": "General Relativity and Quantum Cosmology",
    "hep-ex": "High Energy Physics - Experiment",
    "hep-lat": "High Energy Physics - Lattice",
    "hep-ph": "High Energy Physics - Phenomenology",
    "hep-th": "High Energy Physics - Theory",
    "math-ph": "Mathematical Physics",
    "nucl-ex": "Nuclear Experiment",
    "nucl-th": "Nuclear Theory",
    "quant-ph": "Quantum Physics",
}

_POPULAR = """cs.LG cs.CL cs.AI cs.CV cs.RO stat.ML cs.CR cs.SE cs.HC cs.IR cs.MA cs.SD cs.DC cs.DB cs.DS eess.IV
eess.SY math.OC q-bio.QM quant-ph cond-mat.mtrl-sci astro-ph.GA hep-th physics.optics econ.EM"""
POPULAR = tuple(_POPULAR.split())
"""Categories to offer before anything is typed: at most 25 (see `bot.app.completions.MOST`)."""

# One category under two codes: arXiv lists every paper of the one under the other.
_SAME = {
    "cs.IT": "math.IT",
    "cs.NA": "math.NA",
    "cs.SY": "eess.SY",
    "math.MP": "math-ph",
    "stat.TH": "math.ST",
    "q-fin.EC": "econ.GN",
}
_TWINS = _SAME | {there: here for here, there in _SAME.items()}

# What people call a category where neither its code nor its name says it.
_CALLED = {
    "nlp": ("cs.CL",),
    "natural language processing": ("cs.CL",),
    "language": ("cs.CL",),
    "linguistics": ("cs.CL",),
    "llm": ("cs.CL", "cs.LG", "cs.AI"),
    "llms": ("cs.CL", "cs.LG", "cs.AI"),
    "ml": ("cs.LG", "stat.ML"),
    "machine learning": ("cs.LG", "stat.ML"),
    "deep learning": ("cs.LG", "stat.ML"),
    "dl": ("cs.LG", "cs.DL"),
    "rl": ("cs.LG", "cs.AI"),
    "reinforcement learning": ("cs.LG", "cs.AI"),
    "ai": ("cs.AI",),
    "vision": ("cs.CV",),
    "cv": ("cs.CV", "math.CV"),
    "image": ("cs.CV", "eess.IV"),
    "images": ("cs.CV", "eess.IV"),
    "robot": ("cs.RO",),
    "robots": ("cs.RO",),
    "robotics": ("cs.RO",),
    "rob": ("cs.RO",),
    "security": ("cs.CR",),
    "crypto": ("cs.CR",),
    "hci": ("cs.HC",),
    "speech": ("eess.AS", "cs.SD", "cs.CL"),
    "audio": ("eess.AS", "cs.SD"),
    "agents": ("cs.MA", "cs.AI"),
    "algorithms": ("cs.DS",),
    "networks": ("cs.NI", "cs.SI"),
    "quantum": ("quant-ph",),
    "quantum computing": ("quant-ph", "cs.ET"),
    "theory": ("cs.CC", "cs.DS"),
    "strings": ("hep-th",),
    "gravity": ("gr-qc",),
    "relativity": ("gr-qc",),
    "cosmology": ("astro-ph.CO", "gr-qc"),
    "astronomy": ("astro-ph",),
    "neuroscience": ("q-bio.NC",),
    "finance": ("q-fin",),
    "biology": ("q-bio",),
    "optimization": ("math.OC",),
    "control": ("eess.SY", "math.OC"),
    "signal": ("eess.SP",),
    "economics": ("econ", "econ.GN"),
}

_NEAR_ENOUGH = 65.0
"""Minimum rapidfuzz score, of 100, for a suggestion."""
_NEAR_ARCHIVE, _LONGEST_AFTER_SIGN = 75, 4


def _read(archive: str, subjects: str) -> dict[str, str]:
    pairs = (subject.split(" ", 1) for subject in re.split(r"[|\n]", subjects))
    return {f"{archive}.{code}": name for code, name in pairs}


CATEGORIES: Mapping[str, str] = MappingProxyType(
    _ARCHIVE_NAMES | {code: name for archive in _SUBJECTS for code, name in _read(archive, _SUBJECTS[archive]).items()}
)
"""Every category and every whole archive, by code, with its name."""

ARCHIVES: tuple[str, ...] = tuple(_ARCHIVE_NAMES)
"""The archives that announce; each has its own feed."""

_BY_LOWER_CASE = {code.lower(): code for code in CATEGORIES}
_FOLDED_NAMES = {code: fold(name) for code, name in CATEGORIES.items()}
_BY_NAME = {
    name: tuple(code for code, folded in _FOLDED_NAMES.items() if folded == name) for name in _FOLDED_NAMES.values()
}

_BEFORE_CODE = re.compile(r"(?:(?:arxiv|category|cat)(?:\.org/list/|\s*[:/]\s*|\s+))+", re.IGNORECASE)
_ARCHIVE = "|".join(sorted(map(re.escape, _ARCHIVE_NAMES), key=len, reverse=True))
_SPLIT_CODE = re.compile(rf"((?i:{_ARCHIVE}))(?:\s*[-:/_.]\s*(\S+)| ([A-Z]{{2}}))")
_LIKE_CODE = re.compile(r"([A-Za-z][a-z-]+)([-.:/_])([A-Za-z][A-Za-z-]{0,11})")
_CODE_SIGN = re.compile(rf"^({_ARCHIVE})[-:/_]([A-Za-z].*)$", re.IGNORECASE)


def archive_of(category: str) -> str:
    """Return the archive of a category: `cs.LG` gives `cs`, `hep-th` gives `hep-th`."""
    return category.split(".", 1)[0]


def has_subjects(archive: str) -> bool:
    """Return True if an archive has subcategories, like `cs` but not `hep-th`."""
    return archive in _SUBJECTS


def name_of(category: str) -> str:
    """Return the name of a category, or the code if it is newer than this list."""
    return CATEGORIES.get(category, category)


def is_category(text: str) -> str | None:
    """Return the category or archive that `text` names, as arXiv writes it (`CS.cl` gives `cs.CL`), or None."""
    return _BY_LOWER_CASE.get(text.strip().lower())


@lru_cache(maxsize=16_384)  # asked for every follow and every category of every paper
def covers(followed: str, category: str) -> bool:
    """Return True if following `followed` brings papers of `category`: itself, its archive, or its alias.

    An alias is the same category under another code: `cs.SY` and `eess.SY` hold the same papers.
    """
    return followed in covering(category)


def covering(category: str) -> frozenset[str]:
    """Return all codes that cover a category."""
    return frozenset(one for code in aliases(category) for one in (code, archive_of(code)))


def aliases(category: str) -> frozenset[str]:
    """Return the codes of a category: its own and, where it has one, its alias."""
    return frozenset((category, _TWINS.get(category, category)))


def find_category(text: str) -> str | None:
    """Return the category or archive that a person's `text` is the code of, or None.

    `cs-CL`, `cs:CL`, `cs/CL`, `cs CL` and "arxiv cs.CL" are `cs.CL`.
    """
    typed = text.strip()[:60]
    bare = _BEFORE_CODE.sub("", typed).strip(" .")
    if known := is_category(typed) or is_category(bare):
        return known
    found = _SPLIT_CODE.fullmatch(bare)
    return is_category(f"{found[1]}.{found[2] or found[3]}") if found else None


def categories_named(text: str) -> tuple[str, ...]:
    """Return the categories whose official name `text` is: cs.LG and stat.ML for "machine learning"."""
    return _BY_NAME.get(fold(text[:100]), ())


def categories_called(text: str) -> tuple[str, ...]:
    """Return the categories that people mean by such a word: cs.CL for "nlp"."""
    return _CALLED.get(fold(text[:100]), ())


def only_names_category(text: str) -> bool:
    """Return True if `text` names one category and is no phrase of papers: "Computation and Language"."""
    joined = {"and", "in", "of", "other", "general"} & set(fold(text[:100]).split())
    return len(categories_named(text)) == 1 and bool(joined)


def looks_like_category(text: str) -> bool:
    """Return True if `text` has the form of a category's code, whether or not it exists: `cs.NLP`, `cs-XY`."""
    found = _LIKE_CODE.fullmatch(_BEFORE_CODE.sub("", text.strip()[:60]))
    if not found:
        return False
    archive, sign, subject = found[1].lower(), found[2], found[3]
    if sign != ".":  # "physics-informed" is a topic
        return archive in ARCHIVES and len(subject) <= _LONGEST_AFTER_SIGN
    return bool(fuzzy.extractOne(archive, ARCHIVES, scorer=fuzzy.ratio, score_cutoff=_NEAR_ARCHIVE))


def nearest_categories(text: str, limit: int = 3) -> tuple[str, ...]:
    """Return the categories that `text` most likely means, nearest first."""
    typed = _CODE_SIGN.sub(r"\1.\2", text.strip()[:100])
    wanted = fold(typed)
    if not wanted:
        return ()
    archive, _, subject = typed.lower().partition(".")
    called = _CALLED.get(wanted) or _CALLED.get(fold(subject) if archive in ARCHIVES else "", ())
    scores = {code: _nearness(typed.lower(), wanted, code) for code in CATEGORIES}
    near = sorted((code for code in scores if scores[code] >= _NEAR_ENOUGH), key=lambda code: -scores[code])
    return tuple(dict.fromkeys((*called, *near)))[:limit]


def read_category(text: str, example: str, command: str = "") -> str:
    """Return the category that a user typed by code or official name, as arXiv writes it.

    Raises BadInput with the nearest categories, offered as arguments of `command` if it isn't empty.
    """
    if known := find_category(text) or next(iter(categories_named(text)), None):
        return known
    near = nearest_categories(text)
    hint = f"Did you mean {listed([f'{code} ({name_of(code)})' for code in near], 'or')}?" if near else example
    offers = tuple(f"{command} {category}" for category in near) if command else ()
    raise BadInput(f"arXiv has no category “{shorten(text, 40)}”.", hint, offers)


def _nearness(typed: str, wanted: str, code: str) -> float:
    by_code = fuzzy.ratio(typed, code.lower())
    by_name = fuzzy.token_sort_ratio(wanted, _FOLDED_NAMES[code])
    # Part of a name counts less than the whole name.
    by_part = (
        0.9 * fuzzy.partial_ratio(wanted, _FOLDED_NAMES[code]) if 5 <= len(wanted) <= len(_FOLDED_NAMES[code]) else 0
    )
    return max(by_code, by_name, by_part)
