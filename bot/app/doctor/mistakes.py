"""Mistakes in settings that can be told before any call: a token in the wrong place, quotes, a misspelt name."""

import re
from collections.abc import Iterable, Mapping, Sequence

from pydantic import SecretStr

from bot.app.doctor.findings import Finding, State
from bot.app.settings import Settings
from bot.domain.frozen import frozen
from bot.domain.text import fuzzy
from bot.domain.text.clean import clean
from bot.domain.wording import listed

PERHAPS_MEANT = 70
"""Similarity of two names, 0 to 100, from which one may stand for the other if they share a word."""

LONG_NAME = 12
"""Characters from which a name may have two typing errors, not one."""

MAX_NAMED = 8

_QUOTES = "\"'`“”„‘’«»"
_FROM_CONTAINERS = re.compile(r".*_(SERVICE|PORT)_.*")
"""Variables that Kubernetes and Docker set for each service, whatever it is called."""

_PLACEHOLDER = re.compile(r"<.*>|\[.*\]|.*(\.\.\.|…).*|your.*|change.?me|(xoxb-|xapp-|sk-)?x+", re.IGNORECASE)


@frozen
class TokenForm:
    """A kind of token: how it looks (`pattern`), what people call it, and the page on which they find it.

    `setting` is the field of the settings that takes it; empty if none does. A form that tokens of other services have
    too counts in settings that begin with `only_in` alone.
    """

    setting: str
    pattern: str
    called: str
    page: str = ""
    only_in: str = ""

    def matches(self, name: str, value: str) -> bool:
        """Return True if the value of the setting `name` is of this kind."""
        return name.startswith(self.only_in) and re.fullmatch(self.pattern, value) is not None


def value_mistakes(
    settings: Settings, forms: Sequence[TokenForm], needs: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Return a sentence for each setting whose value is a mistake, by the setting's field.

    `needs` names settings that are of no use without one of others, of which the first is named. No sentence holds a
    value.
    """
    found: dict[str, str] = {}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        secret = isinstance(value, SecretStr)
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if isinstance(text, str) and (mistake := _edges(text, secret) or _wrong_kind(name, text, secret, forms)):
            found[name] = mistake
    for name, wanted in needs.items():
        if getattr(settings, name, None) and not any(getattr(settings, other, None) for other in wanted):
            first = wanted[0]
            found.setdefault(name, f"It is of no use without {first.upper()}, which isn't set. {_where(first, forms)}")
    return {name: sentence.strip() for name, sentence in found.items()}


def name_findings(
    fields: Iterable[str], environment: Sequence[str], file: Sequence[str], unreadable: Sequence[str] = ()
) -> list[Finding]:
    """Return what is wrong with the names that somebody set: nobody reads an unknown one.

    A name in `.env` needs only look like a setting; in the environment, which other programs share, it has to begin as
    one. `unreadable` are lines of `.env` in words.
    """
    known = [name.upper() for name in fields]
    typed = {name.upper() for name in file} - set(known)
    foreign = {name.upper() for name in environment if not _FROM_CONTAINERS.fullmatch(name.upper())} - set(known)
    given, begins = {*typed, *foreign}, tuple({f"{name.partition('_')[0]}_" for name in known})
    is_set = {name.upper() for name in (*environment, *file)}.intersection(known)
    asked = {name for name in given if name.startswith(begins) or (name in typed and _misspelt(name, known))}
    sure = {name: meant for name in asked if (meant := _misspelt(name, known)) and meant not in is_set}
    found = [Finding(".env", State.WRONG, line) for line in unreadable]
    found += [
        Finding(clean(name, 60), State.WRONG, f"This isn't a setting: did you mean {meant}?")
        for name, meant in sorted(sure.items())
    ]
    if others := sorted(asked - sure.keys()):
        found.append(Finding("Unknown settings", State.WARNING, f"{_named(others, known)}. I ignore them."))
    return found


def _named(names: Sequence[str], known: Sequence[str]) -> str:
    """Return the first names, each with the setting that it may mean."""
    said = []
    for name in names[:MAX_NAMED]:
        near = _misspelt(name, known) or _akin(name, known)
        said.append(clean(name, 60) + (f" (did you mean {near}?)" if near else ""))
    more = [f"{len(names) - MAX_NAMED} more"] if len(names) > MAX_NAMED else []
    return listed([*said, *more])


def _misspelt(name: str, known: Sequence[str]) -> str:
    """Return the setting that a name surely means: it has a typing error or two, or a word too many or too few."""
    errors = 2 if len(name) >= LONG_NAME else 1
    found = fuzzy.extractOne(name[:100], known, scorer=fuzzy.distance, score_cutoff=errors)
    if found:
        return str(found[0])
    words = set(name.split("_"))
    return next((one for one in known if "_" in name and _differ_by_one(words, set(one.split("_")))), "")


def _differ_by_one(words: set[str], others: set[str]) -> bool:
    return len(words ^ others) == 1 and len(words & others) > 1


def _akin(name: str, known: Sequence[str]) -> str:
    """Return a setting of the same beginning that the name may mean: its last word counts most."""
    first, *words = name.split("_")
    alike = [one for one in known if one.startswith(f"{first}_") and set(words) & set(one.split("_")[1:])]
    near = fuzzy.extract(name[:100], alike, scorer=fuzzy.ratio, score_cutoff=PERHAPS_MEANT)
    return max(near, key=lambda one: (words[-1] in one[0].split("_"), one[1]))[0] if near else ""


def _edges(value: str, secret: bool) -> str:
    """Return what is wrong with the ends of a value, or with a secret's inside."""
    ends = {value[:1], value[-1:]} & set(_QUOTES)
    if ends and (secret or (value[0] in _QUOTES and value[-1] in _QUOTES)):
        return "It has quotes around it: remove them."
    if value != value.strip():
        return "It has a space around it: remove that."
    if secret and value.split()[1:] and not value.startswith("Bot "):
        return "It has a space in it: copy it again."
    return ""


def _wrong_kind(name: str, value: str, secret: bool, forms: Sequence[TokenForm]) -> str:
    """Return what is wrong with a secret that is a token of another kind, or none."""
    own = [form for form in forms if form.setting == name]
    if not secret or not own or any(form.matches(name, value) for form in own):
        return ""
    if _PLACEHOLDER.fullmatch(value):
        return f"It is still a placeholder. {_where(name, forms)}"
    other = next((form for form in forms if form.matches(name, value)), None)
    if other is None:
        return ""
    belongs = f"put that into {other.setting.upper()}" if other.setting else "I can't use that"
    return f"It holds {other.called}: {belongs}. {_where(name, forms)}"


def _where(name: str, forms: Sequence[TokenForm]) -> str:
    own = next((form for form in forms if form.setting == name), None)
    return f"{name.upper()} takes {own.called}, from {own.page}." if own else ""
