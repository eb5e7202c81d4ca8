"""What channels think of papers is remembered. Errors: `StoreDown`."""

MOST_FEEDBACK = 500
"""Of a channel that are more or less; the oldest makes room. What was saved stays: up to `MOST_SAVED`."""
MOST_SAVED = 5000
