"""The queue for arXiv as Redis scripts. Each runs in one step, so all processes see one queue.

A ticket is `<token>:<lane>`; a lane is a person, or empty for scheduled work. Due digests have a queue of their own,
first come, first served, and two of three turns. The others take turns by lane, by start-time fair queueing (Goyal,
Vin and Cheng, 1996): a ticket's round is the one under way, or the one after its lane's last ticket, and the lowest
round goes first; within a round, who came first.

KEYS of all: the turn's holder, the pause, the queue of lanes, that of due digests, every ticket by the instant (ms) at
which it counts as abandoned, and the book: numbers, rounds and how many tickets each lane has.
"""

_COMMON = """
local turn, gap, lanes, due, alive, book = unpack(KEYS)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function lane_of(ticket) return string.match(ticket, ':(.*)') end

local function number(field) return tonumber(redis.call('HGET', book, field) or 0) end

local function leave(ticket)
  if redis.call('ZREM', alive, ticket) == 0 then return end
  redis.call('ZREM', lanes, ticket)
  redis.call('ZREM', due, ticket)
  redis.call('HINCRBY', book, 'tickets:' .. lane_of(ticket), -1)
  if redis.call('EXISTS', alive) == 0 then redis.call('DEL', book) end
end
"""

TAKE = (
    _COMMON
    + """
-- ARGV: ticket, lease of the turn, ms until a ticket is abandoned, most tickets of its lane (0: no limit), 1 for due
-- digests, ms between two looks of the next one and of the others, lifetime of the keys.
-- Returns 0 with the turn; the ms to wait; or minus the number of tickets, if the lane has too many.
local ticket, most, is_due = ARGV[1], tonumber(ARGV[4]), ARGV[5] == '1'
local ROUND, DUE_IN_A_ROW = 1000000, 2

for _, gone in ipairs(redis.call('ZRANGEBYSCORE', alive, '-inf', now)) do leave(gone) end

if not redis.call('ZSCORE', alive, ticket) then
  local lane = lane_of(ticket)
  if most > 0 and number('tickets:' .. lane) >= most then return -redis.call('ZCARD', alive) end
  redis.call('HINCRBY', book, 'tickets:' .. lane, 1)
  local place = redis.call('HINCRBY', book, 'places', 1)
  if is_due then
    redis.call('ZADD', due, place, ticket)
  else
    local round = math.max(number('round'), number('next:' .. lane))
    redis.call('HSET', book, 'next:' .. lane, round + 1)
    redis.call('ZADD', lanes, string.format('%.0f', round * ROUND + place % ROUND), ticket)
  end
end
redis.call('ZADD', alive, string.format('%.0f', now + ARGV[3]), ticket)
for n = 3, 6 do redis.call('PEXPIRE', KEYS[n], ARGV[8]) end

local of_lanes, of_due = redis.call('ZRANGE', lanes, 0, 0)[1], redis.call('ZRANGE', due, 0, 0)[1]
local due_goes = of_due and (not of_lanes or number('due in a row') < DUE_IN_A_ROW)
local is_next = ticket == (due_goes and of_due or of_lanes)
local look = tonumber(is_next and ARGV[6] or ARGV[7])
if redis.call('EXISTS', turn) == 1 then return look end
local pause = redis.call('PTTL', gap)
if pause >= 0 then return is_next and pause + 1 or math.max(pause + 1, look) end
if not is_next then return look end

if due_goes then
  redis.call('HSET', book, 'due in a row', of_lanes and number('due in a row') + 1 or 0)
else
  redis.call('HSET', book, 'due in a row', 0)
  redis.call('HSET', book, 'round', math.floor(redis.call('ZSCORE', lanes, ticket) / ROUND))
end
redis.call('ZREM', lanes, ticket)
redis.call('ZREM', due, ticket)
redis.call('ZADD', alive, string.format('%.0f', now + ARGV[2]), ticket)
redis.call('SET', turn, ticket, 'PX', ARGV[2])
return 0
"""
)

RENEW = (
    _COMMON
    + """
-- ARGV: ticket, lease, lifetime of the keys. Returns 1 while the ticket holds the turn.
if redis.call('GET', turn) ~= ARGV[1] then return 0 end
redis.call('ZADD', alive, 'XX', string.format('%.0f', now + ARGV[2]), ARGV[1])
for n = 3, 6 do redis.call('PEXPIRE', KEYS[n], ARGV[3]) end
return redis.call('PEXPIRE', turn, ARGV[2])
"""
)

RELEASE = (
    _COMMON
    + """
-- ARGV: ticket, length of the pause in ms (0: none). The pause applies even if the lease was lost meanwhile.
if tonumber(ARGV[2]) > 0 then redis.call('SET', gap, '1', 'PX', ARGV[2]) end
if redis.call('GET', turn) == ARGV[1] then redis.call('DEL', turn) end
leave(ARGV[1])
return 0
"""
)
