"""Make the summary of a paper."""
