"""Cue words for the role of a sentence in an abstract: the list to read and extend."""

import re
from enum import IntEnum

from bot.domain.text.pattern import later


class Role(IntEnum):
    """A sentence's role in the abstract, in the usual order of abstracts."""

    BACKGROUND = 0
    CONTRIBUTION = 1
    METHODOLOGY = 2
    RESULTS = 3
    IMPLICATIONS = 4


_PURPOSE = (
    r"propos\w*|introduc\w*|present\w*|develop\w*|stud(?:y|ied)|investigat\w*|explor\w*|examin\w*|address\w*"
    r"|prove[ds]?|giv(?:e|es|ing)|gave|establish\w*|initiate\w*|revisit\w*|formali[sz]e\w*|consider\w*"
    r"|describe[ds]?|offer\w*|provid(?:e|es|ed)|release[ds]?|report\w*|review\w*|survey\w*|construct\w*|build"
    r"|built|design\w*|identif(?:y|ies)|argue\w*|ask|pursue\w*|generali[sz]e\w*|extend\w*|classif(?:y|ies|ied)"
    r"|characteri[sz]e\w*|discuss\w*|show\w*"
)
_DOING = (
    r"use[sd]?|employ\w*|appl(?:y|ies|ied)|train\w*|model(?:s|l?ed)?|deriv\w+|formulat\w*|adapt\w*|leverag\w*"
    r"|comput\w+|collect\w*|fit|simulat\w*|analy[sz]e\w*|decompos\w*|solv\w*|measur\w*|combin\w*|integrat\w*"
    r"|implement\w*|align\w*|encod\w*|optimi[sz]\w*|sampl\w*|estimat\w*|perform\w*|conduct\w*|compare|annotat\w*"
    r"|curat\w*|defin\w*|generat\w*|learns?|extract\w*|incorporat\w*|instantiate\w*|augment\w*|split\w*|select\w*"
    r"|treat\w*|map\w*|evaluat\w*|test\w*"
)
_THIS = r"this (?:paper|work|article|letter|study|thesis|survey|review|note|report|chapter|tutorial|contribution)"
_OURS = r"(?:our|the proposed|the resulting|the) (?:\w+[- ]){0,2}"
_METHOD = (
    r"(?:method|approach|framework|model|algorithm|system|pipeline|architecture|procedure|scheme|module|dataset)s?"
)

# (role, weight, cue words): tuned by reading abstracts of all fields, not by a score.
_CUES: tuple[tuple[Role, float, str], ...] = (
    (Role.BACKGROUND, 1.5, r"^(?:however|yet|but|nevertheless|existing|current|prior|previous|recent\w*"
        r"|tradition\w*)\b"),
    (Role.BACKGROUND, 1.5, r"\b(?:remains?|challeng\w+|crucial|essential|fundamental|suffers?|struggles?|fails? to"
        r"|lacks?|little is known|poorly understood|unclear|underexplored|limited|overlook\w*|bottleneck|costly"
        r"|hinders?)\b"),
    (Role.BACKGROUND, 1.0, r"\b(?:existing|prior|previous|conventional|traditional|most|many"
        r"|current) (?:\w+ )?(?:methods?|works?|approach\w*|stud\w+|models?|systems?|techniques?|benchmarks?"
        r"|research)\b"),
    (Role.BACKGROUND, 1.0, r"\b(?:has|have) (?:been|become|emerged|shown|gained|attracted|achieved|made|led"
        r"|enabled)\b|\b(?:widely|often|typically|commonly|increasingly|in recent years|recently|rapid)\b"),
    (Role.BACKGROUND, -1.5, r"\b(?:we|our)\b"),
    (Role.CONTRIBUTION, 2.5, rf"\b(?:we|i|here we|paper|work|article|letter|study|survey|review) (?:\w+ly |also "
        rf"|then |first |further |here )?(?:{_PURPOSE})\b"),
    (Role.CONTRIBUTION, 2.5, rf"\b(?:in )?{_THIS}\b|\bis (?:proposed|introduced|presented)\b|\bhere,? we\b"),
    (Role.CONTRIBUTION, 1.0, r"^to (?:\w+ )?(?:address|overcome|tackle|bridge|fill|close|mitigate|solve|this end"
        r"|meet)\b|\b(?:our (?:main )?(?:contribution|goal|aim)s?|novel|for the first time|the first)\b"),
    (Role.METHODOLOGY, 2.0, rf"\bwe (?:\w+ly |also |then |first |further )?(?:{_DOING})\b"),
    (Role.METHODOLOGY, 1.5, rf"^(?:specifically|concretely|technically|first|second|third|then|next|in particular"
        rf"|given)\b|^{_OURS}{_METHOD} (?:is|are|{_DOING}|consists?|proceeds?|operates?|relies|works)\b"),
    (Role.METHODOLOGY, 1.2, rf"^(?:[\w-]+|the \w+) (?:{_DOING}|comprises|consists)\b"),
    (Role.METHODOLOGY, 1.0, r"\b(?:consists? of|based on|by (?:\w+ly )?\w+ing|via|using|stages?|modules?"
        r"|components?|steps?|trained (?:on|with)|the key idea|the core idea|builds? on|framework that|in which"
        r"|comprises?|loss)\b"),
    (Role.RESULTS, 2.5, r"\b(?:experiments?|experimental\w*|empirical\w*|evaluations?|results?|ablations?"
        r"|simulations?|benchmarks?|numerical\w*) (?:\w+ ){0,6}?(?:show|demonstrat|reveal|indicat|confirm|suggest"
        r"|establish|highlight|validat|verif)\w*|^(?:experiments?|extensive|empirically|experimentally|evaluated?"
        r"|evaluation|across|on)\b"),
    (Role.RESULTS, 2.0, r"\b(?:outperform\w*|achiev\w+|surpass\w*|improv\w+ (?:\w+ ){0,4}by"
        r"|state[- ]of[- ]the[- ]art|reduc\w+ (?:\w+ ){0,5}by|up to|compared (?:to|with)|competitive|gains?"
        r"|significantly|superior|yields?)\b"),
    (Role.RESULTS, 2.0, r"\bwe (?:\w+ly |also |further |then )?(?:find|found|observe\w*|obtain\w*|demonstrate\w*"
        r"|show\w*|conclude\w*|discover\w*|verif(?:y|ied)|prove[ds]?|reveal\w*)\b"),
    (Role.RESULTS, 1.0, r"\d(?:\.\d+)?\s?(?:%|\\%|×|x\b|percent|points?\b|times\b|σ)|\b(?:accuracy|consistent with"
        r"|error|agreement|significant)\b"),
    (Role.IMPLICATIONS, 3.0, r"\b(?:these|our|the|such|this) (?:\w+ )?(?:results?|findings?|insights?|work|study"
        r"|approach|analysis|framework|observations?) (?:\w+ly |also |further )?(?:suggest|highlight|underscore"
        r"|impl(?:y|ies)|pav|open|offer|provid|point|contribut|support|could|can|may|call|position|motivat|inform"
        r"|enabl|lay)\w*"),
    (Role.IMPLICATIONS, 2.0, r"\b(?:pav\w+ the way|implications?|opens? (?:up )?(?:new|the|a)|future (?:work"
        r"|research|directions?|studies)|potential (?:for|to|of)|promising|foundation for|a step towards?|guidance"
        r"|broader|real-world applications?|practical (?:path|tool|guid\w+|applications?))\b|^(?:overall|together"
        r"|taken together)\b|^(?:ultimately|in conclusion|thus|more broadly|by \w+ing .{5,60}, (?:we|our|this))\b"),
    (Role.IMPLICATIONS, 1.5, r"^(?:this|these|it|the (?:proposed )?\w+)(?: \w+)? (?:thus|therefore|hence|provides?"
        r"|offers?|suggests?|highlights?|demonstrates?|opens?|enables?|may|could)\b|\bmay (?:help|serve|provide"
        r"|be useful)\b"),
)  # fmt: skip

CUES = tuple((role, weight, later(words)) for role, weight, words in _CUES)
"""Weights for (or, below zero, against) a role, by cue in a lowercase sentence."""

LABELS = later(
    r"(?:(?P<b>background|context|introduction|motivation|significance)|(?P<c>objectives?|aims?|purpose|goals?)"
    r"|(?P<m>(?:materials and )?methods?|methodology|approach|design)|(?P<r>results?|findings?|main results?)"
    r"|(?P<i>conclusions?|implications?|discussion|interpretation))\s?[:.—–]",
    re.IGNORECASE,
)
"""Section labels in structured abstracts; the group's letter begins the role's name, c being the contribution."""

ASIDE = later(
    r"\b(?:code|data|dataset|datasets|models?|implementation|demo|videos?|source|software|materials?|weights|page|website)"
    r"\b.{0,80}\b(?:available|released|found at|accessed|open[- ]sourced|can be found|public)\b"
    r"|^(?:code|project|website|demo|github|data|homepage|page)\b.{0,30}:|^\d+ pages\b",
    re.IGNORECASE,
)
"""Links to code and the like: true, but not part of a summary."""
