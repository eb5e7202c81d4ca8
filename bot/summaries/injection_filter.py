"""Removal of sentences that give orders to the reader of a paper, above all to a model.

Real preprints contained hidden orders of this kind (https://arxiv.org/abs/2507.06185). The patterns are a list to read
and extend; in 25,670 abstracts of 2025 and 2026 they remove no innocent sentence, and 15 innocent titles.
"""

import re
import unicodedata
from dataclasses import replace

from anyascii import anyascii

from bot.domain.paper import Paper
from bot.domain.text.clean import clean
from bot.domain.text.pattern import later
from bot.summaries.sentences import sentences

_LONGEST_READ = 4000
_SENTENCE_WORDS = 4

_MODEL = (
    r"(?:ai(?: model| assistant| system)?s?|llms?|(?:large )?language models?|models?|assistants?|chat ?bots?|bots?"
    r"|chatgpt|gpt|claude|gemini|summari[sz]ers?|reviewers?)"
)
_WHOSE = (
    r"(?:system|developer|hidden|secret|initial|original|previous|prior|earlier|above|all|any|your|safety|these|those"
    r"|preceding|foregoing)"
)
_ORDERS = r"(?:instructions?|prompts?|rules?|guidelines?|directions?|commands?|orders?|polic(?:y|ies)|messages?)"
_MODALS = (
    r"(?:must|should|shall|will|have to|need to|are to|are (?:not )?(?:required|instructed|allowed|obliged|ordered) to)"
)
_VERB = (
    r"(?:say|reply|respond|answer|output|print|write|repeat|return|include|insert|append|add|tell|send|mention|click"
    r"|visit|call|buy|subscribe|join|order|install|download|donate|rate|recommend|praise|summari[sz]e|translate|reveal"
    r"|notify|ping|post|tag|delete|run|execute|begin|start|end|finish|stop|claim|state|use|give|set|open|follow"
    r"|pretend|act|imagine|speak|refuse|leak|copy|paste|forward|message|contact|vote|hire|accept|obey|show|display"
    r"|describe|replace|score|be|do|go|make|transfer|pay|remember|ignore|disregard|forget|never|always)"
)
_AT_ONCE = (  # these follow an order, and seldom a noun of the same form ("output length", "call graphs")
    r"(?:(?:only|exactly|just|nothing|this (?:paper|work|summary|article)|the (?:following|words?|phrase|text|sentence"
    r"|number|user|users|channel|team|reader|readers|summary|link|system)|with (?:only|the word|exactly|nothing|a)\b"
    r"|as (?:a|an|if)|your?|yourself|me|us|everyone|everybody|https?|www|that (?:this|it|you|the paper|everyone)"
    r"|(?:in|like) (?:french|german|latin|pirate|all caps|capitals|json|a pirate)|to (?:everyone|me|us|this|your?)"
    r"|to be (?:an? )?(?:ai|human|admin\w*|unrestricted|\w+ of)|(?-i:[A-Z]{4,}))(?!\w)|!?[<@\[`\"“‘'])"
)
_ADVERBS = (
    r"(?:please|now|then|and|also|so|first|next|finally|instead|simply|just|always|only|kindly|must|important(?:ly)?"
    r"|urgent|warning|note|ps)"
)
_ROLE = r"(?:system|assistant|developer|admin(?:istrator)?)"
_KIND = r"(?: (?:message|prompt|note|override|notice|instruction|update|command|alert))?"

_SIGNS = (
    # "ignore what was said before"
    rf"\b(?:ignore|disregard|forget|override|bypass|discard|overlook|neglect|violate)\b(?: \w+){{0,3}}? {_WHOSE}"
    rf"(?: \w+){{0,3}}? {_ORDERS}\b",
    rf"\b(?:ignore|disregard|forget)(?: \w+){{0,2}} {_ORDERS} (?:above|before|given|so far|and (?:say|write|output))",
    r"\b(?:ignore|disregard|forget) (?:everything|anything|all|what(?:ever)?) (?:you|that|above|before|was|prior)\b",
    r"\b(?:new|updated|actual|revised|real) (?:instructions?|directive|system prompt)s? ?[:=]",
    r"\b(?:from now on|from this point on|henceforth),? (?:you|act|answer|reply|respond|speak|write|always|every)\b",
    # addresses to a model
    rf"\byou(?:['’]re| are) (?:now |no longer |actually )*(?:an? |the )?(?:\w+ ){{0,2}}(?:{_MODEL}|dan|unrestricted"
    r"|jailbroken|pirate|salesman)\b",
    r"\b(?:if|since|as) you(?:['’]re| are) (?:an? |the )?(?:ai|llm|model|language|large|assistant|bot|reading this"
    r"|asked to|summari[sz]ing|processing)\b",
    r"(?:^|[.!?\"“(\[] ?)(?:dear|hey|hi|hello|listen|attention[,:!]|attention,? all|(?:notice|note|memo|message"
    rf"|instructions?) (?:to|for))[,:!]? (?:the |all |any |every |you )*{_MODEL}\b",
    rf"\b(?:any|every|all|whichever) {_MODEL} (?:that |who )?(?:is |are )?(?:read|process|summari[sz]|see)\w* this",
    rf"\byou {_MODALS} (?:now |only |always |never |not |just |also |first |instead )*{_VERB}\b",
    r"\byour (?:\w+ )?(?:instructions?|prompt|answer|response|output|reply|summary|guidelines|training|developer"
    r"|api key|password|users?|readers?|operator|only task|real task|new task|next message|channel|admin)\b",
    r"\b(?:tell|inform|warn|urge|ask) your (?:team|channel|colleagues)\b",
    r"\b(?:pretend|act|behave|respond|answer|speak|write|talk) (?:as if you|as though you|like a pirate"
    r"|as an? (?:ai|unrestricted|pirate|dan|evil|admin))\b",
    r"(?:^|[.!;:\"“(] ?)(?:please )?(?:do not|don['’]t|never) (?:summari[sz]e|mention|reveal|tell|say|follow|refuse"
    r"|output|answer|reply|respond|write|show|list|criticis|criticiz|highlight|disclose|translate)\b",
    # the forms of a conversation, and of this bot's own answer format
    rf"(?:^|[.!?:>\]\"'“*#(\[] ?){_ROLE}{_KIND}s? ?[:>\]](?=\s|$|\")",
    r"(?:^|[.!?#] ?)(?:human|user|instructions?|response) ?: (?:say|tell|write|ignore|answer|what|how|please|you)\b",
    rf"(?:^|[-#=*\[(<]{{1,9}} ?)(?:end|begin|start) of (?:the )?(?:abstract|paper|document|input|{_ORDERS})\b",
    r"<\|?(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id)\|?>|\[/?inst\]|<</?sys>>"
    r"|</?paper[-\w]*>|</?(?:system|assistant|user|instructions?|abstract|document|context|tool\w*)\b[^>,]{0,40}>",
    r"[\"'](?:role|content|key_points|summary|made_by|topics|methodology|tool_calls?|function_call)[\"'] ?:",
    # requests for praise
    r"\b(?:give|write|provide|return|assign)(?: \w+){0,3} (?:highest|top|maximum|glowing|positive|favou?rable"
    r"|excellent|perfect|strong accept|10/10|five[- ]star)s?\b[^.]{0,30}\b(?:review|score|rating|mark"
    r"|recommendation)s?\b",
    # an order at the beginning of a sentence
    rf"^\W*(?:{_ADVERBS}[,:!\s-]+)*{_VERB} {_AT_ONCE}",
)
_ADDRESSED = later("|".join(_SIGNS), re.IGNORECASE)
_ADORNMENT = later(r"\[\d*m|[*_`~#>%|\\{}$=-]+")  # Markdown, LaTeX, a terminal's colours
# If one sentence gives orders, another one counts too, even if it would pass for clumsy English elsewhere.
_AFTER_THAT = later(rf"\b(?:you|your|yours|yourself)\b|^\W*(?:{_ADVERBS}[,:!\s-]+)*{_VERB}\b", re.IGNORECASE)


def reported(paper: Paper) -> Paper:
    """Return `paper` without the sentences of title and abstract that give orders; both may be empty. Pure.

    A model doesn't see the removed sentences, and they don't count as a source for its answer. A card keeps the title
    as its authors wrote it.
    """
    said = sentences(paper.abstract)
    struck = [_is_addressed(sentence) for sentence in said]
    title_struck = _is_addressed(paper.title)
    if not title_struck and not any(struck):
        return paper
    kept = [one for one, gone in zip(said, struck, strict=True) if not gone and not _belongs_to_it(_read(one))]
    return replace(paper, title="" if title_struck else paper.title, abstract=" ".join(kept))


def reported_text(text: str) -> str:
    """Return any text without the sentences that give orders."""
    return reported(Paper("", "", text, (), ())).abstract


def _is_addressed(sentence: str) -> bool:
    read = _read(sentence)
    return bool(_ADDRESSED.search(read) or _ADDRESSED.search(_unadorned(read)))


def _belongs_to_it(read: str) -> bool:
    return len(read.split()) < _SENTENCE_WORDS or bool(_AFTER_THAT.search(read))


def _read(sentence: str) -> str:
    """Return the text as a model reads it: without invisible characters, with lookalikes of Latin letters replaced."""
    seen = clean(sentence, _LONGEST_READ)
    return seen if seen.isascii() else anyascii(unicodedata.normalize("NFKD", seen))


def _unadorned(read: str) -> str:
    return " ".join(_ADORNMENT.sub(" ", read).split())
