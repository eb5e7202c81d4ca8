"""What Slack's ids say of a place."""


def is_direct(channel: str) -> bool:
    """Whether it is a direct message between the bot and one person: its id begins with D
    (https://docs.slack.dev/reference/objects/conversation-object)."""
    return channel.startswith("D")
