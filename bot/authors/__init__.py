"""Who wrote a paper."""
