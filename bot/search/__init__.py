"""The index of all papers: words and meanings on disk, made of what Redis holds and made again when it is lost."""
