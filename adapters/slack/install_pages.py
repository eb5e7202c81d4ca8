"""The pages that a person sees who adds the app to a workspace: begin, done, and what went wrong."""

from html import escape
from urllib.parse import quote

HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
}

_AGAIN = "Open the install page again and start from there."
_REASONS = {
    "access_denied": ("Nothing was installed", "You chose Cancel in Slack. You can start again at any time."),
    "invalid_browser": ("Please start again", f"This page was opened in another browser, or reloaded. {_AGAIN}"),
    "invalid_state": ("Please start again", f"More than ten minutes went by, or the page was reloaded. {_AGAIN}"),
    "missing_code": ("Please start again", f"Slack's answer was incomplete. {_AGAIN}"),
    "invalid_code": ("Slack didn't confirm it", f"Nothing was installed. {_AGAIN}"),
    "storage_error": ("I couldn't keep it", "My store is down right now. Please try again in a few minutes."),
}
_OTHER = ("Nothing was installed", f"Slack reported a problem. {_AGAIN}")


def install_page(url: str) -> str:
    """Return the page that leads to Slack, where a person agrees."""
    words = "Paperlark brings the day's arXiv papers to your team. On the next page, Slack asks which workspace."
    return _page("Add Paperlark to Slack", words, _link(url, "Add to Slack"))


def success_page(app_id: str, team_id: str, team_name: str) -> str:
    """Return the page after an installation, with the next step."""
    where = f" in {team_name}" if team_name else ""
    words = f"Paperlark is installed{where}. In a channel, type /invite @Paperlark, then /paperlark."
    link = _link(f"https://slack.com/app_redirect?app={quote(app_id)}&team={quote(team_id)}", "Open Slack")
    return _page("Welcome!", words, link if app_id and team_id else "")


def failure_page(reason: str) -> str:
    """Return the page that says what went wrong; `reason` may be anybody's text, and isn't shown.

    Its link is relative, since a proxy may put a path before ours.
    """
    title, words = _REASONS.get(reason, _OTHER)
    return _page(title, words, _link("install", "Start again"))


def _link(url: str, label: str) -> str:
    return f'<p><a href="{escape(url)}">{escape(label)}</a></p>'


def _page(title: str, words: str, link: str) -> str:
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }}
main {{ max-width: 28rem; margin: 15vh auto 0; padding: 0 16px; }}
a {{ display: inline-block; padding: 8px 20px; border: 1px solid; border-radius: 6px; text-decoration: none; }}
</style></head><body><main><h1>{escape(title)}</h1><p>{escape(words)}</p>{link}</main></body></html>
"""
