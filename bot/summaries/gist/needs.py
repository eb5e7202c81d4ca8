"""Places where a sentence can't end: within a list, and before what the words so far require."""

import re

from bot.domain.text.pattern import later

_LIST_HEAD = later(
    r"\b(?:both|between|either|neither|including|such as|two|three|four|five|six|seven|several|following|namely|each of"
    r"|combin\w+|among|pairs?)\b"
)
_NOUNS = (
    "ability access addition advantage alignment assumption bridge case claim class connection correlation degree"
    " difference distinction evidence extent fact family front gap hypothesis idea insight interaction interplay kind"
    " lack light link mapping means need notion number observation order ones principle question range relation"
    " relationship rise role same series set shift spite terms those trade-off tradeoff transition type variety view"
    " way accuracy of"
)
_PARTICIPLES = (
    "achieved aimed applied associated based built caused combined compared composed comprised conditioned"
    " coupled defined derived designed driven due embedded equal equivalent evaluated followed generated given"
    " grounded induced inspired known motivated needed obtained paired posed provided related required"
    " robust rooted similar subject suited tailored tested trained used able capable according respect applicable"
    " consistent compatible constrained correlated drawn taken seen close made chosen shown held"
)
_VERBS = (
    r"account\w*|acts?|aim\w*|allowing|appear\w*|belong\w*|comes?|consist\w*|contribut(?:e|es|ing)|correspond\w*"
    r"|allows?|achieves?|captures?|contains?|enables?|gives?|includes?|learns?|needs?|obtains?|provides?|requires?|takes?"
    r"|uses?|yields?|demonstrating|depend\w*|fail\w*|focus\w*|goes|go|indicating|lead\w*|making|moves?|producing|providing|refer\w*"
    r"|rel(?:y|ies)|resulting|revealing|seek\w*|seem\w*|serves?|showing|suggesting|tend\w*|operat(?:e|es|ing)"
)
_LEADS_ON = later(
    rf"(?:\band (?:(?:by|to|at|of|for) )?[\d.]+\S*|\b(?:{'|'.join((_NOUNS + ' ' + _PARTICIPLES).split())}|{_VERBS}))$",
    re.IGNORECASE,
)
_CLAUSE_ENDS = (",", ";", ":")
_LONGEST_WORDS = 40
# A word, and what can't be cut off after it in the same clause.
_REQUIRED = tuple(
    (later(rf"\b(?:{stem})", re.IGNORECASE), what)
    for stem, what in (
        (
            "coupl|combin|integrat|replac|compar|pair|align|equip|augment|endow|associat|interleav|unif|fus|merg|link|connect",
            (" with ", " and ", " to ", " by "),
        ),
        (
            "turn|convert|transform|map|translat|decompos|split|divid|partition|recast|reformulat|reframe|cast|treat"
            "|view|regard|cluster|formaliz|formulat|model",
            (" into ", " to ", " as "),
        ),
        ("appl(?:y|ies|ied|ying)|transfer|extend|relat|adapt|assign|attribut|expos|contribut|shift|mov", (" to ",)),
        ("enabl|allow|requir|forc|encourag|help|lead|teach|prompt|guid", (" to ",)),
        ("disentangl|distinguish|separat|decoupl|deriv|isolat|infer|recover|extract|learn", (" from ",)),
        (r"(?:between|from|both)\b", (" and ", " to ")),
        (r"(?:more|less|better|faster|fewer|higher|lower|larger|smaller|rather|stronger|worse|cheaper)\b", (" than ",)),
        (r"(?:not|so|as)\b", (" but ", " that ", " as ")),
        (r"(?:whether|either)\b", (" or ",)),
    )
)
# What opens a clause or an apposition after a comma, and not another item of a list; the last item of a list.
_OPENS = later(r"\s(?:which|where|while|with|by|a|an|the|but|and|using|\w+ing|outperform\w*)\b")
_ADJECTIVE = later(r"(?:able|ible|al|ive|ic|ous|less|ful|ary|ed|ly|ent|ant|-\w+)$")
_APPOSITION = later(r",\s(?:an?|the)\s")
_LONE_WORD = later(r"\b(?:an?|the|on|in|with|for|of|by|from|to|as|via|through|using)\s[\w-]+$")
_LAST_ITEM = later(r"[^;:]{0,80},? (?:and|or) ")
_AND = later(r"\s(?:and|or)\b")


def may_end(cut: str, rest: str, opens_clause: bool) -> bool:
    """Return True if a sentence may end after `cut`, before `rest`, which a clause of its own opens or doesn't."""
    comma = max(map(cut.rfind, _CLAUSE_ENDS))
    clause = cut[comma + 1 :]
    if _LEADS_ON.search(cut[-_LONGEST_WORDS:]):
        return False
    if any(rest.startswith(what) and word.search(clause) for word, what in _REQUIRED):
        return False
    at_comma = rest.startswith(",") and not opens_clause and not _APPOSITION.match(rest)
    before_noun = at_comma and (_ADJECTIVE.search(cut[-_LONGEST_WORDS:]) or _LONE_WORD.search(cut))
    in_list = _AND.match(rest) or (rest.startswith(",") and not opens_clause)
    if cut[comma : comma + 1] == "," and (":" in cut or not _OPENS.match(clause)) and _LAST_ITEM.match(rest):
        return False
    return not before_noun and (not in_list or ("," not in cut and not _LIST_HEAD.search(cut)))
