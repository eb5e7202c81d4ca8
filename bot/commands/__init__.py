"""What a person can do, one file an action."""
