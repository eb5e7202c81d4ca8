"""Feedback and the similarity model in Redis."""
