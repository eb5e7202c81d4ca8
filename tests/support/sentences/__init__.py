"""Sentences as people write them to bots, each with the answers that they would expect."""
