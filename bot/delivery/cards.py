"""Cards for digests by e-mail and for paused deliveries."""

from collections.abc import Sequence

from bot.delivery.posting import INVITE
from bot.domain.card import (
    Actions,
    Block,
    Button,
    Card,
    Fine,
    Heading,
    Line,
    Link,
    Paragraph,
    Row,
    Text,
    bold,
    code,
    line,
    typed,
)
from bot.domain.frozen import frozen

MAX_OTHERS = 20
_CONFIRM = "/digest email confirm"


@frozen
class OthersBox:
    """Another person's mailbox, as admins see it: the address masked, and the key that ends it."""

    masked: str
    key: str


def code_card(confirmation: str) -> Card:
    """Return the e-mail that confirms an address; no user typed any of its text."""
    text = f"Your code is {confirmation}. Type it in the chat where you typed this address: {_CONFIRM} {confirmation}"
    blocks: tuple[Block, ...] = (
        Heading(line("Papers by e-mail?")),
        Paragraph((line("Somebody asked for a daily digest of arXiv papers at this address."),)),
        Paragraph((line("If that was you, type this in the same chat: ", code(f"{_CONFIRM} {confirmation}")),)),
        Fine(line("The code works for 30 minutes. If it wasn't you, ignore this e-mail: I won't send another.")),
    )
    return Card("code", text, blocks, title=f"{confirmation} is your code for papers by e-mail")


def code_sent_card(address: str) -> Card:
    """Return the card that says a code was sent."""
    text = f"I've sent a code to {address}. Type it here within 30 minutes: {_CONFIRM} 123456."
    hint = Fine(line("No e-mail? Check your spam folder first."))
    again = Actions((Button("Send a new code", f"/digest email {address}"),))
    return Card("mail", text, (Paragraph((line(text),)), hint, again), tone="good", private=True)


def mail_on_card(address: str, wants_digest: bool, direct: bool = False) -> Card:
    """Return the card that says the address is confirmed."""
    whose = "your" if direct else "this channel's"
    text = f"From the next one on, {whose} digest goes to {address} too."
    lines = [line(text)] if wants_digest else [line(text), line("But the digest is off.")]
    start = () if wants_digest else (Button("Turn on the digest", "/digest on", primary=True),)
    actions = Actions((*start, Button("Stop the e-mails", f"/digest email off {address}")))
    return Card("mail", text, (Paragraph(tuple(lines)), actions), tone="good", private=True)


def mail_off_card(addresses: Sequence[str]) -> Card:
    """Return the card that says mail ended, or that there was none."""
    text = f"Stopped. I've deleted {', '.join(addresses)}." if addresses else "None of your addresses gets this digest."
    return Card("mail", text, (Paragraph((line(text),)),), tone="good", private=True)


def mail_end_card(masked: Sequence[str]) -> Card:
    """Return the card that says an admin ended the mail to another person's address."""
    text = f"Stopped. I've deleted {', '.join(masked)}. The digest in the chat goes on."
    return Card("mail", text, (Paragraph((line(text),)),), tone="good", private=True)


def mail_card(boxes: Sequence[tuple[str, str]], others: Sequence[OthersBox] = ()) -> Card:
    """Return a list of the caller's own addresses, each with its pause reason ("" if not paused), and of `others`."""
    if not boxes and not others:
        text = "Want this digest by e-mail too? Type /digest email you@example.org."
        words = line("Want this digest by e-mail too? Type ", typed("/digest email you@example.org"), ".")
        return Card("mail", text, (Paragraph((words,)),), private=True)
    rows: list[Block] = [Heading(line("This digest by e-mail"), level=2)]
    rows += _rows(boxes)
    if others:
        rows.append(Fine(line("You see other people's addresses in short, since you're an admin here.")))
        shown = others[:MAX_OTHERS]
        rows += [Row(line(bold(box.masked)), Button("Stop", f"/digest email end {box.key}")) for box in shown]
    if len(others) > MAX_OTHERS:
        rows.append(Fine(line(f"And {len(others) - MAX_OTHERS:,} more: stop some of these to see them.")))
    addresses = (*(address for address, _ in boxes), *(box.masked for box in others))
    return Card("mail", f"This digest goes to {', '.join(addresses)}.", tuple(rows), private=True)


def _rows(boxes: Sequence[tuple[str, str]]) -> list[Block]:
    rows: list[Block] = []
    for address, paused in boxes:
        why = f": paused. {paused} Type the address again to restart it." if paused else ""
        rows.append(Row(line(bold(address), why), Button("Stop", f"/digest email off {address}")))
    return rows


def mail_paused_card(address: str, why: str) -> Card:
    """Return the notice to a mailbox's owner that mail is paused while the chat's digest continues."""
    text = f"I've paused the digests to {address}: {why}"
    restart = f"/digest email {address}"
    blocks: tuple[Block, ...] = (
        Heading(line("E-mail is paused")),
        Paragraph((line("I can't deliver your digest to ", bold(address), f", so I've paused it. {why}"),)),
        Paragraph((line("In the chat it goes on. Type ", code(restart), " there to restart the e-mails."),)),
    )
    return Card("paused", text, blocks, tone="bad", private=True)


def paused_card(url: str, channel: str, why: str, hint: str) -> Card:
    """Return the notice with the pause reason `why` and its fix `hint`; `url` opens the channel and may be empty."""
    where = Link("a channel", url) if url else code(channel)
    restart = "As soon as I can post there again, I'll catch up on the last 7 days. "
    blocks = (
        Heading(line("A digest is paused")),
        Paragraph((line(f"{why} So I've paused the digest that you turned on in ", where, "."),)),
        Paragraph((_coded(f"{hint} {restart}".lstrip()), line("If I don't, type ", typed("/digest on"), " there."))),
    )
    text = f"A digest that you turned on is paused. {why} {hint} Then I'll catch up; if I don't, type /digest on there."
    return Card("paused", " ".join(text.split()), blocks, tone="bad", private=True)


def _coded(text: str) -> Line:
    """Return the text with the invitation as a command."""
    before, found, after = text.partition(INVITE)
    return (Text(before), code(found), Text(after)) if found else line(text)
