"""Search for papers: by id, words, meaning and similarity, here and at other services."""
