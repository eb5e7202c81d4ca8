"""Tell from its words alone whether a text names a topic or could be somebody's name. Pure."""

import re

from bot.domain.text.normalize import fold, words

_OF_TOPICS = frozenset(
    words(
        """agent agentic alignment analysis application architecture attention attack automation autoencoder
        backpropagation bandit bayesian benchmark bias causal chemistry circuit classification clustering cognition
        computing convergence cosmology cryptography data dataset decoding defense detection diffusion discovery
        distillation drones dynamics efficient embedding engineering equation estimation ethics evaluation explainable
        fairness federated finetuning forecasting foundation framework galaxies gaussian generation generative
        genomics geometry gradient graph hallucination hallucinations image imaging inference interpretability kernel
        knowledge language latent learning linguistics logic machine materials mechanism medical memory
        method mining model modeling modelling molecular multiagent multimodal natural navigation network neural
        neuroscience noise nonlinear normalization object operator optimal optimization parsing perception physics
        planning policy prediction pretraining privacy probabilistic processing programming prompt prompting protein
        pruning quantization quantum reasoning recognition reconstruction recommendation recurrent reinforcement
        representation retrieval robot robotics robust robustness safety sampling scaling
        search security segmentation self semantic sensing sequence series simulation solver space sparse spectral
        speech statistical statistics stochastic structure summarization superconductivity supervised symmetry
        synthesis system text theorem theory tokenization tokenizer tool topology tracking training trajectory
        transfer transformer translation transport uncertainty unsupervised variational verification video vision
        visual watermark watermarking zero"""
    )
)
"""Words of topics that are nobody's name; common surnames that are words (Field, Rose, Long …) stay out."""

_ACRONYM = re.compile(r"[A-Z][A-Z0-9]+s?")
PARTICLES = frozenset(fold("al bin da de del della den der di dos el ibn la le san st ten ter van von zu").split())
_MAX_NAME_WORDS, _LONGEST_ACRONYM = 3, 5
_HOSTILE = re.compile(r"[<>@|\\{}]")


def is_topical(text: str) -> bool:
    """Return True if a word of `text` is a topic's, so that it names nobody."""
    return not _OF_TOPICS.isdisjoint(words(text))


def looks_like_topic(text: str) -> bool:
    """Return True for text that reads as a topic: lower case, an acronym, a digit, many words, or words of topics.

    A name in lower case looks so too; only a list of names can tell.
    """
    typed = text.split()
    if not typed or _HOSTILE.search(text) or sum(map(str.isalpha, text)) < 2:
        return False
    if is_topical(text) or any(map(str.isdigit, text)):
        return True
    if len(typed) == 1 and _is_acronym(text):
        return True
    plain = [word for word in typed if word[0].isascii() and word[0].isalpha() and word.lower() not in PARTICLES]
    lower = [word for word in plain if word[0].islower()]
    return bool(lower) and (len(lower) == len(plain) or len(typed) > _MAX_NAME_WORDS or any(map(_is_acronym, plain)))


def _is_acronym(word: str) -> bool:
    """Return True for RAG, LLMs and RLHF."""
    return bool(_ACRONYM.fullmatch(word)) and len(word) <= _LONGEST_ACRONYM
