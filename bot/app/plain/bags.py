"""Intents by words in any order: text that holds no other words than an intent's own and small ones. Data, and a match.

Nothing here runs a change: what changes something is a question. A topic in the text makes it a search instead.
"""

import re

from bot.app.plain.reading import HELP, Reading
from bot.app.plain.rule import SETUP, words_of
from bot.domain.card import Button
from bot.domain.frozen import frozen
from bot.domain.text.normalize import fold

_SMALL = words_of(
    "a an the this that these those it its thing things stuff bot paperlark you u your yours me my mine us our ours "
    "we i im "
    "ive id ill s m re ve d ll t can could would should will may might must shall do does did doing be is are was "
    "were am "
    "been being have has had got get gets getting to of in on at for from with by as so too very really just only "
    "also even "
    "still please pls plz plse kindly thanks thx thank ok okay oh ah ugh uh um hmm hey hi hello yo lol haha omg damn "
    "god man "
    "dude wow argh pfft ffs fucking fuckin damned bloody freaking goddamn crap here there now today again already "
    "anymore more "
    "any some all every each one and or but then when where what whats which who how why if up out off channel room "
    "chat "
    "everyone guys team people folks lets let want wants need needs like able possible way going go gonna wanna about "
    "back "
    "every day daily morning right away actually maybe quite bit lot digest digests paper papers post posts posting "
    "message "
    "anything something everything thats theres heres youre theyre cant dont doesnt isnt wont s "
    "messages notification notifications update updates"
)


@frozen
class Bag:
    """`needs`: one word of each set must be there. `words` may be there besides small ones. The rest: see `Reading`."""

    needs: tuple[frozenset[str], ...]
    words: frozenset[str]
    command: str = ""
    ask: str = ""
    offers: tuple[Button, ...] = ()


def _bag(needs: str, words: str, command: str = "", ask: str = "", *offers: Button) -> Bag:
    sets = tuple(words_of(one) for one in needs.split("+"))
    return Bag(sets, words_of(words).union(*sets), command, ask, offers)


_OFF = Button("Turn off the digest", "/digest off")
_ON = Button("Turn on the digest", "/digest on")
_TOP = (Button("Show 5 at most", "/digest on top=5"), Button("Show 3 at most", "/digest on top=3"))
_UNFOLLOW = Button("Choose what to unfollow", "/following")
_TARGET = (
    "this it thing digest digests posting posts post spamming spam sending send bot paperlark channel me us messages "
    "messaging notifications updates papers stuff everything bothering pinging annoying here talking"
)

BAGS = (
    _bag("saved bookmarks bookmarked library reading+list saved bookmarks bookmarked library",
         "show see list open view read later save whats what", "/saved"),
    _bag("yesterday yesterdays", "show send see missed miss new came news last resend", "/digest yesterday"),
    _bag("week weeks weekly+recap summary summarize sum missed miss highlights overview best big biggest "
         "important interesting",
         "last past whole show give send top",
         "/digest week"),
    _bag("weekly week+digest digests once instead only switch change rather per plenty one a summary recap every",
         "weekly week make set send less often enough fine better good twice than plenty one per suffice sufficient "
         "prefer", "",
         "Once a week? I can add a recap on Fridays, or post only on Mondays.",
         Button("Add a recap on Fridays", "/digest on recap=fri"),
         Button("Post only on Mondays", "/digest on days=mon")),
    _bag("many much lot lots overwhelming flood flooded noise noisy spammy swamped drowning fewer overload long",
         "too way far many much lot lots reduce less cut down limit list amount number volume handle read keep tone "
         "dial "
         "show see",
         "", "Show fewer papers?", *_TOP, _UNFOLLOW),
    _bag("reduce cut limit less fewer shorten trim dial tone+papers posts digest amount number volume list noise down",
         "down to the number amount size length shorter", "", "Show fewer papers?", *_TOP, _UNFOLLOW),
    _bag("few little+too only so", "enough", "", "Show more papers?", Button("Show 20 at most", "/digest on top=20")),
    _bag("unlock everybody anyone anybody everyone+unlock change edit", "settings let allow allowed everything", "",
         "Let everybody change what this channel gets?", Button("Unlock", "/digest unlock")),
    _bag("admin admins lock locked moderators mods owners+change edit lock locked touch settings modify mess",
         "settings let allow allowed everything stop others else nobody except other", "",
         "Let only admins change what this channel gets?", Button("Lock", "/digest lock")),
    _bag("email mail inbox e-mail emails", "send sent by via my copy too get receive", "",
         "Get the digest by e-mail too?", Button("Get it by e-mail", "/digest email")),
    _bag("following followed follows follow subscribed subscriptions subscription+what who whats which list show see "
         "currently", "list show see current currently topics authors categories everything", "/following"),
    _bag("when time next late why nothing missing+digest digests papers post posts next posting one",
         "when time next late why nothing missing come comes coming arrive no not isnt havent hasnt didnt today yet "
         "scheduled due happened wrong", "/following"),
    _bag("change set adjust edit update move configure customize tweak different earlier later fix+"
         "time timezone schedule settings setting frequency hour hours preferences config language options zone "
         "earlier "
         "later often",
         "time timezone zone schedule settings setting frequency hour hours preferences config language options often "
         "different", "", "What do you want to set?", Button("Set up this channel", SETUP)),
    _bag("resume restart unpause continue reactivate reenable enable start on+"
         "resume restart unpause continue reactivate reenable enable start again back turn switch digest",
         "turn switch posting sending begin", "", "Post a daily digest here?", _ON),
    _bag(f"stop quit unsubscribe cancel disable silence kill off end pause mute shut leave remove rid+{_TARGET}",
         "turn switch shut make get rid alone hell fuck from subscription stop down quiet ever", "",
         "Turn off the daily digest?", _OFF, _UNFOLLOW),
    _bag("help confused lost stuck instructions manual guide docs documentation tutorial introduction explain options",
         "use work works working understand new help yourself options show tell know", "/paperlark"),
    _bag("use work works+how what", "use work works", "/paperlark"),
    _bag("sorry ignore nevermind nvm kidding joking oops mistake wrong whoops",
         "never mind meant wrong person thread window typo my bad", "", "No problem. Nothing has changed."),
    _bag("thanks thank thx ty cheers appreciated appreciate", "great awesome nice helpful good perfect super so much a "
         "million job work useful", "", "You're welcome."),
    _bag("good great awesome nice cool amazing neat love lovely useful helpful fun funny excellent sweet brilliant",
         "job work one idea stuff bot pretty super find pick digest read hilarious", "", "Glad it helps."),
)  # fmt: skip

_MOST_WORDS = 16
_ADDRESS = re.compile(r"<?(?:mailto:)?([^\s@<>|,;]+@[^\s@<>|,;]+\.[^\s@<>|,;]*[^\s@<>|,;.!?)])>?")
_MAIL_WORDS = _SMALL | words_of(
    "email e mail address inbox send forward copy copies deliver cc e-mail is use sign subscribe"
)


def bag_of(text: str) -> Reading | None:
    """Return what the words of a text stand for in any order; None if one of them belongs to no intent."""
    said = fold(text).split()
    if not said or len(said) > _MOST_WORDS:
        return None
    found = next((bag for bag in BAGS if _fits(bag, frozenset(said))), None)
    if found is None or found.command:
        return Reading(found.command) if found else None
    return Reading(sentence=found.ask, offers=(*found.offers, HELP))


def mail_in(text: str) -> Reading | None:
    """Return the question whether to send the digest to the address in a text that says nothing else."""
    found = _ADDRESS.search(text)
    rest = f"{text[: found.start()]} {text[found.end() :]}" if found else text
    if found is None or not _MAIL_WORDS.issuperset(fold(rest).split()):
        return None
    offer = Button("E-mail it", f"/digest email {found[1]}")
    return Reading(sentence=f"Send the digest to {found[1]} too?", offers=(offer, HELP))


def _fits(bag: Bag, said: frozenset[str]) -> bool:
    return said <= bag.words | _SMALL and not any(one.isdisjoint(said) for one in bag.needs)
