"""Files attached to a message, as in Discord: https://discord.com/developers/docs/reference#uploading-files"""

import json

from aiohttp import web

from support.servers.discord_objects import snowflake
from support.servers.discord_rules import Invalid, Json, walk

GALLERY, FILE = 12, 13


async def read_body(request: web.Request) -> tuple[Json, dict[str, bytes]]:
    """Return the body of a request, either alone or as `payload_json` among files, and the files by field name."""
    if request.content_type != "multipart/form-data":
        return await request.json(), {}
    body, files = {}, {}
    async for part in await request.multipart():
        content = bytes(await part.read())
        if part.name == "payload_json":
            body = json.loads(content)
        else:
            files[part.name] = content
    return body, files


def attach(message: Json, body: Json, files: dict[str, bytes], kept: dict[str, bytes]) -> None:
    """Add the files to the message and their contents to `kept`; components that show a file get its address.

    Raise Invalid if a file is missing.
    """
    said = body.get("attachments") or []
    for one in said:
        content = files.get(f"files[{one['id']}]")
        if not content:
            raise Invalid("attachments: no such file")
        address = f"https://cdn.discordapp.com/attachments/1/{one['filename']}"
        id = snowflake()
        kept[id] = content
        message["attachments"].append(
            one | {"id": id, "size": len(content), "url": f"{address}?{id}", "proxy_url": address}
        )
    known = {f"attachment://{one['filename']}": one["url"] for one in message["attachments"]}
    shown = [item for c in walk(message["components"]) if c["type"] == GALLERY for item in c["items"]]
    named = {c["file"]["url"] for c in walk(message["components"]) if c["type"] == FILE}
    if ({item["media"]["url"] for item in shown} | named) - known.keys():
        raise Invalid("components: media: url: unknown attachment")
    if len(files) != len(said) or known.keys() - {item["media"]["url"] for item in shown} - named:
        raise Invalid("attachments: each must be named, and shown where components are")
    for item in shown:
        item["media"] = {"url": known[item["media"]["url"]]}
