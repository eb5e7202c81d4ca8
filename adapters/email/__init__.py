"""E-mail: the digest as a letter, over SMTP."""
