"""Summaries without a model: the abstract's own sentences, sorted by what each is there for."""

from bot.paper import Paper
from bot.summarizers.role_cues import Role
from bot.summarizers.roles import Part, parts
from bot.summarizers.topics import topics_of
from bot.summary import EXTRACTED, Summary

KEY_POINTS = 4
# A key point of each, in this order; what is still free goes to the clearest of those left, results before methods.
_WANTED = (Role.CONTRIBUTION, Role.RESULTS, Role.METHODOLOGY)
_WORTH = {
    Role.RESULTS: 1.5,
    Role.CONTRIBUTION: 1.0,
    Role.METHODOLOGY: 0.5,
    Role.IMPLICATIONS: 0.5,
    Role.BACKGROUND: -3.0,
}
_COMFORTABLE_LENGTH = 280
_LONG_WINDED = 1.5


class ExtractiveSummarizer:
    """Quotes the abstract and adds nothing, so its language is the abstract's whatever was asked for; never fails."""

    name = EXTRACTED

    async def summarize(self, paper: Paper, lang: str) -> Summary:  # noqa: ARG002 a quotation isn't translated
        return extract(paper)


def extract(paper: Paper) -> Summary:
    """The summary of `paper` in its abstract's words. Pure; takes about three milliseconds."""
    said = parts(paper.abstract)
    return Summary(
        made_by=EXTRACTED,
        topics=topics_of(paper.title, paper.abstract, paper.categories),
        key_points=_key_points(said),
        summary=_spoken(said, Role.BACKGROUND, Role.CONTRIBUTION),
        methodology=_spoken(said, Role.METHODOLOGY),
        results=_spoken(said, Role.RESULTS),
        implications=_spoken(said, Role.IMPLICATIONS),
    )


def _spoken(said: list[Part], *roles: Role) -> str:
    return " ".join(part.sentence for part in said if part.role in roles)


def _key_points(said: list[Part]) -> tuple[str, ...]:
    chosen: list[Part] = []
    for role in _WANTED:
        chosen += sorted((part for part in said if part.role is role), key=_worth, reverse=True)[:1]
    others = sorted((part for part in said if part not in chosen), key=_worth, reverse=True)
    chosen += others[: max(KEY_POINTS - len(chosen), 0)]
    return tuple(dict.fromkeys(part.sentence for part in said if part in chosen))


def _worth(part: Part) -> float:
    too_long = _LONG_WINDED if len(part.sentence) > _COMFORTABLE_LENGTH else 0.0
    has_link = _LONG_WINDED if "://" in part.sentence else 0.0
    asks = _LONG_WINDED if part.sentence.endswith("?") else 0.0
    return part.clarity + _WORTH[part.role] - too_long - has_link - asks
