"""What the core needs of the world, as protocols; `bootstrap.py` alone names who fulfils them.

No library's own exception crosses these lines: each port says which of `bot.errors` it raises.
"""

from bot.ports.arxiv import Announced, AnnouncementFeed, Catalogue, Page
from bot.ports.delivery import Claim, Ledger, Message, Messenger, Say
from bot.ports.door import Door
from bot.ports.jobs import DeadLetters
from bot.ports.pace import Away, Limit, Pace, Wait
from bot.ports.stores import ChannelStore, FetchLog, PaperStore
from bot.ports.summaries import Summarizer, SummaryStore
from bot.ports.time import Clock

__all__ = [
    "Announced",
    "AnnouncementFeed",
    "Away",
    "Catalogue",
    "ChannelStore",
    "Claim",
    "Clock",
    "DeadLetters",
    "Door",
    "FetchLog",
    "Ledger",
    "Limit",
    "Message",
    "Messenger",
    "Pace",
    "Page",
    "PaperStore",
    "Say",
    "Summarizer",
    "SummaryStore",
    "Wait",
]
