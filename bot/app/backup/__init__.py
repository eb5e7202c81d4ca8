"""All that people made as JSON lines and back, so that a Redis can be moved or lost."""
