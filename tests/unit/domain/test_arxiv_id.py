"""Identifiers: every form people paste is understood, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.arxiv_id import find_id, is_id, looks_like_id, version_of

SAME_PAPER = [
    "2605.05971",
    "  2605.05971\n",
    "2605.05971v2",
    "2605.05971V2",
    "arXiv:2605.05971",
    "ARXIV: 2605.05971v1",
    "arxiv 2605.05971",
    "2605.05971.",
    "(arXiv:2605.05971),",
    "[2605.05971]",
    "`2605.05971`",
    "“2605.05971”",
    "arXiv:2605.05971v1 [cs.CL] 7 May 2026",
    "arXiv:2605.05971 [cs.CL]",
    "2605.05971v1.pdf",
    "https://arxiv.org/abs/2605.05971",
    "http://www.arxiv.org/abs/2605.05971v3",
    "https://arxiv.org/pdf/2605.05971",
    "https://arxiv.org/pdf/2605.05971v2.pdf#page=3",
    "https://arxiv.org/html/2605.05971v1/#S3.SS1",
    "https://arxiv.org/src/2605.05971",
    "https://export.arxiv.org/abs/2605.05971?context=cs.CL",
    "arxiv.org/abs/2605.05971/",
    "HTTPS://ARXIV.ORG/abs/2605.05971",
    "https://ar5iv.org/abs/2605.05971",
    "https://ar5iv.labs.arxiv.org/html/2605.05971",
    "https://www.alphaxiv.org/abs/2605.05971",
    "https://alphaxiv.org/overview/2605.05971v1?tab=blog",
    "https://huggingface.co/papers/2605.05971#community",
    "10.48550/arXiv.2605.05971",
    "doi:10.48550/ARXIV.2605.05971",
    "https://doi.org/10.48550/arXiv.2605.05971",
    "http://dx.doi.org/10.48550/arxiv.2605.05971",
    "<https://arxiv.org/abs/2605.05971>",
    "<https://arxiv.org/abs/2605.05971|arxiv.org/abs/1706.03762>",
    "<https://arxiv.org/abs/2605.05971?a=1&amp;b=2|this one>",
    "\u200b2605.05971\ufeff",
]


@pytest.mark.parametrize("typed", SAME_PAPER)
def test_one_paper_in_every_form_is_one_id(typed):
    assert find_id(typed) == "2605.05971"
    assert looks_like_id(typed)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("hep-th/9901001", "hep-th/9901001"),
        ("arXiv:hep-th/9901001v3", "hep-th/9901001"),
        ("HEP-TH/9901001", "hep-th/9901001"),
        ("quant-ph/0201082", "quant-ph/0201082"),
        ("https://arxiv.org/abs/quant-ph/0201082v1", "quant-ph/0201082"),
        ("https://arxiv.org/pdf/cond-mat%2F0207270", "cond-mat/0207270"),
        ("10.48550/arXiv.hep-th/9901001", "hep-th/9901001"),
        ("cmp-lg/9404001", "cmp-lg/9404001"),
        ("0704.0001", "0704.0001"),
        ("1412.9999", "1412.9999"),
        ("1501.00001", "1501.00001"),
    ],
)
def test_old_forms_are_understood(typed, expected):
    assert find_id(typed) == expected


def test_a_subject_class_is_no_part_of_an_old_id():
    assert find_id("math.GT/0309136") == "math/0309136"
    assert find_id("https://arxiv.org/abs/math.GT/0309136v2") == "math/0309136"


@pytest.mark.parametrize(
    "typed",
    [
        "2605.059711111",
        "260505971",
        "2613.00001",
        "2600.00001",
        "2605.0597",
        "0808.05394",
        "0703.0001",
        "1501.0001",
        "2605.05971v0",
        "2605,05971",
        "2605-05971",
        "cs/123",
        "hep-th/9913001",
        "math/0704123",
        "arXiv:abc",
        "https://arxiv.org/list/cs.CL/new",
        "https://arxiv.org/abs/",
    ],
)
def test_a_malformed_id_is_told_from_a_title(typed):
    assert find_id(typed) is None
    assert looks_like_id(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "Attention Is All You Need",
        "GPT-4 Technical Report",
        "1984",
        "and/or",
        "AC/DC",
        "3D/2D registration",
        "2605.05971 and 2605.05972",
        "is 2605.05971 good?",
        "arxiv",
        "",
    ],
)
def test_a_title_is_no_id(typed):
    assert find_id(typed) is None
    assert not looks_like_id(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "https://arxiv.org@evil.com/abs/2605.05971",
        "https://arxiv.org:pw@evil.com/abs/2605.05971",
        "https://evil.com/abs/2605.05971",
        "https://evil.com/?https://arxiv.org/abs/2605.05971",
        "https://arxiv.org.evil.com/abs/2605.05971",
        "https://notarxiv.org/abs/2605.05971",
        "https://arxiv.org\\@evil.com/abs/2605.05971",
        "javascript://arxiv.org/abs/2605.05971",
        "<https://evil.com|https://arxiv.org/abs/2605.05971>",
        "https://huggingface.co/spaces/2605.05971",
        "10.1234/arXiv.2605.05971",
    ],
)
def test_other_hosts_and_tricks_with_addresses_do_not_pass(typed):
    assert find_id(typed) is None


def test_the_version_is_read_where_one_is_named():
    assert version_of("https://arxiv.org/abs/2605.05971v12") == 12
    assert version_of("2605.05971") is None
    assert version_of("Attention Is All You Need v2") is None


def test_only_the_bare_versionless_form_is_an_id_as_papers_carry_it():
    assert is_id("2605.05971")
    assert is_id("hep-th/9901001")
    assert not is_id("2605.05971v1")
    assert not is_id(" 2605.05971")
    assert not is_id("2605.05971\n")
    assert not is_id("HEP-TH/9901001")


@given(st.text(max_size=3000) | st.text(alphabet="arXiv:/.0123456789v<>|%F-", max_size=300))
def test_whatever_is_typed_gives_an_id_that_finds_itself_or_nothing(typed):
    found = find_id(typed)

    assert found is None or is_id(found)
    assert looks_like_id(typed) or found is None
