"""Cards for digests by e-mail and for paused deliveries."""

from collections.abc import Sequence

from bot.domain.card import Block, Button, Card, Fine, Heading, Link, Paragraph, Row, bold, code, line

_CONFIRM = "/digest email confirm"


def code_card(confirmation: str) -> Card:
    """Return the letter that confirms an address; no user typed any of its text."""
    text = f"Your code is {confirmation}. In the chat where you typed this address: {_CONFIRM} {confirmation}"
    blocks: tuple[Block, ...] = (
        Heading(line("Papers by e-mail?")),
        Paragraph((line("Somebody asked for a daily digest of papers from arXiv at this address."),)),
        Paragraph((line("If that was you, type in the same chat: ", code(f"{_CONFIRM} {confirmation}")),)),
        Fine(line("The code holds for half an hour. If it wasn't you, do nothing, and nothing more comes.")),
    )
    return Card("code", text, blocks, title=f"{confirmation} is your code for papers by e-mail")


def code_sent_card(address: str) -> Card:
    """Return the card that says a code was sent."""
    text = f"A code was sent to {address}. Type it here within half an hour: {_CONFIRM} and the six digits."
    hint = "Nothing there? Look among the spam, or type the address once more."
    return Card("mail", text, (Paragraph((line(text),)), Fine(line(hint))), tone="good", private=True)


def mail_on_card(address: str, wants_digest: bool) -> Card:
    """Return the card that says the address is confirmed."""
    text = f"This channel's digest comes to {address} too, from the next one on."
    lines = [line(text)]
    if not wants_digest:
        lines.append(line("There is none yet: ", code("/digest on"), " begins it."))
    ends = Fine(line(code("/digest email off"), " ends it, and deletes the address."))
    return Card("mail", text, (Paragraph(tuple(lines)), ends), tone="good", private=True)


def mail_off_card(addresses: Sequence[str]) -> Card:
    """Return the card that says mail ended, or that there was none."""
    gone = f"Nothing more comes to {', '.join(addresses)}, which is deleted here. The digest in the chat goes on."
    text = gone if addresses else "No address of yours gets this channel's digest."
    return Card("mail", text, (Paragraph((line(text),)),), tone="good", private=True)


def mail_card(boxes: Sequence[tuple[str, str]]) -> Card:
    """Return a list of the caller's own addresses, each with its pause reason ("" if not paused)."""
    if not boxes:
        text = "This channel's digest can come to you by e-mail too: /digest email you@example.org."
        return Card("mail", text, (Paragraph((line(text),)),), private=True)
    rows: list[Block] = [Heading(line("This channel's digest, by e-mail too"), level=2)]
    for address, paused in boxes:
        why = f": paused. {paused} Typing the address again brings it back." if paused else ""
        rows.append(Row(line(bold(address), why), Button("End", f"/digest email off {address}")))
    text = f"This channel's digest goes to {', '.join(address for address, _ in boxes)}."
    return Card("mail", text, tuple(rows), private=True)


def mail_paused_card(address: str, why: str) -> Card:
    """Return the notice to a mailbox's owner that mail is paused while the chat's digest continues."""
    text = f"No more digests by e-mail to {address}: {why}"
    blocks: tuple[Block, ...] = (
        Heading(line("E-mail is paused")),
        Paragraph((line("The digest that you wanted at ", bold(address), " can't be delivered there. ", why),)),
        Paragraph((line("In the chat it goes on. ", code(f"/digest email {address}"), " there begins again."),)),
        Fine(line("You are told once.")),
    )
    return Card("paused", text, blocks, tone="bad", private=True)


def paused_card(url: str, channel: str, why: str, hint: str) -> Card:
    """Return the notice with the pause reason `why` and its fix `hint`; `url` opens the channel and may be empty."""
    where = Link("this channel", url) if url else code(channel)
    goes_on = "Then it goes on by itself, with what the last 7 days announced. "
    blocks = (
        Heading(line("A digest is paused")),
        Paragraph((line("The digest that you switched on in ", where, " can't be delivered. ", why),)),
        Paragraph((line(f"{hint} {goes_on}".lstrip(), code("/digest on"), " there brings it back, too."),)),
        Fine(line("You are told once.")),
    )
    text = f"A digest that you switched on is paused: {why} {hint} Then it goes on by itself, or with /digest on there."
    return Card("paused", " ".join(text.split()), blocks, tone="bad", private=True)
