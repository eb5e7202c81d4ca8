"""Shortening of a sentence at a clause, never in a word."""

import re
from collections.abc import Iterator

from bot.summaries.gist.verbs import FINITE
from bot.summaries.gist.whole import is_open, is_whole

_ASIDE = re.compile(r"\s?\((?:[^()]|\([^()]*\))*\)")
_DASHED = re.compile(r"\s?(?:—|–| -- )(?:\s?[^—–]{1,120}?)(?:—|–| -- )\s?")
_SUBORDINATE = (
    r"which|where|whereby|while|whereas|with|without|as|by|but|yet|so|since|because|thereby|thus|including|such as|even"
    r"|when|if|though|although|despite|in contrast|compared|based|built|given|driven|followed|via|using|through|under"
    r"|rather|instead|unlike|particularly|especially|namely|i\.e\.|e\.g\.|for example|allowing|and (?:we|it|they|thus"
    r"|thereby|show|prove|demonstrate|find|propose|introduce|then|also|establish|develop|evaluate|analyze|provide|derive"
    r"|can|is|are|has|have|the|a|an|its)|\w+ing|(?:\w+ly )\w+ing|outperform\w*"
)
# Strong: what follows is a clause or phrase of its own. Weak: a phrase that completes what stands before.
_STRONG = re.compile(
    rf"(?:;|:|\s?—|\s?–(?=\s)|\s--)\s|,\s(?=(?:{_SUBORDINATE})\b)"
    r"|\s(?=(?:which|while|whereas|where|thereby|because|although|but|in order to|so that|rather than"
    r"|even when|even if|as well as|compared (?:to|with)|and (?:we|show|shows|prove|proves|demonstrate|demonstrates|find|finds|propose|introduce"
    r"|establish|provide|provides|evaluate|evaluates|derive|analyze|then|thereby|thus))\b)"
)
_MIDDLE = re.compile(
    r"\s(?=(?:that|by \w+ing|via|using|when|whose|leveraging|based on|through|without|if|in which|with|while"
    r"|across|under|from|over|between|among|for|given|despite)\b)"
)
_WEAK = re.compile(r"\s(?=(?:in|on|at|to|within|against|during|towards?|into|and)\b)|,\s")
_LIST_HEAD = re.compile(
    r"\b(?:both|between|either|neither|including|such as|two|three|four|five|six|seven|several|following|namely|each of|combin\w+"
    r"|among|pairs?)\b"
)
_OPENS_CLAUSE = re.compile(rf",\s(?:{_SUBORDINATE})\b")
_AND = re.compile(r"\s(?:and|or)\b")
_NEEDS_MORE = re.compile(
    r"(?:\band (?:by|to|at|of|for) [\d.]+\S*|\b(?:principle|fact|idea|insight|observation|claim|assumption|hypothesis|evidence"
    r"|way|extent|case|degree|question|notion|one|those|ones|set|class|family|number|range|variety|kind|type|series|lack"
    r"|set up|same|need|ability)|,\s(?:\w+ly )?\w+ing|\b(?:demonstrating|showing|revealing|suggesting|indicating|providing"
    r"|producing|allowing|making|leading|depend\w*|rel(?:y|ies)|consist\w*|based|built|focus\w*|result\w+|compared|applied|appli(?:es|cable)|due"
    r"|according|respect|capable|robust|able|designed|used|known|equivalent|conditioned|trained|driven|subject|related|similar|equal"
    r"|inspired|motivated|derived|obtained|composed|comprised|aimed|tailored|suited|followed|associated|tested|evaluated"
    r"|generated|achieved|defined|required|needed|given|caused|induced|posed|provided|grounded|rooted|embedded|coupled|combined|paired"
    r"|appear\w*|seem\w*|tend\w*|fail\w*|aim\w*|seek\w*|lead\w*|refer\w*|correspond\w*|belong\w*|contribut(?:e|es|ing)|account\w*"
    r"|means|terms|place|advantage|rise|access|order|addition|front|spite|view|light|role|shift|transition|go|goes|come|comes|move|moves|act|acts|serve|serves"
    r"|difference|gap|relation\w*|trade-?off|connection|link|distinction|correlation|alignment|mapping|map|maps|bridge|interplay|interaction))$",
    re.IGNORECASE,
)
_NEEDS = (
    (
        re.compile(
            r"\b(?:coupl|combin|integrat|replac|compar|pair|align|equip|augment|endow|associat|interleav|unif|fus|merg|link|connect)\w*\b[^,;:]*$"
        ),
        (" with ", " and ", " to ", " by "),
    ),
    (
        re.compile(
            r"\b(?:turn|convert|transform|map|translat|decompos|split|divid|partition|recast|reformulat|reframe|cast|treat|view|regard|cluster)\w*\b[^,;:]*$"
        ),
        (" into ", " to ", " as ", " in "),
    ),
    (
        re.compile(
            r"\b(?:appl(?:y|ies|ied|ying)|transfer|extend|generali[sz]e|relat|adapt|reduc|assign|attribut|expos|contribut)\w*\b[^,;:]*$"
        ),
        (" to ",),
    ),
    (re.compile(r"\b(?:between|from|both)\b[^,;:]*$"), (" and ", " to ")),
    (
        re.compile(r"\b(?:more|less|better|faster|fewer|higher|lower|larger|smaller|rather|\w+er)\b[^,;:]*$"),
        (" than ",),
    ),
    (re.compile(r"\b(?:not|so|as)\b[^,;:]*$"), (" but ", " that ", " as ")),
)
_ANY_CLAUSE = re.compile(r"[;:,](?=\s)|[；：，、。]|\s[–—]\s")
_SHORTEST = 30


def variants(text: str, limit: int, is_clause: bool = False) -> Iterator[tuple[str, float]]:
    """Yield shorter forms of `text` within `limit` that read as a whole, with what each loses (0 to 1).

    A clause keeps its verb.
    """
    seen = set()
    for form, lost in ((text, 0.0), (_without_asides(text), 0.05)):
        for cut, cost in _cuts(form, limit):
            if (
                cut not in seen
                and len(cut) <= limit
                and is_whole(cut)
                and (cost == 0 or not is_clause or FINITE.search(cut))
            ):
                seen.add(cut)
                yield cut, lost + cost


def shortened(sentence: str, limit: int) -> str:
    """Return a sentence in any language within `limit` characters, cut at its last clause that fits; else ""."""
    bare = sentence.strip().rstrip(" .。")
    if len(bare) <= limit:
        return "" if is_open(bare) else bare
    forms = [(cost, -len(cut), cut) for cut, cost in variants(bare, limit)]
    if forms:
        return min(forms)[2]
    ends = [found.start() for found in _ANY_CLAUSE.finditer(bare) if _SHORTEST <= found.start() <= limit]
    return next((bare[:end] for end in reversed(ends) if not is_open(bare[:end])), "")


def _without_asides(text: str) -> str:
    return _ASIDE.sub("", text)


def _cuts(text: str, limit: int) -> Iterator[tuple[str, float]]:
    bare = text.rstrip(" .。")
    if len(bare) <= limit:
        yield bare, 0.0
    for ends, cost in ((_STRONG, 0.1), (_MIDDLE, 0.3), (_WEAK, 0.6)):
        for found in ends.finditer(bare):
            if found.start() > limit:
                break
            cut = bare[: found.start()].rstrip(" ,;:—–-")
            if len(cut) >= _SHORTEST and not is_open(cut) and _may_end(cut, bare[found.start() :]):
                yield cut, cost


def _may_end(cut: str, rest: str) -> bool:
    """Return False within a list, whose last item would be missing, and before what the words before it need."""
    if _NEEDS_MORE.search(cut) or any(needs.search(cut) and rest.startswith(what) for needs, what in _NEEDS):
        return False
    opens_clause = bool(_OPENS_CLAUSE.match(rest))
    if rest.startswith(", ") and not opens_clause:
        return "," not in cut and not _LIST_HEAD.search(cut)
    if _AND.match(rest):
        return not _LIST_HEAD.search(cut) and "," not in cut
    return True
