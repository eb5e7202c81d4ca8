"""Preference scores of papers from a channel's feedback. Pure, based on numpy; import lazily, since numpy loads.

examples, offered papers -> bags of words, embeddings -> a linear model each -> scores with reasons in words
"""

from bot.ranking.learning.score import preference_scores

__all__ = ["preference_scores"]
