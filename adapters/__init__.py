"""Adapters for Slack, Discord, e-mail and the terminal, and the command line that starts them."""
