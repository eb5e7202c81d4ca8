"""Channels, ledger and delivery state in Redis."""
