"""Phrases that people type instead of a command, each with the command it stands for. Data, matched in order.

The patterns match text that `plain_words` simplified: without politeness and final punctuation, in any case. A rule
with `ask` never runs at once: it changes or ends something, so its commands are buttons. PHRASES also hold phrases that
begin with a command's name; LATER_PHRASES are tried only on text that begins with none.
"""

from dataclasses import dataclass

SETUP = "/paperlark setup"
COMMAND_LIST = "/paperlark commands"


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern, and the command in which `{x}` stands for its group; with `ask`, a question with `offers`."""

    pattern: str
    command: str = ""
    ask: str = ""
    offers: tuple[tuple[str, str], ...] = ()


def _phrases(text: str) -> frozenset[str]:
    return frozenset(text.split(", "))


GREETINGS = _phrases(
    "hi, hello, hey, heya, hiya, yo, hi hi, howdy, greetings, sup, hallo, hola, bonjour, bonsoir, salut, "
    "ciao, buongiorno, ola, oi, servus, moin, gruezi, gruss gott, namaste, nmste, privet, zdravstvuite, zdravstvujte, "
    "nihao, ninhao, ni hao, hai, haluo, zaoshanghao, konnichiha, konnichiwa, konhanha, ohayou, annyeonghaseyo, "
    "annyeong, mrhb, mrhba, marhaba, slm, lslm lykm, salam, shalom, slvm, geia, geia soy, swasdi, sawasdee, suprbhat, "
    "vnkkm, salem, barew, gamarjoba, merhaba, selam, czesc, hej, hei, ahoj, sveiki, xin chao, goddag, szia, buna, "
    "how are you, "
    "good morning, good afternoon, good evening, good day, guten morgen, guten tag, guten abend, buenos dias, buenas, "
    "bom dia, boa tarde, dzien dobry, dobry den, god morgen, bon dia, buna ziua, dobroe utro, dobryi den"
)
"""Folded; other scripts are transliterated."""

THANKS = _phrases(
    "thanks, thank you, thx, ty, cheers, merci, danke, gracias, obrigado, cool, nice, great, awesome, ok, okay, "
    "good bot, lol, bye, goodbye, good night, see you, thanks a lot, thank you so much, perfect, wow, amazing"
)

_PAPERS = r"(?:(?:arxiv )?(?:papers?|articles?|preprints?|publications?|literature|research|studies|stuff|work|works))"
_SOME = r"(?:(?:some|any|a|the|all|few|more|new|newest|recent|latest|good|best|interesting|relevant|other) )*"
_ON = r"(?:on|about|for|regarding|concerning|related to|relating to|around|in|with|mentioning|dealing with|covering)"
_FIND = r"(?:find|search|show|get|give|list|look up|look for|search for|recommend|suggest|bring|fetch|need|want|see)"
_THIS = r"(?:(?:this|that|it|the)(?: (?:arxiv )?(?:paper|one|article|preprint))?)"
_LIST = r"(?: (?:to|in|into|on|for) (?:(?:my|our|the) )?(?:reading list|list|saved(?: papers)?|library|later))?"
_ZONE = (
    r"(?: [a-z]+/[a-z_/]+| ?(?-i:(?:UTC|GMT)?[+−-]\d[\d:]*)"
    r"| (?:in )?(?-i:[A-Z]{2,5}|[A-Z]\w+(?: [A-Z]\w+){0,2})(?: time)?)"
)
_HOURS = (
    r"(?P<x>(?:\d{1,2}(?:[:.h]\d{2})?(?: ?[ap]\.?m\.?| ?(?:o'?clock|h|uhr))?|\d{4}|noon|midday|midnight)"
    rf"{_ZONE}?)"
)
_EVERY = r"(?:(?:every|each) (?:single )?(?:day|morning|evening|weekday|workday)|daily|here|in this channel|to us)"
_DIGEST = (
    r"(?:(?:the |your |a |my |our |this |all |any )?(?:daily )?"
    r"(?:digests?|papers|posts?|messages|notifications|updates|subscriptions?|it))"
)
_SHOW = r"(?:(?:show|list|get|give|see|post)(?: me| us)? )?"
_TOP = r"(?:trending|hot|popular|top|most (?:read|popular|liked))"

PHRASES: tuple[Rule, ...] = (
    # Help
    Rule(r"help|h|info|about|menu|start|get started|getting started|usage|test|ping|how|hm+|huh|man", "/paperlark"),
    Rule(r"(?:i )?(?:need |want )?(?:some )?help(?: me)?|help(?: me)? with (?:this|paperlark|you)", "/paperlark"),
    Rule(
        r"(?:what|who) (?:can|do|does|are|is) (?:you|this bot|paperlark|this|it)(?: do| for| able to do)?(?: here)?"
        r"|what (?:else )?can i (?:do|ask|type|say)(?: you| here)?",
        "/paperlark",
    ),
    Rule(r"how (?:does|do|can|to) .*?(?:work|use|start|begin|you|this|it)", "/paperlark"),
    Rule(r"(?:all |the |list |show |list all |list the |what are the |your )*commands", COMMAND_LIST),
    # The paper of a thread
    Rule(
        rf"(?:what is|what's|whats) {_THIS} about|(?:summari[sz]e|explain|tl;?dr|summary(?: of)?|sum up)(?: {_THIS})?",
        "/readmore this",
    ),
    Rule(rf"(?:read more|more details?|details?|tell (?:me|us) more)(?: (?:on|about|of) {_THIS})?", "/readmore this"),
    Rule(
        rf"(?:who wrote|who are the authors of|authors? of|authors? for) {_THIS}|authors|the authors", "/authors this"
    ),
    Rule(
        rf"(?:(?:show|find|get|give) )?{_SOME}(?:similar|related)(?: {_PAPERS})?(?: to {_THIS})?|papers like {_THIS}"
        rf"|anything like {_THIS}",
        "/similar this",
    ),
    Rule(
        rf"{_SHOW}(?:the )?(?:bibtex|citation|reference)(?: (?:of|for|to) {_THIS})?|cite {_THIS}|cite",
        "/bibtex this",
    ),
    Rule(rf"(?:save|bookmark|keep|store|star|pin|add|remember)(?: {_THIS})?{_LIST}", "/save this"),
    Rule(
        r"(?:save|bookmark|keep|store|star|pin|add|remember) (?P<x>(?:(?!note:).)+?)"
        r" (?:to|in|into|on|for) (?:(?:my|our|the) )?(?:reading list|list|saved(?: papers)?|library|later)",
        "/save {x}",
    ),
    Rule(r"(?:bookmark|keep|store|star|pin|remember) (?P<x>.+)", "/save {x}"),
    Rule(rf"(?:more like|like|love|(?:i|we) (?:like|love)|upvote) {_THIS}|more|\+1|👍|more of {_THIS}", "/more this"),
    Rule(
        rf"(?:less like|dislike|hate|(?:i|we) (?:don'?t like|dislike)|downvote) {_THIS}|less|-1|👎"
        rf"|less of {_THIS}|not interest(?:ed|ing)",
        "/less this",
    ),
    Rule(rf"(?:mute|hide) {_THIS}", "/mute this"),
    # The digest, lists
    Rule(
        r"(?:what's|whats|what is|what was|what are|anything|any|something|is there anything|show|list|get|give)?"
        rf" ?(?:the )?(?:new|newest|latest|news|up)(?: {_PAPERS}| ones)?"
        r"(?: (?:today|this morning|for today|on arxiv|here|out|in arxiv|for me|for us))*",
        "/digest",
    ),
    Rule(
        rf"(?:(?:show|list|get|give|see|post)(?: the)? )?(?:today'?s|todays?|this morning'?s|the|daily|my|our)*"
        rf" ?(?:daily )?(?:{_PAPERS}|digest|news|arxiv)(?: (?:of |for |from )?(?:today|this morning))?",
        "/digest",
    ),
    Rule(
        r"today|daily|what did (?:i|we) miss|what came out(?: today)?|what happened(?: today)?|catch me up|update"
        r"|updates",
        "/digest",
    ),
    Rule(
        rf"(?:what (?:was|came) (?:new|out) )?{_SHOW}(?:the )?yesterday(?:'?s)?(?: (?:{_PAPERS}|digest))?"
        rf"|(?:{_PAPERS}|digest) (?:of|from) yesterday",
        "/digest yesterday",
    ),
    Rule(
        rf"{_SHOW}(?:the )?(?:weekly recap|recap|this week'?s (?:papers|digest)|papers (?:of |from )?this week"
        r"|what(?:'s| is|s) new this week|week)",
        "/digest week",
    ),
    Rule(
        rf"(?:what(?:'s| is|s|) )?{_SHOW}(?:the )?{_TOP}"
        rf"(?: {_PAPERS})?(?: (?:right now|now|today))?",
        "/trending",
    ),
    Rule(
        rf"(?:what(?:'s| is|s|) )?{_SHOW}(?:the )?{_TOP}"
        rf"(?: {_PAPERS})?(?: (?:of |in )?(?:this |the |last )?(?P<x>week|month))",
        "/trending {x}",
    ),
    Rule(
        r"(?:what|who|whom)(?: all)? (?:do|does|am|are|is) (?:i|we|you|this channel|the channel|it) follow(?:ing)?"
        r"|(?:show |list |what are )?(?:my |our |the |all )?(?:follows|subscriptions|topics|followed|interests|feeds?)"
        r"|list|show|(?:my|our|the) list|(?:who|what) is followed(?: here)?",
        "/following",
    ),
    Rule(
        r"(?:(?:show|get|give|see|open) )?(?:my |our |the )?(?:reading list|saved papers?|bookmarks|library|saves"
        r"|saved list|favou?rites)|what did (?:i|we) save",
        "/saved",
    ),
    Rule(
        r"export(?: (?:my |our |the )?(?:list|reading list|library|papers))?(?: (?:as|to|in) bibtex)?|references",
        "/saved bibtex",
    ),
    # What changes or ends something
    Rule(
        r"(?:stop|unsubscribe|cancel|quit|exit|end|off|turn off|turn it off|switch off|disable|pause|opt out|go away"
        r"|shut up|leave|leave me alone|no more|enough|remove me|silence)(?: (?:posting|sending))?(?: me| us)?"
        rf"(?: (?:to|from))?(?: {_DIGEST})*(?: (?:here|now|in this channel|to this channel))*",
        ask="What should stop?",
        offers=(("Turn off the digest", "/digest off"), ("Choose what to unfollow", "/following")),
    ),
    Rule(
        rf"(?:turn|switch) {_DIGEST} off|digest stop|stop {_DIGEST}",
        ask="Turn off this channel's daily digest?",
        offers=(("Turn off the digest", "/digest off"),),
    ),
    Rule(
        rf"(?:less|fewer|no more) (?:{_PAPERS} )?(?:on|about|from|by) (?P<x>.+)",
        ask="Keep “{x}” out of this channel's digest?",
        offers=(("Mute {x}", "/mute {x}"),),
    ),
    Rule(r"more like (?P<x>\S*\d\S*)", "/more {x}"),
    Rule(r"less like (?P<x>\S*\d\S*)", "/less {x}"),
    Rule(
        r"(?:(?:post|send|deliver|share|give|bring|set|schedule|start|change|move|put|digest|daily|every)\b)?"
        rf"(?: ?(?:me|us))?(?: ?{_DIGEST})?(?: ?(?:time|{_EVERY}))*(?: ?(?:at|to|for|by|from)) {_HOURS}"
        rf"(?: {_EVERY})*",
        ask="Post this channel's digest at {x}?",
        offers=(("Post it at {x}", "/digest on {x}"),),
    ),
    Rule(
        rf"(?:turn|switch) (?:on {_DIGEST}|{_DIGEST} on|on)|(?:start|enable|activate|subscribe|begin|resume|unpause)"
        rf"(?: (?:to )?{_DIGEST})?|(?:post|send|deliver|give|get)(?: me| us)?(?: {_DIGEST})? {_EVERY}|daily digest on"
        rf"|(?:i|we) want (?:a )?(?:daily )?digest",
        ask="Post a daily digest here?",
        offers=(("Turn on the digest", "/digest on"), ("Set up this channel", SETUP)),
    ),
    Rule(
        rf"(?:e-?mail|mail|send)(?: me| us)?(?: {_DIGEST})?(?: (?:by|via|per|to my) e-?mail)?|by e-?mail",
        ask="Get the digest by e-mail too?",
        offers=(("Get it by e-mail", "/digest email"),),
    ),
    Rule(
        r"(?:change |show |open |my |our |the )*(?:settings?|set ?up|configure|configuration|config|preferences|options"
        r"|time ?zone|schedule|language)(?: (?:this channel|it|you|up|paperlark|the bot|me))*",
        ask="What do you want to set?",
        offers=(("Set up this channel", SETUP), ("See what's followed", "/following")),
    ),
    # People
    Rule(
        r"(?:who is|who's|whos|whois|who was|tell (?:me|us) about (?:the )?author|about (?:the )?author) (?P<x>.+)",
        "/author {x}",
    ),
    Rule(
        rf"(?:{_FIND} (?:me |us )?)?(?:the )?(?:author(?:'s)?(?: page| profile)?|profile|page|h-?index|citations)"
        r" (?:of|for) (?P<x>.+)",
        "/author {x}",
    ),
    Rule(rf"(?:{_FIND} (?:me |us )?)?{_SOME}{_PAPERS} (?:(?:written |authored )?by|from) (?P<x>.+)", "/author {x}"),
    Rule(
        r"what (?:did|does|has|have) (?P<x>.+?) (?:write|written|publish|published|work on)(?: lately| recently)?",
        "/author {x}",
    ),
    # Follow
    Rule(
        r"(?:subscribe(?: me| us| this channel)?(?: to)?|track|watch|monitor|start following"
        r"|notify (?:me|us) (?:about|of|on|for|when)|alert (?:me|us) (?:about|of|on|for)"
        r"|keep (?:me|us) (?:posted|updated) (?:on|about)|(?:i'?m|we'?re|i am|we are) interested in"
        rf"|follow (?:{_SOME}{_PAPERS} {_ON}|the topics?|the categor(?:y|ies)|the authors?)"
        rf"|add (?:the )?(?:topic|category|author)) (?:{_SOME}{_PAPERS} {_ON} )?(?P<x>.+)",
        "/follow {x}",
    ),
    # One paper
    Rule(
        r"(?:summari[sz]e|explain|summary of|tl;?dr(?: of)?|key points of) (?:the )?(?:paper )?(?P<x>.+)",
        "/readmore {x}",
    ),
    Rule(
        rf"{_FIND} (?:me |us )?(?:the )?(?:{_PAPERS} )?(?:called|titled|named|with the title) (?P<x>.+)", "/paper {x}"
    ),
    Rule(
        rf"(?:show|open|read|get|give|see|fetch)(?: me| us)? (?:the )?(?:paper|article|preprint) (?!{_ON} )(?P<x>.+)",
        "/paper {x}",
    ),
    Rule(rf"(?:{_PAPERS}|anything|something) (?:similar to|like|related to) (?P<x>\S*\d\S*)", "/similar {x}"),
    Rule(r"similar to (?P<x>.+)", "/similar {x}"),
    Rule(r"(?:bibtex|cite|citation|reference) (?:of|for)? ?(?P<x>.+)", "/bibtex {x}"),
    # Search
    Rule(
        rf"(?:(?:can i |i |we )?{_FIND} )?(?:me |us )?{_SOME}{_PAPERS} (?:{_ON} )(?:the topic (?:of )?)?(?P<x>.+)",
        "/papers {x}",
    ),
    Rule(
        rf"(?:what's|whats|what is|anything|something|any)(?: new| out there| hot| recent)? {_ON} (?P<x>.+)",
        "/papers {x}",
    ),
    Rule(
        rf"(?:search for|search {_PAPERS}|look for|look up|search|find)(?: me| us)? {_SOME}(?:{_PAPERS} )?(?P<x>.+)",
        "/papers {x}",
    ),
    Rule(rf"{_SOME}(?:the )?(?:new|newest|recent|latest)(?: {_PAPERS})? {_ON} (?P<x>.+)", "/papers {x}"),
)

LATER_PHRASES: tuple[Rule, ...] = (
    Rule(
        r"(?:stop following|unsubscribe (?:me |us )?(?:from|to)?|unsub|stop tracking|don'?t follow|remove|delete|drop"
        r"|no longer follow|ditch) ?(?:the (?:topic|category|author) )?(?P<x>.+)",
        ask="Remove “{x}”?",
        offers=(("Unfollow {x}", "/unfollow {x}"), ("See what's followed", "/following")),
    ),
    Rule(
        rf"(?:hide|block|ignore|exclude|filter out|stop showing(?: me| us)?|don'?t show(?: me| us)?|skip)"
        rf" (?:{_PAPERS} )?(?:(?:on|about|from|by) )?(?P<x>.+?)(?: {_PAPERS})?",
        ask="Keep “{x}” out of this channel's digest?",
        offers=(("Mute {x}", "/mute {x}"),),
    ),
    Rule(rf"(?:{_FIND} (?:me |us )?)?{_SOME}(?P<x>.+) {_PAPERS}", "/papers {x}"),
)
