"""Paperlark in Slack."""
