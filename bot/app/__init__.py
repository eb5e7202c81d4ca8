"""Application wiring: settings, startup, the command router and the jobs."""
