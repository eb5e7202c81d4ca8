"""The people who write papers."""
