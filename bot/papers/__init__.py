"""Papers: ingestion, lookup, embeddings and cards."""
