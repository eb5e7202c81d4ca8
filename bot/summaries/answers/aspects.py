"""What people often ask of papers, with the words of which an answer needs one; and words that name the same things."""

# ruff: noqa: E501 - a list to read

import re

from bot.domain.text.pattern import later

_AT_HAND = (
    r"github|gitlab|hugging ?face|zenodo|https?:|open[- ]?sourc|open access|\b(?:code|codes|software|implementation"
    r"|package|toolkit|library|repository|data|dataset|datasets|benchmark|models?|weights|checkpoints?)\b[^.;]{0,60}"
    r"\b(?:available|released?|public|publicly|open)\b|\b(?:release|releasing|released|publish|open|share|provide)\b"
    r"[^.;]{0,40}\b(?:codes?|software|implementation|package|toolkit|library|data|dataset|benchmark|models?|weights"
    r"|checkpoints?)\b"
)
_LANGUAGES = r"\bC\+\+|\bpython\b|(?-i:\bR\b)|\bjulia\b|\bfortran\b|\bmatlab\b|\brust\b|\bjava\b"
_MONEY = r"dollar|\$ ?\d|€|£|\bUSD\b|\bEUR\b|\bprices?\b|\bcents?\b|\bcheap|\bexpensive|\bpaid\b|\bpay\b|salar"

# Order doesn't matter: a passage must say one of the words for each thing that the question is about.
_SAID = (
    (r"licen[cs]ed?|licen[cs]es", r"licen[cs]|\bMIT\b|apache|creative commons|\bCC[- ]BY|\bGPL"),
    (r"programming languages?|written in|language is the|coded in", rf"{_LANGUAGES}|implemented in"),
    (r"(?:source )?codes?|github|open[- ]?sourced?|implementation|repository|software|library|toolkit|(?:r|python)? ?"
     r"package", rf"{_AT_HAND}|{_LANGUAGES}|implemented in"),
    (r"download\w*|publicly|released?|get hold of|available|published", _AT_HAND),
    (r"gpus?|tpus?|graphics cards?|supercomputers?|compute clusters?",
     r"\b[gct]pus?\b|nvidia|\b[AHV]100|\bRTX|supercomput|workstation|accelerator|compute cluster"),
    (r"hardware|chips?|devices?|machines?|computers?",
     r"\b[gct]pus?\b|nvidia|hardware|\bchips?\b|devices?\b|machines?(?! learning)\b|computers?(?! vision| science| sim)\b"
     r"|processor|sensor|headset|camera|phone|jetson|fpga|(?-i:\bIBM\b)|\bquantum (?:hard|proc)"),
    (r"fund(?:ed|ing|s|ers?)?|paid for|pays? for|grants?|sponsor(?:ed|s)?|money|financed?",
     r"\bfund(?:ed|ing|s)\b|\bgrants?\b|sponsor|financed|supported by the"),
    (r"conflicts? of interests?|competing interests?", r"conflicts? of interest|competing interest"),
    (r"ethic(?:s|al)|irb|review board|consent", r"\bethic|\bIRB\b|\bconsent|approved by"),
    (r"universit(?:y|ies)|institut(?:e|ion|es|ions)|affiliations?|compan(?:y|ies)|labs? (?:are|is|did)",
     r"\buniversit|\binstitut|affiliat|\bcompan(?:y|ies)|(?-i:\bInc\b|\bLabs?\b)"),
    (r"limitations?|drawbacks?|weakness(?:es)?|weak points?|shortcomings?|failure (?:cases?|modes?)|fall short|caveats?",
     r"\blimitations? (?:include|of (?:our|this|the)|is|are)|\b(?:our|its|this) \w+ (?:is|are) limited|weakness"
     r"|drawback|shortcoming|caveat|we (?:do not|don't|cannot)|restricted to|only (?:works|applies)|\bfails? (?:to|for|when)"
     r"|failure|suffer"),
    (r"future work|next steps?|come next|plan(?:s|ned)? next", r"future (?:work|direction|research|stud)|next step|we plan"),
    (r"dollars?|euros?|prices?|pric(?:ey|ing)|expensive|pa(?:y|id)|salar(?:y|ies)", _MONEY),
    (r"costs?", rf"\bcosts?\b|costly|{_MONEY}"),
    (r"carbon|co2|emissions?|(?:carbon|environmental) footprint|environmental impact",
     r"carbon (?:emission|footprint)|\bCO.?2\b|emissions?\b|footprint|\bkWh\b"),
    (r"energy|electricity|power|watts?", r"energ|electric|\bpower\b|\bwatt|\bkWh\b|joule"),
    (r"equation|formula", r"="),
    (r"solvers?", r"solver"),
    (r"rank(?:ed)?(?= in| on|\?|$)|leaderboard|finish(?:ed)? in|what place|which place",
     r"\brank|\bfirst\b|\bsecond\b|\bthird\b|\bplace[ds]?\b|\bbest\b|\bwin|\bwon\b|leaderboard"),
    (r"statistical tests?|which test", r"t-test|wilcoxon|anova|chi-?square|mann-?whitney|permutation|bootstrap"),
    (r"countr(?:y|ies)|nations?", r"(?-i:\b(?:U\.?S|UK|EU)\b|[a-z,;)] [A-Z][a-z]{3,})|\bcountr|\bnation"),
    (r"batch sizes?", r"batch"),
    (r"learning rates?|optimi[sz]ers?|hyper-?parameters?",
     r"learning rate|optimi[sz]ers?\b|hyper-?param|(?-i:\bAdam|\bSGD)"),
    (r"epochs?", r"epoch"),
    (r"layers?", r"layer"),
    (r"(?:random )?seeds?", r"\bseeds?\b"),
    (r"p-values?|significan(?:t|ce)|error bars?|confidence intervals?|standard deviations?",
     r"\bp ?[<=>]|significan|error bar|confidence interval|standard deviation|σ|±"),
    (r"memory|vram|\bram\b", r"memory|\bV?RAM\b|\bGB\b|\bMB\b"),
    (r"how many parameters|parameters? (?:does|do|has|have|are)", r"param|\d ?[MB]\b|billion|million"),
    (r"training time|train(?:ing)? take|took to train|finish training|trained for",
     r"\b(?:hours?|days?|minutes?|seconds?|weeks?|epochs?|steps|iterations|[gt]pus?)\b"),
    (r"annotators?|labell?ers?|annotated by|crowd ?workers?|raters?", r"annotat|\blabell?e|crowd|\braters?\b|expert"),
    (r"participants?|subjects?|volunteers?|respondents?|interviewees?|people (?:took|rated|answered|were|did)",
     r"participant|subjects?\b|volunteer|respondent|interview|players?\b|people|person|users?\b|individual|\bwom[ae]n"
     r"|\bm[ae]n\b|adult|student"),
    (r"patients?", r"patient|participant|admission|cohort|individual|people"),
    (r"doctors?|clinicians?|physicians?|radiologists?", r"doctor|clinician|physician|expert|specialist|radiologist"),
    (r"synthesi[sz]ed|wet[- ]?lab|in vitro|in vivo|experimentally (?:tested|verified|confirmed)|experimental evidence",
     r"\bwe synthesi[sz]|synthesi[sz]ed|in vitro|in vivo|\bassay|experimental (?:data|results?|evidence|valid|meas)"
     r"|experiments? (?:show|confirm|on|with)|measured"),
    (r"temperatures?", r"temperature|(?-i:\d ?K\b)|°|kelvin|thermal"),
    (r"real (?:cars?|robots?|vehicles?|hardware|users?|life|traffic|arms?)|physical|field tests?|deployed|production"
     r"|real[- ]world|live",
     r"\breal[- ](?:world|life|robot|vehicle|car|hardware|user|traffic)|field (?:test|trial|stud)|deploy|in production"
     r"|\bonline\b|\blive\b|in practice|industrial|physical|on[- ]site|\broad test"),
    (r"best|worst|on top|highest|lowest|most(?= ?[\w-]* ?(?:\?|$))|wins?|won",
     r"\bbest|worst|\btop\b|highest|lowest|\bmost\b|outperform|superior|surpass|exceed|better|worse|\bwin|\bwon"
     r"|greatest|largest|strongest|optimal|state[- ]of[- ]the[- ]art|\bsota\b|\bdriver|dominant|dominat|\bmain\b"),
)  # fmt: skip

ASPECTS = tuple((later(rf"\b(?:{asked})\b", re.IGNORECASE), later(said, re.IGNORECASE)) for asked, said in _SAID)
"""Pairs of patterns: what a question asks about, and what a passage that answers it says."""

_ALIKE = (
    "people person participant subject volunteer respondent user player individual adult interviewee human annotator rater",
    "paper article publication study studie",
    "experiment trial study studie",
    "image picture photo frame fps scan",
    "model llm network classifier vlm mllm slm",
    "dataset benchmark corpus corpora collection testbed",
    "example sample instance question task item prompt case problem pair entry",
    "researcher author scientist",
    "language tongue",
    "place district city region location country site",
    "method approach technique scheme algorithm",
    "challenge difficulty difficultie problem issue limitation obstacle",
)
ALIKE = tuple(tuple(group.split()) for group in _ALIKE)
"""Words that name the same things, singular: whoever asks for people may be told of participants."""
