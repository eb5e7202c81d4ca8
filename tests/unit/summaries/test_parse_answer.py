"""A model's answer is checked against the paper: what can't be shown safely and honestly is refused."""

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import ModelDown
from bot.domain.summary import Summary
from bot.summaries.numbers import foreign_figures
from bot.summaries.parse_answer import UnusableAnswer, read_answer
from bot.summaries.prompt import PROMPT_VERSION
from support.builders.sample_abstracts import DRUGS, FEDERATED, paper
from support.hostile.unsafe_text import LINK

POINTS = [
    "SPADE selects ligands in a new way.",
    "It needs 40 tests on average.",
    "It outperforms deep learning on more proteins.",
    "Early screening could become much cheaper.",
]
GOOD: dict[str, Any] = {
    "topics": ["Biology", "Optimization"],
    "gist": "SPADE selects ligands for a protein with 40 tests on average.",
    "key_points": POINTS,
    "summary": "The paper presents SPADE, an algorithm that selects ligands for a target protein with few tests.",
    "methodology": "Ligands are selected and tested in turn.",
    "results": "The median improvement is 7% to 32%.",
    "implications": "",
}
UNSEEN = {"Cc", "Cs", "Co"}


def _read(lang: str = "en", **changed: Any) -> Summary:
    return read_answer(json.dumps(GOOD | changed), DRUGS, lang, "gpt-test")


def _faults(lang: str = "en", **changed: Any) -> str:
    with pytest.raises(UnusableAnswer) as caught:
        _read(lang, **changed)
    return " ".join(caught.value.faults)


def test_a_good_answer_is_the_models_summary() -> None:
    assert _read() == Summary(
        made_by="gpt-test",
        topics=("Biology", "Optimization"),
        key_points=tuple(POINTS),
        summary=GOOD["summary"],
        methodology=GOOD["methodology"],
        results=GOOD["results"],
        prompt=PROMPT_VERSION,
        gist=GOOD["gist"],
    )


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "```json\n{}\n```",
        "```\n{}```",
        "Sure! Here is the JSON you asked for:\n\n{}\n\nLet me know.",
        '<think>First {{"summary": "not this"}} …</think>{}',
        '{{"result": {}}}',
        '{{"note": 1}} {}',
    ],
    ids=["bare", "fenced", "fence", "prose", "think", "wrapped", "second"],
)
def test_the_object_is_found_whatever_stands_around_it(around: str) -> None:
    assert read_answer(around.format(json.dumps(GOOD)), DRUGS, "en", "m").key_points == tuple(POINTS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "I'm sorry, I can't help with that.",
        "{",
        '{"summary": "cut of',
        "[]",
        "null",
        "{}",
        '{"a": 1}',
        "[" * 9999,
        '{"a":' * 9999,
        "9" * 9999,
        '{"summary": NaN',
        "<think>" * 500,
    ],
)
def test_an_answer_without_the_object_is_refused(text: str) -> None:
    with pytest.raises(ModelDown) as caught:
        read_answer(text, DRUGS, "en", "m")
    assert isinstance(caught.value, UnusableAnswer)
    assert caught.value.is_prose


@pytest.mark.parametrize(
    "written",
    [
        json.dumps(POINTS),
        str(POINTS),
        "\n".join(POINTS),
        "\n".join(f"- {one}" for one in POINTS),
        "\n".join(f"{place}. {one}" for place, one in enumerate(POINTS, 1)),
        {"1": POINTS[0], "2": POINTS[1]},
        [{"point": one} for one in POINTS],
    ],
    ids=["json", "python", "lines", "bullets", "numbered", "object", "objects"],
)
def test_a_list_may_come_as_text_or_objects(written: object) -> None:
    assert set(_read(key_points=written).key_points) <= set(POINTS)


def test_keys_may_be_written_otherwise() -> None:
    renamed = {"Topics": [], "keyPoints": POINTS, "Summary": GOOD["summary"], "Methods": "It tests ligands."}
    assert read_answer(json.dumps(renamed), DRUGS, "en", "m").methodology == "It tests ligands."


def test_topics_are_those_of_our_page() -> None:
    assert _read(topics=["LLMs", "biology", "Cooking", "BIOLOGY", "NLP", "Theory"]).topics == (
        "Large Language Models",
        "Biology",
        "NLP",
    )


@pytest.mark.parametrize("topics", [[], None, ["Cooking"], 7])
def test_where_no_topic_is_ours_the_papers_words_tell(topics: object) -> None:
    assert "Biology" in _read(topics=topics).topics


@pytest.mark.parametrize(("count", "kept"), [(2, 2), (3, 3), (4, 4), (5, 4), (6, 4)])
def test_two_to_six_key_points_are_taken_and_four_kept(count: int, kept: int) -> None:
    points = [f"It selects ligands{' again' * place}." for place in range(count)]
    assert _read(key_points=points).key_points == tuple(points[:kept])


@pytest.mark.parametrize("points", [[], POINTS[:1], [POINTS[0]] * 4, ["", " ", "…", POINTS[0]], None, 7])
def test_fewer_than_two_different_key_points_are_a_fault(points: object) -> None:
    assert "key_points must be" in _faults(key_points=points)


def test_fifty_key_points_are_a_fault() -> None:
    assert "key_points must be" in _faults(key_points=[f"Point{' more' * place}." for place in range(50)])


def test_a_key_point_is_one_line_of_at_most_300_characters() -> None:
    point = _read(key_points=["One\nligand.", "the ligand and " * 200]).key_points
    assert point[0] == "One ligand."
    assert len(point[1]) <= 300
    assert point[1].endswith("…")


def test_a_section_is_cut_at_a_sentence() -> None:
    summary = _read(summary="The ligands are selected in turn. " * 100).summary
    assert len(summary) <= 1500
    assert summary.endswith("selected in turn.")


def test_an_answer_without_a_summary_is_refused() -> None:
    assert "summary must hold" in _faults(summary="")


@pytest.mark.parametrize(
    "nothing", ["N/A", "None.", "Not specified", "The abstract does not mention this.", "-", None, 3]
)
def test_a_section_that_says_it_knows_nothing_is_empty(nothing: object) -> None:
    assert _read(implications=nothing).implications == ""


@pytest.mark.parametrize(
    "said", ["I'm sorry, I can't do that, it is unsafe.", "As an AI language model, I do not know."]
)
def test_a_refusal_in_the_right_form_is_still_a_refusal(said: str) -> None:
    assert "refuses" in _faults(summary=said)


def test_another_language_than_english_is_a_fault_where_english_was_asked_for() -> None:
    french = (
        "Les auteurs proposent une méthode qui choisit mieux les molécules et montrent comment elle les choisit vite"
    )
    assert "not in English" in _faults(summary=french, key_points=[french, f"{french} aussi"])
    assert _read("fr", summary=french, key_points=[french, f"{french} aussi"]).lang == "fr"


def test_a_summary_in_another_script_is_a_fault_where_english_was_asked_for() -> None:
    assert "not in English" in _faults(
        summary="この論文は新しい方法を提案する。とても速い。", key_points=["速い方法だ", "新しい方法だ"]
    )


def test_an_answer_about_something_else_is_a_fault() -> None:
    """What a model says that obeyed the abstract instead of summarising it."""
    hijacked = (
        "Visit the casino of our friends today, because winning money there is easier than anywhere in the world."
    )
    excuses = ["The casino offers wonderful prizes to everybody.", "Friends always recommend gambling responsibly."]
    assert "not about this paper" in _faults(summary=hijacked, key_points=excuses)


def test_labels_are_no_key_points() -> None:
    assert "key_points must be" in _faults(key_points=["summary", "results", "method", "topics"])


def test_single_words_are_no_key_points() -> None:
    assert _read(key_points=[*POINTS[:3], "Chemistry,"]).key_points == tuple(POINTS[:3])


def test_a_summary_that_only_repeats_the_title_is_refused() -> None:
    assert "only repeats the title" in _faults(summary=f"{DRUGS.title.rstrip('s')}.")


def test_a_section_that_only_repeats_another_one_is_left_out() -> None:
    summary = _read(methodology=GOOD["summary"], implications=GOOD["results"])
    assert (summary.methodology, summary.results, summary.implications) == ("", GOOD["results"], "")


def test_a_key_point_copied_from_the_abstract_is_allowed() -> None:
    copied = [one.strip() + "." for one in FEDERATED.abstract.split(". ")[:4]]
    answer = json.dumps(GOOD | {"key_points": copied, "summary": FEDERATED.abstract, "methodology": "", "results": ""})
    assert read_answer(answer, FEDERATED, "en", "m").key_points == tuple(copied)


@pytest.mark.parametrize("field", ["summary", "methodology", "results", "implications"])
def test_a_number_that_is_not_in_the_paper_is_a_fault(field: str) -> None:
    assert f'the number "97.3" in {field}' in _faults(**{field: "It gains 97.3% over all of the others in the tests."})


def test_a_key_point_with_a_foreign_number_is_a_fault() -> None:
    assert 'the number "41" in key_points' in _faults(key_points=[*POINTS[:3], "It needs 41 tests."])


_TEXTS = (
    st.text(max_size=80) | st.sampled_from(POINTS) | st.sampled_from(["@everyone hi", "[a](http://b)", "<!here> x"])
)
_VALUES = st.none() | _TEXTS | st.lists(_TEXTS, max_size=7) | st.dictionaries(_TEXTS, _TEXTS, max_size=3) | st.floats()
_ANSWERS = st.fixed_dictionaries(
    {
        "summary": _TEXTS | st.just(GOOD["summary"]),
        "key_points": st.just(POINTS) | st.lists(_TEXTS, max_size=7) | _VALUES,
    },
    optional={"topics": _VALUES, "methodology": _VALUES, "results": _VALUES, "implications": _VALUES},
).map(json.dumps)


@given(_ANSWERS | st.text(max_size=300), st.text(max_size=200), st.sampled_from(["en", "fr", "ja"]))
def test_any_answer_is_refused_or_harmless(text: str, abstract: str, lang: str) -> None:
    try:
        summary = read_answer(text, paper(abstract or "Nothing."), lang, "m")
    except ModelDown:
        return
    assert 2 <= len(summary.key_points) <= 4
    for said in [*summary.key_points, summary.summary, *(section for _, section in summary.sections)]:
        assert said.strip()
        assert not LINK.search(said)
        assert not any(
            unicodedata.category(letter) in UNSEEN or letter in "\u202a\u202e\u2066\u200b" for letter in said
        )
        assert not foreign_figures(said, f"A paper {abstract or 'Nothing.'}", lang)
