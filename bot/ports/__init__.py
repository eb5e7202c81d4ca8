"""What the core needs of the world, as protocols; `bootstrap.py` alone names who fulfils them.

No library's own exception crosses these lines: each port says which of `bot.errors` it raises.
"""

from bot.ports.arxiv import Announced, AnnouncementFeed, Catalogue, Page
from bot.ports.delivery import Claim, Ledger, Message, Messenger, Say
from bot.ports.door import Door
from bot.ports.embeddings import Embedder
from bot.ports.stores import ChannelStore, FetchLog, PaperStore
from bot.ports.summaries import Summarizer, SummaryStore
from bot.ports.time import Clock

__all__ = [
    "Announced",
    "AnnouncementFeed",
    "Catalogue",
    "ChannelStore",
    "Claim",
    "Clock",
    "Door",
    "Embedder",
    "FetchLog",
    "Ledger",
    "Message",
    "Messenger",
    "Page",
    "PaperStore",
    "Say",
    "Summarizer",
    "SummaryStore",
]
