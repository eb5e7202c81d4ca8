"""Steps of the ledger as scripts, each atomic on the server.

KEYS, the same for all: 1 the ledger entry (hash), 2 the team's open entries (zset), 3 the channel's delivered papers
(zset), 4 the channel (hash), 5 its issues with a message of unknown arrival (set), 6 the index of the team's keys
(zset). ARGV[1] is the entry's name among the open ones. A message's fields in the entry are `p<part>state`, `…owner`,
`…until` and `…receipt`. Its states: queued (claimed, surely not posted yet), sending, sent, uncertain, later (surely
not taken), unseen (perhaps taken; look for it first) and dropped.
"""

# If the entry exists, return why nothing may be written, and record its slot as served: a last slot from the future may
# have been corrected to an earlier one. An entry that a run in the past made for this slot, when it was still to come
# by the server's clock, is replaced once the slot has come.
_EXISTING = """
local epoch, tolerance = tonumber(ARGV[5]), 300
local now = tonumber(redis.call('TIME')[1])
local last = redis.call('HGET', KEYS[4], served) or ''
if redis.call('EXISTS', KEYS[1]) == 1 then
  local opened = tonumber(redis.call('HGET', KEYS[1], 'opened') or now)
  local early = opened < epoch - tolerance and now >= epoch - tolerance
  if not early or redis.call('HGET', KEYS[1], 'state') == 'open' then
    if last == ARGV[4] then redis.call('HSET', KEYS[4], served, ARGV[3]) end
    return 0
  end
end
if last ~= ARGV[4] then return 0 end
redis.call('DEL', KEYS[1])
"""

# Write a digest, its papers as delivered and its slot as served: all, or nothing if another process was first. A state
# other than open has nothing to send. Papers are never recorded ahead of the server's clock, and old ones are forgotten
# a few at a time: a clock that is wrong for a day can't make the papers of the last days new again.
OPEN = f"""
local served = 'last_slot'
{_EXISTING}
local written, lives, delivered_lives, state, forgotten = ARGV[2], ARGV[6], ARGV[7], ARGV[8], ARGV[9]
redis.call('HSET', KEYS[1], 'digest', written, 'state', state, 'opened', now)
redis.call('EXPIRE', KEYS[1], lives)
local at = math.min(epoch, now)
local papers, scored = 0, {{}}
local function add()
  if #scored > 0 then redis.call('ZADD', KEYS[3], 'NX', unpack(scored)) end
  scored = {{}}
end
for paper in string.gmatch(ARGV[10], '[^\\n]+') do
  scored[#scored + 1], scored[#scored + 2] = at, paper
  papers = papers + 1
  if papers % 1000 == 0 then add() end
end
add()
forgotten = math.min(tonumber(forgotten), at - lives)
local old = redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', forgotten, 'LIMIT', 0, 20 + 2 * papers)
for n = 1, #old do redis.call('ZREM', KEYS[3], old[n]) end
if papers > 0 then redis.call('EXPIRE', KEYS[3], delivered_lives) end
redis.call('HSET', KEYS[4], 'last_slot', ARGV[3])
if state == 'open' then
  redis.call('ZADD', KEYS[2], epoch, ARGV[1])
  redis.call('HDEL', KEYS[4], 'ahead')
end
redis.call('ZREMRANGEBYSCORE', KEYS[6], '-inf', now)
redis.call('ZADD', KEYS[6], now + lives, KEYS[1], now + delivered_lives, KEYS[3], '+inf', KEYS[2], '+inf', KEYS[4])
return 1
"""

# Write a recap and its slot as that of the last one: all, or nothing if another process was first.
OPEN_RECAP = f"""
local served = 'last_recap'
{_EXISTING}
local written, lives = ARGV[2], ARGV[6]
redis.call('HSET', KEYS[1], 'digest', written, 'state', 'open', 'opened', now)
redis.call('EXPIRE', KEYS[1], lives)
redis.call('ZADD', KEYS[2], epoch, ARGV[1])
redis.call('HSET', KEYS[4], 'last_recap', ARGV[3])
redis.call('ZADD', KEYS[6], now + lives, KEYS[1], '+inf', KEYS[2], '+inf', KEYS[4])
return 1
"""

# Write a ballot or pick of the reading club the same; one in a state other than open has nothing to send.
OPEN_CLUB = f"""
local served = 'last_club'
{_EXISTING}
local written, lives, state = ARGV[2], ARGV[6], ARGV[7]
redis.call('HSET', KEYS[1], 'digest', written, 'state', state, 'opened', now)
redis.call('EXPIRE', KEYS[1], lives)
if state == 'open' then redis.call('ZADD', KEYS[2], epoch, ARGV[1]) end
redis.call('HSET', KEYS[4], 'last_club', ARGV[3])
redis.call('ZADD', KEYS[6], now + lives, KEYS[1], '+inf', KEYS[2], '+inf', KEYS[4])
return 1
"""

# Claim a message. The holder of an expired claim may have posted it before dying, unless it was still queued. A claim
# or a wait that lasts longer than any can was written by a clock ahead of ours, and has expired.
CLAIM = """
local part, owner, lease, soon, wanted = 'p' .. ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6]
local longest = tonumber(ARGV[7])
local state = redis.call('HGET', KEYS[1], part .. 'state') or ''
if state == 'sent' or state == 'uncertain' or state == 'dropped' then return 'done' end
if redis.call('HGET', KEYS[1], 'state') ~= 'open' then return 'done' end
local now = tonumber(redis.call('TIME')[1])
local before = redis.call('HGET', KEYS[1], part .. 'owner')
local left = tonumber(redis.call('HGET', KEYS[1], part .. 'until') or 0) - now
local look = state == 'sending' or state == 'unseen'
local held, waits = state == 'sending' or state == 'queued', state == 'later' or state == 'unseen'
if held and before ~= owner and left > 0 and left <= lease then return 'busy' end
if waits and left > 0 and left <= longest then return left > soon and 'later' or 'soon' end
if look then wanted = 'sending' end
redis.call('HSET', KEYS[1], part .. 'state', wanted, part .. 'owner', owner, part .. 'until', now + lease)
return look and 'look' or 'fresh'
"""

HOLD = """
local part, owner, lease = 'p' .. ARGV[2], ARGV[3], tonumber(ARGV[4])
local state = redis.call('HGET', KEYS[1], part .. 'state')
if state ~= 'sending' and state ~= 'queued' then return 0 end
if redis.call('HGET', KEYS[1], part .. 'owner') ~= owner then return 0 end
redis.call('HSET', KEYS[1], part .. 'until', tonumber(redis.call('TIME')[1]) + lease)
return 1
"""

# A deleted entry stays deleted, here and below.
SETTLE = """
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local part, state, receipt = 'p' .. ARGV[2], ARGV[3], ARGV[4]
redis.call('HSET', KEYS[1], part .. 'state', state)
redis.call('HDEL', KEYS[1], part .. 'owner', part .. 'until', 'tries')
redis.call('HSET', KEYS[1], part .. 'receipt', receipt)
if state == 'uncertain' then
  redis.call('SADD', KEYS[5], string.match(ARGV[1], '[^:]+$'))
  redis.call('ZADD', KEYS[6], '+inf', KEYS[5])
end
return 1
"""

# Release a claim that is still held; with a wait, or as unseen, the message keeps that state for the next worker.
RELEASE = """
local part, owner, state, wait = 'p' .. ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local before = redis.call('HGET', KEYS[1], part .. 'state')
if before ~= 'sending' and before ~= 'queued' then return 0 end
if redis.call('HGET', KEYS[1], part .. 'owner') ~= owner then return 0 end
redis.call('HDEL', KEYS[1], part .. 'state', part .. 'owner', part .. 'until')
if wait > 0 or state == 'unseen' then
  redis.call('HSET', KEYS[1], part .. 'state', state, part .. 'until', tonumber(redis.call('TIME')[1]) + wait)
end
return 1
"""

COUNT_FAILURE = """
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
return redis.call('HINCRBY', KEYS[1], 'tries', 1)
"""

RESEND_UNKNOWN = """
local found = 0
local fields = redis.call('HGETALL', KEYS[1])
for n = 1, #fields, 2 do
  if fields[n + 1] == 'uncertain' then
    local part = string.match(fields[n], '^(p%d+)state$')
    if part then
      redis.call('HDEL', KEYS[1], part .. 'state', part .. 'receipt')
      found = 1
    end
  end
end
redis.call('SREM', KEYS[5], string.match(ARGV[1], '[^:]+$'))
if found == 1 then
  redis.call('HSET', KEYS[1], 'state', 'open')
  redis.call('ZADD', KEYS[2], redis.call('TIME')[1], ARGV[1])
end
return found
"""

COUNT_REFUSAL = """
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
return redis.call('HINCRBY', KEYS[1], 'refusals', 1)
"""

CLOSE = """
redis.call('ZREM', KEYS[2], ARGV[1])
if redis.call('HGET', KEYS[1], 'state') == 'open' then redis.call('HSET', KEYS[1], 'state', 'sent') end
return 1
"""

# A message that may have been sent stays delivered and uncertain; the rest is dropped, and its papers are new again.
CANCEL = """
if redis.call('EXISTS', KEYS[1]) == 0 then return '' end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('HSET', KEYS[1], 'state', 'cancelled')
for n = 0, tonumber(ARGV[3]) - 1 do
  local part = 'p' .. n
  local state = redis.call('HGET', KEYS[1], part .. 'state') or ''
  if state == 'sending' or state == 'unseen' then
    redis.call('HDEL', KEYS[1], part .. 'owner', part .. 'until')
    redis.call('HSET', KEYS[1], part .. 'state', 'uncertain', part .. 'receipt', '')
    redis.call('SADD', KEYS[5], string.match(ARGV[1], '[^:]+$'))
    redis.call('ZADD', KEYS[6], '+inf', KEYS[5])
  elseif state == '' or state == 'later' or state == 'queued' then
    redis.call('HSET', KEYS[1], part .. 'state', 'dropped')
  end
end
for n = 4, #ARGV do redis.call('ZREM', KEYS[3], ARGV[n]) end
local before = redis.call('HGET', KEYS[4], 'paused') or ''
redis.call('HSET', KEYS[4], 'paused', ARGV[2])
if before ~= '' then return '' end
return redis.call('HGET', KEYS[4], 'by') or ''
"""

# Give up an issue until someone revives it.
DROP = """
redis.call('ZREM', KEYS[2], ARGV[1])
if redis.call('HGET', KEYS[1], 'state') == 'open' then redis.call('HSET', KEYS[1], 'state', 'dead') end
return 1
"""

REVIVE = """
if redis.call('HGET', KEYS[1], 'state') ~= 'dead' then return 0 end
redis.call('HSET', KEYS[1], 'state', 'open')
redis.call('HDEL', KEYS[1], 'tries')
redis.call('ZADD', KEYS[2], redis.call('TIME')[1], ARGV[1])
redis.call('ZADD', KEYS[6], '+inf', KEYS[2])
return 1
"""
