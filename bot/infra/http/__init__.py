"""HTTP building blocks."""
