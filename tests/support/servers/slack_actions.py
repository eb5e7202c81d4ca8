"""What people do in the loopback Slack beside typing and pressing: share links, use shortcuts, look at the Home tab."""

import time
from itertools import count

from support.servers.slack_rules import view_fault
from support.servers.slack_server import SlackServer, find_element
from support.servers.slack_surfaces import SHORTCUTS
from support.servers.slack_workspace import TEAM, Exchange, Json

_serial = count(1)


async def shares(
    slack: SlackServer, *urls: str, channel: str = "C1", user: str = "U1", draft: bool = False, **more: str
) -> Json:
    """Post a message with links, or only write it if `draft`; return it as Slack keeps it, with its `unfurls`.

    Slack tells the app only of links to the domains that it registered.
    """
    ts = f"{time.time():.3f}{next(_serial):03d}"
    source = "composer" if draft else "conversations_history"
    unfurl_id = f"{'U' if draft else channel}.{ts}"
    place = "COMPOSER" if draft else channel
    message: Json = {"channel": place, "ts": ts, "source": source, "links": slack.registered(urls), "user": user}
    slack.linked[unfurl_id] = message | {"unfurl_id": unfurl_id, "unfurls": {}, "calls": 0, **more}
    if slack.linked[unfurl_id]["links"]:
        await slack.event(link_shared(slack.linked[unfurl_id]))
    return slack.linked[unfurl_id]


def link_shared(message: Json) -> Json:
    """Return the event of a message with links (https://docs.slack.dev/reference/events/link_shared)."""
    about = {
        key: message[key] for key in ("channel", "user", "source", "links", "unfurl_id", "thread_ts") if key in message
    }
    return about | {"type": "link_shared", "message_ts": message["ts"], "event_ts": message["ts"]}


async def presses_unfurl(
    slack: SlackServer, message: Json, url: str, label: str, user: str = "U1", with_response_url: bool = True
) -> Exchange:
    """Press a button of an unfurl, and wait for the answer unless it is a link."""
    blocks = message["unfurls"][url]["blocks"]
    action, link = find_element({"blocks": blocks}, label)
    exchange = slack.exchange(message["channel"], user)
    exchange.url, exchange.by_event = link, not with_response_url
    container = {"type": "message_attachment", "message_ts": message["ts"], "channel_id": message["channel"]}
    container |= {"attachment_id": 1, "is_ephemeral": False, "is_app_unfurl": True, "app_unfurl_url": url}
    container |= {"thread_ts": message["thread_ts"]} if "thread_ts" in message else {}
    about: Json = {"type": "block_actions", "team": {"id": TEAM}, "user": {"id": user}, "actions": [action]}
    about |= {"container": container, "channel": {"id": message["channel"]}, "trigger_id": exchange.trigger_id}
    about |= {"app_unfurl": {"id": 1, "blocks": blocks, "app_unfurl_url": url, "is_app_unfurl": True}}
    about |= {"response_url": slack.response_url(exchange)} if with_response_url else {}
    await slack.deliver("interactive", about | {"is_enterprise_install": False}, exchange)
    if not link:
        await slack.until(lambda: exchange.done, f"an answer to the unfurl's button {label!r}")
    return exchange


async def opens_home(slack: SlackServer, user: str = "U1", channel: str = "D1") -> Json:
    """Look at the Home tab, and wait until it is published."""
    before = slack.homes.get(user, {}).get("published", 0)
    await slack.event(
        {"type": "app_home_opened", "user": user, "channel": channel, "tab": "home", "event_ts": f"{time.time():.6f}"}
    )
    await slack.until(lambda: slack.homes.get(user, {}).get("published", 0) > before, "a Home tab")
    return slack.homes[user]


async def uses_shortcut(
    slack: SlackServer, callback_id: str, message: Json | None = None, channel: str = "C1", user: str = "U1"
) -> Exchange:
    """Use a shortcut of the manifest, on a message if it is one for messages; wait for its first answer."""
    assert SHORTCUTS[callback_id]["type"] == ("global" if message is None else "message")
    exchange = slack.exchange(channel if message is not None else "", user)
    about: Json = {"type": "shortcut", "team": {"id": TEAM}, "user": {"id": user}, "callback_id": callback_id}
    about |= {"trigger_id": exchange.trigger_id, "action_ts": "1.2", "is_enterprise_install": False}
    if message is not None:
        about |= {"type": "message_action", "channel": {"id": channel}, "message": message}
        about |= {"message_ts": message["ts"], "response_url": slack.response_url(exchange)}
    await slack.deliver("interactive", about, exchange)
    await slack.until(lambda: exchange.done or (message is None and exchange.view), f"an answer to {callback_id}")
    return exchange


async def submits_search(slack: SlackServer, view: Json, typed: str, user: str = "U1") -> Json:
    """Fill in the form of a search and submit it; return the answer, which takes its place."""
    (block,) = (block for block in view["blocks"] if block["type"] == "input")
    assert 0 < len(typed) <= block["element"]["max_length"]
    state = {"values": {block["block_id"]: {block["element"]["action_id"]: {"value": typed}}}}
    about = {"type": "view_submission", "team": {"id": TEAM}, "user": {"id": user}, "is_enterprise_install": False}
    answer = await slack.deliver("interactive", about | {"view": view | {"state": state}}, slack.exchange("", user))
    assert answer["response_action"] == "update"
    assert not view_fault(answer["view"])
    view_id = view["id"]
    view.clear()
    view.update(answer["view"], id=view_id)
    await slack.until(lambda: view.get("updated") or "One moment…" not in str(view["blocks"]), "an answer")
    return view
