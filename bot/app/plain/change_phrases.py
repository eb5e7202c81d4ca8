"""Phrases about what a channel gets: stop, pause, fewer, more, follow, mute, lock, settings. Data, matched in order.

A rule with `ask` never runs at once. The others are orders, which `consent` checks.
"""

from bot.app.plain.rule import DIGEST, EVERY, ON, PAPERS, SETUP, SOME, Rule

_OFF = ("Turn off the digest", "/digest off")
_UNFOLLOW = ("Choose what to unfollow", "/following")
_FEWER = (("Show 5 at most", "/digest on top=5"), ("Show 3 at most", "/digest on top=3"), _UNFOLLOW)
_NOW = (
    r"(?: (?:here|now|in (?:this|the) channel|(?:to|in) (?:this|the) (?:channel|room|chat)|today|right now|again"
    r"|already|it))*"
)
_WEEKLY = (
    ("Add a recap on Fridays", "/digest on recap=fri"),
    ("Post only on Mondays", "/digest on days=mon"),
    ("Show this week's recap", "/digest week"),
)
_ANY = r"(?:(?:any|all|anything|everything|something|stuff|the|these|those|more|other) )*"
_MUTE = (("Mute {x}", "/mute {x}"), ("Unfollow {x}", "/unfollow {x}"))

CHANGES: tuple[Rule, ...] = (
    # Stop and start
    Rule(
        r"(?:stop|unsubscribe|cancel|quit|exit|end|off|turn off|turn it off|switch off|disable|opt out|go away"
        r"|shut up|(?:i|we) want out|(?:opt|get|let) me out|leave|leave me alone|no more|enough|enough already"
        r"|remove me|silence|quiet|be quiet|make it stop"
        r"|mute|"
        r"(?:i|we) want out|(?:opt|get|let) me out|stop it|stop that|stop this|kill it|shut it (?:down|off)"
        r"|get me off(?: this)?)"
        r"(?: (?:posting|sending|spamming|messaging|bothering|pinging))?(?: (?:to )?(?:me|us|this|the channel"
        r"|this channel))*"
        rf"(?: (?:to|from))?(?: {DIGEST})*{_NOW}",
        ask="What should stop?",
        offers=(_OFF, _UNFOLLOW),
    ),
    Rule(
        rf"(?:turn|switch) {DIGEST} off{_NOW}|digest stop|stop {DIGEST}{_NOW}|no more {DIGEST}{_NOW}"
        rf"|stop (?:posting|sending|spamming|showing|giving)(?: (?:me|us))?(?: {_ANY}(?:{PAPERS}|{DIGEST}|things|crap"
        rf"|spam))?{_NOW}"
        r"|(?:i|we) (?:don'?t|do not) (?:want|need) (?:this|these|it|any|the digest|any of this|papers?"
        r"|digests?)(?: anymore)?"
        r"|(?:too much|this is|stop the) spam(?:ming)?(?: me| us)?",
        ask="Turn off the daily digest?",
        offers=(_OFF, _UNFOLLOW),
    ),
    Rule(
        rf"(?:pause|snooze|suspend|hold|hold off|hold on|wait|take a break|chill|mute)(?: {DIGEST}| this)?{_NOW}"
        r"(?: (?:until|till|for|over|during|from|while|next|this|the)\b.*)?"
        r"|(?:i'?m|we'?re|i am|we are|i'?ll be|we'?ll be) (?:on|going on|away|off|out)\b.*",
        ask="I can't pause until a day. Turn the digest off now, and say “start” when you want it back?",
        offers=(_OFF,),
    ),
    Rule(
        rf"(?:turn|switch) (?:on {DIGEST}|{DIGEST} (?:back )?on|on|back on)(?: again)?"
        r"|(?:start|enable|activate|subscribe|begin|resume|unpause|restart|continue|go on|keep going)"
        rf"(?: (?:to )?{DIGEST})?(?: (?:again|posting|sending|now))*"
        rf"|(?:post|send|deliver|give|get)(?: me| us)?(?: {DIGEST})? {EVERY}|daily digest on"
        rf"|(?:i|we) (?:want|need)(?: a| the)?(?: daily)? digest(?: back)?|bring (?:it|the digest) back",
        ask="Post a daily digest here?",
        offers=(("Turn on the digest", "/digest on"), ("Set up this channel", SETUP)),
    ),
    Rule(
        rf"(?:post|send|deliver|share|publish|run|do) (?:{DIGEST} )?(?:right )?now|(?:post|send|publish"
        rf"|share) {DIGEST}",
        ask="Post today's digest here now?",
        offers=(("Post the digest now", "/digest now"), ("Show it to me", "/digest")),
    ),
    # How much and how often
    Rule(
        rf"(?:(?:this|it|that)(?:'s| is) |there are |i get |we get )?(?:way |far |just )?(?:too (?:many|much)|(?:so"
        rf"|that) (?:many|much))"
        rf"(?: {_ANY}(?:{PAPERS}|digests?|posts|messages|noise|to read))?(?: .{{0,20}}(?:day|here|everyday|morning))?"
        rf"|(?:(?:i|we) (?:want|need|get) )?(?:fewer|less)(?: {PAPERS})?(?: (?:per|a|each|every) day|daily)?"
        rf"|not so many(?: {PAPERS})?"
        r"|(?:make it|keep it) (?:shorter|short)|shorter(?: digests?)?|(?:this|it) is (?:overwhelming|a lot)"
        r"|overwhelming",
        ask="Show fewer papers?",
        offers=_FEWER,
    ),
    Rule(
        rf"(?:(?:i|we) (?:want|need) )?more {PAPERS}(?: (?:per|a|each|every) day|daily|in the digest)?|(?:too few"
        rf"|not enough)"
        rf"(?: {PAPERS})?|longer(?: digests?)?",
        ask="Show more papers?",
        offers=(("Show 20 at most", "/digest on top=20"), ("Set up this channel", SETUP)),
    ),
    Rule(
        rf"(?:only |just )?(?:weekly|once a week|every week|one a week|once weekly)(?: {DIGEST}| summary| recap| only"
        rf"| instead)*"
        r"(?: (?:is|would be) (?:enough|fine|better|good))?|weekly,? not daily|not (?:daily"
        r"|every ?day)(?:,? (?:but )?weekly)?"
        rf"|(?:post|send|make|switch|change)(?: (?:it|{DIGEST}|this|me|us))?(?: to)? (?:weekly|once a week|every week)",
        ask="Once a week? I can add a recap on Fridays, or post only on Mondays.",
        offers=_WEEKLY,
    ),
    Rule(
        rf"(?:no|not on|not at|skip|except|without|no (?:papers|digests?|posts) on)(?: the)? weekends?(?: {DIGEST})?"
        r"|(?:only |just )?(?:on )?(?:weekdays|workdays|work ?days|working days)(?: only)?",
        ask="Post the digest on weekdays only?",
        offers=(("Post on weekdays only", "/digest on days=mon-fri"),),
    ),
    Rule(
        r"(?:on |also |include )?weekends?(?: too| as well)?|every single day|7 days a week",
        ask="Post the digest on weekends too?",
        offers=(("Post every day", "/digest on days=mon-sun"),),
    ),
    # Lock, mail, settings
    Rule(
        r"unlock(?: (?:it|this|that|the channel|this channel|the digest|the settings|settings|everything))?",
        ask="Let everybody change what this channel gets?",
        offers=(("Unlock", "/digest unlock"),),
    ),
    Rule(
        r"(?:lock|protect|freeze)(?: (?:it|this|that|the channel|this channel|the digest|the settings|settings"
        r"|everything|"
        r"down|up|it down))*|(?:only )?admins only|only (?:let )?admins(?: (?:can|may|should)? ?change (?:it|this"
        r"|things))?",
        ask="Let only admins change what this channel gets?",
        offers=(("Lock", "/digest lock"),),
    ),
    Rule(
        rf"(?:e-?mail|mail|send)(?: me| us)?(?: {DIGEST})?(?: (?:by|via|per|to my) e-?mail)?|by e-?mail",
        ask="Get the digest by e-mail too?",
        offers=(("Get it by e-mail", "/digest email"),),
    ),
    Rule(
        r"(?:change |show |open |my |our |the |edit |update |set |adjust |move |i want to |want to )*(?:settings?"
        r"|set ?up|configure|"
        r"configuration|config|preferences|options|time ?zone|(?:posting |digest )?time|schedule|language|frequency"
        r"|day|days|"
        r"hours?)(?: (?:of the digest|this channel|it|you|up|paperlark|the bot|me|for|here|to))*",
        ask="What do you want to set?",
        offers=(("Set up this channel", SETUP), ("See what's followed", "/following")),
    ),
    # Keep out
    Rule(
        rf"mute {_ANY}(?:{PAPERS} )?(?:with|about|on|from|by|containing|mentioning|that (?:say"
        rf"|mention)) [\"“]?(?P<x>.+?)[\"”]?"
        r"(?: in (?:it|them|there|the title|the abstract))?",
        "/mute {x}",
    ),
    Rule(
        rf"(?:less|fewer|no more) (?:{PAPERS} )?(?:on|about|from|by) (?P<x>.+)",
        ask="Keep “{x}” out of the digest?",
        offers=_MUTE,
    ),
    Rule(
        rf"(?:(?:i|we) (?:really )?(?:don'?t|do not|never|no longer) (?:want|need|care|like|wanna)(?: to (?:see|get"
        rf"|read|hear))?(?: about| for)?|"
        r"(?:i'?m|we'?re|i am|we are) (?:not|no longer|never) interested in|(?:sick|tired|bored) of|not interested in|"
        r"(?:(?:i'?m|we'?re) )(?:so )?(?:sick|tired|bored) of)"
        rf" {_ANY}(?:{PAPERS} )?(?:{ON} )?(?P<x>.+?)(?: {PAPERS})?(?: anymore| any more)?",
        ask="Keep “{x}” out of the digest?",
        offers=_MUTE,
    ),
    Rule(
        rf"(?:no more|no|enough|not|less|fewer|too much|too many) {_ANY}(?P<x>(?!like\b|of\b|idea\b|problem\b|clue\b"
        rf"|way\b|"
        rf"thanks\b|thank\b|that\b|this\b|it\b)[^\d]\S*(?: \S+){{0,2}}?)(?: {PAPERS})?(?: anymore| any more)?",
        ask="Keep “{x}” out of the digest?",
        offers=_MUTE,
    ),
    Rule(rf"(?:(?:show|find|get|give)(?: me| us)? )?more {PAPERS} like (?P<x>\S*\d\S*)", "/similar {x}"),
    Rule(r"more like (?P<x>\S*\d\S*)", "/more {x}"),
    Rule(r"less like (?P<x>\S*\d\S*)", "/less {x}"),
)

FOLLOWS: tuple[Rule, ...] = (
    Rule(
        r"add (?P<x>(?!this\b|that\b|it\b|\S*\d{4}\.\d)(?:.(?! to (?:my|our|the) reading))+?)"
        r"(?: (?:to|in|into) (?:my|our|the|this) (?:list|follows|channel|digest|feed|follow list|following"
        r"|watch ?list))?"
        r"(?: too| as well)?",
        ask="Follow “{x}”?",
        offers=(("Follow {x}", "/follow {x}"), ("Open the author page", "/author {x}")),
    ),
    Rule(
        r"(?:(?:i|we|our (?:group|team|lab))(?:'?m|'?re| am| are| is)?(?: really| very| also"
        r"| mostly)? (?:interested in|into|"
        r"work(?:s|ing)? (?:on|in)|care about|love|like|study(?:ing)?|follow)|my (?:topic|field|area"
        r"|research)(?: area)? is|"
        rf"(?:can|could) (?:we|i|you) (?:get|have|see|add|follow|post)|(?:i|we)(?:'d| would)? (?:want|like"
        rf"|need)(?: to (?:get|see|follow))?)"
        rf" (?:{SOME}{PAPERS} {ON} )?(?P<x>(?!to\b|out\b|off\b|in\b|nothing\b|more\b|less\b|fewer\b|it\b|this\b"
        rf"|that\b|you\b|an?\b|the\b|some\b"
        rf"|help\b)\S+(?: \S+){{0,5}}?)"
        rf"(?: {PAPERS})?(?: here| in this channel| in here| too)?",
        ask="Follow “{x}”?",
        offers=(("Follow {x}", "/follow {x}"), ("Search", "/papers {x}")),
    ),
    Rule(
        r"(?:subscribe(?: me| us| this channel)?(?: to)?|track|watch|monitor|start following|keep an eye (?:on|out for)"
        r"|notify (?:me|us) (?:about|of|on|for|when)|alert (?:me|us) (?:about|of|on|for)"
        r"|keep (?:me|us) (?:posted|updated) (?:on|about)"
        r"|(?:lmk|let (?:me|us) know|tell (?:me|us)|ping (?:me|us)|inform (?:me|us)) (?:when|whenever|if|about new)"
        rf"|follow (?:{SOME}{PAPERS} {ON}|the topics?|the categor(?:y|ies)|the authors?)"
        rf"|add (?:the )?(?:topic|category|author)) (?:{SOME}{PAPERS} {ON} )?(?P<x>.+)",
        "/follow {x}",
    ),
)
