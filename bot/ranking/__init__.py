"""Matching, scoring and ordering of papers for a channel."""
