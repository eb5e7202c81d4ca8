"""Clients of arXiv."""
