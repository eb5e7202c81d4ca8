"""All keys in Redis: name, type, content and lifetime.

Every key starts with `lark:`, so that a Redis may be shared. All keys of one team carry the same hash tag, such as
`lark:t:{slack:T123}:follows:C1`, and are therefore in one slot of a cluster. External text is percent-encoded:
it contains no brace or colon that would change the structure.

Writers of a team's key add it to `team_keys` in the same step or before, so that `forget_team` finds it.

| key                                | type | holds                                          | lives                  |
| ---------------------------------- | ---- | ---------------------------------------------- | ---------------------- |
| lark:paper:<id>                    | str  | the paper, compressed JSON                     | 400 days since kept    |
| lark:papers                        | strm | ids of papers in the order they changed in     | 400 days since written |
| lark:papers:origin                 | str  | a name drawn once, so that an index knows them | for good               |
| lark:announced                     | zset | paper id -> epoch of its first announcement    | 400 days, one by one   |
| lark:names:<month>                 | zset | "folded rotation NUL Name", all scores 0       | 200 days since written |
| lark:names                         | zset | month -> its number: which of those there are  | 200 days since written |
| lark:summary:<id>:<version>:<lang> | str  | the summary, compressed JSON                   | 400 days               |
| lark:answer:<id>:<version>:<mark>  | str  | a model's answer to a question, compressed     | 30 days                |
| lark:summarizing:<id>:<version>:…  | str  | token of the process that asks the model       | 15 s, renewed          |
| lark:way:<address>:<model>         | str  | what a model's server accepts, compressed JSON | 7 days since learned   |
| lark:{spent}:day:<day>             | hash | tokens, micro-dollars, calls of models (UTC)   | 400 days since written |
| lark:{spent}:month:<month>         | hash | the same of a calendar month                   | 400 days since written |
| lark:{spent}:asked:<day>           | hash | the same of what all people asked for          | 2 days since written   |
| lark:{spent}:asked:<day>:<hash>    | hash | the same of what one person asked for          | 2 days since written   |
| lark:unusable:<model>:<id>:…       | str  | present while a paper isn't shown to the model | 6 h                    |
| lark:vector:<model>:<id>:<version> | str  | what the paper means, in half floats           | 400 days since made    |
| lark:vector:<model>:text:<hash>    | str  | the same of a name of a topic                  | 400 days since made    |
| lark:person:<whom>                 | str  | author profile, compressed JSON; <whom> is an  | 7 days; 1 day where    |
|                                    |      | identity, a paper and a name, or a name        | nobody is known        |
| lark:wrote:<identity>              | str  | the arXiv ids of a person's works, the same    | 1 day                  |
| lark:listing:<author id>           | str  | arXiv's name and the ids of the author's       | 1 day; 1 h where there |
|                                    |      | papers, compressed JSON                        | is none                |
| lark:upvoted:<period>              | str  | Hugging Face's list of it, compressed JSON     | 10 days since read     |
| lark:upvotes:asked:<period>        | str  | when that list was read                        | 10 days since read     |
| lark:upvotes:of:<id>               | str  | how many upvotes the paper has there           | 40 days since read     |
| lark:upvotes:rest                  | str  | present while requests to it are paused        | an hour at most        |
| lark:kinship:2                     | str  | similarity model (numpy's npz), 30 MB          | 60 days since trained  |
| lark:kinship:2:claim               | str  | present while no training is due               | 1 h, then 7 days       |
| lark:{arxiv}:turn                  | str  | ticket of the lock's holder                    | 20 s, renewed          |
| lark:{arxiv}:gap                   | str  | present during the pause after a request       | the polite interval    |
| lark:{arxiv}:lanes                 | zset | waiting ticket -> its round and place          | 60 s, renewed          |
| lark:{arxiv}:due                   | zset | waiting ticket for due digests -> its place    | 60 s, renewed          |
| lark:{arxiv}:alive                 | zset | every ticket -> epoch ms when it is abandoned  | 60 s, renewed          |
| lark:{arxiv}:book                  | hash | the queue's round, tickets and next of a lane  | 60 s, renewed          |
| lark:check                         | str  | shows that Redis takes writes                  | 1 s                    |
| lark:erase                         | str  | a token: something deleted is still on disk    | until it is overwritten |
| lark:erased                        | str  | present while the file was rewritten lately    | 5 minutes              |
| lark:places                        | set  | every place that has anything set              | for good               |
| lark:{due}:at                      | zset | place -> epoch when planners look at it again  | for good               |
| lark:{due}:changed                 | zset | place -> epoch of its last change              | seconds, one by one    |
| lark:{due}:planned                 | hash | latest, built: clocks of the last look and of  | for good               |
|                                    |      | the last one at everything                     |                        |
| lark:{due}:paused                  | set  | places that were paused at the last look       | for good               |
| lark:busy                          | zset | team with something to send or that failed ->  | seconds after it has   |
|                                    |      | epoch of its last mark                         | nothing, one by one    |
| lark:t:{team}:keys                 | zset | every key of the team -> epoch when it is gone | for good               |
| lark:t:{team}:channel:<channel>    | hash | timetable, since, off, paused, by, last_slot,  | for good               |
|                                    |      | last_recap, last_club, ahead, locked, set_up_by |                        |
| lark:t:{team}:follows:<channel>    | hash | follow key -> JSON                             | for good               |
| lark:t:{team}:mutes:<channel>      | hash | mute key -> JSON                               | for good               |
| lark:t:{team}:taste:<channel>      | hash | feedback key -> JSON: more, less, saved        | for good               |
| lark:t:{team}:delivered:<channel>  | zset | paper id -> epoch of its delivery              | 60 days, one by one;   |
|                                    |      |                                                | 400 days since written |
| lark:t:{team}:uncertain:<channel>  | set  | issues that may not have arrived                | for good               |
| lark:t:{team}:optin:<channel>:<user> | hash | an e-mail address, its code, tries     | 30 minutes             |
| lark:t:{team}:optins[:<user>]      | str  | codes sent by mail for a team, for a person    | a day since the first  |
| lark:t:{team}:share[:<user>]       | str  | epoch ms when a person's or the team's share   | until then, about an   |
|                                    |      | of costly steps is whole again                 | hour at most           |
| lark:t:{team}:zotero:key:<user>    | hash | a person's key, encrypted, library, pauses     | for good               |
| lark:t:{team}:zotero:link:<channel> | str | the library of a reading list, JSON            | for good               |
| lark:t:{team}:zotero:sent:<channel> | hash | paper id -> the library that has it            | for good               |
| lark:zotero                        | zset | place of a linked list -> when to look at it   | for good               |
| lark:t:{team}:votes:<channel>:<day> | hash | person -> the paper they want to read together | 60 days                |
| lark:t:{team}:welcomed:<channel>   | str  | present once the bot said hello there          | 400 days               |
| lark:installed:<platform>          | set  | teams and organizations that installed the bot | for good               |
| lark:t:{team}:access               | hash | how the bot gets in, encrypted; or the team's  | for good               |
|                                    |      | organization, which holds the access           |                        |
| lark:t:{team}:workspaces           | set  | teams of an organization that use its access   | for good               |
| lark:t:{team}:renewing             | str  | token of the process that renews the access    | 30 s                   |
| lark:install:<hash of a state>     | str  | present while somebody installs the bot        | 10 minutes             |
| lark:mailed:<hash of an address>   | str  | codes sent to it                               | a day since the first  |
| lark:asked:<hash of a request>     | str  | present once a platform's request was answered | 10 minutes             |
| lark:fetched:<source>              | hash | archive or category -> when it last answered   | for good               |
| lark:unanswered:<source>           | hash | archive -> when it last failed to answer       | 7 days since written   |
| lark:fetching                      | str  | who fetches; behind:… if no digest waits for it | 20 s, renewed         |
| lark:t:{team}:say:<channel>:<key>  | hash | a digest or recap, and its delivery state      | 60 days                |
| lark:t:{team}:says                 | zset | ledger entries not yet settled -> epoch        | for good               |
| lark:{pace:<platform>}:last:…      | list | the instants of the last messages of a limit   | a few seconds          |
| lark:{pace:<platform>}:closed:…    | str  | present while a scope is closed                | an hour at most        |
| lark:{pace:<platform>}:away:…      | hash | how often a team refused a token, until when   | 7 days                 |
| lark:t:{team}:failures             | hash | task key -> JSON: what failed, and dead letters | 60 days since written |
| lark:failures                      | hash | the same of what is for all channels           | 60 days since written  |
| lark:jobs:…, lark:deliver:<pf>:…   | div. | pydocket's queues; in a cluster `{lark:jobs}:…` | its own; see below    |

A pydocket queue holds waiting and running tasks; afterwards only an empty stream and the names of live workers
remain. All of it may be lost: the scheduler recreates the tasks.
"""

import re
from datetime import date
from functools import lru_cache
from hashlib import sha256
from urllib.parse import quote, unquote

from bot.domain.channel import Place

_DAY = 24 * 3600
_MAX_NAME_LENGTH = 200
_PLAIN = re.compile(r"[A-Za-z0-9_.~-]*")

PAPER_SECONDS = 400 * _DAY
"""A year and a month: a digest of last year's conference season can still be opened."""
ANNOUNCED_SECONDS = PAPER_SECONDS
"""Far more than the 7 days of catch-up and the 14 of overlap: the similarity model is trained on a year."""
NAMES_SECONDS = 200 * _DAY
"""Names serve spelling suggestions and completion; names not seen for half a year are looked up elsewhere."""
SUMMARY_SECONDS = 400 * _DAY
"""As long as its paper: a model is paid once a paper."""
ANSWER_SECONDS = 30 * _DAY
"""The same question comes while a paper is talked about."""
WAY_SECONDS = 7 * _DAY
"""A server that was updated may accept more: finding that out costs a request or two a week."""
VECTOR_SECONDS = PAPER_SECONDS
"""As long as its paper: a lost search index is rebuilt in a minute instead of hours, at 40 ms of a core each. 0.9 kB a
paper beside its own 1.1 kB: 90 MB for 100,000."""
PERSON_SECONDS = 7 * _DAY
"""OpenAlex updates its counts about once a week."""
UNKNOWN_PERSON_SECONDS = _DAY
"""An unknown author may be known tomorrow, after a new paper is attributed."""
WORKS_SECONDS = _DAY
"""A list costs a thousandth of the free daily allowance, and it is read for new papers."""
LISTING_SECONDS, NO_LISTING_SECONDS = _DAY, 3600
"""New papers arrive once a day; an author who has just got an arXiv identifier tries it at once."""
UPVOTED_SECONDS = 10 * _DAY
"""Longer than the days that are read repeatedly; older lists aren't news. 40 kB a day."""
UPVOTES_SECONDS = 40 * _DAY
"""A month and some days: upvotes are read for that long."""
UPVOTES_REST_SECONDS = 3600
"""Maximum pause that Hugging Face can ask for; then it is tried again."""
SIMILARITY_SECONDS = 60 * _DAY
"""Trained weekly; if that fails for two months, words and embeddings alone are better than an outdated model."""
SIMILARITY_CLAIM_SECONDS, SIMILARITY_FRESH_SECONDS = 3600, 7 * _DAY
"""Training takes minutes; if its process is killed, another one starts after an hour."""
SUMMARIZING_SECONDS = 15
"""Lease of a model's call: a killed process keeps the others waiting no longer; a living one renews it."""
UNUSABLE_SECONDS = 6 * 3600
"""A model that makes nothing usable of a paper is asked again four times a day at most: it may have been replaced."""
ARXIV_QUEUE_SECONDS = 60
"""Lifetime of the queue for arXiv once nobody waits; every waiter and holder renews it."""
WELCOMED_SECONDS = 400 * _DAY
"""A place is welcomed once, and again after a year: by then, people there may have forgotten the bot."""
LEDGER_SECONDS = 60 * _DAY
"""Delivered papers, sent messages, past digests: longer than any overlap of fetches."""

DELIVERED_SECONDS = ANNOUNCED_SECONDS
"""As long as announcements: a clock that is months ahead for a day must not make old papers new again."""

CONFIRMATION_SECONDS = 1800
"""Validity of a code sent by mail."""
CONFIRMATION_COUNT_SECONDS = _DAY
"""Period over which such letters are counted."""

ANSWERED_SECONDS = 600
"""A signed request is valid for 5 minutes, and a platform repeats an event for about 6
(https://docs.slack.dev/apis/events-api#retries)."""

SPENT_SECONDS = 400 * _DAY
"""Allows comparing a month with that of the previous year."""
ASKED_SECONDS = 2 * _DAY
"""What people asked for is limited by the day."""

FAILURE_SECONDS = 60 * _DAY
"""As long as its digest: a dead letter can be retried."""

INSTALL_SECONDS = 600
"""Time to agree to an installation; Bolt's default (https://docs.slack.dev/tools/bolt-python/concepts/authenticating-oauth)."""
RENEWING_SECONDS = 30
"""Lease of an access's renewal: longer than the call's timeout, so that two processes never use one refresh token."""

CLAIM_SECONDS = 15
"""Lease of a message's claim, unless its holder renews it."""
CLOSED_SECONDS = 3600
"""Maximum pause that a platform can ask for; then it is tried again."""
REJECTED_SECONDS = 7 * _DAY
"""Time that a finally refused token isn't used: as long as the catch-up of papers."""
UNANSWERED_SECONDS = 7 * _DAY
"""A source that wasn't asked for a week isn't reported as down."""
FETCHING_SECONDS = 20
"""Lease of the fetch lock, unless its holder renews it."""

ANNOUNCED = "lark:announced"
PAPER_LOG = "lark:papers"
PAPER_ORIGIN = "lark:papers:origin"
FAILURES = "lark:failures"
SIMILARITY_MODEL = "lark:kinship:2"
"""2 is the format: a model in another format is ignored and expires, and a new one is trained at once."""
SIMILARITY_CLAIM = f"{SIMILARITY_MODEL}:claim"
JOBS = "lark:jobs"
"""The name of the queue of all jobs but deliveries."""
FETCHING = "lark:fetching"
UPVOTES_REST = "lark:upvotes:rest"
NAME_MONTHS = "lark:names"
PLACES = "lark:places"
DUE_AT, DUE_CHANGED, DUE_PLANNED = "lark:{due}:at", "lark:{due}:changed", "lark:{due}:planned"
DUE_PAUSED = "lark:{due}:paused"
BUSY_TEAMS = "lark:busy"
ZOTERO = "lark:zotero"
CHECK = "lark:check"
ERASE, ERASED = "lark:erase", "lark:erased"
ERASED_SECONDS = 300
"""Rewriting 100 MB takes a second: more often isn't worth it."""
ARXIV = "lark:{arxiv}"
"""Prefix of the keys of the arXiv lock."""
ARXIV_QUEUE = tuple(f"{ARXIV}:{name}" for name in ("turn", "gap", "lanes", "due", "alive", "book"))
"""The keys of the arXiv lock, in the order of its scripts; see `arxiv_queue_scripts.py`."""

LAST_SLOT = "last_slot"
"""Field of the channel hash that the ledger writes, in the format of `write_instant`."""
LAST_RECAP = "last_recap"
"""The same for recaps."""
LAST_CLUB = "last_club"
"""The same for the ballots and picks of the reading club."""
SINCE = "since"
AHEAD = "ahead"
"""Field for a last slot from the future that was corrected, until the next digest is opened."""

PERMANENT = (
    PLACES,
    DUE_AT,
    DUE_CHANGED,
    DUE_PLANNED,
    DUE_PAUSED,
    BUSY_TEAMS,
    PAPER_ORIGIN,
    ERASE,
    "lark:t:{*}:keys",
    "lark:t:{*}:channel:*",
    "lark:t:{*}:follows:*",
    "lark:t:{*}:mutes:*",
    "lark:t:{*}:taste:*",
    "lark:t:{*}:zotero:*",
    ZOTERO,
    "lark:t:{*}:says",
    "lark:t:{*}:uncertain:*",
    "lark:installed:*",
    "lark:t:{*}:access",
    "lark:t:{*}:workspaces",
    "lark:fetched:*",
    "*lark:jobs*",
    "*lark:deliver:*",
)
"""Patterns (for fnmatch) of the keys without a lifetime; every other key has one."""

SHORT_LIVED = (
    ("lark:{arxiv}:*", 3600),
    (FETCHING, FETCHING_SECONDS),
    (UPVOTES_REST, UPVOTES_REST_SECONDS),
    (ERASED, ERASED_SECONDS),
    (SIMILARITY_CLAIM, SIMILARITY_FRESH_SECONDS),
    ("lark:summarizing:*", SUMMARIZING_SECONDS),
    ("lark:unusable:*", UNUSABLE_SECONDS),
    ("lark:t:{*}:share*", 3600),
    ("lark:asked:*", ANSWERED_SECONDS),
    ("lark:{pace:*}:last:*", CLOSED_SECONDS),
    ("lark:{pace:*}:last", CLOSED_SECONDS),
    ("lark:{pace:*}:closed*", CLOSED_SECONDS),
    ("lark:{pace:*}:away:*", REJECTED_SECONDS),
    ("lark:t:{*}:optin:*", CONFIRMATION_SECONDS),
    ("lark:t:{*}:optins*", CONFIRMATION_COUNT_SECONDS),
    ("lark:mailed:*", CONFIRMATION_COUNT_SECONDS),
    ("lark:install:*", INSTALL_SECONDS),
    ("lark:t:{*}:renewing", RENEWING_SECONDS),
)
"""Patterns (for fnmatch) of locks, pauses and counters, each with the longest time in seconds that it can live."""


def paper(id: str) -> str:
    """Return the key of a paper by its id without version."""
    return f"lark:paper:{_of_paper(id)}"


def names(month: str) -> str:
    """Return the key of the author names seen in a month such as 2026-08."""
    return f"lark:names:{month}"


def summary(id: str, version: int, lang: str) -> str:
    """Return the key of a summary of one version in one language."""
    return f"lark:summary:{_of_paper(id)}:{version}:{escape(lang)}"


def answer(id: str, version: int, mark: str) -> str:
    """Return the key of an answer about one version of a paper; `mark` is the fingerprint of the question."""
    return f"lark:answer:{_of_paper(id)}:{version}:{mark}"


def vector(model: str, id: str, version: int) -> str:
    """Return the key of a model's vector of one version of a paper."""
    return f"lark:vector:{escape(model)}:{_of_paper(id)}:{version}"


def text_vector(model: str, text: str) -> str:
    """Return the key of a model's vector of a text that doesn't change, such as the name of a topic."""
    return f"lark:vector:{escape(model)}:text:{sha256(text.encode()).hexdigest()[:32]}"


def person(identity: str) -> str:
    """Return the key of the profile with an identity."""
    return f"lark:person:{escape(identity)}"


def person_of(id: str, name: str, by: str = "of") -> str:
    """Return the key of the author of a paper by name; `by` names a source other than the usual one."""
    return f"lark:person:{escape(by)}:{_of_paper(id)}:{escape(name.casefold()[:_MAX_NAME_LENGTH])}"


def persons_named(name: str, limit: int) -> str:
    """Return the key of all profiles with a name."""
    return f"lark:person:named:{limit}:{escape(name.casefold()[:_MAX_NAME_LENGTH])}"


def written_by(identity: str) -> str:
    """Return the key of an author's works."""
    return f"lark:wrote:{escape(identity)}"


def listing(identity: str) -> str:
    """Return the key of arXiv's list for an author identifier."""
    return f"lark:listing:{escape(identity)}"


def upvoted(period: str) -> str:
    """Return the key of Hugging Face's list of a period such as 2026-07-31."""
    return f"lark:upvoted:{escape(period)}"


def upvotes_asked(period: str) -> str:
    """Return the key of the time when that list was read."""
    return f"lark:upvotes:asked:{escape(period)}"


def upvotes_of(id: str) -> str:
    """Return the key of a paper's upvotes."""
    return f"lark:upvotes:of:{_of_paper(id)}"


def summarizing(id: str, version: int, lang: str) -> str:
    """Return the key of the claim of a summary's model call."""
    return f"lark:summarizing:{_of_paper(id)}:{version}:{escape(lang)}"


def way(endpoint: str, model: str) -> str:
    """Return the key of what the server of a model accepts; `endpoint` is the fingerprint of its address."""
    return f"lark:way:{escape(endpoint)}:{escape(model)}"


def spent_on(day: date) -> str:
    """Return the key of the model usage on a day."""
    return f"lark:{{spent}}:day:{day.isoformat()}"


def spent_in(day: date) -> str:
    """Return the key of the model usage in a day's month; in the slot of `spent_on`, since both are updated at once."""
    return f"lark:{{spent}}:month:{day:%Y-%m}"


def asked_on(day: date, person: str = "") -> str:
    """Return the key of the model usage that people asked for on a day: all people's, or one person's by a hash."""
    return f"lark:{{spent}}:asked:{day.isoformat()}{person and ':' + person}"


def unusable(model: str, id: str, version: int, lang: str) -> str:
    """Return the key that says that a model made nothing usable of a paper's version."""
    return f"lark:unusable:{escape(model)}:{_of_paper(id)}:{version}:{escape(lang)}"


def share(tag: str, user: str = "") -> str:
    """Return the key of a user's share of costly steps, or of the whole team's; `tag` is `Place.tag`."""
    return f"{_team(tag)}:share:{escape(user)}" if user else f"{_team(tag)}:share"


def team_keys(tag: str) -> str:
    """Return the key of the index of a team's keys; `tag` is `Place.tag`."""
    return f"{_team(tag)}:keys"


def channel(place: Place) -> str:
    """Return the key of a place's settings."""
    return f"{_team(place.tag)}:channel:{escape(place.channel)}"


def follows(place: Place) -> str:
    """Return the key of a place's follows."""
    return f"{_team(place.tag)}:follows:{escape(place.channel)}"


def mutes(place: Place) -> str:
    """Return the key of a place's mutes."""
    return f"{_team(place.tag)}:mutes:{escape(place.channel)}"


def delivered(place: Place) -> str:
    """Return the key of the papers delivered to a place."""
    return f"{_team(place.tag)}:delivered:{escape(place.channel)}"


def feedback(place: Place) -> str:
    """Return the key of a place's feedback on papers."""
    return f"{_team(place.tag)}:taste:{escape(place.channel)}"


def zotero_connection(tag: str, user: str) -> str:
    """Return the key of a user's connection with Zotero; `tag` is that of their direct messages."""
    return f"{_team(tag)}:zotero:key:{escape(user)}"


def zotero_link(place: Place) -> str:
    """Return the key of the library that a place's reading list goes to."""
    return f"{_team(place.tag)}:zotero:link:{escape(place.channel)}"


def zotero_sent(place: Place) -> str:
    """Return the key of the papers of a place that are in its library."""
    return f"{_team(place.tag)}:zotero:sent:{escape(place.channel)}"


def confirmation(place: Place, user: str) -> str:
    """Return the key of the e-mail address that a user has to confirm in a place."""
    return f"{_team(place.tag)}:optin:{escape(place.channel)}:{escape(user)}"


def confirmation_count(tag: str, user: str = "") -> str:
    """Return the key of the number of codes mailed for a team or one of its users; `tag` is `Place.tag`."""
    return f"{_team(tag)}:optins:{escape(user)}" if user else f"{_team(tag)}:optins"


def installed(platform: str) -> str:
    """Return the key of the teams and organizations that installed the bot on a platform."""
    return f"lark:installed:{escape(platform)}"


def install_state(hashed: str) -> str:
    """Return the key that says that the installation of that hash has begun."""
    return f"lark:install:{hashed}"


def access(tag: str) -> str:
    """Return the key of a team's access; `tag` is `Place.tag`."""
    return f"{_team(tag)}:access"


def workspaces(tag: str) -> str:
    """Return the key of the teams that use an organization's access; `tag` is `Place.tag`."""
    return f"{_team(tag)}:workspaces"


def renewing(tag: str) -> str:
    """Return the key of the lock of an access's renewal; `tag` is `Place.tag`."""
    return f"{_team(tag)}:renewing"


def letters_to(hashed: str) -> str:
    """Return the key of the number of codes mailed to the address of that hash."""
    return f"lark:mailed:{hashed}"


def asked(hashed: str) -> str:
    """Return the key that says that the request of that hash was answered."""
    return f"lark:asked:{hashed}"


def is_of(name: str, place: Place) -> bool:
    """Return True if a team's key belongs to that place alone."""
    whole = (channel, follows, mutes, delivered, feedback, uncertain, welcomed, zotero_link, zotero_sent)
    return name in {key(place) for key in whole} or name.startswith((ledger_entry(place, ""), votes(place, "")))


def welcomed(place: Place) -> str:
    """Return the key that says that the bot has introduced itself in a place."""
    return f"{_team(place.tag)}:welcomed:{escape(place.channel)}"


def uncertain(place: Place) -> str:
    """Return the key of a place's issues whose arrival is unknown."""
    return f"{_team(place.tag)}:uncertain:{escape(place.channel)}"


def fetched(source: str) -> str:
    """Return the key of each archive's last complete answer (feed, api), or of the end without gaps (level).

    With feed-recent and api-recent, archives and categories of which enough for a digest was answered.
    """
    return f"lark:fetched:{escape(source)}"


def unanswered(source: str) -> str:
    """Return the key of each archive's last failure; `source` is feed or api."""
    return f"lark:unanswered:{escape(source)}"


def votes(place: Place, day: str) -> str:
    """Return the key of the votes of the ballot of a day."""
    return f"{_team(place.tag)}:votes:{escape(place.channel)}:{escape(day)}"


def ledger_entry(place: Place, key: str) -> str:
    """Return the key of a place's ledger entry by its permanent issue key."""
    return f"{_team(place.tag)}:say:{escape(place.channel)}:{escape(key)}"


def open_entries(tag: str) -> str:
    """Return the key of a team's open ledger entries; `tag` is `Place.tag`."""
    return f"{_team(tag)}:says"


def failures(tag: str) -> str:
    """Return the key of a team's failed tasks; `tag` is `Place.tag`."""
    return f"{_team(tag)}:failures"


def deliveries(platform: str) -> str:
    """Return the name of the queue of a platform's deliveries."""
    return f"lark:deliver:{escape(platform)}"


def rate_limit(platform: str, kind: str, *within: str) -> str:
    """Return the key of a rate limit's state: `kind` is last, closed or away, `within` a team and a channel.

    One slot a platform, since a message counts in its channel, its team and the platform at once.
    """
    return ":".join((f"lark:{{pace:{escape(platform)}}}:{kind}", *map(escape, within)))


def write_place(place: Place) -> str:
    """Return a place as a member of `PLACES`."""
    return ":".join((escape(place.platform), escape(place.team), escape(place.channel)))


def read_place(member: str) -> Place:
    """Return the place of a member of `PLACES`; raises ValueError if it is none."""
    platform, team, channel = (unquote(part, errors="surrogatepass") for part in member.split(":"))
    return Place(platform, team, channel)


def place_of(key: str, platform: str, team: str) -> Place | None:
    """Return the place of a team's key for a channel's settings, follows or mutes; None for any other key."""
    prefix = f"{_team(Place(platform, team, '').tag)}:"
    kind, _, channel = key.removeprefix(prefix).partition(":")
    if not key.startswith(prefix) or kind not in {"channel", "follows", "mutes"}:
        return None
    return Place(platform, team, unquote(channel, errors="surrogatepass"))


def escape(part: str) -> str:
    """Return `part` without any character that has a meaning in a key."""
    if _PLAIN.fullmatch(part):  # a digest names a hundred keys, and quoting takes ten times as long
        return part
    return quote(part, safe="", errors="surrogatepass")


def _of_paper(id: str) -> str:
    return id if _PLAIN.fullmatch(id) else quote(id, safe="/")


@lru_cache(maxsize=1024)
def _team(tag: str) -> str:
    # A platform's name has no colon: the first one separates platform and team, whatever the team's id contains.
    return f"lark:t:{{{quote(tag, safe=':', errors='surrogatepass')}}}"
