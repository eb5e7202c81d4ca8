"""Discord's permanent refusals in words for the channel's people."""

REFUSALS = {
    10003: ("The channel is gone.", "Turn the digest on in another one."),
    10004: ("I'm not in that server any more.", "Add me again."),
    50001: ("I can't see the channel.", "Let me view it, or add me to the server again."),
    50013: ("I may not send messages there.", "Let me view the channel and send messages in it."),
    40067: ("The forum wants a tag on each post.", "Let posts there do without one."),
}
"""The problem and the fix by Discord's code
(https://discord.com/developers/docs/topics/opcodes-and-status-codes#json)."""
