"""Paperlark in the terminal."""
