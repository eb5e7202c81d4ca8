"""Plain data that every room may read."""
