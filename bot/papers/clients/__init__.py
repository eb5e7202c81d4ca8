"""Clients of paper services and of the sentence model."""
