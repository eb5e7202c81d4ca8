"""The text of a slash command to a Command. Total: whatever is typed gives one, and nothing raises."""

import re
from collections.abc import Callable

from bot.domain.arxiv_id import find_id
from bot.domain.command import (
    AddFollow,
    AddMute,
    Cite,
    Command,
    DigestOff,
    DigestOn,
    EndFollow,
    ExplainFigures,
    GiveFeedback,
    ListFollows,
    MailConfirm,
    MailOff,
    MailOn,
    NotUnderstood,
    PickAuthor,
    PickMute,
    PreviewPaper,
    ReadMore,
    SearchPapers,
    SendAgain,
    ShowAuthor,
    ShowDigest,
    ShowHelp,
    ShowPaper,
    ShowSaved,
    ShowSimilar,
    ShowTrending,
    UndoFeedback,
)
from bot.domain.pagination import page_of
from bot.domain.text.clean import clean

TEXT_LIMIT = 600
"""Longer than any title on arXiv; what is typed beyond it can't mean anything."""

_WRAPPED_LINK = re.compile(r"<((?:https?://|mailto:)[^|>\s]+)(?:\|([^>]*))?>")
_CODE = re.compile(r"[0-9]{6}", re.ASCII)
_TIME = re.compile(r"\d{1,2}(?:[:.h]\d{0,2})?(?:am|pm)?|\d+:\d+", re.IGNORECASE)
_ZONE = re.compile(r"[A-Za-z_+-]+/[A-Za-z0-9_+/-]+|[A-Z][A-Za-z]{2,}(?:[+-]\d{1,2})?|utc|gmt", re.ASCII)
_CATEGORY = re.compile(r"[a-z][a-z-]*(?:\.[A-Za-z-]+)?", re.ASCII)
_OPTION = re.compile(r"(time|at|zone|tz|category|categories|top|days|lang|cross|recap|trending)[=:](.*)", re.IGNORECASE)
_NOTE = re.compile(r"(.*?)\bnote:(.*)", re.IGNORECASE)
_OPINION = re.compile(r"^(?:taste|more|less|saved?):\s*", re.IGNORECASE)
_PAGE_NUMBER = re.compile(r"[0-9]+")
_ALIASES = {"at": "time", "tz": "zone", "category": "categories"}


def parse(text: str) -> Command:
    """The command that `text` is: with or without its slash, also behind `/paperlark`; never raises."""
    word, rest = _first_word(_plain(text))
    if word.removeprefix("/").lower() == "paperlark":
        word, rest = _first_word(rest)
    word = word.removeprefix("/")
    name = word.lower()
    if not name or name in {"help", "paperlark"}:
        return ShowHelp()
    build = _COMMANDS.get(name)
    return build(rest) if build else NotUnderstood(clean(word, 40))


def parse_digest(rest: str) -> Command:
    """What stands behind `/digest`: nothing or a date, `on` with options in any order, `off`, or `email`."""
    word, options = _first_word(rest)
    if word.lower() == "on":
        return _digest_on(options)
    if word.lower() == "off" and not options:
        return DigestOff()
    if word.lower() in {"email", "e-mail", "mail"}:
        return parse_mail(options)
    if word.lower() == "show":
        word, options = _first_word(options)
    if options in {"all", "points", "perhaps"}:
        return ShowDigest(word, options)
    return ShowDigest(f"{word} {options}".strip())


def parse_author(rest: str) -> Command:
    """What stands behind `/author`: whom it is about, and a page."""
    page, who = page_of(rest)
    return ShowAuthor(who, page)


def parse_mail(rest: str) -> Command:
    """What stands behind `/digest email`: an address, `confirm` and a code (or the code alone), or `off`."""
    word, more = _first_word(rest)
    if word.lower() == "off":
        return MailOff(more)
    if word.lower() == "confirm":
        return MailConfirm(more)
    return MailConfirm(word) if _CODE.fullmatch(word) and not more else MailOn(rest)


def parse_trending(rest: str) -> Command:
    """What stands behind `/trending`: a period and a page, which may be a bare number at the end."""
    page, period = page_of(rest)
    before, _, number = period.rpartition(" ")
    if page or not _PAGE_NUMBER.fullmatch(number):
        return ShowTrending(period, page)
    return ShowTrending(before.removesuffix(" page"), number)


def parse_end(rest: str) -> Command:
    """What stands behind `/unfollow`: a follow, a mute, or a paper of which the channel said something."""
    return UndoFeedback(rest) if find_id(_OPINION.sub("", rest)) else EndFollow(rest)


def parse_search(rest: str) -> SearchPapers:
    """What stands behind `/papers`: `everywhere` and `page=2` in any order, then what is searched for."""
    page, rest = page_of(rest)
    word, others = _first_word(rest)
    everywhere = word.lower() == "everywhere"
    if everywhere:
        later, others = page_of(others)
        page, rest = page or later, others
    return SearchPapers(rest, page, everywhere)


def parse_similar(rest: str) -> ShowSimilar:
    """What stands behind `/similar`: `page=2`, then a paper."""
    page, rest = page_of(rest)
    return ShowSimilar(rest, page)


def parse_save(rest: str) -> Command:
    """What stands behind `/save`: papers, and perhaps a note to them."""
    found = _NOTE.fullmatch(rest)
    return GiveFeedback("saved", found[1].strip(), found[2].strip()) if found else GiveFeedback("saved", rest)


def parse_mute(rest: str) -> Command:
    """What stands behind `/mute`: a paper, of which one is asked what to mute, else words or an author."""
    return PickMute(rest) if find_id(rest) else AddMute(rest)


def _digest_on(options: str) -> DigestOn:
    """Sorts the options by their shape; whether each means something is the use case's to say."""
    found: dict[str, list[str]] = {}
    for token in options.replace(",", " ").split():
        kind, value = _kind_of(token)
        found.setdefault(kind, []).append(value)
    single = {kind: values[-1] for kind, values in found.items() if kind not in {"categories", "unread"}}
    return DigestOn(**single, categories=tuple(found.get("categories", ())), unread=tuple(found.get("unread", ())))


def _kind_of(token: str) -> tuple[str, str]:
    if named := _OPTION.fullmatch(token):
        kind = named.group(1).lower()
        return _ALIASES.get(kind, kind), named.group(2)
    for kind, shape in (("time", _TIME), ("zone", _ZONE), ("categories", _CATEGORY)):
        if shape.fullmatch(token):
            return kind, token
    return "unread", token


def _plain(text: str) -> str:
    """What was meant: links that a platform wrapped are unwrapped, invisible characters gone, length bounded."""
    bounded = text[: TEXT_LIMIT * 4]
    return clean(_WRAPPED_LINK.sub(_unwrapped, bounded), TEXT_LIMIT)


def _unwrapped(link: re.Match[str]) -> str:
    """Slack makes `<http://cs.CL|cs.CL>` of cs.CL, and `<https://arxiv.org/abs/…|…>` of an address; mail's, too."""
    url, label = link.group(1), link.group(2) or ""
    if url.startswith("mailto:"):
        return url.removeprefix("mailto:")
    return label if url.split("://")[1].rstrip("/").lower() == label.lower() else url


def _first_word(text: str) -> tuple[str, str]:
    word, _, rest = text.strip().partition(" ")
    return word, rest.strip()


_COMMANDS: dict[str, Callable[[str], Command]] = {
    "paper": ShowPaper,
    "peek": PreviewPaper,
    "readmore": ReadMore,
    "follow": AddFollow,
    "authors": PickAuthor,
    "author": parse_author,
    "figures": lambda _: ExplainFigures(),
    "unfollow": parse_end,
    "following": lambda _: ListFollows(),
    "mute": parse_mute,
    "unmute": EndFollow,
    "more": lambda rest: GiveFeedback("more", rest),
    "less": lambda rest: GiveFeedback("less", rest),
    "save": parse_save,
    "saved": ShowSaved,
    "bibtex": Cite,
    "unsave": lambda rest: UndoFeedback(f"saved:{rest}"),
    "takeback": UndoFeedback,
    "papers": parse_search,
    "similar": parse_similar,
    "digest": parse_digest,
    "trending": parse_trending,
    "resend": SendAgain,
}
