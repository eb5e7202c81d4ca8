"""A paper to its summary."""
