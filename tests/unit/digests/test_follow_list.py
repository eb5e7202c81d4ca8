"""One line may name several things to follow: each is told apart, and one person is never made two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.follow_list import inverted_name, split_list
from bot.digests.follow_words import looks_like_topic


@pytest.mark.parametrize(
    ("typed", "things"),
    [
        ("cs.CL, cs.LG", ["cs.CL", "cs.LG"]),
        ("cs.CL cs.LG and stat.ML", ["cs.CL", "cs.LG", "stat.ML"]),
        ("cs.CL and cs.LG", ["cs.CL", "cs.LG"]),
        ("cs.CL + cs.LG", ["cs.CL", "cs.LG"]),
        ("cs.CL; cs.LG", ["cs.CL", "cs.LG"]),
        ("cs.CL, cs.LG, and stat.ML", ["cs.CL", "cs.LG", "stat.ML"]),
        ("cs-CL & math", ["cs-CL", "math"]),
        ("cs.CL, CS.cl", ["CS.cl"]),
        ("Yann LeCun, Yoshua Bengio", ["Yann LeCun", "Yoshua Bengio"]),
        ("Yann LeCun and Yoshua Bengio", ["Yann LeCun", "Yoshua Bengio"]),
        ("Yann LeCun, Yoshua Bengio, and Geoffrey Hinton", ["Yann LeCun", "Yoshua Bengio", "Geoffrey Hinton"]),
        ("LeCun, Yann; Bengio, Yoshua", ["LeCun, Yann", "Bengio, Yoshua"]),
        ('"diffusion models", cs.CV', ['"diffusion models"', "cs.CV"]),
        ('"diffusion models" cs.CV', ['"diffusion models"', "cs.CV"]),
        ('"diffusion models" and "flow matching"', ['"diffusion models"', '"flow matching"']),
        ("“transport, optimal”, cs.LG", ["“transport, optimal”", "cs.LG"]),
        ("LLM agents, Yann LeCun, cs.CL", ["LLM agents", "Yann LeCun", "cs.CL"]),
        ("LLM agents, RAG", ["LLM agents", "RAG"]),
        ("LLM, RAG", ["LLM", "RAG"]),
        ("robotics, vision", ["robotics", "vision"]),
        ("orcid:0000-0002-1825-0097, cs.CL", ["orcid:0000-0002-1825-0097", "cs.CL"]),
        ("author:Yam Eitan, topic:grids", ["author:Yam Eitan", "topic:grids"]),
        ('"diffusion", cs anyway', ['"diffusion" anyway', "cs anyway"]),
        ("cs.LG and Yann LeCun", ["cs.LG", "Yann LeCun"]),
        ("cs.LG Yann LeCun", ["cs.LG", "Yann LeCun"]),
        ("cs.LG or cs.CL", ["cs.LG", "cs.CL"]),
        ("cs.LG/cs.CL", ["cs.LG", "cs.CL"]),
        ("[cs.LG], #cs.CL", ["cs.LG", "cs.CL"]),
        ("cs.LG (Machine Learning), cs.CL (Computation and Language)", ["cs.LG", "cs.CL"]),
        ("cat:cs.LG OR cat:cs.CL", ["category:cs.LG", "category:cs.CL"]),
        ("au:Hinton, au:LeCun_Y", ["author:Hinton", "author:Y LeCun"]),
        ("https://arxiv.org/list/cs.LG/recent, Yann LeCun", ["cs.LG", "Yann LeCun"]),
        ("http://rss.arxiv.org/rss/cs.LG+cs.CL", ["cs.LG", "cs.CL"]),
        ("LeCun, Yann and Bengio, Yoshua", ["LeCun, Yann", "Bengio, Yoshua"]),
        ("Sammy Davis, Jr. and Yann LeCun", ["Sammy Davis, Jr.", "Yann LeCun"]),
        ("Robert Downey, Jr., cs.LG, John Smith, III", ["Robert Downey, Jr.", "cs.LG", "John Smith, III"]),
        ("Yann LeCun, PhD, Yoshua Bengio", ["Yann LeCun", "Yoshua Bengio"]),
        ("Yann LeCun / Yoshua Bengio", ["Yann LeCun", "Yoshua Bengio"]),
        ("Yann LeCun · Yoshua Bengio", ["Yann LeCun", "Yoshua Bengio"]),
        ("proteins, MD, docking", ["proteins", "MD", "docking"]),
    ],
)
def test_each_thing_of_a_list_is_one(typed: str, things: list[str]) -> None:
    assert [*split_list(typed)] == things


@pytest.mark.parametrize(
    "typed",
    [
        "Eitan, Yam",
        "Bronstein, Michael M.",
        "van der Maaten, Laurens",
        "García Márquez, Gabriel",
        "Kim, Min Soo",
        "author:Eitan, Yam",
        "Sammy Davis, Jr.",
        "Martin Luther King, Jr.",
        "King, Jr., Martin Luther",
        "King, Martin Luther, Jr.",
        "3D / 2D registration",
        "papers in cs.LG on agents",
        "Yam Eitan",
        '"transport, optimal"',
        "topic:transport, optimal",
        "Computation and Language",
        "Distributed, Parallel, and Cluster Computing",
        "retrieval and generation",
        "Cryptography and Security",
        "Search and Rescue Robots",
        '"diffusion" anyway',
        '"diffusion anyway"',
        "2605.05971 Yam Eitan",
        "state space models",
        "the \"power\" grid",
        "cs CL",
        "eitan",
    ],
)  # fmt: skip
def test_one_thing_stays_one(typed: str) -> None:
    assert split_list(typed) == (typed,)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("eitan, yam", "yam eitan"),
        ("EITAN, YAM", "YAM EITAN"),
        ("King, Jr., Martin Luther", "Martin Luther King Jr."),
        ("robots, drones", ""),
        ("Yann LeCun, Yoshua Bengio", ""),
        ("cs.CL, cs.LG", ""),
    ],
)
def test_two_words_that_may_be_one_persons_name_are_told(typed: str, name: str) -> None:
    assert inverted_name(typed) == name


@pytest.mark.parametrize(
    "typed",
    [
        "large language models", "Large Language Models", "RAG", "LLMs", "LLM agents", "state space models",
        "diffusion", "kv cache", "GPT-4", "3D reconstruction", "mixture of experts", "Mixture of Experts for routing",
        "how do transformers count", "Graph Neural Networks", "in-context learning", "quantum error correction",
    ],
)  # fmt: skip
def test_a_text_that_reads_as_a_topic_is_told(typed: str) -> None:
    assert looks_like_topic(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "Yann LeCun", "Yam Eitan", "Maria del Carmen García", "Laurens van der Maaten", "Y. LeCun", "JS Bach",
        "Wei WANG", "YAM EITAN", "Christopher Manning", "Mingsheng Long", "Li Fei-Fei", "Ada King", "王伟",
        "", "@bob", "12345", "<!channel>",
    ],
)  # fmt: skip
def test_a_name_is_taken_for_a_name(typed: str) -> None:
    assert not looks_like_topic(typed)


@given(st.text(max_size=120) | st.text(alphabet='aB ,;."“”&\0 and', max_size=40))
def test_whatever_is_typed_is_split_and_nothing_is_made_up(typed: str) -> None:
    letters = {character for character in typed.casefold() if character.isalnum()}
    things = split_list(typed)
    assert all(things)
    assert {character for character in "".join(things).casefold() if character.isalnum()} <= letters
    assert looks_like_topic(typed) in {True, False}
    assert isinstance(inverted_name(typed), str)
