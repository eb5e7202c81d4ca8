"""What a person can ask, as data. Building one never fails: checks live in the use cases, in the same words for all."""

from dataclasses import dataclass

from bot.domain.channel import Place


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and where. `zone` is their IANA time zone where the platform tells it; `direct`: a direct message."""

    place: Place
    user: str
    zone: str = ""
    direct: bool = False


@dataclass(frozen=True, slots=True)
class ShowPaper:
    """`/paper <arXiv id, URL or title>`"""

    query: str


@dataclass(frozen=True, slots=True)
class PreviewPaper:
    """The ⋯ button: as `/paper`, for the presser's eyes only."""

    query: str


@dataclass(frozen=True, slots=True)
class ReadMore:
    """The Read more button: Summary, Methodology, Results, Implications."""

    query: str


@dataclass(frozen=True, slots=True)
class AddFollow:
    """`/follow …`; `kind` is author, category or topic where a typed option said so, else empty.

    `/follow … anyway` keeps a category or a topic however much it brings.
    """

    what: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class PickAuthor:
    """The Follow author button: which of the paper's authors?"""

    query: str


@dataclass(frozen=True, slots=True)
class ShowAuthor:
    """`/author <name, identity, or arXiv id and name>`; `page` as it was typed behind page=, empty where it wasn't."""

    who: str
    page: str = ""


@dataclass(frozen=True, slots=True)
class ExplainFigures:
    """The button under an author's figures: what do these mean?"""


@dataclass(frozen=True, slots=True)
class EndFollow:
    """`/unfollow …`, for follows and mutes; also takes the key of one, as buttons do."""

    what: str


@dataclass(frozen=True, slots=True)
class ListFollows:
    """`/following`"""


@dataclass(frozen=True, slots=True)
class AddMute:
    """`/mute …`"""

    what: str


@dataclass(frozen=True, slots=True)
class GiveFeedback:
    """`/more …`, `/less …` and `/save …`; `verdict` is a value of `taste.FeedbackKind`.

    `note` stands behind `/save … note:`; None where none was meant, empty where it is to be gone.
    """

    verdict: str
    what: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ShowSaved:
    """`/saved`, `/saved all|read|unread [page]`, `/saved read|unread <id>`, `/saved bibtex|ris|csl`; as typed."""

    what: str = ""


@dataclass(frozen=True, slots=True)
class Cite:
    """`/bibtex <arXiv id>`, the BibTeX button."""

    query: str


@dataclass(frozen=True, slots=True)
class UndoFeedback:
    """Forgets what was said of a paper; `key` is its id, or an opinion's key, as buttons have it."""

    key: str


@dataclass(frozen=True, slots=True)
class PickMute:
    """`/mute <arXiv id>`, the Mute… button: what of this paper?"""

    query: str


@dataclass(frozen=True, slots=True)
class ShowDigest:
    """`/digest`, `/digest <date>` or `/digest week`; `part` is all, points or perhaps for the buttons."""

    date: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class ShowTrending:
    """`/trending [day|week|month]`; `page` is the number typed behind it, which the buttons do: 2 follows 1."""

    period: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class DigestOn:
    """`/digest on …`: every option as it was typed, empty where it wasn't."""

    time: str = ""
    zone: str = ""
    categories: tuple[str, ...] = ()
    top: str = ""
    days: str = ""
    lang: str = ""
    cross: str = ""
    recap: str = ""
    trending: str = ""
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DigestOff:
    """`/digest off`"""


@dataclass(frozen=True, slots=True)
class MailOn:
    """`/digest email <address>`; without one it tells which addresses get the digest."""

    address: str = ""


@dataclass(frozen=True, slots=True)
class MailConfirm:
    """`/digest email confirm <code>`"""

    code: str


@dataclass(frozen=True, slots=True)
class MailOff:
    """`/digest email off`, of one address or all of the asker's."""

    address: str = ""


@dataclass(frozen=True, slots=True)
class SendAgain:
    """The button under a message whose arrival is uncertain."""

    key: str


@dataclass(frozen=True, slots=True)
class SearchPapers:
    """`/papers [everywhere] [page=2] <query>`; `page` as it was typed, empty where it wasn't."""

    query: str
    page: str = ""
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class ShowSimilar:
    """`/similar [page=2] <arXiv id, URL or title>`; `page` as it was typed, empty where it wasn't."""

    query: str
    page: str = ""


@dataclass(frozen=True, slots=True)
class ShowHelp:
    """`/paperlark`"""


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Anything else; `said` is the first word of it, cleaned."""

    said: str


Command = (
    ShowPaper
    | PreviewPaper
    | ReadMore
    | AddFollow
    | PickAuthor
    | ShowAuthor
    | ExplainFigures
    | EndFollow
    | ListFollows
    | AddMute
    | GiveFeedback
    | ShowSaved
    | Cite
    | UndoFeedback
    | PickMute
    | ShowDigest
    | ShowTrending
    | DigestOn
    | DigestOff
    | MailOn
    | MailConfirm
    | MailOff
    | SendAgain
    | SearchPapers
    | ShowSimilar
    | ShowHelp
    | NotUnderstood
)
