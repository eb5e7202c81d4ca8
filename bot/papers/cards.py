"""The cards of one paper: the paper itself, and Read more."""

from collections.abc import Sequence

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
)
from bot.domain.channel import Follow
from bot.domain.digest import Match
from bot.domain.feedback import Feedback
from bot.domain.paper import Paper
from bot.domain.summary import Summary
from bot.domain.text.clean import shorten
from bot.domain.wording import (
    authors_in_full,
    authors_in_short,
    date_in_words,
)

MAX_REASONS = 3
MAX_AUTHORS_SHOWN = 2
WITHDRAWN = "Withdrawn by its authors."


def paper_card(paper: Paper, summary: Summary, match: Match | None = None, saved: Feedback | None = None) -> Card:
    """A paper for everyone in the channel: what it is, four key points, and what can be done with it.

    `match` says how it stands with the channel that asks, where that follows or likes anything; `saved` that it is on
    the channel's reading list.
    """
    blocks: list[Block] = [Heading(line(Link(paper.title, paper.abs_url))), Paragraph((line(_authors(paper)),))]
    score, reasons = (match.score, match.reasons) if match else (None, ())
    blocks.append(Fine(_facts(paper, summary, score)))
    if reasons:
        blocks.append(Fine(line(italic(shorten(" · ".join(reasons[:MAX_REASONS]), 200)))))
    if saved and saved.note:
        blocks.append(Paragraph((line("Note: ", saved.note),)))
    if paper.withdrawn:
        blocks.append(Paragraph((line(bold(WITHDRAWN), f" {shorten(paper.comment, 300)}"),)))
    blocks.append(Bullets(tuple(line(point) for point in summary.key_points)))
    blocks += [Actions(buttons(paper, saved)), Fine(line(_origin(paper, summary)))]
    data = {"paper": paper_data(paper, score, reasons), "summary": summary_data(summary)}
    return Card("paper", f"{paper.title} — {authors_in_full(paper.authors, 3)}", tuple(blocks), data=data)


def in_short(paper: Paper, day: str = "") -> str:
    """The quiet line under a title: category, `day`, badges, authors, id."""
    known = [
        paper.primary,
        day,
        "Code" if paper.code_url else "",
        "withdrawn" if paper.withdrawn else "",
        authors_in_short(paper.authors, MAX_AUTHORS_SHOWN) or "no authors named",
        paper.id,
    ]
    return " · ".join(filter(None, known))


def read_more_card(paper: Paper, summary: Summary) -> Card:
    """Summary, Methodology, Results and Implications, as far as they are known, for the one who asked."""
    blocks: list[Block] = [Heading(line(Link(paper.title, paper.abs_url)))]
    for name, text in summary.sections:
        blocks += [Heading(line(name), level=2), Paragraph((line(text),))]
    blocks += [Rule(), Actions(buttons(paper)[1:]), Fine(line(_origin(paper, summary)))]
    data = {"paper": paper_data(paper), "summary": summary_data(summary)}
    return Card("summary", f"Read more: {paper.title}", tuple(blocks), private=True, data=data)


def authors_card(paper: Paper, followed: Sequence[str]) -> Card:
    """Which author to follow? A button each for the first and the last ones of a long list."""
    names = [*paper.authors[:7], *paper.authors[-1:]] if len(paper.authors) > 8 else list(paper.authors)
    offered = tuple(
        Button(shorten(name, 70), f"/follow author:{paper.id} {name}") for name in names if name not in followed
    )
    left = len(paper.authors) - len(names)
    more = f" There are {left:,} more: /follow and the name." if left > 0 else ""
    text = f"Whose papers shall this channel follow?{more}"
    return Card("authors", text, (Paragraph((line(text),)), Actions(offered)), private=True)


def mutes_card(paper: Paper, offered: Sequence[str], follows: Sequence[Follow] = ()) -> Card:
    """What of a paper to keep out of the channel's digests: a button each for an author, its category, its words.

    `follows` are those that bring it: they can be ended instead.
    """
    text = "What shall stay out of this channel's digests? Each of these would have kept this paper out."
    if not offered:
        text = "There is nothing more of it to keep out: its authors, category and topics are muted or followed."
    blocks: list[Block] = [Heading(line(Link(paper.title, paper.abs_url)), level=2), Paragraph((line(text),))]
    blocks.append(Actions(tuple(Button(shorten(f"Mute {what}", 70), f"/mute {what}") for what in offered)))
    if follows:
        ends = (
            Button(shorten(f"Unfollow {f.what}", 70), f"/unfollow {f.kind}:{f.identity or f.what}") for f in follows[:5]
        )
        blocks += [Fine(line("It is here because of what this channel follows:")), Actions(tuple(ends))]
    blocks.append(Fine(line("A name mutes everybody of that name. Other words: ", code("/mute"), " and the words.")))
    return Card("mutes", text, tuple(blocks), private=True)


def buttons(paper: Paper, saved: Feedback | None = None) -> tuple[Button, ...]:
    """What can be done with a paper; the first is the main one. One that is `saved` can be marked and removed."""
    more, like, unlike, save, mute = item_buttons(paper)
    kept = saved_buttons(saved) if saved else (save,)
    links = [Button("Abstract", url=paper.abs_url), Button("PDF", url=paper.pdf_url)]
    if paper.code_url:
        links.append(Button("Code", url=paper.code_url))
    follow, similar = Button("Follow author", f"/authors {paper.id}"), Button("Similar", f"/similar {paper.id}")
    bibtex = Button("BibTeX", f"/bibtex {paper.id}", panel=True)
    return (more, *kept, *links, like, unlike, mute, follow, similar, bibtex)


def item_buttons(paper: Paper) -> tuple[Button, ...]:
    """The five of a paper in a list, where its title is its link already; the first is the main one."""
    return (
        Button("Read more", f"/readmore {paper.id}", primary=True, panel=True),
        Button("More like this", f"/more {paper.id}"),
        Button("Less like this", f"/less {paper.id}"),
        Button("Save", f"/save {paper.id}"),
        Button("Mute…", f"/mute {paper.id}"),
    )


def saved_buttons(saved: Feedback) -> tuple[Button, Button]:
    """What can be done with a paper because it is on the reading list."""
    word, label = ("unread", "Mark as unread") if saved.read else ("read", "Mark as read")
    return Button(label, f"/saved {word} {saved.paper_id}"), Button("Remove", f"/takeback {saved.key}")


def opener(paper: Paper) -> Button:
    """Leads to the paper's card, for the presser's eyes only."""
    return Button("⋯", f"/peek {paper.id}", panel=True)


def made_by(summary: Summary) -> str:
    """Who speaks: "Summary of the abstract by gpt-5.6-mini", or that the words are the abstract's own."""
    if summary.extracted:
        return f"Key points {summary.made_by}"
    return f"Summary of the {'full text' if summary.full_text else 'abstract'} by {summary.made_by}"


def _facts(paper: Paper, summary: Summary, score: int | None) -> Line:
    when = f" · {date_in_words(paper.published.date())}" if paper.published else ""
    badge = " · Code" if paper.code_url else ""
    version = f" · v{paper.stated_version}" if paper.stated_version else ""
    known = f"{paper.primary}{when}{version}{badge}".removeprefix(" · ")
    spans: list[Span | str] = [f"{known} · " if known else "", f"arXiv:{paper.id}"]
    topics = [span for topic in summary.topics for span in (" ", code(topic))]
    if score is not None:
        spans = [bold(str(score)), " · ", *spans]
    return line(*spans, *(["  ·"] if topics else []), *topics)


def _authors(paper: Paper) -> str:
    at = f" · {', '.join(paper.affiliations[:3])}" if paper.affiliations else ""
    return (authors_in_full(paper.authors) or "No authors named") + at


def _origin(paper: Paper, summary: Summary) -> str:
    elsewhere = f" · arXiv is not answering: this is what {paper.source} has" if paper.source else ""
    return made_by(summary) + ("" if paper.code_url else " · no code link found") + elsewhere


def facts(paper: Paper, score: int | None = None) -> Line:
    """The quiet line under a title: score, category, badge, authors, id."""
    badge = " · Code" if paper.code_url else ""
    names = authors_in_short(paper.authors, MAX_AUTHORS_SHOWN) or "no authors named"
    rest = f"{paper.primary}{badge} · {names} · {paper.id}".removeprefix(" · ")
    return line(rest) if score is None else line(bold(str(score)), f" · {rest}")


def paper_line(paper: Paper) -> Line:
    """A paper in a list of examples."""
    return line(Link(shorten(paper.title, 140), paper.abs_url), f" · {paper.primary} · {paper.id}")
