"""Papers that many people read."""
