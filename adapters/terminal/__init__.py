"""Paperlark in Terminal."""
