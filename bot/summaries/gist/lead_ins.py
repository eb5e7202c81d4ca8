"""Patterns of what abstracts say before they say something: the list to read and extend."""

import re

from bot.domain.text.pattern import later
from bot.summaries.gist.verbs import EFFECTS, SPOKEN

_ADVERB = (
    r"(?:(?:\w+ly|also|then|first|further|here|next|thus|therefore|instead|hence|now|again|in turn|in particular|have"
    r"|has|will),? ){0,2}"
)
_PAPER = (
    r"(?:(?:this|the|our|the present|the current) (?:paper|work|article|letter|study|thesis|survey|review|note|report"
    r"|chapter|tutorial|contribution|manuscript|perspective|research))"
)
_EVIDENCE = (
    r"(?:experiment|result|evaluation|simulation|finding|analys|ablation|stud|test|benchmark|validation|observation"
    r"|investigation|comparison|assessment|measurement|numeric|theor|proof|case|empiric|trial|demonstration)\w*"
)
_METHOD = (
    r"(?:method|approach|framework|model|algorithm|system|pipeline|architecture|procedure|scheme|module|technique"
    r"|strategy|solution|policy|estimator|network|agent|design|tool|implementation|formulation|mechanism|solver"
    r"|benchmark|dataset)s?"
)
_OURS = (
    rf"(?:it|(?:our|the proposed|the resulting|this) (?:(?:new|novel|final|best|overall|full|trained|learned) )?"
    rf"(?:[\w-]+ ){{0,2}}{_METHOD}|the (?:method|approach|framework|algorithm|pipeline|architecture|system))"
)

PAPER_IN = later(rf"^(?:in|as part of|within) {_PAPER},? ", re.IGNORECASE)
"""In this paper"""

LEAD = later(
    rf"(?:^|(?P<before>.{{0,400}}?[,;:—–] )|^(?:here|first|and|then|hence|thus|now|next) )(?:and )?"
    rf"(?:we|i|the authors|{_PAPER}) "
    rf"{_ADVERB}(?P<verb>{SPOKEN}) ",
    re.IGNORECASE,
)
"""To address this, we propose"""

CONDITION = later(r"(?:under|assuming|if|when|given|let|suppose|provided|subject|unless|without|for)\b", re.IGNORECASE)
"""Under this assumption, we prove: a claim is true with its condition only"""

PASSIVE = later(
    r"^(?P<thing>(?:an?|the|novel|new|two|three|several|[A-Z])\b.{8,400}?),? (?:is|are|was|were|has been|have been)"
    r" (?:then |here |also |thus |hereby )?(?:proposed|introduced|presented|developed|described)(?: here(?:in)?)?"
    r"(?: in this (?:paper|work|article))?"
    r"(?P<rest>$|\.$| (?:for|to|that|which|in|on|with|based|using|by|as)\b.*|, (?:which|where|with)\b.*)"
)
"""A method for X is proposed"""

SHOWN = later(
    rf"^[^:;]{{0,250}}?\b{_EVIDENCE}\b[^:;]{{0,160}}? {_ADVERB}(?:show|demonstrate|reveal|indicate|confirm|find"
    r"|establish|verify|validate|prove)(?:s|es|ed|ing)? that,? ",
    re.IGNORECASE,
)
"""Experiments on ten datasets show that"""

NAME = "\ue000"
"""Stands for the name of what the paper proposes."""

EFFECT = later(
    rf"^(?:(?!(?:without|if|unless|when|before|until|even without|assuming)\b).{{0,200}}?, )?"
    rf"(?P<who>{_OURS}|{NAME})(?: \([^()]*\))? {_ADVERB}(?P<verb>{EFFECTS}) (?P<rest>.*)$",
    re.IGNORECASE,
)
"""On ten datasets, our method achieves"""

SETTING = later(
    rf"(?:^(?:extensive |empirical |our |the |numerical |systematic )*"
    rf"(?:{_EVIDENCE} |we (?:\w+ )?evaluate [^,;:]{{0,60}}? |evaluated )"
    rf"(?:conducted |performed )?|^)(?:on|across) (?P<on>[^,;:]{{8,90}}?)"
    rf"(?:,? (?:show|demonstrate|reveal|indicate|confirm|suggest|establish|verify|validate|prove|highlight)(?:s|ed)?\b"
    rf"|, (?:we|it|our|the|{NAME}|(?-i:[A-Z]))|,? (?:and|where) we\b|$)",
    re.IGNORECASE,
)
"""On ten datasets: where a result was found"""
