"""Trending papers."""
