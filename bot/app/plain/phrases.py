"""Phrases that people type instead of a command, each with the command it stands for. Data, matched in order.

The patterns match text that `plain_words` simplified: without politeness and final punctuation, in any case. A rule
with `ask` never runs at once: it changes or ends something, so its commands are buttons. PHRASES also hold phrases that
begin with a command's name; AFTER_SEARCHES are tried on text that holds no search with filters, LATER_PHRASES only on
text that begins with no command's name.
"""

from bot.app.plain.change_phrases import CHANGES, FOLLOWS
from bot.app.plain.rule import COMMAND_LIST, FIND, LIST, ON, PAPERS, SHOW, SOME, THIS, TOP, Rule, words_of


def _phrases(text: str) -> frozenset[str]:
    return frozenset(text.split(", "))


GREETINGS = _phrases(
    "hi, hello, hey, heya, hiya, yo, hi hi, howdy, greetings, sup, hallo, hola, bonjour, bonsoir, salut, "
    "ciao, buongiorno, ola, oi, servus, moin, gruezi, gruss gott, namaste, nmste, privet, zdravstvuite, zdravstvujte, "
    "nihao, ninhao, ni hao, hai, haluo, zaoshanghao, konnichiha, konnichiwa, konhanha, ohayou, annyeonghaseyo, "
    "annyeong, mrhb, mrhba, marhaba, slm, lslm lykm, salam, shalom, slvm, geia, geia soy, swasdi, sawasdee, suprbhat, "
    "vnkkm, salem, barew, gamarjoba, merhaba, selam, czesc, hej, hei, ahoj, sveiki, xin chao, goddag, szia, buna, "
    "good morning, good afternoon, good evening, good day, guten morgen, guten tag, guten abend, buenos dias, buenas, "
    "bom dia, boa tarde, dzien dobry, dobry den, god morgen, bon dia, buna ziua, dobroe utro, dobryi den"
)
"""Folded; other scripts are transliterated."""

NEWS_WORDS = words_of(
    "got have do you is there are any anything something some good great interesting cool nice new latest fresh "
    "worth reading read papers paper stuff for me us today todays this morning out to what whats s should i we show "
    "give gimme get see let the my our digest post posts week now here on arxiv hit up with a morning please "
    "list hot come came last night published did announced fresh released"
)
NEWS_SIGNS = words_of("anything something any today todays interesting new latest worth digest read hot news")
"""Text of the first words alone, with one of the second, asks for today's digest."""

PHRASES: tuple[Rule, ...] = (
    # Help
    Rule(r"help|h|info|about|menu|start|get started|getting started|usage|test|ping|how|hm+|huh|man", "/paperlark"),
    Rule(
        r"(?:i )?(?:need |want )?(?:some )?help(?: me)?(?:,? i'?m (?:lost|new|confused|stuck))?"
        r"|help(?: me)? with (?:this|paperlark|you)",
        "/paperlark",
    ),
    Rule(
        r"(?:what|who) (?:can|do|does|are|is) (?:you|this bot|paperlark|this|it)(?: do| for| able to do)?(?: here)?"
        r"|what (?:else )?can i (?:do|ask|type|say)(?: you| here)?",
        "/paperlark",
    ),
    Rule(
        r"how (?:does|do) (?:this|it|you|paperlark|the bot|this bot|that)(?: thing| bot)? work|how (?:do|can|to)(?: i"
        r"| we)?"
        r" (?:use|start|begin|get started|get going)(?: (?:with )?(?:you|this|it|paperlark|the bot|here))*"
        r"|(?:i'?m|i am) (?:lost|confused|new(?: here)?)|what now|what should i do|what do i do(?: now)?",
        "/paperlark",
    ),
    Rule(r"(?:all |the |list |show |list all |list the |what are the |your )*commands", COMMAND_LIST),
    # The paper of a thread
    Rule(
        rf"(?:what is|what's|whats) {THIS} about|(?:summari[sz]e|explain|tl;?dr|summary(?: of)?|sum up)(?: {THIS})?",
        "/readmore this",
    ),
    Rule(rf"(?:read more|more details?|details?|tell (?:me|us) more)(?: (?:on|about|of) {THIS})?", "/readmore this"),
    Rule(rf"(?:who wrote|who are the authors of|authors? of|authors? for) {THIS}|authors|the authors", "/authors this"),
    Rule(
        rf"(?:(?:show|find|get|give) )?{SOME}(?:similar|related)(?: {PAPERS})?(?: to {THIS})?|papers like {THIS}"
        rf"|anything like {THIS}",
        "/similar this",
    ),
    Rule(
        rf"{SHOW}(?:the )?(?:bibtex|citation|reference)(?: (?:of|for|to) {THIS})?|cite {THIS}|cite",
        "/bibtex this",
    ),
    Rule(rf"(?:save|bookmark|keep|store|star|pin|add|remember)(?: {THIS})?{LIST}", "/save this"),
    Rule(
        r"(?:save|bookmark|keep|store|star|pin) (?P<x>(?:(?!note:).)+?)"
        r" (?:to|in|into|on|for) (?:(?:my|our|the) )?(?:reading list|list|saved(?: papers)?|library|later)"
        r"|(?:add|remember|put) (?P<y>(?:(?!note:).)+?)"
        r" (?:to|in|into|on|for) (?:(?:my|our|the) )?(?:reading list|saved(?: papers)?|library|later)",
        "/save {x}",
    ),
    Rule(
        r"(?:bookmark|keep|store|star|pin|remember) (?P<x>(?!an eye|me\b|us\b|up\b|it up|going|calm|in mind|in touch"
        r"|out\b|"
        r"when\b|that time|to\b|how\b|wars\b|trek\b|talking|quiet).+)",
        "/save {x}",
    ),
    Rule(rf"(?:more like|like|love|(?:i|we) (?:like|love)|upvote) {THIS}|more|\+1|👍|more of {THIS}", "/more this"),
    Rule(
        rf"(?:less like|dislike|hate|(?:i|we) (?:don'?t like|dislike)|downvote) {THIS}|less|-1|👎"
        rf"|less of {THIS}|not interest(?:ed|ing)",
        "/less this",
    ),
    Rule(rf"(?:mute|hide) {THIS}", "/mute this"),
    # The digest, lists
    Rule(
        r"(?:what's|whats|what is|what was|what are|anything|any|something|is there anything|show|list|get|give)?"
        rf" ?(?:the )?(?:new|newest|latest|news|up)(?: {PAPERS}| ones)?"
        r"(?: (?:today|this morning|for today|on arxiv|here|out|in arxiv|for me|for us))*",
        "/digest",
    ),
    Rule(
        rf"(?:(?:show|list|get|give|see|post)(?: the)? )?(?:today'?s|todays?|this morning'?s|the|daily|my|our)*"
        rf" ?(?:daily )?(?:{PAPERS}|digest|news|arxiv)(?: (?:of |for |from )?(?:today|this morning))?",
        "/digest",
    ),
    Rule(
        r"today|daily|what(?:'d| did) (?:i|we) miss(?: today| so far)?|what came out(?: today)?"
        r"|what happened(?: today)?|catch me up"
        r"|updates?"
        rf"|{SHOW}(?:the |my |our )?digest(?: today| now)?",
        "/digest",
    ),
    Rule(
        rf"(?:what (?:was|came) (?:new|out) )?{SHOW}(?:the )?yesterday(?:'?s)?(?: (?:{PAPERS}|digest|one|ones))?"
        rf"|(?:{PAPERS}|digest) (?:of|from) yesterday|what(?:'d| did) (?:i|we) miss yesterday",
        "/digest yesterday",
    ),
    Rule(
        rf"{SHOW}(?:the |a )?(?:weekly (?:recap|summary)|recap|what(?:'d| did) (?:i|we) miss (?:this|last|all) week"
        rf"|this week'?s (?:papers|digest)|papers (?:of |from )?this week"
        r"|what(?:'s| is|s) new this week|week)",
        "/digest week",
    ),
    Rule(
        rf"(?:what(?:'s| is|s|) )?{SHOW}(?:the )?{TOP}"
        rf"(?: {PAPERS})?(?: (?:right now|now|today))?",
        "/trending",
    ),
    Rule(
        rf"(?:what(?:'s| is|s|) )?{SHOW}(?:the )?{TOP}"
        rf"(?: {PAPERS})?(?: (?:of |in )?(?:this |the |last )?(?P<x>week|month))",
        "/trending {x}",
    ),
    Rule(
        r"(?:what|who|whom)(?: all)? (?:do|does|am|are|is) (?:i|we|you|this channel|the channel|it) follow(?:ing)?"
        r"|(?:show |list |what are )?(?:my |our |the |all )?(?:follows|subscriptions|topics|followed|interests|feeds?)"
        r"|(?:who|what) do (?:i|we|you) follow(?: (?:here|now|atm|rn|currently|so far))?"
        r"|(?:what|who|whom)(?: all)? (?:am|are|is) (?:i|we|you|this channel) following(?: (?:here|now|atm|rn"
        r"|currently|so far))?"
        r"|(?:do|does|are|am|is) (?:i|we|you|this channel|anyone|anybody|somebody) (?:already )?follow(?:ing)? .+"
        r"|(?:when|what time)(?:'s| is| does| will| do)? .*(?:digest|next one|next post|papers)(?: .*)?"
        r"|why (?:is|was|are|were|did|do|does|have|has|no) .*(?:digest|nothing posted|no papers|papers today).*"
        r"|list|show|(?:my|our|the) list|(?:who|what) is followed(?: here)?",
        "/following",
    ),
    Rule(
        r"(?:(?:show|get|give|see|open) )?(?:my |our |the )?(?:reading list|saved papers?|bookmarks|library|saves"
        r"|saved list|favou?rites)|what did (?:i|we) save",
        "/saved",
    ),
    Rule(
        r"export(?: (?:my |our |the )?(?:list|reading list|library|papers))?(?: (?:as|to|in) bibtex)?|export bibtex"
        r"|references",
        "/saved bibtex",
    ),
    # What changes or ends something
    *CHANGES,
)

AFTER_SEARCHES: tuple[Rule, ...] = (
    # People
    Rule(
        r"(?:who is|who's|whos|whois|who was|tell (?:me|us) about (?:the )?author|about (?:the )?author) (?P<x>.+)",
        "/author {x}",
    ),
    Rule(
        rf"(?:{FIND} (?:me |us )?)?(?:the )?(?:author(?:'s)?(?: page| profile)?|profile|page|h-?index|citations)"
        r" (?:of|for) (?P<x>.+)",
        "/author {x}",
    ),
    Rule(
        rf"(?:{FIND} (?:me |us )?)?(?P<x>\S+(?: \S+){{0,3}})'s (?:author )?(?:page|profile|papers|publications|work"
        r"|h-?index|citations)",
        "/author {x}",
    ),
    Rule(rf"(?:{FIND} (?:me |us )?)?{SOME}{PAPERS} (?:(?:written |authored )?by|from) (?P<x>.+)", "/author {x}"),
    Rule(
        r"what (?:did|does|has|have) (?P<x>.+?) (?:write|written|publish|published|work on)(?: lately| recently)?",
        "/author {x}",
    ),
    *FOLLOWS,
    Rule(rf"{TOP}(?: {PAPERS})? (?:in|on|about|for) (?P<x>.+)", "/papers {x}"),
    # One paper
    Rule(
        r"(?:summari[sz]e|explain|summary of|tl;?dr(?: of)?|key points of) (?:the )?(?:paper )?(?P<x>.+)",
        "/readmore {x}",
    ),
    Rule(rf"{FIND} (?:me |us )?(?:the )?(?:{PAPERS} )?(?:called|titled|named|with the title) (?P<x>.+)", "/paper {x}"),
    Rule(
        rf"(?:show|open|read|get|give|see|fetch)(?: me| us)? (?:the )?(?:paper|article|preprint) (?!{ON} )(?P<x>.+)",
        "/paper {x}",
    ),
    Rule(rf"(?:{PAPERS}|anything|something) (?:similar to|like|related to) (?P<x>\S*\d\S*)", "/similar {x}"),
    Rule(r"similar to (?P<x>.+)", "/similar {x}"),
    Rule(r"(?:bibtex|cite|citation|reference) (?:of|for)? ?(?P<x>.+)", "/bibtex {x}"),
    # Search
    Rule(
        rf"(?:(?:can i |i |we )?{FIND} )?(?:me |us )?{SOME}{PAPERS} (?:{ON} )(?:the topic (?:of )?)?(?P<x>.+)",
        "/papers {x}",
    ),
    Rule(
        rf"(?:what's|whats|what is|anything|something|any)(?: new| out there| hot| recent)? {ON} (?P<x>.+)",
        "/papers {x}",
    ),
    Rule(
        rf"(?:search for|search {PAPERS}|look for|look up|search|find)(?: me| us)? {SOME}(?:{PAPERS} )?(?P<x>.+)",
        "/papers {x}",
    ),
    Rule(rf"{SOME}(?:the )?(?:new|newest|recent|latest)(?: {PAPERS})? {ON} (?P<x>.+)", "/papers {x}"),
)

LATER_PHRASES: tuple[Rule, ...] = (
    Rule(
        r"(?:stop following|unsubscribe (?:me |us )?(?:from|to)?|unsub|stop tracking|don'?t follow|remove|delete|drop"
        r"|no longer follow|ditch|get rid of|take (?:out|off)|kick(?: out)?|never follow"
        r"|do not follow) ?(?:the (?:topic|category|author) )?(?P<x>.+)",
        ask="Remove “{x}”?",
        offers=(("Unfollow {x}", "/unfollow {x}"), ("See what's followed", "/following")),
    ),
    Rule(
        rf"(?:hide|block|ignore|exclude|filter out|stop showing(?: me| us)?|don'?t show(?: me| us)?|skip)"
        rf" (?:(?:any|all|anything|everything|the) )*(?:{PAPERS} )?(?:(?:on|about|from|by) )?"
        rf"(?P<x>(?!.*\binstructions?\b).+?)(?: {PAPERS})?",
        ask="Keep “{x}” out of the digest?",
        offers=(("Mute {x}", "/mute {x}"),),
    ),
    Rule(rf"(?:{FIND} (?:me |us )?)?{SOME}(?P<x>.+) {PAPERS}", "/papers {x}"),
)
