"""Every key in Redis on one page: its name, what it holds, and how long it lives.

Everything starts with `lark:`, so that a Redis may be shared. All keys of one team carry the same hash tag, such as
`lark:t:{slack:T123}:follows:C1`, and so lie in one slot of a cluster. What comes from outside is percent-encoded:
it can hold no brace and no colon that would change the structure.

Whatever writes a key of a team notes it in `team_keys` in the same breath or before, so that `forget_team` finds it.

| key                                | type | holds                                          | lives                  |
| ---------------------------------- | ---- | ---------------------------------------------- | ---------------------- |
| lark:paper:<id>                    | str  | the paper, compressed JSON                     | 400 days since kept    |
| lark:papers                        | strm | ids of papers in the order they changed in     | 400 days since written |
| lark:papers:origin                 | str  | a name drawn once, so that an index knows them | for good               |
| lark:announced                     | zset | paper id -> epoch of its first announcement    | 400 days, one by one   |
| lark:names:<month>                 | zset | "folded rotation NUL Name", all scores 0       | 200 days since written |
| lark:names                         | zset | month -> its number: which of those there are  | 200 days since written |
| lark:summary:<id>:<version>:<lang> | str  | the summary, compressed JSON                   | 400 days               |
| lark:summarizing:<id>:<version>:…  | str  | token of the process that asks the model       | 90 s                   |
| lark:{spent}:day:<day>             | hash | tokens, micro-dollars, calls of models (UTC)   | 400 days since written |
| lark:{spent}:month:<month>         | hash | the same of a calendar month                   | 400 days since written |
| lark:vector:<model>:<id>:<version> | str  | what the paper means, 384 half floats          | 400 days since made    |
| lark:person:<whom>                 | str  | who that is, compressed JSON; <whom> is an     | 7 days; 1 day where    |
|                                    |      | identity, a paper and a name, or a name        | nobody is known        |
| lark:wrote:<identity>              | str  | the arXiv ids of a person's works, the same    | 1 day                  |
| lark:listing:<author id>           | str  | who arXiv says that is and the ids of her      | 1 day; 1 h where there |
|                                    |      | papers, compressed JSON                        | is none                |
| lark:upvoted:<period>              | str  | Hugging Face's list of it, compressed JSON     | 10 days since read     |
| lark:upvotes:asked:<period>        | str  | when that list was read                        | 10 days since read     |
| lark:upvotes:of:<id>               | str  | how many upvotes the paper has there           | 40 days since read     |
| lark:upvotes:rest                  | str  | there while Hugging Face is to be left alone   | an hour at most        |
| lark:kinship:2                     | str  | what makes papers alike (numpy's npz), 30 MB   | 60 days since learned  |
| lark:kinship:2:claim               | str  | there while nobody is to learn it anew         | 1 h, then 7 days       |
| lark:{arxiv}:turn                  | str  | the token of who talks to arXiv now            | 20 s, renewed          |
| lark:{arxiv}:gap                   | str  | there while arXiv must be left alone           | the polite interval    |
| lark:{arxiv}:urgent                | str  | there while a person waits for arXiv           | 1.5 s, renewed         |
| lark:check                         | str  | shows that Redis takes writes                  | 1 s                    |
| lark:places                        | set  | every place that has anything set              | for good               |
| lark:t:{team}:keys                 | zset | every key of the team -> epoch when it is gone | for good               |
| lark:t:{team}:channel:<channel>    | hash | timetable, since, off, paused, by, last_slot,  | for good               |
|                                    |      | last_recap                                     |                        |
| lark:t:{team}:follows:<channel>    | hash | follow key -> JSON                             | for good               |
| lark:t:{team}:mutes:<channel>      | hash | mute key -> JSON                               | for good               |
| lark:t:{team}:taste:<channel>      | hash | opinion key -> JSON: more, less, saved         | for good               |
| lark:t:{team}:delivered:<channel>  | zset | paper id -> epoch of its delivery              | 60 days, one by one    |
| lark:t:{team}:uncertain:<channel>  | set  | editions that may not have arrived              | for good               |
| lark:t:{team}:optin:<channel>:<user> | hash | an e-mail address, its code, tries     | 30 minutes             |
| lark:t:{team}:optins[:<user>]      | str  | codes sent by mail for a team, for a person    | a day since the first  |
| lark:mailed:<hash of an address>   | str  | codes sent to it                               | a day since the first  |
| lark:fetched:<source>              | hash | archive -> when it last answered completely    | for good               |
| lark:unanswered:<source>           | hash | archive -> when it last failed to answer       | 7 days since written   |
| lark:fetching                      | str  | the token of who fetches now                   | 20 s, renewed          |
| lark:t:{team}:say:<channel>:<key>  | hash | a message to be said, and what became of it    | 60 days                |
| lark:t:{team}:says                 | zset | the messages not yet settled -> epoch          | for good               |
| lark:{pace:<platform>}:last:…      | list | the instants of the last messages of a limit   | a few seconds          |
| lark:{pace:<platform>}:closed:…    | str  | there while the platform is to be left alone   | an hour at most        |
| lark:{pace:<platform>}:away:…      | hash | how often a team refused a token, until when   | 7 days                 |
| lark:t:{team}:failures             | hash | task key -> JSON: what failed, and dead letters | 60 days since written |
| lark:failures                      | hash | the same of what is for all channels           | 60 days since written  |
| lark:jobs:…, lark:deliver:<pf>:…   | div. | pydocket's queues; in a cluster `{lark:jobs}:…` | its own; see below    |

A queue of pydocket's holds tasks that wait or run; what it keeps is gone when they are done, but for an empty stream
and the names of living workers. All of it may be lost: the scheduler finds again what has to be done.
"""

from datetime import date
from urllib.parse import quote, unquote

from bot.domain.channel import Place

_DAY = 24 * 3600
_LONGEST_NAME = 200

PAPER_SECONDS = 400 * _DAY
"""A year and a month: a digest of last year's conference season can still be opened."""
ANNOUNCED_SECONDS = PAPER_SECONDS
"""Far more than the 7 days of catching up and the 14 of overlap: what makes papers alike is learned from a year."""
NAMES_SECONDS = 200 * _DAY
"""Names serve spelling aid and completion; who hasn't been seen for half a year is looked up elsewhere."""
SUMMARY_SECONDS = 400 * _DAY
"""As long as its paper: a model is paid once."""
VECTOR_SECONDS = PAPER_SECONDS
"""As long as its paper, so that a search index that was lost is made again in a minute and not in hours: 40 ms of a
core each. 0.9 kB a paper beside the 1.1 kB of the paper: 90 MB for 100,000."""
PERSON_SECONDS = 7 * _DAY
"""OpenAlex counts anew about once a week."""
NOBODY_SECONDS = _DAY
"""Who isn't known today may be tomorrow, when a new paper has been sorted out."""
WRITTEN_SECONDS = _DAY
"""A list costs a thousandth of a free day's allowance, and new papers are what it is asked for."""
LISTING_SECONDS, NO_LISTING_SECONDS = _DAY, 3600
"""New papers come once a day; who has just asked arXiv for an author identifier tries it at once."""
UPVOTED_SECONDS = 10 * _DAY
"""Longer than the days that are read again and again; an older list is no news to anybody. 40 kB a day."""
UPVOTES_SECONDS = 40 * _DAY
"""A month and some days: what is upvoted is read for that long."""
UPVOTES_REST_SECONDS = 3600
"""The longest that Hugging Face's wish to be left alone is obeyed without asking it again."""
SIMILARITY_SECONDS = 60 * _DAY
"""Learned anew every week; where that fails for two months, words and meaning alone are better than old fashions."""
KINSHIP_CLAIM_SECONDS, KINSHIP_FRESH_SECONDS = 3600, 7 * _DAY
"""Learning takes minutes; who is killed meanwhile is followed by another after an hour."""
SUMMARIZING_SECONDS = 90
"""A model may take 60 s a run; whoever was killed while asking blocks nobody for longer than this."""
LEDGER_SECONDS = 60 * _DAY
"""Delivered papers, said messages, past digests: longer than any overlap of fetching."""

OPTIN_SECONDS = 1800
"""How long a code sent by mail can be typed back."""
OPTINS_SECONDS = _DAY
"""Over what time such letters are counted."""

SPENT_SECONDS = 400 * _DAY
"""So that a month can be compared with that of the year before."""

FAILURE_SECONDS = 60 * _DAY
"""A dead letter can be brought back as long as its digest is kept."""

CLAIM_SECONDS = 15
"""How long who posts a message keeps others from it unless it says that it still lives."""
CLOSED_SECONDS = 3600
"""The longest that a platform's wish to be left alone is obeyed without asking it again."""
AWAY_SECONDS = 7 * _DAY
"""How long a token that was refused for good isn't shown again: as long as papers are caught up with."""
UNANSWERED_SECONDS = 7 * _DAY
"""A source that nobody asked for a week isn't said to be down."""
FETCHING_SECONDS = 20
"""How long who fetches keeps others from it unless it says that it still lives."""

ANNOUNCED = "lark:announced"
PAPER_LOG = "lark:papers"
PAPER_ORIGIN = "lark:papers:origin"
FAILURES = "lark:failures"
KINSHIP = "lark:kinship:2"
"""2 is its form: what was written in another one is learned anew at once, and goes when its days are over."""
KINSHIP_CLAIM = f"{KINSHIP}:claim"
JOBS = "lark:jobs"
"""The name of the queue of all jobs but deliveries."""
FETCHING = "lark:fetching"
UPVOTES_REST = "lark:upvotes:rest"
NAME_MONTHS = "lark:names"
PLACES = "lark:places"
CHECK = "lark:check"
ARXIV = "lark:{arxiv}"
"""The root of the three keys by which processes take turns at arXiv; see `turn.py`."""

LAST_SLOT = "last_slot"
"""The field of the channel hash that the ledger writes, as `channel_records.write_instant` writes it."""
LAST_RECAP = "last_recap"
"""The same for recaps."""

PERMANENT = (
    PLACES,
    PAPER_ORIGIN,
    "lark:t:{*}:keys",
    "lark:t:{*}:channel:*",
    "lark:t:{*}:follows:*",
    "lark:t:{*}:mutes:*",
    "lark:t:{*}:taste:*",
    "lark:t:{*}:says",
    "lark:t:{*}:uncertain:*",
    "lark:fetched:*",
    "*lark:jobs*",
    "*lark:deliver:*",
)
"""Patterns (as fnmatch reads them) of the keys without a lifetime; every other key has one."""


def paper(id: str) -> str:
    """The paper of a versionless id."""
    return f"lark:paper:{quote(id, safe='/')}"


def names(month: str) -> str:
    """The authors seen in a month such as 2026-08."""
    return f"lark:names:{month}"


def summary(id: str, version: int, lang: str) -> str:
    """What a model made of one version of a paper in one language."""
    return f"lark:summary:{quote(id, safe='/')}:{version}:{escape(lang)}"


def vector(model: str, id: str, version: int) -> str:
    """What one version of a paper means to a model."""
    return f"lark:vector:{escape(model)}:{quote(id, safe='/')}:{version}"


def person(identity: str) -> str:
    """Who has an identity."""
    return f"lark:person:{escape(identity)}"


def person_of(id: str, name: str, by: str = "of") -> str:
    """Who of a paper's authors has a name; `by`: another one than usual says so."""
    return f"lark:person:{escape(by)}:{quote(id, safe='/')}:{escape(name.casefold()[:_LONGEST_NAME])}"


def persons_named(name: str, limit: int) -> str:
    """Who all have a name."""
    return f"lark:person:named:{limit}:{escape(name.casefold()[:_LONGEST_NAME])}"


def written_by(identity: str) -> str:
    """What a person wrote."""
    return f"lark:wrote:{escape(identity)}"


def listing(identity: str) -> str:
    """What arXiv lists under an author identifier."""
    return f"lark:listing:{escape(identity)}"


def upvoted(period: str) -> str:
    """Hugging Face's list of a period by its name, such as 2026-07-31."""
    return f"lark:upvoted:{escape(period)}"


def upvotes_asked(period: str) -> str:
    """When that list was read."""
    return f"lark:upvotes:asked:{escape(period)}"


def upvotes_of(id: str) -> str:
    """How many upvotes a paper has."""
    return f"lark:upvotes:of:{quote(id, safe='/')}"


def summarizing(id: str, version: int, lang: str) -> str:
    """Held while a process asks a model for that summary."""
    return f"lark:summarizing:{quote(id, safe='/')}:{version}:{escape(lang)}"


def spent_on(day: date) -> str:
    """What models cost on a day."""
    return f"lark:{{spent}}:day:{day.isoformat()}"


def spent_in(day: date) -> str:
    """What models cost in the month of a day; in the slot of `spent_on`, as both count at once."""
    return f"lark:{{spent}}:month:{day:%Y-%m}"


def team_keys(tag: str) -> str:
    """The index of a team's keys; `tag` is `Place.tag`."""
    return f"{_team(tag)}:keys"


def channel(place: Place) -> str:
    """What is set for a place."""
    return f"{_team(place.tag)}:channel:{escape(place.channel)}"


def follows(place: Place) -> str:
    """What a place follows."""
    return f"{_team(place.tag)}:follows:{escape(place.channel)}"


def mutes(place: Place) -> str:
    """What a place keeps out."""
    return f"{_team(place.tag)}:mutes:{escape(place.channel)}"


def delivered(place: Place) -> str:
    """The papers a place was told of."""
    return f"{_team(place.tag)}:delivered:{escape(place.channel)}"


def taste(place: Place) -> str:
    """What a place thinks of papers."""
    return f"{_team(place.tag)}:taste:{escape(place.channel)}"


def optin(place: Place, user: str) -> str:
    """The e-mail address that a person has to confirm in a place."""
    return f"{_team(place.tag)}:optin:{escape(place.channel)}:{escape(user)}"


def optins(tag: str, user: str = "") -> str:
    """How many codes a team, or a person of it, had sent by mail; `tag` is `Place.tag`."""
    return f"{_team(tag)}:optins:{escape(user)}" if user else f"{_team(tag)}:optins"


def mailed(hashed: str) -> str:
    """How many codes were sent to the address of that hash."""
    return f"lark:mailed:{hashed}"


def is_of(name: str, place: Place) -> bool:
    """Whether a key of a team's is all about that place."""
    whole = (channel, follows, mutes, delivered, taste, uncertain)
    return name in {key(place) for key in whole} or name.startswith(say(place, ""))


def uncertain(place: Place) -> str:
    """The editions of a place that may or may not have arrived."""
    return f"{_team(place.tag)}:uncertain:{escape(place.channel)}"


def fetched(source: str) -> str:
    """When each archive last answered completely; `source` is feed or api, or level: up to when nothing is missing."""
    return f"lark:fetched:{escape(source)}"


def unanswered(source: str) -> str:
    """When each archive last failed to answer; `source` is feed or api."""
    return f"lark:unanswered:{escape(source)}"


def say(place: Place, key: str) -> str:
    """One edition that must be said in a place, under its name for all time."""
    return f"{_team(place.tag)}:say:{escape(place.channel)}:{escape(key)}"


def open_says(tag: str) -> str:
    """The digests of a team that aren't settled yet; `tag` is `Place.tag`."""
    return f"{_team(tag)}:says"


def failures(tag: str) -> str:
    """The tasks of a team that failed; `tag` is `Place.tag`."""
    return f"{_team(tag)}:failures"


def deliveries(platform: str) -> str:
    """The name of the queue of all deliveries on one platform."""
    return f"lark:deliver:{escape(platform)}"


def pace(platform: str, kind: str, *within: str) -> str:
    """What all processes know of a platform's pace: `kind` is last, closed or away, `within` a team and a channel.

    One slot a platform, since a message counts in its channel, its team and over the platform at once.
    """
    return ":".join((f"lark:{{pace:{escape(platform)}}}:{kind}", *map(escape, within)))


def write_place(place: Place) -> str:
    """A place as a member of `PLACES`."""
    return ":".join((escape(place.platform), escape(place.team), escape(place.channel)))


def read_place(member: str) -> Place:
    """The place of a member of `PLACES`; raises ValueError where it is none."""
    platform, team, channel = (unquote(part, errors="surrogatepass") for part in member.split(":"))
    return Place(platform, team, channel)


def escape(part: str) -> str:
    """`part` without any character that has a meaning in a key."""
    return quote(part, safe="", errors="surrogatepass")


def _team(tag: str) -> str:
    # A platform's name holds no colon, so the first one parts platform and team whatever the team's id holds.
    return f"lark:t:{{{quote(tag, safe=':', errors='surrogatepass')}}}"
