"""A rule of plain words, and the pieces that its patterns are made of. Data."""

from bot.domain.frozen import frozen

SETUP = "/paperlark setup"
COMMAND_LIST = "/paperlark commands"


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text, as a set."""
    return frozenset(text.split())


@frozen
class Rule:
    """A pattern, and the command in which `{x}` stands for its group; with `ask`, a question with `offers`."""

    pattern: str
    command: str = ""
    ask: str = ""
    offers: tuple[tuple[str, str], ...] = ()


PAPERS = r"(?:(?:arxiv )?(?:papers?|articles?|preprints?|publications?|literature|research|studies|stuff|work|works))"
SOME = r"(?:(?:some|any|a|the|all|few|more|new|newest|recent|latest|good|best|interesting|relevant|other) )*"
ON = r"(?:on|about|for|regarding|concerning|related to|relating to|around|in|with|mentioning|dealing with|covering)"
FIND = r"(?:find|search|show|get|give|list|look up|look for|search for|recommend|suggest|bring|fetch|need|want|see)"
THIS = r"(?:(?:this|that|it|the)(?: (?:arxiv )?(?:paper|one|article|preprint))?)"
LIST = r"(?: (?:to|in|into|on|for) (?:(?:my|our|the) )?(?:reading list|list|saved(?: papers)?|library|later))?"
EVERY = r"(?:(?:every|each) (?:single )?(?:day|morning|evening|weekday|workday)|daily|here|in this channel|to us)"
DIGEST = (
    r"(?:(?:the |your |a |my |our |this |all |any )?(?:daily )?"
    r"(?:digests?|papers|posts?|messages|notifications|updates|subscriptions?|it))"
)
SHOW = r"(?:(?:show|list|get|give|gimme|see|post)(?: me| us)? )?"
TOP = r"(?:trending|hot|popular|top|most (?:read|popular|liked))"
