"""How many tokens texts are: counted where a tokenizer is at hand, else estimated from their characters."""

from collections.abc import Callable

CHARACTERS_A_TOKEN = 4.57
"""Of our prompt with an English abstract, by the tokenizer below; measured on 100 papers."""

Count = Callable[[str], int]


def counter() -> tuple[Count, str]:
    """Counts the tokens of a text, and says by what: OpenAI's o200k_base (GPT-4o and later) where it is installed."""
    try:
        from bpe_openai import get_encoding  # noqa: PLC0415 - the data comes with the package; not locked, as optional
    except ImportError:
        note = f"estimated at {CHARACTERS_A_TOKEN} characters a token (pip install bpe-openai counts them)"
        return lambda text: round(len(text) / CHARACTERS_A_TOKEN), note
    encoding = get_encoding("o200k_base")
    return lambda text: len(encoding.encode(text)), "counted with o200k_base, the tokenizer of GPT-4o and later"
