"""Plain data as JSON values, under the field names of `ask --json`."""

from collections.abc import Iterable, Sequence

from bot.domain.channel import Follow, Mute
from bot.domain.feedback import Feedback
from bot.domain.paper import Paper
from bot.domain.paper_source import source_of
from bot.domain.summary import Summary


def paper_data(
    paper: Paper, score: int | None = None, reasons: Sequence[str] = (), gist: str | None = None
) -> dict[str, object]:
    """Return one paper; unknown values are null or empty. `published` is UTC, ISO 8601.

    `gist` is None where nobody asked for one; then the field is left out.
    """
    told = {} if gist is None else {"gist": gist}
    return {
        "id": paper.id,
        "title": paper.title,
        **told,
        "authors": list(paper.authors),
        "categories": [*paper.categories, *paper.cross_listed],
        "published": paper.published.isoformat() if paper.published else None,
        "score": score,
        "code_url": paper.code_url or None,
        "reasons": list(reasons),
        "version": paper.stated_version,
        "source": paper.source or source_of(paper.id).name,
        "withdrawn": paper.withdrawn,
        "abstract": paper.abstract,
        "url": paper.abs_url,
    }


def summary_data(summary: Summary) -> dict[str, object]:
    """Return one summary; missing sections are empty strings."""
    return {
        "made_by": summary.made_by,
        "gist": summary.gist,
        "topics": list(summary.topics),
        "key_points": list(summary.key_points),
        "summary": summary.summary,
        "methodology": summary.methodology,
        "results": summary.results,
        "implications": summary.implications,
    }


def follows_data(follows: Iterable[Follow]) -> list[dict[str, object]]:
    """Return the follows of a channel; `since` is UTC, ISO 8601. `known_papers` counts a person's known papers."""
    return [
        {
            "kind": str(f.kind),
            "what": f.what,
            "since": f.since.isoformat(),
            "key": f.key,
            "identity": f.identity or None,
            "orcid": f.person.orcid or None if f.person else None,
            "known_papers": len(f.person.papers) if f.person else None,
        }
        for f in follows
    ]


def mutes_data(mutes: Iterable[Mute]) -> list[dict[str, object]]:
    """Return the mutes of a channel."""
    return [{"what": mute.what, "since": mute.since.isoformat()} for mute in mutes]


def feedback_data(opinions: Iterable[Feedback]) -> list[dict[str, object]]:
    """Return the feedback of a channel."""
    return [{"paper": one.paper_id, "verdict": str(one.verdict), "since": one.since.isoformat()} for one in opinions]
