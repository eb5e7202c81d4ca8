"""Shortening of a sentence at a clause, never in a word."""

from collections.abc import Iterator

from bot.domain.text.pattern import later
from bot.summaries.gist.needs import may_end
from bot.summaries.gist.verbs import has_verb
from bot.summaries.gist.whole import ends_its_clause, is_open, is_whole, splits_aside

# Not the argument of a function, O(log n), nor a value in brackets, (1.79 ± 0.09) × 10⁻⁴.
_ASIDE = later(r"(?<![=<>≤≥≈~×·+\-−/∈(])\s\((?!(?:[ivx]{1,4}|\d|[a-h])\))[^()]{1,200}\)(?!\s?[×·=<>≤≥≈/^±])")
_SUBORDINATE = (
    r"which|where|whereby|while|whereas|with|without|as|by|but|yet|so|since|because|thereby|thus|including|such as|even"
    r"|when|if|though|although|despite|in contrast|compared|based|built|given|driven|followed|via|using|through|under"
    r"|rather|instead|unlike|particularly|especially|namely|i\.e\.|e\.g\.|for example|allowing|and (?:we|it|they|thus"
    r"|thereby|show|prove|demonstrate|find|propose|introduce|then|also|establish|develop|evaluate|analyze|provide|derive"
    r"|can|is|are|has|have)|\w+ing|outperform\w*"
)
_OPENS_CLAUSE = later(rf",\s(?:{_SUBORDINATE})\b")
_AND_VERB = (
    "we|shows?|proves?|demonstrates?|finds?|propose|introduce|establish|provides?|evaluates?|derive|analyze|then"
    "|thereby|thus"
)
# What follows is a clause of its own; a phrase that narrows what stands before; a phrase that completes it.
_CLAUSE = later(
    rf"(?:;|:|\s?—|\s–(?=\s)|\s--)\s|,\s(?=(?:{_SUBORDINATE})\b)"
    r"|\s(?=(?:which|while|whereas|where|thereby|because|although|but|in order to|so that|rather than"
    rf"|even when|even if|as well as|compared (?:to|with)|and (?:{_AND_VERB}))\b)"
)
_NARROWER = later(
    r"\s(?=(?:that|by \w+ing|via|using|when|leveraging|based on|through|without|if|with|while|across|under|from|over"
    r"|between|among|for|given|despite)\b)"
)
_PHRASE = later(r"\s(?=(?:whose|in|on|at|to|within|against|during|towards?|into)\b)|,\s")
_ENDS = ((_CLAUSE, 0.1), (_NARROWER, 0.3), (_PHRASE, 0.6))
_ANY_CLAUSE = later(r"[;:](?=\s)|[；：，、。]|\s[–—]\s")
_ANY_COMMA = later(r",(?=\s)")
_SHORTEST, _SHORTEST_AT_COMMA = 30, 60
_MOST_READ, _LOOKAHEAD = 800, 24
_ASIDE_COST = 0.05


def variants(text: str, limit: int, is_clause: bool = False) -> Iterator[tuple[str, float]]:
    """Yield shorter forms of `text` within `limit` that read as a whole, with what each loses (0 to 1).

    A clause keeps its verb.
    """
    seen: set[str] = set()
    bare = text.rstrip(" .。")
    read, is_all = bare[:_MOST_READ], len(bare) <= _MOST_READ
    for form, lost in ((read, 0.0), (_ASIDE.sub("", read), _ASIDE_COST)):
        for cut, cost in _cuts(form, limit, is_all):
            if cut not in seen and is_whole(cut) and (not cost or _is_clause(cut, is_clause)):
                seen.add(cut)
                yield cut, lost + cost


def shortened(sentence: str, limit: int, lang: str = "en") -> str:
    """Return a sentence within `limit` characters, cut at the end of its last clause that fits; "" if none does."""
    bare = sentence.strip().rstrip(" .。")
    if len(bare) <= limit:
        return "" if is_open(bare) else bare
    if lang == "en":
        return min(((cost, -len(cut), cut) for cut, cost in variants(bare, limit, is_clause=True)), default=(0, 0, ""))[
            2
        ]
    ends = [found.start() for found in _ANY_CLAUSE.finditer(bare) if _SHORTEST <= found.start() <= limit]
    commas = [found.start() for found in _ANY_COMMA.finditer(bare) if _SHORTEST_AT_COMMA <= found.start() <= limit]
    return next((bare[:end] for end in (*reversed(ends), *reversed(commas)) if not is_open(bare[:end])), "")


def _is_clause(cut: str, needs_verb: bool) -> bool:
    return ends_its_clause(cut) and (not needs_verb or has_verb(cut))


def _cuts(text: str, limit: int, is_all: bool) -> Iterator[tuple[str, float]]:
    if is_all and len(text) <= limit:
        yield text, 0.0
    for ends, cost in _ENDS:
        for found in ends.finditer(text, 0, limit + _LOOKAHEAD):
            cut, rest = text[: found.start()].rstrip(" ,;:—–-"), text[found.start() :]
            whole = len(cut) >= _SHORTEST and not is_open(cut) and not splits_aside(cut, text)
            if whole and len(cut) <= limit and may_end(cut, rest, bool(_OPENS_CLAUSE.match(rest))):
                yield cut, cost
