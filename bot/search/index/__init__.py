"""The full-text and vector index on disk."""
