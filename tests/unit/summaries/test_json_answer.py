"""The object is found in a model's answer as it was meant: behind drafts, in dialects, with LaTeX in its strings."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.summaries.json_answer import as_list, holds_answer, json_object
from bot.summaries.loose_json import LooseReader
from bot.summaries.prompt import answer_schema
from bot.summaries.sanitize import plain

WANTED = ("keypoints", "summary")
GOOD = '{"key_points": ["good"], "summary": "This one."}'
DRAFT = '{"key_points": ["bad"], "summary": "A draft."}'


def _said(text: str) -> str:
    found = json_object(text, WANTED)
    assert found is not None
    return str(found["summary"])


def _string(inside: str) -> str:
    value, _ = LooseReader(f'"{inside}"').read(0)
    assert isinstance(value, str)
    return value


@pytest.mark.parametrize(
    "around",
    [
        "<think>{draft}</think>{good}",
        "<thinking>\n{draft}\n</thinking>\n{good}",
        "<thought>{draft}</thought>{good}",
        "[THINK]{draft}[/THINK]{good}",
        "◁think▷{draft}◁/think▷{good}",
        "<|think|>{draft}<|/think|>{good}",
        "<seed:think>{draft}</seed:think>{good}",
        "{draft}</think>{good}",
        "{good}<think>Or {draft}?</think>",
        "<think>a</think><think>{draft}</think>{good}",
        "<|channel|>analysis<|message|>{draft}<|end|><|start|>assistant<|channel|>final<|message|>{good}",
        "analysis{draft}assistantfinal{good}",
        "<|channel>thought\n{draft}<channel|>{good}",
        "<reasoning>{draft}</reasoning><answer>{good}</answer>",
        "Draft: {draft}\nFinal: {good}",
        "```json\n{draft}\n```\nBetter:\n```json\n{good}\n```",
        'The form is {{"key_points": ["…"], "summary": "…"}}. {good}',
        '{good}\nA note on it: {{"summary": "Only a part."}}',
        '{good}\nShorter: {{"key_points": ["a", "b"]}}',
        "<think>What is {{x}}, {{y}}? {draft} {good}",
        "<think>\\mathbb{{R}}^{{n}} " * 30 + "</think>{good}",
        "{good}\n<think>\nLet me check: {draft}",
        '{good}\nThe form was {{"key_points": ["...", ...], "summary": "..."}}',
        "<|START_THINKING|>{draft}<|END_THINKING|><|START_RESPONSE|>{good}<|END_RESPONSE|>",
        "<unused94>thought\n{draft}<unused95>{good}",
        "Thinking...\n{draft}\n...done thinking.\n\n{good}",
    ],
)
def test_a_draft_is_not_the_answer(around: str) -> None:
    assert _said(around.format(draft=DRAFT, good=GOOD)) == "This one."


@pytest.mark.parametrize(
    "around",
    [
        '<tool_call>{{"name": "f", "arguments": {good}}}</tool_call>',
        '[TOOL_CALLS][{{"name": "f", "arguments": {good}}}]',
        '{{"type": "object", "properties": {good}}}',
        '{{"id": 1, "result": {{"data": {good}}}, "model": "x"}}',
        "[{good}]",
        '{{"draft": {draft}, "final": {good}}}',
        "<function=f>{good}</function>",
    ],
)
def test_the_answer_may_lie_deeper(around: str) -> None:
    assert _said(around.format(draft=DRAFT, good=GOOD)) == "This one."


@pytest.mark.parametrize(
    "written",
    [
        json.dumps(GOOD),
        f"```json\n{json.dumps(GOOD)}\n```",
        json.dumps(GOOD)[1:-1],
        json.dumps({"name": "f", "arguments": GOOD}),
        GOOD.replace('"', "&quot;"),
    ],
)
def test_an_answer_that_was_escaped_once_more_is_read(written: str) -> None:
    assert _said(written) == "This one."


@pytest.mark.parametrize("text", [f"<think>{GOOD}</think>", f"<think>{GOOD}", f"[THINK]{GOOD}[/THINK]\n\nDone."])
def test_an_answer_among_the_thoughts_is_better_than_none(text: str) -> None:
    assert _said(text) == "This one."


@pytest.mark.parametrize(
    "text",
    [
        f'[THINK]{DRAFT}[/THINK]{{"key_points": ["cut of',
        f'First {DRAFT}, then {{"key_points": ["cut of',
        f"<think>{DRAFT}</think>{{'topics': [], 'key_points': ['a' 'b'], 'summary'}}",
    ],
)
def test_a_draft_is_not_taken_for_an_answer_that_cant_be_read(text: str) -> None:
    assert json_object(text, WANTED) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"$\nu$ and $\rho$", "ν and ρ"),
        (r"$\theta$", "θ"),
        (r"$\frac{a}{b}$", "a/b"),
        (r"$\beta$ and \alpha", "β and α"),
        (r"\(x\) is 5\% of $\mathbb{R}$", "x is 5% of ℝ"),
        (r"$\\theta$", "θ"),
        (r"$\\\\theta$", "θ"),
        (r"$\tau \to \nabla \neq \times$", "τ → ∇ ≠ ×"),
        (r"\textbf{bold} and \text{plain}", "bold and plain"),
        (r"a \bar{x} b", "a x̄ b"),
        (r"\rightarrow", "→"),
        (r"\nabla_\theta f", "∇_θ f"),
        (r"\mu in \{0,1\} with \underline{x}", "μ in {0,1} with x"),
        (r"Schr\"odinger and Poincar\'e", "Schrödinger and Poincaré"),
        (r"M\\'ezard", "Mézard"),
        (r"\u00e9t\u00e9 \ud83d\ude00", "été 😀"),
        (r"\\u00e9t\\u00e9 \\u00b1 1", "été ± 1"),
        (r"$a \ni b$, $\upsilon\nolimits$", "a ∋ b, υ"),
        (r"he said \"yes\" and don\'t", 'he said "yes" and don\'t'),
        (r"one\nTwo\n- three\n\nfour", "one Two - three four"),
        (r"one\\nTwo", "one Two"),
        (r"a\tb, new\nnets\tand", "a b, new nets and"),
        (r"it costs $5 and $10", "it costs $5 and $10"),
        (r"C:\\\\temp", "C:temp"),
    ],
)
def test_a_backslash_is_read_as_meant_and_drawn(written: str, meant: str) -> None:
    if written.startswith("C:"):
        assert "\\" not in plain(_string(written), 100)
    else:
        assert plain(_string(written), 100) == meant


@pytest.mark.parametrize(
    "written",
    [
        "{'key_points': ['a', 'b'], 'summary': 'It\\'s one.'}",
        "{'key_points': ['a', 'b'], 'summary': 'It's one.'}",
        '{"key_points": ["a", "b",], "summary": "It\'s one.",}',
        '{// first\n"key_points": ["a", /* then */ "b"], "summary": "It\'s one." # last\n}',
        "{“key_points”: [“a”, “b”], “summary”: “It's one.”}",
        "{key_points: ['a', \"b\"], summary: `It's one.`}",
        "{„key_points“: [„a“, „b“], „summary“: „It's one.“}",
        '{"key_points": ["a", "b"], "summary": "It\'s one.", "score": -1.5e3, "ok": True, "none": null}',
        '{\n  "key_points" : [ "a" , "b" ] ,\n  "summary" : "It\'s one."\n}',
        '{"key_points": ("a", "b"), "summary": "It\'s one."}',
        '{"key_points": ["a"\n"b"]\n"summary": "It\'s one."}',
        '{"key_points": ["a", "b", ...], "summary": "It\'s one.", ...}',
        '{"key_points"：["a"，"b"]，"summary"："It\'s one."}',
        '{"key_points": ["a", "b"], "summary": "It\'s one.", "results": undefined}',
        '{"key_points": ["a", "b"], "summary": "It\'s one."',
        '{"summary": "It\'s one.", "key_points": ["a", "b"',
        '{"key_point_1": "a", "key_point_2": "b", "summary": "It\'s one."}'.replace("key_point_", "key_points_"),
        '{"key_points": ["a", "b"], "sections": {"summary": "It\'s one."}}',
    ],
)
def test_dialects_of_json_are_read(written: str) -> None:
    found = json_object(written, WANTED)
    assert found is not None
    assert (found["keypoints"], found["summary"]) == (["a", "b"], "It's one.")


def test_names_in_another_language_are_known_by_their_order() -> None:
    german = '{"themen": [], "kern": "x", "punkte": ["a"], "fazit": "So.", "art": "", "ergebnis": "", "folgen": ""}'
    chinese = '{"主题": [], "要点": "x", "关键点": ["a"], "摘要": "So.", "方法": "", "结果": "", "意义": ""}'
    for text in (german, chinese):
        found = json_object(text, WANTED)
        assert found is not None
        assert (found["keypoints"], found["summary"]) == (["a"], "So.")
    assert json_object(german.replace('"x"', '["x"]'), WANTED) is None


def test_that_order_is_the_schemas() -> None:
    asked: Any = answer_schema()["properties"]
    forms = {name: ["a"] if asked[name]["type"] == "array" else f"A {name}." for name in asked}
    found = json_object(json.dumps({f"Feld {n}": form for n, form in enumerate(forms.values())}), WANTED)
    assert found == {name.replace("_", ""): form for name, form in forms.items()}


def test_points_in_one_line_are_told_apart() -> None:
    assert as_list("1. New: 2.5 times. 2. It works. 3) It helps.") == ["New: 2.5 times.", "It works.", "It helps."]
    assert as_list("• One. • Two.") == ["One.", "Two."]
    assert as_list("We use 1. order terms.") == ["We use 1. order terms."]


def test_quotes_inside_a_string_do_no_harm() -> None:
    assert _said('{"key_points": ["(the "best") one"], "summary": "A ("x") b."}') == 'A ("x") b.'
    assert _said('{"key_points": ["The "best" one", "b"], "summary": "He said "x", and then "y" too."}') == (
        'He said "x", and then "y" too.'
    )


def test_lists_in_a_string_are_read_in_any_dialect() -> None:
    assert as_list("['it\\'s a', \"b\", ]") == ["it's a", "b"]


@pytest.mark.parametrize("text", ["", "{", "{}", "prose", '{"summary": "cut', '{"other": 1}', "{{{{", '["summary"]'])
def test_where_there_is_no_answer_none_is_found(text: str) -> None:
    assert not holds_answer(text)


# No backslashes, and no letter right after a control character: those are read as TeX (\rangle, \nabla), on purpose.
_LINE = st.text(st.characters(exclude_characters="\\\b\f\n\r\t"), max_size=12)
_TEXT = st.lists(_LINE, max_size=3).map("\n\t ".join)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9999, 9999) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=10,
)


@given(_VALUES, st.booleans())
def test_proper_json_is_read_as_json(value: object, is_ascii: bool) -> None:
    text = json.dumps(value, ensure_ascii=is_ascii)
    assert LooseReader(text).read(0) == (json.loads(text), len(text))


@given(st.text(max_size=200) | st.text(alphabet="{}[]\"'\\:,“”/*#abnu<>think ", max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    json_object(text, WANTED)


@pytest.mark.parametrize(
    "piece",
    ['{"', '{"a":', '{"a"', "{'", "{a:/*", "\\", '{"a":"x",', "{`", "{\"a\\'o", "<think>", "[THINK]{", '"\\"', "{“"],
)
def test_a_flood_is_read_in_few_steps(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    steps, step = [0], LooseReader._step

    def counted(reader: LooseReader) -> None:
        steps[0] += 1
        step(reader)

    monkeypatch.setattr(LooseReader, "_step", counted)
    json_object(piece * 24_000, WANTED)
    assert steps[0] <= 100_000
