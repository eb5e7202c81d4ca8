"""Votes of the reading club: one a person and ballot."""

from datetime import date

from redis.asyncio import Redis

from bot.domain.channel import Place
from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults, twice

# Set a person's vote, or delete it if it is still for that paper, and name the key in the team's index.
_VOTE = """
if ARGV[3] == '1' then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  redis.call('EXPIRE', KEYS[1], ARGV[4])
  redis.call('ZADD', KEYS[2], redis.call('TIME')[1] + ARGV[4], KEYS[1])
elseif redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then
  redis.call('HDEL', KEYS[1], ARGV[1])
end
return 1
"""


class VoteStore:
    """The votes on the papers of a ballot. Methods raise StoreDown."""

    def __init__(self, client: Redis) -> None:
        self._redis = client

    async def vote(self, place: Place, day: date, user: str, paper_id: str, given: bool = True) -> None:
        """Record the person's only vote on that day's ballot, or take it back if it isn't for another paper by now."""
        names = (keys.votes(place, day.isoformat()), keys.team_keys(place.tag))
        args = (user, paper_id, "1" if given else "0", keys.LEDGER_SECONDS)
        with redis_faults():
            await twice(lambda: self._redis.eval(_VOTE, 2, *names, *args))

    async def of(self, place: Place, day: date) -> dict[str, str]:
        """Return each person's vote."""
        with redis_faults():
            stored = await twice(lambda: self._redis.hgetall(keys.votes(place, day.isoformat())))
        return {str(user): str(paper_id) for user, paper_id in stored.items()}
