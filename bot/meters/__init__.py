"""Who counts: the implementations of `ports.Meter`."""
