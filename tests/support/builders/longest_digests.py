"""Digests that are as long as they can be: the longest titles, and gists of 140 characters in several languages."""

from dataclasses import replace

from bot.domain.digest import GROUPS, Digest, DigestItem, Match
from bot.domain.summary import Summary
from support.builders.sample_cards import CODED, PAPER, digest

GIST = 140
_SENTENCES = {
    "de": "Das Verfahren verkürzt die Rechenzeit großer Sprachmodelle um 37 Prozent, bei gleicher Güte der Antworten; ",
    "zh": "该方法将大型语言模型的推理时间缩短了百分之三十七，同时在五项基准测试中保持答案质量不变，",
    "ar": "تقلل هذه الطريقة زمن الاستدلال في النماذج اللغوية الكبيرة بنسبة 37٪ من دون أن تتأثر جودة الإجابات، ",
    "ja": "本手法は大規模言語モデルの推論時間を三七パーセント短縮し、五つのベンチマークで品質を保つ、",
    "ru": "Метод сокращает время вывода больших языковых моделей на 37 процентов, не ухудшая качество ответов; ",
}
GISTS = {
    language: (sentence * 4)[: GIST - 1].strip().ljust(GIST - 1, "x") + "." for language, sentence in _SENTENCES.items()
}
"""A gist of exactly 140 characters by language."""

LONGEST_TITLE = ("A Title as Long as They Come: " + "of Words and Their Many Meanings in Models " * 5)[:233]


def longest_digest(papers: int, language: str) -> Digest:
    """Return a digest of `papers` in all five groups, each with the longest title, facts, reason and gist."""
    summary = Summary("gpt-5.6-mini", key_points=(GISTS[language],), gist=GISTS[language], lang=language)
    items = []
    for number in range(papers):
        group = GROUPS[number * len(GROUPS) // papers]
        authors = (*PAPER.authors, "Maximilian-Alexander von Hohenzollern-Sigmaringen")
        paper = replace(CODED, id=f"2605.{20000 + number}", title=LONGEST_TITLE, authors=authors)
        match = Match(paper, (), group=group, because="like A Very Long Name of a Paper that Somebody Liked")
        items.append(DigestItem(match, summary))
    return replace(digest(0), items=tuple(items), matched=papers + 3)
