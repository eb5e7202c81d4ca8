"""Authors: their pages, and attribution of papers to them."""
