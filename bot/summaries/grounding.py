"""Check that a paper supports a model's sentences: they share its words, and add no names."""

from collections.abc import Iterator
from functools import lru_cache

from bot.domain.paper import Paper
from bot.domain.text.normalize import fold, words
from bot.domain.text.pattern import later

# Of 461 sentences of 28 good summaries, seven miss these bounds. Checked against another paper of the same field and
# week, seven in ten of them miss the bounds; of sentences unrelated to papers, nearly all do.
_SHARED, _SHARE, _FEW = 2, 0.12, 3
_CLAUSE_END = later(r"[.!?;:—–]\s")  # a clause on another subject must pass by itself

_LISTED = (
    "ization isation ations ation ingly ities ments ment ness ings ing edly ied ies ally ical ity ive ion ers er ed es"
    " ly al ic e"
)
_ENDINGS = tuple(_LISTED.split())
_SHORTEST_STEM = 4
_SHORTEST_WORD = 3

_SAID_OF_ANYTHING = (
    "the and for with that are our from this which can via these their its not has have been than such also into but"
    " both more most using while paper work study research method approach technique framework system model author"
    " propose introduce present result show demonstrate finding improve improvement performance significant existing"
    " novel new provide field application potential implication future experiment evaluation data task various"
    " different important effective efficient lead advance development based highlight address challenge enhance"
    " enable allow offer suggest could may particularly including multiple compared across within through between"
    " will they you your all any who what how here now one two very best we it in on of to is as by at an he she if no"
)

_NAME = later(r"[^\W\d_][\w&.+'’]*")
# Inside a sentence, a capital isn't due to grammar.
_CAPITALS = later(r"(?<=[a-z0-9,;)] )[A-ZÀ-ÞŠŽŁ][a-zß-ÿšžł]+(?:[- ][A-ZÀ-ÞŠŽŁ][a-zß-ÿšžł]+)*(?![\w@])")
_IN_BRACKETS = later(r"\(([A-Z][A-Z0-9-]+)s?\)")
_LONGEST_EXPANSION = 8
KNOWN_TO_ALL = frozenset({"ai", "ml", "nlp", "llm", "vlm", "gpu", "cpu", "rl", "api", "pde", "ode", "sota", "id"})
_LAST_LETTERS = later(r"(?:['’]s|s)$")


def is_borne_out(sentence: str, source: str) -> bool:
    """Return True if an English `sentence` shares enough words with `source` to be about it. Ignores meaning."""
    own, said = content_words(source), content_words(sentence)
    needed = _SHARED if len(said) > _FEW else min(1, len(said))
    if len(said & own) < max(needed, _SHARE * len(said)):
        return False
    clauses = map(content_words, _CLAUSE_END.split(sentence))
    return not any(len(clause) >= _SHARED and not clause & own for clause in clauses)


def foreign_names(sentence: str, paper: Paper, lang: str = "en") -> list[str]:
    """Return the names in `sentence` that the paper lacks: capitals, acronyms, mixtures such as mLSTM or GPT-4.

    The paper's words make an acronym known, and its acronyms make the words known. In other languages than English,
    nouns may have capitals and acronyms may differ, so only mixtures count as names.
    """
    known = _known_names(" ".join((paper.title, paper.abstract, *paper.authors)))
    own = abbreviated_in(sentence)
    return list(dict.fromkeys(name for name in _names(sentence, lang) if name not in own and not known.holds(name)))


class _Known:
    """The names in a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words = frozenset(fold(text).split())
        self._run_together = "".join(fold(text).split())
        self._initials = _initials(text)

    def holds(self, name: str) -> bool:
        if name in self._text and not name.isalpha():
            return True  # folding leaves one letter of C++
        parts = [part for part in fold(name).split() if part not in _no_names()]
        if any(part in KNOWN_TO_ALL or _stem(part) in self._run_together for part in parts if len(part) > 1):
            return True
        if len(parts) > 1:
            return "".join(part[0] for part in parts) in self._words
        return not parts or (sum(map(str.isupper, name)) > 1 and parts[0] in self._initials)


@lru_cache(maxsize=16)  # each sentence of a summary is checked against the same paper
def _known_names(text: str) -> _Known:
    return _Known(text)


def _initials(text: str) -> str:
    """Return the first letters of its words; "co-state" counts as one word, and again as two."""
    return " ".join("".join(word[0] for word in fold(one).split()) for one in (text, text.replace("-", "")))


def abbreviated_in(sentence: str) -> frozenset[str]:
    """Return the acronyms that only shorten the words before them: "recurrent neural networks (RNNs)"."""
    return frozenset(
        found.group(1)
        for found in _IN_BRACKETS.finditer(sentence)
        if fold(found.group(1)) in _initials(" ".join(sentence[: found.start()].split()[-_LONGEST_EXPANSION:]))
    )


def _names(sentence: str, lang: str) -> Iterator[str]:
    for found in _NAME.finditer(sentence):
        name = _LAST_LETTERS.sub("", found.group().rstrip(".'’"))
        if _is_mixed(name) or (lang == "en" and len(name) > 1 and name.isupper()):
            yield name
    if lang == "en":
        yield from (run.group() for run in _CAPITALS.finditer(sentence))


def _is_mixed(name: str) -> bool:
    inner = any(letter.isupper() for letter in name[1:]) and any(letter.islower() for letter in name)
    return inner or (name[:1].isupper() and any(letter.isdigit() for letter in name))


@lru_cache(maxsize=64)
def content_words(text: str) -> frozenset[str]:
    """Return the stems of a text's words, without those that are said of any paper."""
    return frozenset(map(_stem, words(text))) - _nothing() - {""}


@lru_cache(maxsize=1)
def _no_names() -> frozenset[str]:
    return frozenset(_SAID_OF_ANYTHING.split())


@lru_cache(maxsize=1)
def _nothing() -> frozenset[str]:
    return frozenset(map(_stem, _SAID_OF_ANYTHING.split()))


def _stem(word: str) -> str:
    if len(word) < _SHORTEST_WORD:
        return ""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word
