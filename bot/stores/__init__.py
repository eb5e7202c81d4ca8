"""Plain data to Redis and back."""
