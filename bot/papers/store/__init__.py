"""Papers, names, upvotes and embeddings in Redis."""
