"""Papers, and how they get in."""
