"""Infrastructure that knows nothing of papers or channels."""
