"""A paper's gist: one short sentence on what it does and what came out."""
