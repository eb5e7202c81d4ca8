"""`python -m benchmarks.latex.run`: what is left of TeX in the recorded titles and abstracts, and how fast is it read?

The baseline is the code that replaced by rules, taken from git and measured in the same run. Writes RESULTS.md.
"""

import random
import re
import subprocess
import sys
import types
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from time import perf_counter

from pylatexenc import latexwalker

from benchmarks.report import machine
from bot.domain.text.latex import draw
from support.recorded_corpus import CORPUS_MISSING, HISTORY, RECENT, corpus_records

RULES = "4e89a25"
"""The last commit that replaced by rules."""
BY_EYE = """
200 titles and abstracts with TeX, drawn at random (`--show`), were read by eye: nothing of TeX is left in them, no
accent is lost and no operator glued. What could be nicer: a subscript that Unicode lacks stays in one line (`W_base`);
a product under a fraction's line has no brackets (`nπ/2e`); commands that authors define for themselves are shown by
their names (`method`), as nobody knows their meaning; where the recorded text had itself lost part of a macro
(`\\r{ho}` for `\\rho`), it is drawn as it is written.

What is left of the faults above: a text about braces and backslashes, single braces that authors typed, and what they
glued themselves (a formula right after a word, a macro `\\Cmin` of their own).
"""
TABLE = Path(__file__).with_name("RESULTS.md")
Draw = Callable[[str], str]
ROUNDS = 5

_MACRO = re.compile(r"\\([A-Za-z]+)")
_WORDS = [
    "log",
    "ln",
    "exp",
    "sin",
    "cos",
    "tan",
    "max",
    "min",
    "sup",
    "inf",
    "lim",
    "det",
    "dim",
    "ker",
    "gcd",
    "arg",
    "Pr",
    "tanh",
]
_ACCENT = re.compile(r"\\(?:hat|widehat|tilde|widetilde|bar|overline|vec|dot|ddot|check|mathring)(?![A-Za-z])")
_MARK = re.compile("[\u0300-\u036f\u20d0-\u20f0]+")
FAULTS = {
    "backslash": "a backslash",
    "name": "the bare name of a macro of LaTeX",
    "brace": "a lone brace",
    "glued": "an operator glued to a letter (nlog n)",
    "accent": "an accent that is lost",
}


def faults(typed: str, drawn: str) -> set[str]:
    """Name what is left of TeX in `drawn`; it knows LaTeX's macros by pylatexenc's own list, not by the bot's."""
    names = set(_MACRO.findall(typed))
    checks = {
        "backslash": "\\" in drawn.replace("\\\\", ""),
        "brace": drawn.count("{") != drawn.count("}"),
        "name": any(_is_bare(name, typed, drawn) for name in names & _known()),
        "glued": any(_is_glued(word, typed, drawn) for word in names.intersection(_WORDS)),
        "accent": len(_ACCENT.findall(typed)) > _marks(drawn) - _marks(typed),
    }
    return {fault for fault, found in checks.items() if found}


@cache
def _known() -> frozenset[str]:
    specs = latexwalker.get_default_latex_context_db().iter_macro_specs()
    names = {spec.macroname for spec in specs} | {"le", "ge", "ne", "top", "bm", "rightarrow", "mathsf", "operatorname"}
    return frozenset(name for name in names if len(name) > 1 and name.isalpha()) - set(_WORDS) - {"today", "item"}


def _is_bare(name: str, typed: str, drawn: str) -> bool:
    return drawn.count(name) > len(re.findall(rf"(?<!\\){name}", _MACRO.sub(" ", typed)))


def _is_glued(word: str, typed: str, drawn: str) -> bool:
    letter = "[A-Za-z\u0370-\u03ff]"
    glued = rf"{letter}{word}(?!{letter})|(?<!{letter}){word}{letter}"
    return len(re.findall(glued, drawn)) > len(re.findall(glued, _MACRO.sub("", typed)))


def _marks(text: str) -> int:
    return len(_MARK.findall(unicodedata.normalize("NFD", text)))


def baseline() -> Draw | None:
    """Load the rules from git; None where git or the commit is absent."""
    shown = subprocess.run(
        ["git", "show", f"{RULES}:bot/domain/text/latex.py"], capture_output=True, text=True, check=False
    )
    if shown.returncode:
        return None
    module = types.ModuleType("rules")
    exec(compile(shown.stdout, "rules", "exec"), module.__dict__)
    return module.draw


def throughput(draw: Draw, papers: Sequence[Sequence[str]]) -> float:
    begun = perf_counter()
    for texts in papers:
        for text in texts:
            draw(text)
    return len(papers) / (perf_counter() - begun)


def main() -> None:
    if CORPUS_MISSING:
        sys.exit(CORPUS_MISSING)
    papers = [
        (str(record["title"] or ""), str(record["summary"] or ""))
        for name in (RECENT, HISTORY)
        for record in corpus_records(name)
    ]
    if sys.argv[1:] == ["--show"]:
        return show(papers)
    TABLE.write_text("\n".join(_report(papers)) + "\n")
    print(TABLE.read_text())
    return None


def show(papers: Sequence[Sequence[str]], number: int = 200) -> None:
    """Print titles and abstracts with TeX, drawn at random, for eyes."""
    written = [text for texts in papers for text in texts if "\\" in text or "$" in text]
    for text in random.Random(13).sample(written, number):
        print(text, draw(text), sep="\n  -> ", end="\n\n")


def _report(papers: Sequence[Sequence[str]]) -> list[str]:
    ways = {name: way for name, way in (("rules", baseline()), ("parser", draw)) if way}
    counted = {name: _counted(way, papers) for name, way in ways.items()}
    lines = [
        "# LaTeX", "", "Written by `python -m benchmarks.latex.run`.", "", machine(), "",
        f"{len(papers):,} papers; {counted['parser']['texts']:,} of their titles and abstracts hold TeX. "
        f"Rules: the replacement rules until {RULES}.", "",
        "| texts that hold | " + " | ".join(ways) + " |", "|---|" + "---:|" * len(ways),
    ]  # fmt: skip
    for fault, words in {**FAULTS, "any": "any of these"}.items():
        cells = (f"{count[fault]:,} ({100 * count[fault] / count['texts']:.2f} %)" for count in counted.values())
        lines.append(f"| {words} | " + " | ".join(cells) + " |")
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            rates[name].append(throughput(way, papers))
    lines += ["", "| papers a second | " + " | ".join(ways) + " |", "|---|" + "---:|" * len(ways)]
    lines.append(f"| best of {ROUNDS}, by turns | " + " | ".join(f"{max(rate):,.0f}" for rate in rates.values()) + " |")
    lines.append(BY_EYE.rstrip())
    return lines


def _counted(way: Draw, papers: Sequence[Sequence[str]]) -> Counter[str]:
    count: Counter[str] = Counter()
    for text in (text for texts in papers for text in texts if re.search(r"[\\$]", text)):
        found = faults(text, way(text))
        count.update(["texts", *found, *(["any"] if found else [])])
    return count


if __name__ == "__main__":
    main()
