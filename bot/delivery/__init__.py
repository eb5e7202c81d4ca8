"""Deliver each message once."""
