"""Paperlark in Discord."""
