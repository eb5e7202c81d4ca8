"""Plain data that nothing changes."""

from dataclasses import dataclass, field, fields, replace

from bot.domain.frozen import frozen


@dataclass(frozen=True, slots=True)
class Usual:
    name: str
    seen: int = field(default=0, repr=False)


@frozen
class Ours:
    name: str
    seen: int = field(default=0, repr=False)


def test_equal_data_are_equal_and_have_one_hash() -> None:
    assert Ours("a", 1) == Ours("a", 1) != Ours("a", 2)
    assert {Ours("a"): 1}[replace(Ours("b"), name="a")] == 1
    assert Ours("a") != Usual("a")


def test_it_is_told_as_a_usual_dataclass_is() -> None:
    assert repr(Ours("a")).replace("Ours", "Usual") == repr(Usual("a"))
    assert [one.name for one in fields(Ours)] == ["name", "seen"]


def test_it_has_slots_and_its_own_words_if_it_has_any() -> None:
    @frozen
    class Named:
        """Kept."""

        name: str

        def __repr__(self) -> str:
            return self.name

    assert not hasattr(Named("a"), "__dict__")
    assert repr(Named("a")) == "a"
    assert Named.__doc__ == "Kept."
