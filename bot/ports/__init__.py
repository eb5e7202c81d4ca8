"""What the core needs of the world, as protocols; `bootstrap.py` and `outside.py` alone name who fulfils them.

No library's own exception crosses these lines: each port says which of `bot.errors` it raises.
"""

from bot.ports.arxiv import Announced, AnnouncementFeed, Batch, Catalogue, Harvest, Harvested, Page, Registry
from bot.ports.bibliography import Bibliography
from bot.ports.delivery import Claim, Ledger, Message, Messenger, Say
from bot.ports.door import Door, Suggestion
from bot.ports.embeddings import Embedder, VectorStore
from bot.ports.jobs import MOST_TRIES, Failure, Failures, Job, Queue, Task
from bot.ports.listings import Listing, Listings
from bot.ports.meter import NO_METER, Meter, NoMeter
from bot.ports.optins import OptIns
from bot.ports.pace import Away, Limit, Pace, Wait
from bot.ports.people import People, SecondOpinion
from bot.ports.plotter import NO_PLOTTER, Plotter
from bot.ports.popular import Popular, UpvoteStore
from bot.ports.purse import NO_PURSE, NoPurse, Purse, Reserved
from bot.ports.search import IndexState, Near, PaperFinder, PaperLog, SearchIndex
from bot.ports.stores import ChannelStore, FetchLog, PaperStore
from bot.ports.summaries import FullTexts, Summarizer, SummaryStore
from bot.ports.taste import TasteStore
from bot.ports.time import Clock

__all__ = [
    "MOST_TRIES",
    "NO_METER",
    "NO_PLOTTER",
    "NO_PURSE",
    "Announced",
    "AnnouncementFeed",
    "Away",
    "Batch",
    "Bibliography",
    "Catalogue",
    "ChannelStore",
    "Claim",
    "Clock",
    "Door",
    "Embedder",
    "Failure",
    "Failures",
    "FetchLog",
    "FullTexts",
    "Harvest",
    "Harvested",
    "IndexState",
    "Job",
    "Ledger",
    "Limit",
    "Listing",
    "Listings",
    "Message",
    "Messenger",
    "Meter",
    "Near",
    "NoMeter",
    "NoPurse",
    "OptIns",
    "Pace",
    "Page",
    "PaperFinder",
    "PaperLog",
    "PaperStore",
    "People",
    "Plotter",
    "Popular",
    "Purse",
    "Queue",
    "Registry",
    "Reserved",
    "Say",
    "SearchIndex",
    "SecondOpinion",
    "Suggestion",
    "Summarizer",
    "SummaryStore",
    "Task",
    "TasteStore",
    "UpvoteStore",
    "VectorStore",
    "Wait",
]
