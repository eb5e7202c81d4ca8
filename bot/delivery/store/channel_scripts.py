"""Redis scripts of the channel store: each changes a channel in one step."""

# Delete the keys that a team's key index names, and their names. A cluster needs every key of a script in KEYS.
FORGET = """
for n = 2, #KEYS do
  redis.call('DEL', KEYS[n])
  redis.call('ZREM', KEYS[1], KEYS[n])
end
return 1
"""
# Restore all of one channel. Slots are whole seconds of UTC: strings of equal length that compare as times.
RESTORE = """
local stored = cjson.decode(ARGV[1])
for n = 1, 4 do redis.call('ZADD', KEYS[5], '+inf', KEYS[n]) end
for field, value in pairs(stored.settings) do
  if value == '' then redis.call('HDEL', KEYS[1], field) else redis.call('HSET', KEYS[1], field, value) end
end
for field, slot in pairs(stored.slots) do
  if (redis.call('HGET', KEYS[1], field) or '') < slot then redis.call('HSET', KEYS[1], field, slot) end
end
for key, follow in pairs(stored.follows) do redis.call('HSETNX', KEYS[2], key, follow) end
for key, mute in pairs(stored.mutes) do redis.call('HSETNX', KEYS[3], key, mute) end
for id, epoch in pairs(stored.told) do redis.call('ZADD', KEYS[4], 'GT', epoch, id) end
if next(stored.told) then redis.call('EXPIRE', KEYS[4], ARGV[2]) end
return 1
"""

# 1: added; 0: the channel had it already; -1: it has as many as it can.
ADD = """
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return 0 end
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[3]) then return -1 end
return redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
"""

# Don't bring back a follow that ends at the same moment.
REFINE = """
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
return 1
"""

# Correct an instant unless it has changed meanwhile. ARGV: field, wrong value, right one or none, and the note of it.
CORRECT = """
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
if ARGV[3] == '' then redis.call('HDEL', KEYS[1], ARGV[1]) else redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) end
if ARGV[1] == 'last_slot' then redis.call('HSET', KEYS[1], 'ahead', ARGV[2]) end
return 1
"""

WELCOME = """
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[2], redis.call('TIME')[1] + ARGV[1], KEYS[1])
return 1
"""
