"""Cards of a paper: the paper itself, Read more, and its authors and mutable parts."""

from collections.abc import Sequence
from functools import lru_cache

from bot.domain.ask_json import paper_data, summary_data
from bot.domain.card import (
    Actions,
    Block,
    Bullets,
    Button,
    Card,
    Fine,
    Heading,
    Line,
    Link,
    Paragraph,
    Rule,
    Span,
    bold,
    code,
    italic,
    line,
    typed,
)
from bot.domain.channel import Follow
from bot.domain.digest import Match
from bot.domain.feedback import Feedback
from bot.domain.paper import Paper
from bot.domain.paper_source import label
from bot.domain.summary import Summary
from bot.domain.text.clean import shorten
from bot.domain.withdrawal import says_withdrawn, withdrawn_by_arxiv
from bot.domain.wording import (
    authors_in_full,
    authors_in_short,
    date_in_words,
)

MAX_REASONS = 3
MAX_AUTHORS_SHOWN = 2
WITHDRAWN = "Withdrawn by its authors."
WITHDRAWN_BY_ARXIV = "Withdrawn by arXiv."


def paper_card(paper: Paper, summary: Summary, match: Match | None = None, saved: Feedback | None = None) -> Card:
    """Return the paper's public card: facts, four key points and buttons.

    `match` has the paper's score for the channel, if it has follows or feedback; `saved` is its reading list entry.
    """
    blocks: list[Block] = [Heading(line(Link(paper.title, paper.abs_url))), Paragraph((line(_authors(paper)),))]
    score, reasons = (match.score, match.reasons) if match else (None, ())
    blocks.append(Fine(_facts(paper, summary, score)))
    if reasons:
        blocks.append(Fine(line(italic(shorten(" · ".join(reasons[:MAX_REASONS]), 200)))))
    if saved and saved.note:
        blocks.append(Paragraph((line("Note: ", saved.note),)))
    if paper.withdrawn:
        blocks.append(Paragraph((_withdrawal(paper),)))
    blocks.append(Bullets(tuple(line(point) for point in summary.key_points)))
    blocks += [Actions(buttons(paper, saved)), Fine(line(_origin(paper, summary)))]
    data = {"paper": paper_data(paper, score, reasons), "summary": summary_data(summary)}
    return Card(
        "paper", f"{paper.title} — {authors_in_full(paper.authors, 3, paper.unnamed_authors)}", tuple(blocks), data=data
    )


def _withdrawal(paper: Paper) -> Line:
    """Return who withdrew the paper, and why as far as its comment says it."""
    who = WITHDRAWN_BY_ARXIV if withdrawn_by_arxiv(paper.comment) else WITHDRAWN
    said = withdrawn_by_arxiv(paper.comment) or says_withdrawn(paper.comment)
    return line(bold(who), f" {shorten(paper.comment, 300)}" if said else f" Version {paper.version} has no files.")


def in_short(paper: Paper, day: str = "") -> str:
    """Return the small print under a title: category, `day`, badges, authors, id."""
    known = [
        paper.primary,
        day,
        "Code" if paper.code_url else "",
        "withdrawn" if paper.withdrawn else "",
        authors_in_short(paper.authors, MAX_AUTHORS_SHOWN, paper.unnamed_authors) or "no authors named",
        paper.id,
    ]
    return " · ".join(filter(None, known))


def link_card(paper: Paper, gist: str = "", digest: str = "", saved: Feedback | None = None) -> Card:
    """Return the card in short of a paper that somebody linked.

    `digest` is the digest of the same place that shows it, in words; `saved` is the place's reading list entry.
    """
    blocks: list[Block] = [Heading(line(Link(paper.title, paper.abs_url)), level=2), Fine(line(_authors(paper)))]
    if paper.withdrawn:
        blocks.append(Paragraph((_withdrawal(paper),)))
    if gist:
        blocks.append(Paragraph((line(gist),)))
    blocks.append(Fine(_dated(paper)))
    here = " · ".join(filter(None, (f"In {digest} here" if digest else "", "Saved" if saved else "")))
    if here:
        blocks.append(Fine(line(bold(here))))
    more, _, _, save, _ = item_buttons(paper)
    kept = Button("Reading list", "/saved") if saved else save
    follow = Button("Follow author", f"/authors {paper.id}")
    blocks.append(Actions((more, kept, Button("Open on arXiv", url=paper.abs_url), follow)))
    names = authors_in_full(paper.authors, 3, paper.unnamed_authors)
    text = " — ".join(filter(None, (paper.title, names)))
    return Card("link", text, tuple(blocks), data={"paper": paper_data(paper, gist=gist)})


def unnamed_card() -> Card:
    """Return the private card for a message in which somebody looks for a paper in vain."""
    text = "I couldn't find a paper in that message. I look for arXiv IDs and links."
    search = Button("How to search", "/help papers")
    return Card("error", text, (Paragraph((line(text),)), Actions((search,))), private=True, tone="bad")


def read_more_card(paper: Paper, summary: Summary) -> Card:
    """Return the private card with Summary, Methodology, Results and Implications, as far as known."""
    blocks: list[Block] = [Heading(line(Link(paper.title, paper.abs_url)))]
    for name, text in summary.sections:
        blocks += [Heading(line(name), level=2), Paragraph((line(text),))]
    blocks += [Rule(), Actions(buttons(paper)[1:]), Fine(line(_origin(paper, summary)))]
    data = {"paper": paper_data(paper), "summary": summary_data(summary)}
    return Card("summary", f"Read more: {paper.title}", tuple(blocks), private=True, data=data)


def authors_card(paper: Paper, followed: Sequence[str]) -> Card:
    """Return the private card with a follow button for each author; of a long list, the first ones and the last."""
    names = [*paper.authors[:7], *paper.authors[-1:]] if len(paper.authors) > 8 else list(paper.authors)
    offered = tuple(
        Button(shorten(name, 70), f"/follow author:{paper.id} {name}") for name in names if name not in followed
    )
    left = len(paper.authors) - len(names)
    more = f" For the other {left:,}, type /follow and a name." if left > 0 else ""
    text = f"Which author should this channel follow?{more}"
    return Card("authors", text, (Paragraph((line(text),)), Actions(offered)), private=True)


def mutes_card(paper: Paper, offered: Sequence[str], follows: Sequence[Follow] = ()) -> Card:
    """Return the private card with a mute button for each author, category and topic `offered`.

    `follows` match the paper and can be ended instead.
    """
    text = "What should I mute? Each of these would have hidden this paper."
    if not offered:
        text = "Nothing left to mute: its authors, category and topics are muted or followed."
    blocks: list[Block] = [Heading(line(Link(paper.title, paper.abs_url)), level=2), Paragraph((line(text),))]
    blocks.append(Actions(tuple(Button(shorten(f"Mute {what}", 70), f"/mute {what}") for what in offered)))
    if follows:
        ends = (
            Button(shorten(f"Unfollow {f.what}", 70), f"/unfollow {f.kind}:{f.identity or f.what}") for f in follows[:5]
        )
        blocks += [Fine(line("It's here because this channel follows:")), Actions(tuple(ends))]
    blocks.append(
        Fine(
            line(
                "Muting a name hides everyone with that name. For other words, type ", typed("/mute"), " and the words."
            )
        )
    )
    return Card("mutes", text, tuple(blocks), private=True)


def buttons(paper: Paper, saved: Feedback | None = None) -> tuple[Button, ...]:
    """Return the paper's buttons, the main one first; a `saved` paper can be marked and removed."""
    more, like, unlike, save, mute = item_buttons(paper)
    kept = saved_buttons(saved) if saved else (save,)
    links = [Button("Abstract", url=paper.abs_url), Button("PDF", url=paper.pdf_url)]
    if paper.code_url:
        links.append(Button("Code", url=paper.code_url))
    follow, similar = Button("Follow author", f"/authors {paper.id}"), Button("Similar", f"/similar {paper.id}")
    bibtex = Button("BibTeX", f"/bibtex {paper.id}", panel=True)
    ask = Button("Ask", f"/askform {paper.id}")
    return (more, ask, *kept, *links, like, unlike, mute, follow, similar, bibtex)


def item_buttons(paper: Paper) -> tuple[Button, ...]:
    """Return the five buttons of a paper in a list, the main one first."""
    return _item_buttons(paper.id)


@lru_cache(maxsize=4096)  # a paper stands in the digests of many channels
def _item_buttons(paper_id: str) -> tuple[Button, ...]:
    return (
        Button("Read more", f"/readmore {paper_id}", primary=True, panel=True),
        Button("More like this", f"/more {paper_id}"),
        Button("Less like this", f"/less {paper_id}"),
        Button("Save", f"/save {paper_id}"),
        Button("Mute…", f"/mute {paper_id}"),
    )


def saved_buttons(saved: Feedback) -> tuple[Button, Button]:
    """Return the buttons of a paper on the reading list."""
    word, label = ("unread", "Mark as unread") if saved.read else ("read", "Mark as read")
    return Button(label, f"/saved {word} {saved.paper_id}"), Button("Remove", f"/takeback {saved.key}")


def opener(paper: Paper) -> Button:
    """Return the button that opens the paper's private card."""
    return Button("Open", f"/peek {paper.id}", panel=True)


def made_by(summary: Summary) -> str:
    """Return the summary's origin: "Summary of the abstract by gpt-5.6-mini", or that the sentences are extracted."""
    if summary.extracted:
        return f"Key points {summary.made_by}"
    return f"Summary of the {'full text' if summary.full_text else 'abstract'} by {summary.made_by}"


def _dated(paper: Paper) -> Line:
    """Return category, date, version, badge and id."""
    when = f" · {date_in_words(paper.published.date())}" if paper.published else ""
    badge = " · Code" if paper.code_url else ""
    version = f" · v{paper.stated_version}" if paper.stated_version else ""
    known = f"{paper.primary}{when}{version}{badge}".removeprefix(" · ")
    return line(f"{known} · " if known else "", label(paper.id))


def _facts(paper: Paper, summary: Summary, score: int | None) -> Line:
    spans: list[Span | str] = [*_dated(paper)]
    topics = [span for topic in summary.topics for span in (" ", code(topic))]
    if score is not None:
        spans = [bold(str(score)), " · ", *spans]
    return line(*spans, *(["  ·"] if topics else []), *topics)


def _authors(paper: Paper) -> str:
    at = f" · {', '.join(paper.affiliations[:3])}" if paper.affiliations else ""
    return (authors_in_full(paper.authors, unnamed=paper.unnamed_authors) or "No authors named") + at


def _origin(paper: Paper, summary: Summary) -> str:
    elsewhere = f" · arXiv isn't responding, so this is from {paper.source}" if paper.source else ""
    return made_by(summary) + ("" if paper.code_url else " · no code link found") + elsewhere


def facts(paper: Paper, score: int | None = None) -> Line:
    """Return the small print under a title: score, category, badges, authors, id."""
    badge = " · Code" if paper.code_url else ""
    names = authors_in_short(paper.authors, MAX_AUTHORS_SHOWN, paper.unnamed_authors) or "no authors named"
    withdrawn = " · withdrawn" if paper.withdrawn else ""
    rest = f"{paper.primary}{badge}{withdrawn} · {names} · {paper.id}".removeprefix(" · ")
    return line(rest) if score is None else line(bold(str(score)), f" · {rest}")


def paper_line(paper: Paper) -> Line:
    """Return the line of a paper in a list of examples."""
    return line(Link(shorten(paper.title, 140), paper.abs_url), f" · {paper.primary} · {paper.id}")
