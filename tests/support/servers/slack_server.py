"""A loopback Slack: the Web API, Socket Mode and signed requests, with people who type and press.

`async with SlackServer() as slack:` serves `slack.api_url`; give it and the tokens to the bot, in this process or
another. For HTTP mode, set `slack.events_url` to the bot's address. `await slack.says("/paper 2605.05971")` and
`await slack.presses(answer, "Read more")` act as people do and wait for the visible answer.
"""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from itertools import count
from typing import Any, Self
from urllib.parse import urlencode

import aiohttp
from aiohttp import WSMsgType, web

from support.servers.slack_workspace import BOT_USER, TEAM, Exchange, Json, Refusal, SlackWorkspace

ACK_SECONDS = 3.0
ANSWER_SECONDS = 10.0


class SlackServer(SlackWorkspace):
    """One workspace on its own port."""

    def __init__(
        self, bot_token: str = "xoxb-test", app_token: str = "xapp-test", signing_secret: str = "s3cret"
    ) -> None:
        super().__init__(bot_token, app_token)
        self.signing_secret = signing_secret
        self.host = "127.0.0.1"  # as the bot knows it
        self.events_url = ""
        self.sockets: list[web.WebSocketResponse] = []
        self.in_turn = False
        """Each envelope goes to another connection, as Slack spreads them, rather than to the newest one."""
        self.connections = 0
        self._acks: dict[str, asyncio.Future[Json]] = {}
        self._serial = count(1)
        self._turn = count()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=8 * 2**20)
        app.router.add_route("*", "/api/{method}", self._called)
        app.router.add_post("/respond/{number}", self._responded)
        app.router.add_get("/link", self._connected)
        app.router.add_get("/oauth/v2/authorize", self._agreed)
        app.router.add_post("/upload/{file}", self._received)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port: int = self._runner.addresses[0][1]
        self._http = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        for socket in self.sockets:
            await socket.close()
        await self._http.close()
        await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        """Return the value for SLACK_API_URL."""
        return f"http://{self.host}:{self.port}/api/"

    async def connected(self) -> None:
        """Wait for a Socket Mode connection."""
        await self.until(lambda: bool(self.sockets), "a Socket Mode connection")

    async def until(self, predicate: Callable[[], object], what: str, seconds: float = ANSWER_SECONDS) -> None:
        """Wait until the predicate is true."""
        deadline = time.monotonic() + seconds
        while not predicate():
            if time.monotonic() > deadline:
                raise AssertionError(f"Not within {seconds} s: {what}")
            await asyncio.sleep(0.01)

    async def says(
        self, text: str, channel: str = "C1", user: str = "U1", wait: bool = True, team: str = TEAM, **more: str
    ) -> Exchange:
        """Send a slash command; without a slash, a message to the bot: direct (D…), else with its name."""
        exchange = self.exchange(channel, user)
        if text.startswith("/"):
            command, _, rest = text.partition(" ")
            about = {"command": command, "text": rest, "channel_id": channel, "user_id": user, "team_id": team}
            answers = {"response_url": self.response_url(exchange), "trigger_id": exchange.trigger_id}
            await self.deliver("slash_commands", about | answers | {"is_enterprise_install": "false"}, exchange)
        else:
            exchange.by_event = True
            about = {"channel": channel, "user": user, "text": text, "ts": f"{time.time():.6f}", **more}
            kind = {"type": "message", "channel_type": "im"}
            if not channel.startswith("D"):
                kind = {"type": "app_mention"}
                about["text"] = f"<@{BOT_USER}> {text}"
            await self.event(about | kind, exchange, team_id=team)
        if wait:
            await self.until(lambda: exchange.done, f"an answer to {text!r}")
        return exchange

    async def presses(self, shown: Exchange | Json, label: str, user: str = "U1", wait: bool = True) -> Exchange:
        """Press the button or menu option with this label; for a link button, only return its `url`."""
        surface = shown if isinstance(shown, dict) else shown.view or shown.answers[-1]
        action, url = find_element(surface, label)
        is_view = surface.get("type") in {"modal", "home"}
        channel = _channel_of(surface) if is_view else surface.get("channel", "")
        exchange = self.exchange(channel, user)
        exchange.url = url
        about: Json = {"type": "block_actions", "team": {"id": TEAM}, "user": {"id": user}, "actions": [action]}
        about |= {"trigger_id": exchange.trigger_id, "is_enterprise_install": False}
        if is_view:
            about |= {"view": surface, "container": {"type": "view", "view_id": surface["id"]}}
            exchange.within = surface["id"]
        else:
            place = {"type": "message", "channel_id": channel, "message_ts": surface["ts"]}
            thread = {"thread_ts": surface["thread_ts"]} if surface.get("thread_ts") else {}
            about |= {"channel": {"id": channel}, "container": place | thread, "message": surface}
            about["response_url"] = self.response_url(exchange)
        await self.deliver("interactive", about, exchange)
        if wait and not url:
            await self.until(lambda: exchange.done, f"an answer to the button {label!r}")
        return exchange

    async def event(
        self, event: Json, exchange: Exchange | None = None, event_id: str = "", retry: int = 0, **envelope: Any
    ) -> Exchange:
        """Send an event to the bot; `retry` as Slack repeats it, `envelope` changes what stands around it."""
        exchange = exchange or self.exchange(event.get("channel", ""), event.get("user", ""))
        about = {"type": "event_callback", "team_id": TEAM, "api_app_id": "A1", "event": event}
        about |= {"event_id": event_id or f"Ev{next(self._serial)}", "event_time": int(time.time())}
        about |= envelope
        await self.deliver("events_api", about, exchange, retry)
        return exchange

    async def reacts(self, message: Json, name: str, user: str = "U1", added: bool = True, **more: Any) -> Exchange:
        """Add the emoji with that name to a message, or remove it; `more` changes Slack's event."""
        kept = [one for one in message.get("reactions", ()) if one["name"] != name]
        users = [one for r in message.get("reactions", ()) if r["name"] == name for one in r["users"] if one != user]
        users += [user] if added else []
        message["reactions"] = kept + ([{"name": name, "users": users, "count": len(users)}] if users else [])
        item = {"type": "message", "channel": message["channel"], "ts": message["ts"]}
        event = {"type": f"reaction_{'added' if added else 'removed'}", "user": user, "reaction": name, "item": item}
        return await self.event(event | {"item_user": message["user"], "event_ts": f"{time.time():.6f}"} | more)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the bot to reconnect, as Slack does every few hours."""
        for socket in self.sockets:
            await socket.send_json({"type": "disconnect", "reason": reason})

    async def drop(self) -> None:
        """Break every connection without notice."""
        for socket in list(self.sockets):
            transport = socket._req.transport if socket._req else None
            if transport:
                transport.abort()

    async def _called(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        body: Json = dict(request.query)
        body |= await request.json() if request.content_type == "application/json" else dict(await request.post())
        self.calls.append((method, body))
        await asyncio.sleep(self.delay_seconds[method])
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        refusal = self._next_refusal(method)
        if refusal and not refusal.does_it:
            return _refused(refusal)
        if method == "oauth.v2.access":
            answer = self.oauth.access(body, request.headers.get("Authorization", ""))
        else:
            answer = self.perform(method, body, token)
        if refusal:
            _abort(request)
        if answer.get("ok") and method == "files.getUploadURLExternal":
            answer["upload_url"] = f"http://{self.host}:{self.port}/upload/{answer['file_id']}"
        if answer.get("ok") and method == "apps.connections.open":
            answer["url"] = f"ws://{self.host}:{self.port}/link?ticket={next(self._serial)}"
        wait = answer.pop("_retry_after", None)
        headers = {"X-OAuth-Scopes": ",".join(self.scopes)} | ({"Retry-After": str(wait)} if wait else {})
        return web.json_response(answer, status=429 if wait else 200, headers=headers)

    async def _agreed(self, request: web.Request) -> web.Response:
        """Agree for the team that the link names, or T1, and send the person back."""
        asked = request.query
        code = self.oauth.agrees(asked.get("team", TEAM), asked["client_id"])
        back = urlencode({"code": code, "state": asked["state"]})
        return web.Response(status=302, headers={"Location": f"{self.oauth.redirect_uri}?{back}"})

    async def _received(self, request: web.Request) -> web.Response:
        """Receive a file's bytes, at an address that is its own authorization."""
        assert "Authorization" not in request.headers, "the token is nobody's business there"
        body = await request.read()
        self.calls.append(("upload", {"length": len(body)}))
        refusal = self._next_refusal("upload")
        if refusal and not refusal.does_it:
            return _refused(refusal)
        self.receive(request.match_info["file"], body)
        if refusal:
            _abort(request)
        return web.Response(text=f"OK - {len(body)}")

    async def _responded(self, request: web.Request) -> web.Response:
        exchange = self.exchanges[int(request.match_info["number"])]
        body = await request.json()
        self.calls.append(("response_url", body))
        refusal = self._next_refusal("response_url")
        if refusal and not refusal.does_it:
            return _refused(refusal)
        status, text = self.respond(exchange, body)
        if refusal:
            _abort(request)
        return web.Response(status=status, text=text)

    async def _connected(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A1"}})
        self.sockets.append(socket)
        self.connections += 1
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledged(json.loads(message.data))
        finally:
            self.sockets.remove(socket)
        return socket

    def _acknowledged(self, envelope: Json) -> None:
        waiting = self._acks.pop(envelope.get("envelope_id", ""), None)
        if waiting and not waiting.done():
            waiting.set_result(envelope.get("payload") or {})

    async def deliver(self, kind: str, payload: Json, exchange: Exchange, retry: int = 0) -> Json:
        """Send it and return the acknowledgment's payload; `ack_seconds` stays None if none comes within 3 s."""
        sent_at = time.monotonic()
        if self.events_url:
            exchange.ack_status, body = await self._post_signed(kind, payload, retry)
            answer = json.loads(body) if body.startswith("{") and exchange.ack_status == 200 else {}
            acknowledged = exchange.ack_status == 200
        else:
            told = await self._send_envelope(kind, payload, retry)
            acknowledged, answer = told is not None, told or {}
        took = time.monotonic() - sent_at
        exchange.ack_seconds = took if acknowledged and took < ACK_SECONDS else None
        return answer

    async def _send_envelope(self, kind: str, payload: Json, retry: int) -> Json | None:
        await self.connected()
        envelope_id = f"E{next(self._serial)}"
        answered = self._acks[envelope_id] = asyncio.get_running_loop().create_future()
        about = {"envelope_id": envelope_id, "type": kind, "payload": payload, "accepts_response_payload": True}
        socket = self.sockets[next(self._turn) % len(self.sockets)] if self.in_turn else self.sockets[-1]
        await socket.send_json(about | ({"retry_attempt": retry} if retry else {}))
        try:
            return await asyncio.wait_for(answered, ACK_SECONDS)
        except TimeoutError:
            return None

    async def _post_signed(self, kind: str, payload: Json, retry: int) -> tuple[int, str]:
        body, form = json.dumps(payload), "application/x-www-form-urlencoded"
        if kind == "slash_commands":
            body = urlencode(payload)
        elif kind == "interactive":
            body = urlencode({"payload": body})
        headers = self.signed(body) | {"Content-Type": "application/json" if kind == "events_api" else form}
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"}
        return await self._posted(body, headers)

    async def post(self, body: str, headers: dict[str, str]) -> int:
        """Send a raw request to the bot's address; return the HTTP status."""
        return (await self._posted(body, headers))[0]

    async def _posted(self, body: str, headers: dict[str, str]) -> tuple[int, str]:
        async with self._http.post(self.events_url, data=body.encode(), headers=headers) as answer:
            return answer.status, await answer.text()

    def signed(self, body: str, age_seconds: float = 0) -> dict[str, str]:
        """Return signature headers for `body` (https://docs.slack.dev/authentication/verifying-requests-from-slack)."""
        stamp = str(int(time.time() - age_seconds))
        digest = hmac.new(self.signing_secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    def exchange(self, channel: str, user: str) -> Exchange:
        """Return a new action of a person."""
        self.exchanges.append(Exchange(channel, user, len(self.exchanges), f"trigger.{next(self._serial)}"))
        return self.exchanges[-1]

    def response_url(self, exchange: Exchange) -> str:
        """Return the address for answers to a person's action."""
        return f"http://{self.host}:{self.port}/respond/{exchange.number}"

    def _next_refusal(self, method: str) -> Refusal | None:
        queue = self.refusals[method]
        if not queue:
            return None
        queue[0].times -= 1
        return queue.pop(0) if queue[0].times <= 0 else queue[0]


def _abort(request: web.Request) -> None:
    if request.transport:
        request.transport.abort()


def _refused(refusal: Refusal) -> web.Response:
    headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
    if refusal.error:
        answer = {"ok": False, "error": refusal.error}
        return web.json_response(answer, status=refusal.status, headers=headers)
    return web.Response(status=refusal.status, text=refusal.body, content_type="text/html", headers=headers)


def _channel_of(view: Json) -> str:
    """Return the channel that the bot wrote into a view without fields."""
    return str(view.get("private_metadata") or "").partition(":")[0]


def find_element(surface: Json, label: str) -> tuple[Json, str]:
    """Return Slack's payload for the element with this label, and its url."""
    labels: list[str] = []
    for block in surface.get("blocks", []):
        for element in [*block.get("elements", ()), *([block["accessory"]] if "accessory" in block else ())]:
            for option in element.get("options", [element] if element.get("type") == "button" else []):
                labels.append(option["text"]["text"])
                if labels[-1] == label:
                    return _action(element, option), option.get("url", "")
    raise AssertionError(f"No button {label!r}; there are {labels}")


def _action(element: Json, option: Json) -> Json:
    action: dict[str, Any] = {
        "type": element["type"],
        "action_id": element["action_id"],
        "action_ts": f"{time.time():.6f}",
    }
    if element["type"] in {"overflow", "static_select"}:
        return action | {"selected_option": {key: option[key] for key in ("text", "value")}}
    return action | {"text": element["text"], "value": element.get("value", "")}
