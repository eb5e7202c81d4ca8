"""Wiring: settings, command router, help, doctor, pipeline, jobs, backup, demo."""
