"""Cards about Zotero: how to connect, where a list goes, and what stopped it. All are private."""

from bot.domain.card import Actions, Block, Button, Card, Fine, Heading, Line, Link, Paragraph, Text, Tone, code, line
from bot.domain.wording import count
from bot.domain.zotero import KEYS_PAGE, NEW_KEY_PAGE, Library
from bot.library.zotero.service import ZoteroStatus

_KEYS = Link("zotero.org/settings/keys", KEYS_PAGE)
_KEEPS = "Each paper is added once. What you unsave stays in Zotero."


def how_to_connect_card(direct: bool) -> Card:
    """Return how to connect a library; the key goes into a direct message alone."""
    first = line(
        "1. Make a key on ",
        Link("zotero.org/settings/keys/new", NEW_KEY_PAGE),
        ": tick “Allow library access” and “Allow write access”, or “Read/Write” for a group.",
    )
    where = "here" if direct else "in a direct message, never in a channel"
    second = line(f"2. Send me {where}: ", code("/saved zotero <key>"))
    group = line("For a group’s library: ", code("/saved zotero <key> group <its address>"))
    lines = (first, second, group) if direct else (first, second, group, line("3. Come back and type ", _typed()))
    text = "Connect Zotero, and each paper saved here goes there too."
    blocks = (Heading(line(text), level=2), Paragraph(lines), Fine(line(_KEEPS)))
    return _card(text, blocks)


def connected_card(library: Library, status: ZoteroStatus) -> Card:
    """Return the confirmation that a key was stored and the list of direct messages goes to `library`."""
    text = f"Connected. What you save here now goes to {library.name} in Zotero."
    another = code("/saved zotero group <its address>")
    groups = line("A group’s library instead: ", another, " · a channel’s list: type ", _typed(), " there.")
    blocks: list[Block] = [
        Paragraph((line(text), groups)),
        Actions((*_earlier(status), _disconnect())),
        Fine(line("I store the key encrypted and never show it. Delete your message with the key. " + _KEEPS)),
    ]
    return _card(text, tuple(blocks), "good", library=library.path)


def status_card(status: ZoteroStatus, direct: bool) -> Card:
    """Return where a list goes and how far it is."""
    name = status.link.library.name
    text = f"{'Your' if direct else 'This channel’s'} saved papers go to {name} in Zotero."
    counts = [f"{status.sent:,} there", f"{status.waiting:,} on the way"]
    if status.refused:
        counts.append(f"{status.refused:,} refused by Zotero")
    blocks: list[Block] = [Paragraph((line(text), line(" · ".join(counts))))]
    if status.paused:
        text = f"Nothing goes to {name} in Zotero for now. {status.paused}"
        blocks = [Paragraph((line(text), _reconnect(direct)))]
    blocks += [Actions((*_earlier(status), _disconnect() if direct else _stop())), Fine(line(_KEEPS))]
    return _card(text, tuple(blocks), "bad" if status.paused else "plain", library=status.link.library.path)


def offer_card(library: Library, direct: bool) -> Card:
    """Return the offer to send a list to the library that the person connected."""
    text = f"Send {'your' if direct else 'this channel’s'} saved papers to {library.name} in Zotero?"
    button = Button(f"Send to {library.name}"[:70], "/saved zotero here", primary=True)
    note = line("They go there with your key, which nobody sees. ", _KEEPS)
    return _card(text, (Paragraph((line(text),)), Actions((button,)), Fine(note)), library=library.path)


def linked_card(status: ZoteroStatus) -> Card:
    """Return the confirmation that a channel's list goes to a library."""
    text = f"Done. Papers saved in this channel now go to {status.link.library.name} in Zotero."
    return _card(text, (Paragraph((line(text),)), Actions((*_earlier(status), _stop())), Fine(line(_KEEPS))), "good")


def earlier_card(library: Library, papers: int) -> Card:
    """Return the confirmation that `papers` saved before go to the library too."""
    text = f"Adding {count(papers, 'paper')} to {library.name} in Zotero. That takes about a second each."
    return _card(text, (Paragraph((line(text),)), Actions((Button("How far is it?", "/saved zotero"),))), "good")


def ended_card(direct: bool) -> Card:
    """Return the confirmation that nothing more goes to Zotero."""
    if not direct:
        text = "Stopped. Papers saved in this channel no longer go to Zotero; what is there stays."
        return _card(text, (Paragraph((line(text),)),), "good")
    text = "Disconnected. I deleted your key; what is in Zotero stays."
    revoke = line("Channels that used it have stopped too. You can revoke the key on ", _KEYS, ".")
    return _card(text, (Paragraph((line(text), revoke)),), "good")


def zotero_paused_card(library: Library, why: str) -> Card:
    """Return what a person is told, once, when their library takes nothing any more."""
    text = f"I’ve stopped adding saved papers to {library.name} in Zotero. {why}"
    nothing_lost = "Nothing is lost: I’ll add what was saved meanwhile."
    return _card(text, (Paragraph((line(text), _reconnect(True), line(nothing_lost))),), "bad")


def _reconnect(direct: bool) -> Line:
    where = "here" if direct else "in a direct message"
    return line("Check it on ", _KEYS, f", or send me a new one {where}: ", code("/saved zotero <key>"))


def _earlier(status: ZoteroStatus) -> tuple[Button, ...]:
    if not status.earlier or status.paused:
        return ()
    return (Button(f"Also add the {status.earlier:,} saved before", "/saved zotero all"),)


def _disconnect() -> Button:
    return Button("Disconnect", "/saved zotero off")


def _stop() -> Button:
    return Button("Stop", "/saved zotero off")


def _typed() -> Text:
    return code("/saved zotero")


def _card(text: str, blocks: tuple[Block, ...], tone: Tone = "plain", library: str = "") -> Card:
    return Card("zotero", text, blocks, private=True, tone=tone, data={"library": library} if library else {})
