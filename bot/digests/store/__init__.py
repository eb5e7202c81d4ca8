"""The votes of the reading club in Redis."""
