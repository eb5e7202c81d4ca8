"""Author records cached in Redis."""
