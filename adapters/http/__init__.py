"""HTTP pages for monitoring and for unsubscribing."""
