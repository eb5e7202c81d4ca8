"""When a process that rests gives its memory back."""

from bot.infra.idle_memory import Rest


def test_memory_is_given_back_once_after_much_work_and_not_before_it_ends() -> None:
    rest = Rest(looked_at=0.0, given_at=0.0)
    assert [rest.is_time(used) for used in (3.0, 6.0, 6.1, 6.2, 6.3)] == [False, False, True, False, False]


def test_small_work_adds_up() -> None:
    rest = Rest(looked_at=0.0, given_at=0.0)
    assert [rest.is_time(used) for used in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)] == [False, False, True, False, False, True]
