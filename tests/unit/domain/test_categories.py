"""Categories: complete, in arXiv's own spelling, and forgiving of ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.categories import (
    ARCHIVES,
    CATEGORIES,
    archive_of,
    categories_called,
    categories_named,
    covers,
    find_category,
    has_subjects,
    is_category,
    looks_like_category,
    name_of,
    nearest_categories,
    only_names_category,
    read_category,
)
from bot.domain.errors import BadInput


def test_the_twenty_archives_that_announce_are_known():
    assert len(ARCHIVES) == 20
    assert {"cs", "math", "hep-th", "quant-ph", "econ", "eess", "stat", "q-bio"} <= set(ARCHIVES)


def test_every_category_belongs_to_an_archive_and_has_a_name():
    assert len(CATEGORIES) == 166
    assert all(archive_of(code) in ARCHIVES and name for code, name in CATEGORIES.items())
    assert name_of("cs.CL") == "Computation and Language"
    assert name_of("cs.QQ") == "cs.QQ"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("cs.cl", "cs.CL"),
        ("CS.CL", "cs.CL"),
        (" stat.ml ", "stat.ML"),
        ("cs", "cs"),
        ("HEP-TH", "hep-th"),
        ("cond-mat.STR-EL", "cond-mat.str-el"),
        ("physics.optics", "physics.optics"),
    ],
)
def test_a_category_is_known_however_it_is_spelt_in_case(typed, code):
    assert is_category(typed) == code


@pytest.mark.parametrize("typed", ["", "cs.", "cs.NLP", "csCL", "language models", "cs.CL cs.LG", "hep"])
def test_anything_else_is_no_category(typed):
    assert is_category(typed) is None


def test_only_divided_archives_have_subjects():
    assert has_subjects("cs")
    assert has_subjects("astro-ph")
    assert not has_subjects("hep-th")
    assert not has_subjects("cs.CL")


def test_following_an_archive_covers_all_of_it():
    assert covers("cs", "cs.LG")
    assert covers("hep-th", "hep-th")
    assert not covers("cs", "stat.ML")
    assert not covers("math", "math-ph.XX")


def test_following_a_category_covers_only_it():
    assert covers("cs.LG", "cs.LG")
    assert not covers("cs.LG", "cs.AI")
    assert not covers("cs.LG", "cs")
    assert not covers("cs.L", "cs.LG")


def test_one_category_under_two_codes_is_one():
    assert covers("cs.SY", "eess.SY")
    assert covers("eess.SY", "cs.SY")
    assert covers("stat.TH", "math.ST")
    assert covers("cs", "math.NA")


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("cs.NLP", "cs.CL"),
        ("nlp", "cs.CL"),
        ("ml", "cs.LG"),
        ("cs.ML", "cs.LG"),
        ("vision", "cs.CV"),
        ("computer vison", "cs.CV"),
        ("robotics", "cs.RO"),
        ("csCL", "cs.CL"),
        ("cs/CL", "cs.CL"),
        ("cs.AII", "cs.AI"),
        ("Cryptography", "cs.CR"),
        ("information retreival", "cs.IR"),
        ("physics.optic", "physics.optics"),
        ("maths", "math"),
    ],
)
def test_the_nearest_to_a_misspelt_category_comes_first(typed, first):
    assert nearest_categories(typed)[0] == first


@pytest.mark.parametrize("typed", ["", "zzzzqqq", "asdfghjkl", "state space models", "!!!"])
def test_nothing_near_is_suggested_for_what_is_no_category(typed):
    assert nearest_categories(typed) == ()


@given(st.text(max_size=200))
def test_suggestions_are_few_distinct_and_real(typed):
    near = nearest_categories(typed, limit=2)

    assert len(near) == len(set(near)) <= 2
    assert set(near) <= set(CATEGORIES)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("cs-CL", "cs.CL"),
        ("cs:CL", "cs.CL"),
        ("cs/cl", "cs.CL"),
        ("cs_CL", "cs.CL"),
        ("cs CL", "cs.CL"),
        ("arxiv cs.CL", "cs.CL"),
        ("arXiv:cs.CL", "cs.CL"),
        ("cat:cs.CL", "cs.CL"),
        ("arxiv.org/list/cs.CL", "cs.CL"),
        ("cs.CL.", "cs.CL"),
        ("math-ph", "math-ph"),
        ("cond-mat-soft", "cond-mat.soft"),
        ("q-bio:NC", "q-bio.NC"),
        ("physics/optics", "physics.optics"),
        ("arxiv hep-th", "hep-th"),
    ],
)
def test_a_code_is_found_however_people_write_it(typed, code):
    assert find_category(typed) == code


@pytest.mark.parametrize(
    "typed", ["", "cs.XY", "physics optics", "cs agents", "yann.lecun", "arxiv", "Yam Eitan", "cs.CL cs.LG", "math cs"]
)
def test_no_code_is_found_in_other_text(typed):
    assert find_category(typed) is None


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("Computation and Language", ("cs.CL",)),
        ("computer vision and pattern recognition", ("cs.CV",)),
        ("Machine Learning", ("cs.LG", "stat.ML")),
        ("computer science", ("cs",)),
        ("Distributed, Parallel, and Cluster Computing", ("cs.DC",)),
        ("learning machines", ()),
    ],
)
def test_an_official_name_has_its_categories(typed, codes):
    assert categories_named(typed) == codes


def test_a_name_that_papers_say_too_is_no_sign_of_a_category_alone():
    assert only_names_category("Computation and Language")
    assert only_names_category("astrophysics of galaxies")
    assert not only_names_category("machine learning")
    assert not only_names_category("robotics")
    assert categories_called("NLP") == ("cs.CL",)


@pytest.mark.parametrize(
    ("typed", "is_one"),
    [
        ("cs.XY", True), ("cs-NLP", True), ("sc.CL", False), ("maths.CO", True),
        ("yann.lecun", False), ("GPT-four", False), ("state-space", False),
    ],
)  # fmt: skip
def test_what_has_the_form_of_a_code_is_told_from_what_has_not(typed, is_one):
    assert looks_like_category(typed) is is_one


def test_an_unknown_code_brings_the_nearest_with_their_names():
    with pytest.raises(BadInput) as refused:
        read_category("cs-NLP", "Try cs.CL.", "/follow")
    assert "cs.CL (Computation and Language)" in refused.value.hint
    assert refused.value.nearest[0] == "/follow cs.CL"


@given(st.text(max_size=120))
def test_whatever_is_typed_has_an_answer(typed):
    assert find_category(typed) in {None, *CATEGORIES}
    assert set(categories_named(typed)) | set(categories_called(typed)) <= set(CATEGORIES)
    assert looks_like_category(typed) in {True, False}
    assert only_names_category(typed) in {True, False}
