"""What a channel subscribes to and gets."""
