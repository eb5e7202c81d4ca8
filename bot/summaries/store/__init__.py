"""Summaries and the token budget in Redis."""
