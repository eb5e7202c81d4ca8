"""How much a channel wants a paper."""
