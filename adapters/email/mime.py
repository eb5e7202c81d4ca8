"""Encoding of an e-mail: headers, a plain part and an HTML part, with no remote content."""

from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape

from bot.domain.frozen import frozen
from bot.domain.mailbox import read_address
from bot.domain.text.clean import clean

_STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; padding: 16px; font: 16px/1.5 -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; \
color: #1f2328; background: #ffffff; }
.letter { max-width: 640px; margin: 0 auto; overflow-wrap: anywhere; }
h1 { font-size: 22px; line-height: 1.3; margin: 0 0 4px; }
h2 { font-size: 17px; line-height: 1.35; margin: 20px 0 4px; }
p, ul { margin: 0 0 12px; } ul { padding-left: 20px; } hr { border: 0; border-top: 1px solid #d1d9e0; margin: 16px 0; }
a { color: #0a56c2; text-decoration: none; } .paper { margin: 0 0 18px; } .title { font-weight: 600; }
.fine { font-size: 14px; color: #59636e; }
code { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 0.92em; }
@media (prefers-color-scheme: dark) { body { color: #e6edf3; background: #0d1117; } a { color: #79b8ff; } \
.fine { color: #9ba6b2; } hr { border-color: #30363d; } }
"""


def sender_of(text: str) -> Address:
    """Return the sender in `EMAIL_FROM`, "Paperlark <papers@example.org>" or an address alone; raise BadInput."""
    name, address = parseaddr(text)
    read = read_address(address)
    return Address(_literal(name), addr_spec=read)


@frozen
class Ending:
    """The last lines: the reason for the mail, and an https address to unsubscribe with one POST (RFC 8058), if any."""

    why: str
    unsubscribe: str = ""


def compose(
    sender: Address, to: str, payload: Mapping[str, object], key: str, written: datetime, ending: Ending
) -> EmailMessage:
    """Return the e-mail of `payload` (subject, text, html) to an address; `key` becomes its permanent Message-ID."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = sender
    letter["To"] = Address(addr_spec=to)
    letter["Subject"] = _literal(str(payload["subject"]))
    letter["Date"] = format_datetime(written)
    letter["Message-ID"] = f"<{key}@{sender.domain}>"
    letter["Auto-Submitted"] = "auto-generated"
    if ending.unsubscribe:
        letter["List-Unsubscribe"] = f"<{ending.unsubscribe}>"
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter.set_content(_plain(payload, ending), cte="quoted-printable")
    letter.add_alternative(_page(payload, ending), subtype="html", cte="quoted-printable")
    return letter


def _literal(text: str) -> str:
    """Return `text` for a header. Python decodes encoded words (RFC 2047) when it sets a header and keeps line breaks
    in them, so a title could start a header of its own."""
    return clean(text, 200).replace("=?", "= ?")


def _plain(payload: Mapping[str, object], ending: Ending) -> str:
    link = f"\nUnsubscribe: {ending.unsubscribe}" if ending.unsubscribe else ""
    return f"{payload['text']}\n\n-- \n{ending.why}{link}\n"


def _page(payload: Mapping[str, object], ending: Ending) -> str:
    link = f' <a href="{escape(ending.unsubscribe)}">Unsubscribe</a>' if ending.unsubscribe else ""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>{escape(str(payload["subject"]))}</title>
<style>{_STYLE}</style></head>
<body><div class="letter">
{payload["html"]}
<hr><p class="fine">{escape(ending.why)}{link}</p>
</div></body></html>
"""
