"""BibTeX of the recorded papers, set by LaTeX itself: no error, whatever their titles and names hold."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.paper import Paper
from bot.library.citations.formats import FORMATS
from bot.library.citations.reference import Reference
from support.recorded_corpus import CORPUS_MISSING, HISTORY, some_papers

ODD = (
    "The α-RuCl₃ puzzle", "Learning on ℝ^d", "CO₂ capture", "ℓ₁ regularisation of 10⁻⁵ x_i", "π₀: A VLA model",
    "Ω, Λ, μ and ν̄ at √s = 13 TeV ≤ ∞", "𝔽_(p^m)[u]/⟨u^t⟩ and a^b^c", "中文 and Привет", "K*⁰→K⁺π⁻, D_s⁽*⁾ππ, x′²",
    "≲ ≳ ⩽ ≠ ∉ ⊨ « q » & 50% _ # $ { } ~ ^ \\ < > |", "Topology ẋ x̂ B̄ p⃗ Q̅C̅D̅ ½ ™ ☃ ﬁ", "e^(iπ)+1=0, f''(x), (∂/∂t)^2",
)  # fmt: skip
AUTHORS = (
    "Kinga Świątek-Dąbrowska", "Đorđe Đokić", "Văn Lê", "Þóra Eiríksdóttir", "Marco B. Dalla Torre",
    "李 明", "Иван Петров", "Şükrü Ağaoğlu", "Guðrún Árnadóttir", "Ọlá Ṣọlá", "Ḥasan Ȩko", "Nguyễn Thị Hiền", "Ẅyn Ḧaẅ",
)  # fmt: skip
PAPERS = [
    Paper(f"2605.{number:05}", title, "", AUTHORS, ("cs.LG",), datetime(2026, 5, 7, tzinfo=UTC))
    for number, title in enumerate(ODD)
]
PLAIN = r"\documentclass{article}\begin{document}\nocite{*}\bibliographystyle{plain}\bibliography{papers}\end{document}"
BIBLATEX = (
    r"\documentclass{article}\usepackage[backend=biber,maxnames=99]{biblatex}\addbibresource{papers.bib}"
    r"\begin{document}\nocite{*}\printbibliography\end{document}"
)
BIBTEX_HOLDS, BIBTEX_READS = 4000, 500
"""Entries that BibTeX's memory holds, so a large list is set in parts; authors of one paper that its buffer does."""
FAULT = re.compile(r"^! .*(?:\n.*){0,3}|^LaTeX Warning: Command .* invalid in math mode.*", re.MULTILINE)

needs_latex = pytest.mark.skipif(
    not (shutil.which("pdflatex") and shutil.which("bibtex")),
    reason="pdflatex and bibtex are missing: apt-get install texlive-latex-base",
)
needs_biber = pytest.mark.skipif(
    not (shutil.which("pdflatex") and shutil.which("biber")),
    reason="biber is missing: apt-get install texlive-latex-extra biber",
)
needs_corpus = pytest.mark.skipif(bool(CORPUS_MISSING), reason=CORPUS_MISSING)


def errors(papers: Sequence[Paper], folder: Path, document: str = PLAIN, program: str = "bibtex") -> list[str]:
    """What LaTeX and the program complain about when all papers are set in one document."""
    (folder / "main.tex").write_text(document, encoding="utf-8")
    found, whole = [], ""
    for first in range(0, len(papers), BIBTEX_HOLDS):
        some = [Reference(paper) for paper in papers[first : first + BIBTEX_HOLDS]]
        (folder / "papers.bib").write_text(FORMATS["bibtex"].write(some), encoding="utf-8")
        for command in (["pdflatex", "-interaction=nonstopmode", "main"], [program, "main"]):
            shown = _run(command, folder)
            found += re.findall(r"^(?:ERROR|WARN|I was|.*error message|.*fatal error).*", shown, re.MULTILINE)
        whole += (folder / "main.bbl").read_text(encoding="utf-8")
    (folder / "main.bbl").write_text(whole, encoding="utf-8")
    assert len(re.findall(r"\\bibitem|\\entry\{", whole)) == len(papers)
    return found + FAULT.findall(_run(["pdflatex", "-interaction=nonstopmode", "main"], folder))


def _run(command: Sequence[str], folder: Path) -> str:
    whole = {**os.environ, "max_print_line": "1000"}
    done = subprocess.run(command, cwd=folder, env=whole, capture_output=True, check=False, timeout=500)
    return done.stdout.decode("utf-8", "replace")


@pytest.mark.slow
@needs_latex
def test_odd_titles_and_names_are_set_without_a_package(tmp_path: Path) -> None:
    assert errors(PAPERS, tmp_path) == []
    assert (tmp_path / "main.pdf").stat().st_size > 10_000


@pytest.mark.slow
@needs_latex
def test_a_paper_pasted_twice_is_set_too(tmp_path: Path) -> None:
    assert errors([*PAPERS, replace(PAPERS[1], id="2605.99999")], tmp_path) == []


@pytest.mark.slow
@needs_biber
def test_biber_reads_them_too(tmp_path: Path) -> None:
    assert errors(PAPERS, tmp_path, BIBLATEX, "biber") == []


@pytest.mark.slow
@needs_biber
@needs_corpus
def test_biber_reads_a_thousand_recorded_papers(tmp_path: Path) -> None:
    assert errors(list(some_papers(every=35)), tmp_path, BIBLATEX, "biber") == []


@pytest.mark.slow
@needs_latex
@needs_corpus
def test_four_thousand_recorded_papers_are_set_in_one_document(tmp_path: Path) -> None:
    papers = {paper.id: paper for paper in (*some_papers(every=20), *some_papers(HISTORY, every=20))}

    assert errors([paper for paper in papers.values() if len(paper.authors) < BIBTEX_READS], tmp_path) == []
