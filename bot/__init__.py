"""Paperlark's core: fetches, remembers, matches and says papers; knows no chat platform."""
