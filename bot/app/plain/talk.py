"""Talk: thanks, praise, complaints and small words, each with a short friendly sentence. Nothing here searches."""

import re

from bot.app.plain.reading import FOLLOWS, HELP, Reading
from bot.domain.card import Button
from bot.domain.frozen import frozen
from bot.domain.text.normalize import fold
from bot.domain.text.pattern import later

OFF = Button("Turn off the digest", "/digest off")
FEWER = Button("Show 5 papers at most", "/digest on top=5")
_WITHIN = (
    r"(?: (?:bot|paperlark|man|dude|mate|everyone|all|guys|team|there|then|now|so|much|very|again|really|indeed))*"
)


@frozen
class Talk:
    """A pattern of folded words, and what to say."""

    pattern: re.Pattern[str]
    sentence: str
    offers: tuple[Button, ...] = (HELP,)


def _of(words: str, sentence: str, *offers: Button) -> Talk:
    """Return the talk for words separated by commas; courtesy around them doesn't matter."""
    choice = "|".join(word.strip() for word in words.replace("\n", " ").split(","))
    pattern = rf"(?:(?:oh|ah|aw|well|ok|okay|hey|hi|haha|lol|wow|no|yes|please|omg) )*(?:{choice}){_WITHIN}"
    return Talk(later(pattern), sentence, (*offers, HELP))


TALK = (
    _of(
        "thanks?(?: a lot| a ton| a bunch| a million| heaps| again)?, thank you(?: (?:so|very) much)?, many thanks, "
        "thanks(?: so much)? for .+, thank u, thankyou, thx(?: a lot)?, thnx, tnx, ty, tysm, tyvm, cheers, "
        "much appreciated, appreciate it, appreciated, merci(?: beaucoup)?, danke(?: schoen| schon| sehr)?, "
        "vielen dank, gracias, muchas gracias, obrigad[oa], grazie(?: mille)?, arigato\\w*, spasibo, xiexie, "
        "xiexiewoo, "
        "tack, dank je, dziekuje, kiitos, that s all(?: thanks| thank you)?",
        "You're welcome.",
    ),
    _of(
        "good (?:bot|job|work|one|stuff|find), nice(?: one| work| job| find| bot)?, great(?: job| work| stuff| bot)?, "
        "awesome(?: bot)?, amazing, perfect, excellent, brilliant, cool(?: bot)?, sweet, wow, neat, well done, "
        "best bot(?: ever)?, (?:i )?(?:love|like) (?:you|u|this bot|the bot), you re (?:the best|great|awesome), "
        "you rock, this is (?:great|awesome|amazing|cool|nice), (?:that s|thats) (?:great|awesome|cool|nice|perfect), "
        "(?:keep (?:it )?up(?: the good work)?), (?:lol |haha )?(?:nice|cool|great) (?:paper|papers|digest)",
        "Glad it helps.",
    ),
    _of(
        "bad bot, stupid bot, dumb bot, useless(?: bot)?, you suck, this sucks, this bot sucks, bot sucks, "
        "(?:i )?hate (?:you|this bot|the bot), worst bot(?: ever)?, you re (?:useless|stupid|dumb|annoying), "
        "(?:this is |so )?(?:annoying|broken|useless|terrible|awful)(?: bot)?, wtf(?: is this)?, what the (?:hell"
        "|fuck), "
        "ffs, ugh, argh, damn(?: it)?, shit, bullshit, crap, fuck, bloody hell, wrong, that s (?:wrong|not right), "
        "thats wrong, not (?:helpful|useful|what i (?:meant|asked|wanted))(?: at all)?, (?:that s|thats|this is) not "
        "it, "
        "it doesn t work, this doesn t work, doesnt work, not working, that s not what i (?:meant|asked|wanted)",
        "Sorry about that. What should I do differently?",
        FEWER,
        OFF,
    ),
    _of(
        "fuck (?:off|you|this)(?: bot)?, piss off, get lost, screw you, stfu, shut (?:the fuck |the hell )?up, "
        "go to hell, get out(?: of here)?, nobody (?:asked|wants)(?: you| this)?",
        "Sorry to bother you. Should I stop posting here?",
        OFF,
    ),
    _of(
        "never ?mind, nevermind, nvm, nm, forget (?:it|that|about it), ignore (?:that|this|me|it), cancel that, "
        "scratch that, disregard(?: that)?, wait no, no wait, (?:no )?(?:that s|its|it s) (?:ok|okay|fine|alright), "
        "(?:oops |sorry )?wrong (?:channel|window|chat|bot|thread), false alarm, don t worry(?: about it)?, "
        "just (?:testing|kidding|joking), jk, (?:i m )?only (?:kidding|joking)",
        "OK. Nothing has changed.",
    ),
    _of("undo(?: that| it| this)?, take (?:it|that) back, revert(?: that| it)?, go back",
        "Press Undo under my last answer, or pick from the list.", FOLLOWS),
    _of(
        "(?:i m |so |very )?sorry(?: about that| for that)?, my bad, my mistake, oops, whoops, apologies, pardon(?: "
        "me)?, "
        "excuse me",
        "No problem.",
    ),
    _of(
        "ok, okay, k, kk, okey, alright, all right, sure, fine, got it, gotcha, understood, i see, makes sense, roger, "
        "noted, right, true, yep, yup, yes, yeah, ya, yea, si, oui, ja, da, hai, yes please, sounds good, good, great "
        "thanks, ok thanks, ok cool, done, interesting, fair enough, exactly, agreed, same, word",
        "Good. Tell me a topic, an author or a paper any time.",
    ),
    _of("no, nope, nah, no thanks, no thank you, non, nein, niet, nyet, not now, not yet, not today, maybe later, "
        "later,"
        " maybe, idk, i don t know, dunno, i guess, whatever, nothing, nothing thanks, "
        "none", "OK. Nothing has changed."),
    _of("lol, lmao, rofl, haha\\w*, hehe\\w*, hihi\\w*, xd, lulz, kek, funny, good one, nice try", "🙂"),
    _of(
        "bye(?: bye)?, goodbye, good ?night, gn, night(?: night)?, see (?:you|ya|u)(?: later| soon| tomorrow)?, cya, "
        "ttyl, later(?:s| bot), take care, au revoir, tschuess?, adios, ciao ciao, have a (?:good|nice|great) "
        "(?:day|one|weekend|evening|night)",
        "See you.",
    ),
    _of(
        "how are (?:you|u|things)(?: doing| today)?, how r u, how s it going, hows it going, what s up, whats up, "
        "wassup, "
        "wie geht s, ca va, como estas, how do you do, you ok, are you ok(?:ay)?",
        "I'm fine, and reading arXiv. What would you like to read?",
        Button("Today's papers", "/digest"),
    ),
    _of(
        "are you (?:a |an )?(?:bot|robot|human|ai|person|real|llm|chatgpt|gpt|alive)(?: or .+)?, "
        "who (?:made|built|wrote|created|runs|owns) (?:you|this bot|paperlark), who are you, what are you, "
        "what s your name, whats your name, (?:do you have|have you got) feelings, tell me a joke, sing (?:me )?a song",
        "I'm Paperlark, a bot that brings new arXiv papers to your team.",
    ),
    _of(
        "(?:is )?(?:this|it) (?:thing )?(?:on|working|alive|up), are you (?:there|here|up|on|awake|alive|online"
        "|working|"
        "still (?:there|alive|here)), you (?:there|here|alive|up)(?: still)?, anyone (?:there|here|home), "
        "anybody (?:there|here|home), still (?:there|alive), do you (?:work|hear me|read me)(?: now)?, can you hear me",
        "I'm here. Tell me a topic, an author or a paper.",
        Button("Status", "/paperlark status"),
    ),
)  # fmt: skip

_LONGEST = 90
_DRAWN_OUT = later(r"([a-z])\1{2,}")
"""As in "thaaanks", "noooo", "coool"."""


def talk_of(text: str) -> Reading | None:
    """Return what to say to talk; None if it is something else."""
    said = fold(text) if len(text) <= _LONGEST else ""
    spellings = dict.fromkeys((said, _DRAWN_OUT.sub(r"\1\1", said), _DRAWN_OUT.sub(r"\1", said))) if said else ()
    found = next((talk for spelled in spellings for talk in TALK if talk.pattern.fullmatch(spelled)), None)
    return Reading(sentence=found.sentence, offers=found.offers) if found else None
