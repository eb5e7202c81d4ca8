"""Choice of the four sentences of an abstract that together say most of it, each readable on its own."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import combinations

from bot.domain.text.normalize import words
from bot.domain.text.pattern import later
from bot.summaries.role_cues import LABELS, Role
from bot.summaries.roles import Part

KEY_POINTS = 4
_MOST_CANDIDATES = 12
_MOST_COVERED = 30
_UNEXPLAINED = 0.05
_TELLING_WORDS = 4

# Words that only connect a sentence to the one before; with the comma, so no subject is cut off.
_CONNECTIVE = later(
    r"(?:however|moreover|furthermore|additionally|in addition|besides|also|finally|lastly|specifically|concretely"
    r"|in particular|notably|importantly|crucially|remarkably|interestingly|meanwhile|nevertheless|nonetheless"
    r"|first(?:ly)?|second(?:ly)?|third(?:ly)?|fourth|fifth|further|concurrently|then|next|therefore|thus|hence"
    r"|consequently|accordingly|as a result"
    r"|as such|to this end|to that end|to do so|overall|indeed|more importantly|but|yet|and|instead"
    r"|on the other hand|by contrast|in contrast|conversely|similarly|likewise|together|more broadly|most importantly"
    r"|(?:motivated|inspired|guided|driven) by (?:this|these)[^,]{0,40}|beyond (?:this|these|that)[^,]{0,40}"
    r"|(?:based|building) (?:up)?on (?:this|these)[^,]{0,40}"
    r"|to (?:\w+ly )?(?:address|overcome|tackle|resolve|solve|bridge|fill|close|mitigate|meet|remedy|fix"
    r"|alleviate|handle|answer|achieve|realize|bypass|circumvent|counter)"
    r" (?:this|these|that|the above|such|both|it|them)[^,]{0,40}"
    r"|(?:in|as part of) this (?:paper|work|article|letter|study|thesis|survey|review|note|report)|here), ",
    re.IGNORECASE,
)
# A sentence that begins like this refers to an earlier one.
_POINTS_BACK = later(
    r"(?:this|these|those|such|it|its|they|their|both|the (?:latter|former|resulting|result)|in this|for this|with this"
    r"|by doing so|doing so|there|here|the (?:first|second|third|last|other|former) (?:one|of|is)\b)\b"
    r"(?! (?:paper|work|article|letter|study|thesis|survey|review|note|report|we\b))",
    re.IGNORECASE,
)
_ANNOUNCES_ONLY = later(
    r"\b(?:contributions?|findings|results) (?:are|is|can be) (?:\w+fold|as follows|summari[sz]ed|the following)",
    re.IGNORECASE,
)
_PROPOSES = later(
    r"\b(?:we|i|paper|work|article|letter|study|thesis) (?:\w+ly |also |then |first |further |here )?"
    r"(?:propose|introduce|present|develop|describe|formali[sz]e|prove|establish|release)s?\b"
    r"|\bour (?:proposed|new)\b|\b(?:is|are) (?:proposed|introduced|presented)\b",
    re.IGNORECASE,
)
_WORDS_OF_NO_SUBJECT = (
    "the a an of and to in for on with that we is are by as our from this it be at or which can via these their its"
    " not has have been than such also into but both more most using while"
)
_SAYS_NOTHING = frozenset(_WORDS_OF_NO_SUBJECT.split())


def key_points(said: Sequence[Part]) -> tuple[str, ...]:
    """Return at most four sentences of `said`, in its order: those whose words best cover the whole abstract.

    Background, questions and links are key points only if there is nothing else. Coverage is the mean, over all the
    abstract's sentences, of the cosine to the nearest chosen sentence (facility location; Lin and Bilmes,
    https://aclanthology.org/P11-1052); it has no fitted parameters. A sentence that refers to one that isn't chosen
    counts less. Leading connectives and labels ("Moreover,", "Results:") are removed.
    """
    candidates = _candidates(said)
    if len(candidates) > KEY_POINTS:
        candidates = list(_best(said, candidates))
    return tuple(dict.fromkeys(standing_alone(said[place].sentence) for place in candidates))


def _candidates(said: Sequence[Part]) -> list[int]:
    telling = [place for place, part in enumerate(said) if _is_telling(part)]
    others = [place for place in range(len(said)) if place not in set(telling)] if len(telling) < KEY_POINTS else []
    missing = max(KEY_POINTS - len(telling), 0)
    return sorted(telling[:_MOST_CANDIDATES] + others[::-1][:missing])


def _is_telling(part: Part) -> bool:
    if part.role is Role.BACKGROUND or "://" in part.sentence or part.sentence.endswith("?"):
        return False
    spoken = [word for word in words(part.sentence) if word not in _SAYS_NOTHING]
    is_long_enough = len(spoken) >= _TELLING_WORDS or bool(_PROPOSES.search(part.sentence))
    return is_long_enough and not _ANNOUNCES_ONLY.search(part.sentence)


def _best(said: Sequence[Part], candidates: Sequence[int]) -> tuple[int, ...]:
    vectors = _vectors([part.sentence for part in said])
    covered = vectors[:_MOST_COVERED]
    profile_similarity = {one: [_cosine(vectors[one], other) for other in covered] for one in candidates}
    points_back = {one for one in candidates if _POINTS_BACK.match(standing_alone(said[one].sentence))}

    def worth(chosen: tuple[int, ...]) -> float:
        coverage = math.fsum(map(max, *(profile_similarity[one] for one in chosen))) / len(covered)
        unexplained = sum(one - 1 not in chosen for one in points_back.intersection(chosen))
        return coverage - _UNEXPLAINED * unexplained

    core = _core(said, candidates)
    return max((chosen for chosen in combinations(candidates, KEY_POINTS) if core in chosen), key=worth)


def _core(said: Sequence[Part], candidates: Sequence[int]) -> int:
    """Return the index of the main sentence: the first that proposes something, else the clearest contribution."""
    proposing = [one for one in candidates if _PROPOSES.search(said[one].sentence)]
    if proposing:
        return proposing[0]
    return max(candidates, key=lambda one: (said[one].role is Role.CONTRIBUTION, said[one].clarity))


def _vectors(said: Sequence[str]) -> list[dict[str, float]]:
    """Return each sentence as a vector of its words at unit length; words rare in this abstract weigh more."""
    counts = [Counter(word for word in words(sentence) if word not in _SAYS_NOTHING) for sentence in said]
    spread = Counter(word for count in counts for word in count)
    weighed = [
        {word: (1 + math.log(times)) * math.log(len(said) / spread[word]) for word, times in count.items()}
        for count in counts
    ]
    return [_unit(vector) for vector in weighed]


def _unit(vector: dict[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(weight * weight for weight in vector.values()))
    return {word: weight / length for word, weight in vector.items()} if length else vector


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    return math.fsum(weight * other[word] for word, weight in one.items() if word in other)


def standing_alone(sentence: str) -> str:
    """Return the sentence without label and connective, with a capital first; names such as nGPT stay as they are."""
    label = LABELS.match(sentence)
    rest = sentence[label.end() :].strip() if label else sentence
    connective = _CONNECTIVE.match(rest)
    rest = rest[connective.end() :] if connective else rest
    first = rest.split(maxsplit=1)[0] if rest else ""
    if not first:
        return sentence
    return rest[0].upper() + rest[1:] if first.islower() else rest
