"""Export and import of everything that people made, as JSON lines, to move a Redis or recover from its loss."""
