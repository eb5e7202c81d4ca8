"""Code links: found in authors' words, rebuilt from checked parts, never anything else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.papers.code_links import code_link


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("Code is at https://github.com/facebookresearch/llama.", "https://github.com/facebookresearch/llama"),
        ("(see github.com/a/b.git)", "https://github.com/a/b"),
        ("Code:github.com/a/b", "https://github.com/a/b"),
        ("https: //github.com/a/b", "https://github.com/a/b"),
        ("http://www.GitHub.com/A/B,", "https://github.com/A/B"),
        ("https://github.com/a/b/tree/main/c#readme", "https://github.com/a/b/tree/main/c"),
        ("https://gitlab.com/group/sub/project/", "https://gitlab.com/group/sub/project"),
        ("https://huggingface.co/internlm/Intern-S1", "https://huggingface.co/internlm/Intern-S1"),
        ("https://hf.co/datasets/a/b_c", "https://huggingface.co/datasets/a/b_c"),
        ("https://huggingface.co/spaces/a/b", "https://huggingface.co/spaces/a/b"),
        ("bitbucket.org/a/b and github.com/c/d", "https://bitbucket.org/a/b"),
        ("https://codeberg.org/a/b…", "https://codeberg.org/a/b"),
    ],
)
def test_the_first_link_to_code_is_found_and_normalised(text, link):
    assert code_link(text) == link


@pytest.mark.parametrize(
    "text",
    [
        "",
        "We release no code.",
        "Project page: https://name.github.io/project",
        "https://github.com/somebody",
        "https://github.com/",
        "https://github.com/topics/llm",
        "https://huggingface.co/papers/2605.05971",
        "https://huggingface.co/datasets/alone",
        "https://github.com@evil.com/a/b",
        "https://evil.com/github.com/a/b",
        "https://notgithub.com/a/b",
        "https://github.com.evil.com/a/b",
        "someone@github.com/a/b",
        "https://github.com/a/../../evil",
        "https://github.com/-a/b",
    ],
)
def test_what_is_no_repository_is_no_link(text):
    assert code_link(text) == ""


def test_texts_are_searched_in_their_order():
    assert code_link("none here", "github.com/a/b", "github.com/c/d") == "https://github.com/a/b"


@given(st.text(alphabet="https:/githubcom.@-_<>|\"'()# \\ab", max_size=200))
def test_no_text_makes_a_link_that_leads_elsewhere_or_breaks_markup(text):
    link = code_link("https://github.com/" + text)

    assert link == "" or re.fullmatch(r"https://github\.com/[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)+", link)
