"""Sixty inputs as people type them, on every platform: each is done, one press away, or a question with the option.

Nobody else sees an answer that they didn't name a paper or a change for, and nothing is stored before it is named.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.digests.cards.digest import digest_card
from support.all_platforms import CHATS_FIRST, MONDAY, House, User, on_all_platforms
from support.builders.sample_cards import CODED, NOW, PAPER, digest
from support.drivers.slack_driver import SlackDriver, seen_exchange
from support.drivers.visible_answer import Seen

pytestmark = pytest.mark.asyncio(loop_scope="module")

TUESDAY = MONDAY + timedelta(days=1)
LINK = f"https://arxiv.org/abs/{PAPER.id}"
ATTENTION = replace(
    PAPER, id="1706.03762", title="Attention Is All You Need", authors=("Ashish Vaswani", "Noam Shazeer")
)
FOCUS = replace(PAPER, id="2605.00001", title="Attention Is All You Need in Focus", authors=("Xu Fan",))
DEPTH = replace(PAPER, id="2605.00002", title="Attention Is All You Need in Depth", authors=("Wei Wu",))
HELP_COMMANDS = replace(PAPER, id="2605.00003", title="Help Desks and Large Language Models", authors=("Ann Lee",))
KNOWN = [PAPER, CODED, ATTENTION, FOCUS, DEPTH, HELP_COMMANDS]


@dataclass(frozen=True)
class Typed:
    """What a person types, and what they then see.

    `kind` is that of the card. `public`: everybody sees it; `aloud`: if everybody saw the question. `changes`:
    something is stored at once. `press` is the button that does what the person meant, after which `then` is seen.
    `thread`: what the thread began with.
    """

    text: str
    kind: str
    says: str = ""
    public: bool = False
    aloud: bool = False
    changes: bool = False
    press: str = ""
    then: str = ""
    thread: str = ""
    direct: bool = False


TYPED = (
    # Help, in any words
    Typed("hi", "help", "All commands"),
    Typed("Hello there!", "help"),
    Typed("help", "help", "/paper 2605.05971"),
    Typed("help me please", "help"),
    Typed("what can you do?", "help", press="All commands", then="/similar"),
    Typed("how does this work?", "help"),
    Typed("", "help|home"),
    Typed("👋", "help"),
    Typed("Guten Tag!", "help"),
    Typed("こんにちは", "help"),
    Typed("/paperlark", "help|home", "This channel follows nothing yet"),
    Typed("hey", "help|welcome", "ollow", direct=True),
    Typed("/paper help", "help", "key points", press="All commands", then="/digest on"),
    Typed("/follow help", "help", "/follow"),
    Typed("/digest help", "help", "/digest on"),
    Typed("/digest on help", "help", "/digest on"),
    Typed("/bibtex ?", "help", "/bibtex"),
    Typed("help save", "help", "/save"),
    Typed("thanks!", "question", "You're welcome."),
    # One paper
    Typed(f"/paper {PAPER.id}", "paper", PAPER.title, public=True),
    Typed(f"/Paper {PAPER.id}", "paper", PAPER.title, public=True),
    Typed(f"paper: {PAPER.id}", "paper", PAPER.title, public=True),
    Typed(LINK, "paper", PAPER.title, public=True),
    Typed(f"has anyone read {LINK} yet?", "paper", PAPER.title, public=True),
    Typed(f"https://www.alphaxiv.org/abs/{PAPER.id}", "paper", PAPER.title, public=True),
    Typed(f"cool: https://huggingface.co/papers/{PAPER.id}", "paper", PAPER.title, public=True),
    Typed(f"{PAPER.id} or {CODED.id}?", "error", "Which of these papers?", press="Show", then=PAPER.title),
    Typed(f"arXiv preprint arXiv:{PAPER.id}, 2026", "paper", PAPER.title, public=True),
    Typed(f"/paper https://arxiv-org.ezproxy.lib.example.edu/abs/{PAPER.id}", "paper", PAPER.title, public=True),
    Typed(f"/paper {PAPER.id},{CODED.id}", "error", "Which of these papers?", press="Show", then=PAPER.title),
    Typed(f"/bibtex {PAPER.id},{CODED.id}", "citation", "BibTeX of 2 papers"),
    Typed(f"bibtex of {PAPER.id} and 2605.99999", "citation", "arXiv has no paper 2605.99999."),
    Typed("call +49 1512.34567", "papers", "I searched for", press="Help", then="/papers LLM agents"),
    Typed("/paper attention is all you need", "paper", ATTENTION.title, public=True),
    Typed("/paper ATTENTION IS ALL, YOU NEED!", "paper", ATTENTION.title, public=True),
    Typed(
        "/paper Attention Is All You Need in", "error", "No paper is called exactly", press="Show", then="Attention Is"
    ),
    Typed("/paper attention", "error", "No paper is called exactly", press="Search everywhere", then="attention"),
    Typed("/paper this", "error", "Which paper?"),
    Typed("/paper last", "error", "I couldn't find a paper called “last”."),
    Typed("/paper", "error", "Which paper?"),
    Typed("/paper ?", "help", "/paper"),
    Typed("/papre 2605.05971", "error", "Did you mean /paper", press="/paper 2605.05971", then=PAPER.title),
    Typed(f"summarize {LINK}", "summary", PAPER.title),
    # Feedback
    Typed(f"/save {PAPER.id}", "taste", "Saved", changes=True),
    Typed(f"/save {PAPER.id} and 2605.99999", "taste", "arXiv has no paper 2605.99999.", changes=True),
    Typed(f"/more {LINK}{' ' * 700}{CODED.id}", "taste", "these 2 papers", changes=True),
    Typed(f"please save {LINK}", "taste", "Saved", changes=True),
    Typed("save attention is all you need", "taste", "Saved", changes=True),
    Typed("/save attention you need", "error", "No paper is called exactly", press="Save", then="Saved"),
    Typed("/save this", "error", "Which paper?"),
    Typed("save this", "error", "Paste its link or ID."),
    Typed("/more it", "error", "Which paper?"),
    Typed("/less attention", "error", "No paper is called exactly", press="Less like this", then="less like"),
    Typed("/similar help", "help", "/similar"),
    Typed("/bibtex that one", "error", "Which paper?"),
    Typed("/mute this", "error", "Which paper?"),
    Typed("save this", "taste", PAPER.title, changes=True, thread="card"),
    Typed("bookmark that paper please", "taste", PAPER.title, changes=True, thread="card"),
    Typed("more like this", "taste", PAPER.title, changes=True, thread="card"),
    Typed("what is this about?", "summary", PAPER.title, thread="card"),
    Typed("bibtex", "citation", PAPER.title, thread="card"),
    Typed("save this", "taste", PAPER.title, changes=True, thread="link"),
    Typed("save this", "error", "Which of these papers?", press="Save", then="Saved", thread="digest"),
    Typed("save #2", "taste", "Saved", changes=True, thread="digest"),
    # Questions about a paper
    Typed(f"/ask {PAPER.id} what data do they use?", "answer", PAPER.title),
    Typed(f"{LINK} what data do they use?", "answer", PAPER.title, aloud=True),
    Typed("what data do they use?", "answer", PAPER.title, public=True, thread="card"),
    Typed("2 what data do they use?", "answer", "what data do they use?", public=True, thread="digest"),
    Typed("how fast is it?", "error", "Which of these papers?", press="Ask", then="how fast is it", thread="digest"),
    Typed("what is attention?", "papers", "I searched for “attention”."),
    Typed("/ask", "error", "What would you like to know?"),
    Typed("/ask how fast is it?", "error", "Which paper?"),
    # Lists and searches
    Typed("what's new today?", "digest|error", ""),
    Typed("todays papers", "digest|error", ""),
    Typed("find papers about LLM agents", "papers|error", ""),
    Typed("papers on diffusion models", "papers|error", ""),
    Typed("who is Yann LeCun", "author|error", "Yann LeCun"),
    Typed("reading list", "saved", ""),
    Typed("what do we follow?", "following", ""),
    Typed(
        "papers by Yam Eitan since 2020",
        "papers",
        "Filters: by Yam Eitan · since 1 Jan 2020",
        press="Remove since 1 Jan 2020",
        then="Yam Eitan",
    ),
    Typed("what's new in optimizers today", "papers", "about “optimizers” · since"),
    # Changes
    Typed("digest at 9 est", "question", "Which city's time", press="New York, at 9", then="09:00 (New York)"),
    Typed("cs.LG + stat.ML please, at 8", "question", press="Post it at 8 with cs.LG and stat.ML", then="cs.LG"),
    Typed("can you follow cs.CL?", "question", "Follow cs.CL?", press="Follow cs.CL", then="now follows"),
    Typed("don't follow cs.CL", "question"),
    Typed("please don't turn off the digest", "question", "Nothing has changed."),
    Typed("stop sending me stuff", "question", press="Turn off the digest", then="digest"),
    Typed("pause this until Monday", "question", "can't pause until a day", press="Turn off the digest", then="digest"),
    Typed("too many papers", "question", press="Show 5 at most", then="5 papers"),
    Typed("lock it", "question", press="Lock", then="Locked."),
    Typed("good bot", "question", "Glad it helps."),
    Typed(f"{PAPER.id} bibtex pls", "citation", PAPER.title),
    Typed("arxiv.org/abs/9999.99999", "error", "isn't an arXiv ID"),
    Typed("save it", "error", press="Help", then="/save"),
    Typed("please follow cs.CL", "followed|follow", "cs.CL", public=True, changes=True),
    Typed("post at 9am", "question", "at 9am?", press="Post it at 9am", then="09:00"),
    Typed("post at 9am GMT+8", "question", "at 9am GMT+8?", press="Post it at 9am GMT+8", then="09:00 (UTC+8)"),
    Typed("/digest on 9 am EST cs.CL", "error", "Which city", press="New York", then="09:00 (America/New_York)"),
    Typed("/follow cs.CL, cat:cs.LG", "follow", "cs.LG", public=True, changes=True),
    Typed("/mute King, Jr., Martin Luther", "mute", "Muted Martin Luther King Jr.", public=True, changes=True),
    Typed("unsubscribe", "question", press="Turn off the digest", then="digest"),
    Typed("stop", "question", press="Choose what to unfollow"),
    Typed("stop following cs.CL", "question", press="Unfollow cs.CL", then="cs.CL"),
    # Not understood
    Typed(
        "frobnicate the quux",
        "papers",
        "I searched for “frobnicate the quux”.",
        press="Help",
        then="/papers LLM agents",
    ),
    Typed("/frobnicate", "error", "There's no command /frobnicate.", press="All commands", then="/similar"),
    Typed("Zeig mir etwas über Sprachmodelle", "papers", "I searched for"),
    Typed("cs.CL", "question", "Computation and Language", press="Follow cs.CL", then="cs.CL"),
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Tuesday morning; arXiv has six papers, announced in the night."""
    async with on_all_platforms(tmp_path_factory.mktemp("home")) as house:
        house.clock.instant = TUESDAY
        house.arxiv.papers = list(KNOWN)
        await house.app.services.papers.keep(KNOWN)
        await house.app.services.papers.announce({paper.id: TUESDAY - timedelta(hours=9) for paper in (PAPER, CODED)})
        yield house


@pytest.mark.parametrize(
    "typed", TYPED, ids=lambda typed: f"{typed.text[:40]}{typed.thread and ' in a thread: ' + typed.thread}"
)
@pytest.mark.parametrize("platform", CHATS_FIRST)
async def test_what_people_type_is_done_or_one_press_away(platform: str, typed: Typed, house: House) -> None:
    if typed.thread and platform != "slack":
        pytest.skip("The terminal has no threads")
    user = _user(house, platform, typed.direct)
    before = await _stored(house, user)

    seen = await _says(user, typed)

    assert _last_kind(house, platform) in typed.kind.split("|")
    assert typed.says in seen.text or typed.says in seen.buttons
    assert seen.private is not (typed.public or (typed.aloud and platform == "slack")) or typed.direct
    assert (await _stored(house, user) != before) is typed.changes
    if typed.press:
        pressed = await user.presses(seen, typed.press)
        assert typed.then in pressed.text


def _user(house: House, platform: str, direct: bool) -> User:
    return User(house, house.chats[platform], house.new_channel("D" if direct else "C"))


def _last_kind(house: House, platform: str) -> str:
    """The kind of the last card on a platform."""
    return [card for (name, _), card in house.door.cards.items() if name == platform][-1].kind


async def _says(user: User, typed: Typed) -> Seen:
    """Say it as the platform allows: on Slack plain words are a mention, elsewhere they follow `/paperlark`."""
    if not isinstance(user.chat, SlackDriver):
        return await user.says(typed.text if typed.text.startswith("/") else f"/paperlark {typed.text}")
    about = {"thread_ts": await _thread(user, typed.thread)} if typed.thread else {}
    return seen_exchange(await user.chat.server.says(typed.text, user.channel, **about))


async def _thread(user: User, begun_with: str) -> str:
    """Begin a thread in Slack with a paper's card, a digest or a person's link, and return its timestamp."""
    assert isinstance(user.chat, SlackDriver)
    messages = user.chat.server.channel(user.channel)
    if begun_with == "card":
        await user.says(f"/paper {PAPER.id}")
    elif begun_with == "digest":
        await user.chat.posts(digest_card(digest(), NOW), "key", user.channel)
    else:
        text = f"anyone read <{LINK}>?"
        messages.append({"type": "message", "ts": "1778490000.000100", "user": "U2", "text": text})
    return str(messages[-1]["ts"])


async def _stored(house: House, user: User) -> object:
    """What the channel follows, mutes, gets and said."""
    place, services = user.chat.place(user.channel), house.app.services
    channel = await services.channels.get(place)
    given = await services.feedback.feedback(place)
    return channel.follows, channel.mutes, channel.timetable, channel.off, given
