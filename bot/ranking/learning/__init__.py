"""What a channel's feedback says of papers it hasn't seen: pure, and numpy alone. Loads numpy, so import it when asked.

examples, others -> bags of words, vectors of meaning -> a linear model each -> points, with reasons in words
"""

from bot.ranking.learning.preference_score import preference_scores

__all__ = ["preference_scores"]
