"""Libraries that digests draw with."""
