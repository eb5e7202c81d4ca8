"""The world outside, turned into plain data."""
