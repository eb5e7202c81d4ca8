"""E-mail delivery of digests over SMTP."""
