"""Patterns of questions, and of what answers them: numbers, times, names, lists, people. English only."""

import re

from bot.domain.text.pattern import later

_LEAD = r"^(?:\W|(?:and|so|in|by|at|to|for|with|of|on|about|roughly|over|up|from|under|within|into)\b)*"
_MEASURES = (
    r"percent(?:age)?s?|shares?|fractions?|proportions?|numbers?|counts?|sizes?|values?|rates?|accurac(?:y|ies)|scores?"
    r"|speeds?|bounds?|limits?|factors?|ratios?|temperatures?|lengths?|widths?|heights?|depths?|weights?|mass|prices?"
    r"|budgets?|amounts?|dimensions?|ranks?|margins?|thresholds?|precision|recall|auc|f1|bleu|psnr|ssim|fid|rmse|mae"
    r"|perplexity|complexity|degrees?|exponents?|orders?|running times?|runtimes?"
    r"|constants?|p-values?|ages?|latency|throughput|frequency|distances?"
)
HOW_MANY = later(rf"{_LEAD}how many (?:of )?(?:the |these |those )?(?P<what>.+)", re.IGNORECASE)
HOW_MUCH = later(
    rf"{_LEAD}how (?:much|long|large|big|often|fast|small|high|low|old|far|deep|heavy|tall|wide|expensive|costly"
    r"|quick(?:ly)?|noisy|strong|steep|hot|cold|bright|dense|thick|rare|frequent(?:ly)?)\b",
    re.IGNORECASE,
)
WHAT_MEASURE = later(
    rf"{_LEAD}(?:what|which)(?:['’]s| is| was| were| are)?(?: the| an?| their| its)?(?: [\w-]+){{0,3}}?"
    rf" (?:{_MEASURES})\b",
    re.IGNORECASE,
)
CHANGE = later(
    rf"{_LEAD}how (?:much|many (?:percent|points|times)|large|big) (?:[\w-]+ )?"
    r"(?:\w+er|better|worse|less|more|improve\w*"
    r"|gain|drop|change)\b|\bby how (?:much|many)\b|\bhow much (?:did|does|do|is|was|were|can|could) .*\b(?:improv\w+"
    r"|gain\w*|increas\w+|decreas\w+|reduc\w+|drop\w*|rise|grow|fall|cut|sav\w+|speed)\b|\bhow (?:large|big) (?:is|was)"
    r" the (?:improvement|gain|effect|reduction|speedup|difference)",
    re.IGNORECASE,
)
RATIO = later(
    r"\d ?%|\bpercent|\d ?[x×]|[x×] ?\d|\btimes\b|-?fold\b|\bpoints?\b|\bhal(?:f|ves|ved)\b|\bdoubl|\btripl|\btwice\b"
    r"|order[s-]+of[ -]magnitude|\bfrom \S*\d\S* (?:\w+ )?to \S*\d|\d\S* (?:vs|versus|against|compared)|\bdB\b|[=∼≈∝]",
    re.IGNORECASE,
)
TIME = later(
    rf"{_LEAD}how long (?!(?:is|are|was|were) the (?:text|paper|sequence|context|input|document))"
    r"|\b(?:gpu|cpu|node|machine)[ -](?:hours?|days?)\b|\bhow many (?:seconds|minutes|hours|days|weeks|months|years)\b",
    re.IGNORECASE,
)
TIME_UNIT = later(
    r"(?:milli|micro|nano)?seconds?\b|\b[mn]s\b|\d ?s\b|\b(?:minutes?|hours?|days?|weeks?|months?|years?|decades?)\b"
    r"|-(?:hour|day|week|month|year)\b",
    re.IGNORECASE,
)
HOW_OLD = later(r"\bhow old\b|\bwhat ages?\b", re.IGNORECASE)
AGE = later(r"\bage[ds]?\b|years? old|year-old|\byounger\b|\bolder\b|\badults?\b", re.IGNORECASE)
HOW_FAST = later(rf"{_LEAD}how (?:fast|quick(?:ly)?|long|often)\b", re.IGNORECASE)

_FEW = r"(?:two|three|four|five|six|seven|eight|nine|ten|\d+)"
WHICH = later(
    rf"{_LEAD}(?:(?P<which>which)|what)\b(?: of(?: the| these| those| its| their)?)?(?: {_FEW}\b)?"
    r"(?: ?(?:kinds?|sorts?|types?|ways?) of)?(?P<what>[^?]*)",
    re.IGNORECASE,
)
AUXILIARY = later(
    r"^(?: [\w-]+){1,4}? (?:is|are|was|were|does|do|did|can|could|will|would|has|have|had)\b", re.IGNORECASE
)
PLURAL = later(rf"{_LEAD}what (?:are|were) (?:the |its |their )?(?P<what>[^?]+)", re.IGNORECASE)
WHO = later(rf"{_LEAD}who(?:m|se)?\b", re.IGNORECASE)
PERSON = later(
    r"\b(?:participants?|volunteers?|experts?|annotators?|students?|researchers?|authors?|clinicians?|physicians?|doctors?"
    r"|wom[ae]n|m[ae]n\b|children|workers?|teachers?|developers?|engineers?|team|consortium|respondents?|patients?|users?"
    r"|players?|agenc|foundation|compan)",
    re.IGNORECASE,
)
WHERE_FROM = later(rf"{_LEAD}where\b.*\bfrom\b", re.IGNORECASE)
WHERE_IS = later(rf"{_LEAD}where (?:is|was|were|are) (?!it\b|they\b)", re.IGNORECASE)
PLACE = later(r"\b(?:in|at|from|near|off|across|on) (?:the )?[A-Z][a-z]+|https?:|\bavailable\b")
SURNAMES = later(r"(?<=[a-z,] )[A-Z][a-z]+(?:['’]s| and [A-Z][a-z]+| et al)")
YES_OR_NO = later(
    r"^\W*(?:is|are|was|were|does|do|did|can|could|would|will|should|has|have|had|may|might)\b", re.IGNORECASE
)
ALTERNATIVES = later(r"\b(?!more\b)([\w-]+),? or (?!less\b|not\b)([\w-]+)", re.IGNORECASE)

_ENDS_HEAD_LISTED = (
    "is are was were be been do does did can could will would has have had may might should it they we i you"
    " that to of in on at for with from by about behind under between among across used using use went took"
    " came got goes go come comes happens happen makes make holds hold matters matter counts performs works"
    " scored worked won ran drives plays takes gives gave"
)
ENDS_HEAD = frozenset(_ENDS_HEAD_LISTED.split())
_ANY_THING_LISTED = "part parts one ones thing things case cases way ways aspect aspects side"
ANY_THING = frozenset(_ANY_THING_LISTED.split())
_NUMBER_WORDS_LISTED = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety one single hundred hundreds"
    " thousand thousands million millions billion billions dozen dozens half twice double doubles doubled"
    " triple tripled halved"
)
NUMBER_WORDS = frozenset(_NUMBER_WORDS_LISTED.split())
FIGURE = later(
    r"[~≈∼<>≤≥±+$€£(-]*\d[\d,.]*(?:[%×xkKMBT]|bn)?[)%,;.:]*(?:[-–/^][\d,.()-]*\w*)?[),;.:]*|.*[<>=≤≥∼]-?\d.*"
)
MAGNITUDE = later(r"\border[s-]+of[ -]magnitude|\binversely\b|\bO\(|\blinear(?:ly)?\b|\bconstant\b", re.IGNORECASE)
DATED = later(r"\b(?:years?|dates?|days?|months?|period)\b", re.IGNORECASE)
DATE = later(r"\b(?:1[89]|20)\d\d\b")
NAMES = later(r"\b(?:[A-Z][a-z]+|[A-Za-z]\w*[A-Z][\w-]*|[A-Za-z]+-?\d\w*)\b")
LISTING = later(r"\b(?:such as|includ\w+|namely|e\.g|i\.e|called|termed|comprising)\b|:|\([1i]\)")
COORDINATED = later(r"([\w-]+)(?:,| and| or| and/or) ([\w-]+)", re.IGNORECASE)
