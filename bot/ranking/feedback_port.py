"""Limits on a channel's stored feedback."""

MAX_FEEDBACK = 500
"""Maximum of More and Less; beyond it the oldest is deleted. Saved papers have their own limit, `MAX_SAVED`."""
MAX_SAVED = 5000
