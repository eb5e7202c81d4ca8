"""Text -> vector, on this machine: texts that mean the same lie near each other."""
