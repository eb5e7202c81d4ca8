"""One summary a paper for everybody, within a budget, whatever the model does."""

import asyncio
from collections.abc import Callable

import pytest

from bot.domain.errors import HeldBack, StoreDown
from bot.domain.paper import Paper
from bot.domain.summary import Summary
from bot.infra.asker import Question, asked_by
from bot.summaries.extractive import ExtractiveSummarizer
from bot.summaries.service import Summaries
from support.builders.sample_abstracts import DRUGS, paper
from support.fakes.summary_dependencies import HandClock, Model, Shelf

PAPERS = [paper(f"We study thing {n}.", f"Thing {n}", f"2605.{n:05}") for n in range(100)]
FEW = PAPERS[:12]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def summaries(shelf: Shelf, model: Model, clock: HandClock) -> Summaries:
    return Summaries(shelf, model, ExtractiveSummarizer(), clock)


async def _until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.001)


def _tasks_left() -> int:
    return len(asyncio.all_tasks()) - 1


async def test_the_model_is_asked_once_and_the_store_ever_after(summaries: Summaries, model: Model) -> None:
    first, second = await summaries.of(DRUGS), await summaries.of(DRUGS)
    assert first == second
    assert first.made_by == "gpt-test"
    assert model.calls[DRUGS.id] == 1


async def test_ten_who_ask_at_once_make_one_call(summaries: Summaries, model: Model) -> None:
    model.gate = asyncio.Event()
    asking = [asyncio.create_task(summaries.of(DRUGS)) for _ in range(10)]
    await _until(lambda: model.at_once)
    model.gate.set()
    assert len(set(await asyncio.gather(*asking))) == 1
    assert model.calls[DRUGS.id] == 1


async def test_ten_who_ask_a_failing_model_at_once_make_one_call(summaries: Summaries, model: Model) -> None:
    model.fails_always, model.seconds = True, 0.01
    made = await asyncio.gather(*(summaries.of(DRUGS) for _ in range(10)))
    assert all(one.extracted for one in made)
    assert model.calls[DRUGS.id] == 1


async def test_each_language_and_version_has_its_own_summary(summaries: Summaries, model: Model) -> None:
    revised = Paper(DRUGS.id, DRUGS.title, DRUGS.abstract, DRUGS.authors, DRUGS.categories, version=2)
    made = [await summaries.of(DRUGS), await summaries.of(DRUGS, "fr"), await summaries.of(revised)]
    assert [one.lang for one in made] == ["en", "fr", "en"]
    assert model.calls[DRUGS.id] == 3


async def test_without_a_model_the_abstract_is_quoted(shelf: Shelf, clock: HandClock) -> None:
    summary = await Summaries(shelf, None, ExtractiveSummarizer(), clock).of(DRUGS)
    assert summary.extracted
    assert not shelf.kept


async def test_what_a_model_made_before_is_shown_without_one(shelf: Shelf, clock: HandClock, model: Model) -> None:
    await shelf.keep(DRUGS, await model.summarize(DRUGS, "en"))
    assert (await Summaries(shelf, None, ExtractiveSummarizer(), clock).of(DRUGS)).made_by == "gpt-test"


async def test_a_failing_model_leaves_the_abstract_quoted_and_nothing_stored(
    summaries: Summaries, shelf: Shelf, model: Model
) -> None:
    model.fails_always = True
    assert (await summaries.of(DRUGS)).extracted
    assert not shelf.kept
    model.fails_always = False
    assert (await summaries.of(DRUGS)).made_by == "gpt-test"


async def test_one_asker_who_goes_away_leaves_the_summary_to_the_other(summaries: Summaries, model: Model) -> None:
    model.gate = asyncio.Event()
    goes, stays = (asyncio.create_task(summaries.of(DRUGS)) for _ in range(2))
    await _until(lambda: model.at_once)
    goes.cancel()
    await asyncio.sleep(0)
    model.gate.set()
    assert (await stays).made_by == "gpt-test"
    assert model.calls[DRUGS.id] == 1


async def test_the_call_ends_when_the_last_asker_has_gone(summaries: Summaries, model: Model) -> None:
    model.gate = asyncio.Event()
    asking = [asyncio.create_task(summaries.of(DRUGS)) for _ in range(3)]
    await _until(lambda: model.at_once)
    for one in asking:
        one.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    assert (model.at_once, _tasks_left()) == (0, 0)
    model.gate.set()
    assert (await summaries.of(DRUGS)).made_by == "gpt-test"


async def test_a_summary_that_cannot_be_stored_is_shown(summaries: Summaries, shelf: Shelf) -> None:
    shelf.is_down = "writing"
    assert (await summaries.of(DRUGS)).made_by == "gpt-test"


async def test_a_store_that_cannot_be_read_is_said(summaries: Summaries, shelf: Shelf) -> None:
    shelf.is_down = "reading"
    with pytest.raises(StoreDown):
        await summaries.of(DRUGS)
    with pytest.raises(StoreDown):
        await summaries.of_many(FEW)
    assert _tasks_left() == 0


async def test_a_digest_gets_every_summary_in_its_order_and_nothing_to_say(summaries: Summaries) -> None:
    made, said = await summaries.of_many(FEW)
    assert list(made) == [one.id for one in FEW]
    assert {one.made_by for one in made.values()} == {"gpt-test"}
    assert said == ""


async def test_a_paper_named_twice_is_summarised_once(summaries: Summaries, model: Model) -> None:
    made, _ = await summaries.of_many([DRUGS, DRUGS])
    assert list(made) == [DRUGS.id]
    assert model.calls[DRUGS.id] == 1


async def test_no_papers_need_no_summaries(summaries: Summaries) -> None:
    assert await summaries.of_many([]) == ({}, "")


async def test_at_most_eight_calls_are_under_way(summaries: Summaries, model: Model) -> None:
    model.seconds = 0.005
    await asyncio.gather(summaries.of_many(PAPERS[:30]), summaries.of_many(PAPERS[30:60]))
    assert model.most_at_once == 8


async def test_a_person_does_not_queue_behind_a_digest(summaries: Summaries, model: Model) -> None:
    model.gate = asyncio.Event()
    digest = asyncio.create_task(summaries.of_many(FEW))
    await _until(lambda: model.at_once == 8)
    person = asyncio.create_task(summaries.of(DRUGS))
    await _until(lambda: model.calls[DRUGS.id])
    model.gate.set()
    await asyncio.gather(digest, person)


async def test_two_digests_at_once_ask_once_for_what_they_share(summaries: Summaries, model: Model) -> None:
    model.seconds = 0.005
    await asyncio.gather(*(summaries.of_many(FEW) for _ in range(3)))
    assert set(model.calls.values()) == {1}


async def test_a_hundred_papers_take_their_share_of_the_calls_and_hardly_more(
    summaries: Summaries, model: Model
) -> None:
    model.seconds = 0.05
    began = asyncio.get_running_loop().time()
    await summaries.of_many(PAPERS)
    ideal = 13 * model.seconds  # a hundred calls, eight at a time
    assert asyncio.get_running_loop().time() - began < 1.2 * ideal + 0.15


async def test_one_failure_is_enough_to_be_said(summaries: Summaries, model: Model) -> None:
    model.fails = {FEW[3].id}
    made, said = await summaries.of_many(FEW)
    assert made[FEW[3].id].extracted
    assert said == "gpt-test didn't answer"


async def test_without_a_model_a_digest_has_nothing_to_say_of_it(shelf: Shelf, clock: HandClock) -> None:
    made, said = await Summaries(shelf, None, ExtractiveSummarizer(), clock).of_many(FEW)
    assert all(one.extracted for one in made.values())
    assert said == ""


async def test_a_model_that_fails_is_asked_a_few_times_and_no_more(summaries: Summaries, model: Model) -> None:
    model.fails_always, model.seconds = True, 0.002
    made, said = await summaries.of_many(PAPERS)
    assert len(made) == 100
    assert model.calls.total() <= 8 + 3
    assert said == "gpt-test didn't answer"


async def test_a_model_that_hangs_costs_the_budget_and_leaves_nothing_behind(
    summaries: Summaries, model: Model, clock: HandClock
) -> None:
    model.gate = asyncio.Event()
    digest = asyncio.create_task(summaries.of_many(FEW, budget_seconds=45))
    await _until(lambda: model.at_once == 8)
    clock.move(44)
    await asyncio.sleep(0.01)
    assert not digest.done()
    clock.move(1)
    made, said = await digest
    assert all(one.extracted for one in made.values())
    assert said == "gpt-test didn't answer"
    assert (model.at_once, _tasks_left()) == (0, 0)


async def test_what_was_made_before_the_budget_ended_is_kept(
    summaries: Summaries, model: Model, clock: HandClock, shelf: Shelf
) -> None:
    await summaries.of_many(FEW[:5])
    model.gate = asyncio.Event()
    digest = asyncio.create_task(summaries.of_many(FEW, budget_seconds=45))
    await _until(lambda: model.at_once == 7)
    clock.move(45)
    made, said = await digest
    assert sum(one.made_by == "gpt-test" for one in made.values()) == 5
    assert said == "gpt-test didn't answer"


async def test_after_a_whole_budget_the_next_digest_of_the_run_does_not_wait(
    summaries: Summaries, model: Model, clock: HandClock
) -> None:
    model.gate = asyncio.Event()
    first = asyncio.create_task(summaries.of_many(FEW, budget_seconds=45))
    await _until(lambda: model.at_once == 8)
    clock.move(45)
    await first
    asked = model.calls.total()
    _, said = await summaries.of_many(PAPERS[20:30])
    assert said == "gpt-test didn't answer"
    assert model.calls.total() == asked


async def test_a_model_that_rested_is_tried_again_with_one_call_in_doubt(
    summaries: Summaries, model: Model, clock: HandClock
) -> None:
    model.fails_always = True
    await summaries.of_many(FEW)
    clock.move(121)
    asked = model.calls.total()
    await summaries.of(PAPERS[50])
    await summaries.of(PAPERS[51])
    assert model.calls.total() == asked + 1
    clock.move(121)
    model.fails_always = False
    _, said = await summaries.of_many(FEW)
    assert said == ""


async def test_papers_that_the_model_refuses_cost_nobody_else_their_summary(summaries: Summaries, model: Model) -> None:
    """Before, three papers of one person turned the model off for everybody: 3 of 3 honest questions got extracts."""
    model.refuses = {one.id for one in FEW}
    assert all([(await summaries.of(one)).extracted for one in FEW])
    assert [(await summaries.of(one)).made_by for one in PAPERS[20:23]] == ["gpt-test"] * 3


async def test_a_paper_that_the_model_refuses_is_not_shown_to_it_again(summaries: Summaries, model: Model) -> None:
    model.refuses = {DRUGS.id}
    for _ in range(5):
        assert (await summaries.of(DRUGS)).extracted
        await summaries.of_many([DRUGS])
    assert model.calls[DRUGS.id] == 1


async def test_a_refusal_between_two_outages_shows_that_the_model_is_there(summaries: Summaries, model: Model) -> None:
    model.fails, model.refuses = {PAPERS[0].id, PAPERS[1].id, PAPERS[3].id, PAPERS[4].id}, {PAPERS[2].id}
    for one in PAPERS[:5]:
        await summaries.of(one)
    assert (await summaries.of(PAPERS[5])).made_by == "gpt-test"


async def test_a_digest_that_is_slow_yet_answered_turns_the_model_off_for_nobody(
    summaries: Summaries, model: Model, clock: HandClock
) -> None:
    model.hangs = {FEW[5].id}
    digest = asyncio.create_task(summaries.of_many(FEW, budget_seconds=45))
    await _until(lambda: model.calls.total() == len(FEW) and model.at_once == 1 and clock.sleeping)
    clock.move(45)
    await digest
    assert (await summaries.of(PAPERS[50])).made_by == "gpt-test"


async def test_people_take_turns_at_the_model(shelf: Shelf, model: Model, clock: HandClock) -> None:
    summaries, order = Summaries(shelf, model, ExtractiveSummarizer(), clock, concurrency=1), []

    async def asks(who: str, one: Paper) -> None:
        with asked_by(Question("slack:T1", who)):
            await summaries.of(one)
        order.append(who)

    model.gate = asyncio.Event()
    asking = [asyncio.create_task(asks("ann", one)) for one in FEW[:5]]
    await _until(lambda: model.at_once)
    asking.append(asyncio.create_task(asks("bob", PAPERS[20])))
    await asyncio.sleep(0.01)
    model.gate.set()
    await asyncio.gather(*asking)
    assert order == ["ann", "ann", "bob", "ann", "ann", "ann"]


async def test_who_has_no_share_left_gets_an_extract_and_is_told_when_to_come_back(
    shelf: Shelf, model: Model, clock: HandClock
) -> None:
    async def held_back(steps: int = 1) -> None:
        raise HeldBack("You've asked for a lot in the last hour.", 170)

    summaries, question = (
        Summaries(shelf, model, ExtractiveSummarizer(), clock, charge=held_back),
        Question("slack:T1", "U1"),
    )
    with asked_by(question):
        assert (await summaries.of(DRUGS)).extracted
        with pytest.raises(HeldBack):
            await summaries.of_many(FEW)
    assert question.notes == [
        "You've asked for a lot in the last hour. So this is extracted from the abstract. Try again in 3 minutes."
    ]
    assert not model.calls


async def test_a_cancelled_digest_leaves_nothing_behind(summaries: Summaries, model: Model) -> None:
    model.gate = asyncio.Event()
    digest = asyncio.create_task(summaries.of_many(FEW))
    await _until(lambda: model.at_once == 8)
    digest.cancel()
    with pytest.raises(asyncio.CancelledError):
        await digest
    assert (model.at_once, _tasks_left()) == (0, 0)


async def test_what_another_process_is_making_is_waited_for_and_not_made_twice(
    summaries: Summaries, shelf: Shelf, model: Model, clock: HandClock
) -> None:
    shelf.claimed_elsewhere.add((DRUGS.id, "en"))
    asking = asyncio.create_task(summaries.of(DRUGS))
    await _until(lambda: clock.sleeping)
    await shelf.keep(DRUGS, Summary("gpt-elsewhere", summary="Made there."))
    clock.move(1)
    assert (await asking).made_by == "gpt-elsewhere"
    assert not model.calls


async def test_gists_are_the_stored_summaries_or_the_abstracts_and_ask_no_model(
    summaries: Summaries, model: Model, shelf: Shelf
) -> None:
    await shelf.keep(FEW[0], Summary("gpt-test", key_points=("It is so.",), gist="Thing 0 is studied whole."))

    gists = await summaries.gists([*FEW[:2], DRUGS, paper("It is so.", "Nothing", "2605.00999")])

    assert gists[FEW[0].id] == "Thing 0 is studied whole."
    assert gists[DRUGS.id].startswith("SPADE outperforms")
    assert "2605.00999" not in gists
    assert not model.calls


async def test_gists_are_the_abstracts_while_the_store_is_down(summaries: Summaries, shelf: Shelf) -> None:
    shelf.is_down = "reading"
    assert (await summaries.gists([DRUGS]))[DRUGS.id].startswith("SPADE outperforms")


async def test_a_summary_stored_by_an_older_version_gets_its_gist_as_it_is_read(
    summaries: Summaries, shelf: Shelf
) -> None:
    await shelf.keep(DRUGS, Summary("gpt-old", key_points=("SPADE finds ligands with 40 tests on average.",)))
    assert (await summaries.of(DRUGS)).gist
