"""Decides if plain words may change something: only a plain order does. Anything else asks by a button. Pure."""

import re

from bot.app.plain.reading import FOLLOWS, HELP, LONGEST, Reading
from bot.app.plain.rule import words_of
from bot.domain.card import Button
from bot.domain.command_spec import first_word
from bot.domain.paper_source import find_ids
from bot.domain.text.clean import shorten
from bot.domain.text.normalize import fold
from bot.domain.text.pattern import later

VERBS = words_of(
    "follow unfollow mute unmute hide save bookmark keep store star pin add remember subscribe track watch monitor "
    "start notify alert more less upvote downvote post digest lock unlock unsave takeback stop unsubscribe "
    "+1 -1 👍 👎 paperlark resend"
)
"""First words of an order that changes something."""
_CHANGE_WORDS = VERBS | words_of(
    "remove turn drop ditch delete kick exclude block pause disable enable cancel quit end kill silence shut change "
    "touch edit set update"
)

_NEGATION = later(
    r"\b(?:n t|dont|donot|doesnt|didnt|wont|cant|cannot|shouldnt|wouldnt|couldnt|mustnt|isnt|arent|aint|havent|hasnt"
    r"|not|"
    r"never|no|nor|neither|none|nobody|nothing|nope|nah|nicht|nichts|kein\w*|nie|niemals|nein|jamais|pas|nunca|nao|mai|"
    r"niet|geen|inte|ikke|nie|buyao|buyong|bie)\b|[a-z] t\b",
)
_NEGATION_SIGNS = later("不|别|別|勿|ない|없|않|لا|אל|לא|\\bне\\b|❌|🚫")
_START = later(
    r"^(?:(?:hey|hi|hello|yo|ok|okay|alright|great|cool|thanks|thx|so|then|now|also|please|pls|plz|plse|kindly|just"
    r"|bot|"
    r"dear bot|good morning|morning|@?paperlark|there)\b[\s,!.:–—-]*)+",
    re.IGNORECASE,
)
_TALK = later(
    r"\b(?:because|cuz|since|said|says|told|tells|thinks?|thought|if|unless|when|until|till|whether|but|instead|rather|"
    r"i|im|we|he|she|they|yesterday|tomorrow|tonight|or|maybe|probably|perhaps|joking|kidding|jk|lol|haha|should|would|"
    r"could|about what|what|how|why|who)\b"
)
"""Words of a sentence that is more than an order."""
_NO_OBJECT = later(
    r"(?:up|out|me|us|you|yourself|himself|herself|themselves|myself|him|her|them|it|this|that|these|those|my|your|our|his|their|for|over|to|in|through|along"
    r"|suit|"
    r"instructions?|directions?|orders?|rules?|the (?:rules?|instructions?|link|thread|white|money|leader|news"
    r"|discussion)|"
    r"someone|somebody|everyone|everybody|people|anyone|nobody|nothing|everything|anything|all)\b"
)
"""What "follow" and "mute" aren't an order before: "follow up on that", "watch out", "follow the rules"."""
_BEFORE_OBJECT = later(r"^(?:(?:me|us|this channel) )?(?:to|about|of|on|for|when) ")
_NEXT_ORDER = later(
    r"(?:\s*[,;.!]\s*|\s+)(?:(?:and|then|also|plus|&)\s+)+(?:then\s+|also\s+|please\s+)?|\s*[;.!]\s+|,\s+",
    re.IGNORECASE,
)
_LATER_VERBS = VERBS | {"show", "find", "search", "cite", "bibtex", "summarize", "turn", "email", "list", "ask"}
_MOST_WORDS = 12
_MOST_ORDERS = 4

_LABELS = {
    "follow": "Follow", "unfollow": "Unfollow", "mute": "Mute", "unmute": "Unmute", "more": "More like",
    "less": "Less like",
    "save": "Save", "unsave": "Remove",
}  # fmt: skip
_WHOLE_LABELS = {
    "/digest off": "Turn off the digest", "/digest on": "Turn on the digest", "/digest now": "Post the digest now",
    "/digest lock": "Lock", "/digest unlock": "Unlock", "/unfollow": "Choose what to unfollow", "/follow": "Follow",
}  # fmt: skip
_REFUSED = Reading(sentence="OK, I won't. Nothing has changed.", offers=(FOLLOWS, HELP))


def is_negated(text: str) -> bool:
    """Return True if any word denies: "don't", "never", "not", also in other languages."""
    folded = fold(text.replace("’", "'"))
    return _NEGATION.search(folded) is not None or _NEGATION_SIGNS.search(text) is not None


def names_change(text: str) -> bool:
    """Return True if a verb in the text stands for a change."""
    return not _CHANGE_WORDS.isdisjoint(fold(text).split())


def begins_change(text: str) -> bool:
    """Return True if the text begins with a verb that stands for a change."""
    bare = _START.sub("", text.strip())
    return _first(bare) in _CHANGE_WORDS - {"more"} or bare.lower().startswith("get rid")


def refused() -> Reading:
    """Return the answer to "don't …": nothing happens."""
    return _REFUSED


def orders_in(text: str) -> list[str]:
    """Return the orders in a text, if it has several: "follow cs.LG and save 1706.03762"; else the text alone."""
    parts: list[str] = []
    begun = 0
    for joint in _NEXT_ORDER.finditer(text):
        if _first(text[joint.end() :]) in _LATER_VERBS:
            parts.append(text[begun : joint.start()])
            begun = joint.end()
    return [part for part in (*parts, text[begun:]) if part.strip()][:_MOST_ORDERS]


def is_plain_order(said: str) -> bool:
    """Return True for an imperative that says nothing else: no question, quotation, condition or talk."""
    bare = _START.sub("", said.strip())
    words = re.split(r"\bnote:", bare, maxsplit=1, flags=re.IGNORECASE)[0]
    verb, rest = first_word(words)
    if said.rstrip().endswith(("?", "？", "؟")) or said.lstrip()[:1] in "\"'“”‘’«»„>`(" or _first(verb) not in VERBS:
        return False
    folded = fold(rest)
    what = _BEFORE_OBJECT.sub("", folded) if _first(verb) in {"subscribe", "notify", "alert"} else folded
    talks = _TALK.search(folded) is not None or (_NO_OBJECT.match(what) is not None and _takes_object(verb))
    too_long = len(folded.split()) > _MOST_WORDS and "," not in rest and not find_ids(rest)
    return not (talks or too_long)


def question_about(command: str) -> Reading:
    """Return the question before a change; its button runs `command`."""
    label = label_of(command)
    return Reading(sentence=f"{label}?", offers=(Button(label, command), HELP))


def label_of(command: str) -> str:
    """Return the label of a button that runs `command`: "Follow cs.LG"."""
    if whole := _WHOLE_LABELS.get(command):
        return whole
    name, rest = first_word(command.removeprefix("/"))
    verb = _LABELS.get(name.lower())
    return shorten(f"{verb} {rest}" if verb else command, LONGEST)


def _takes_object(verb: str) -> bool:
    return _first(verb) in {"follow", "mute", "subscribe", "track", "watch", "monitor", "notify", "alert", "unfollow"}


def _first(text: str) -> str:
    return first_word(text)[0].lower().strip(":,.!/") if text.strip() else ""
