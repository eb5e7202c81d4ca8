"""The wiring: what there is, and what is handed to whom."""
