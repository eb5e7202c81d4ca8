"""Papers as citations for reference managers: BibTeX, RIS and CSL-JSON. Pure."""
