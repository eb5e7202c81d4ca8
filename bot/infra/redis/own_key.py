"""Scripts on a key that holds its owner's token: they do nothing once another owner's token is there."""

RENEW = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('EXPIRE', KEYS[1], ARGV[2]) end return 0"
"""ARGV: the token, and the key's new lifetime in seconds."""
RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"
"""ARGV: the token."""
