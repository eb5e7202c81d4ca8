"""Client of an OpenAI-compatible model."""
