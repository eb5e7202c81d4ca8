"""One line an event, with context, as text or JSON, without secrets or tracebacks of expected errors."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.infra import logs
from support.captured_log import Written

DIGEST = "slack/T1/C1:2026-09-01"

log = logging.getLogger("bot.somewhere")


@pytest.fixture
def text() -> Iterator[Written]:
    with Written("text") as written:
        yield written


@pytest.fixture
def as_json() -> Iterator[Written]:
    with Written("json") as written:
        yield written


class TestWhatItIsAbout:
    async def test_one_digests_key_stands_on_every_line_of_every_step_also_in_code_that_knows_nothing_of_it(
        self, text: Written
    ) -> None:
        def in_a_thread() -> None:
            logging.getLogger("some.library").warning("Something is slow")

        async def step() -> None:
            log.info("A paper is summarised: paper=%s", "2605.05971")
            await asyncio.to_thread(in_a_thread)

        with logs.about(digest=DIGEST):
            async with asyncio.TaskGroup() as tasks:
                for _ in range(3):
                    tasks.create_task(step())
        log.info("Nothing in particular")

        assert [line.endswith(f" digest={DIGEST}") for line in text.lines] == [True] * 6 + [False]

    async def test_digests_made_side_by_side_dont_mix(self, as_json: Written) -> None:
        async def made(key: str) -> None:
            with logs.about(digest=key):
                for _ in range(5):
                    await asyncio.sleep(0)
                    log.info("A step is done: of=%s", key)

        await asyncio.gather(*(made(f"slack/T1/C{number}:2026-09-01") for number in range(20)))

        assert len(as_json.objects) == 100
        assert all(line["digest"] == line["of"] for line in as_json.objects)

    def test_it_nests_and_the_inner_one_wins(self, text: Written) -> None:
        with logs.about(job="deliver", digest="outer"):
            with logs.about(digest="inner"):
                log.info("In")
            log.info("Out")
        log.info("Gone")

        assert text.lines[0].endswith("In job=deliver digest=inner")
        assert text.lines[1].endswith("Out job=deliver digest=outer")
        assert text.lines[2].endswith("Gone")

    def test_it_ends_also_where_the_work_fails(self, text: Written) -> None:
        with pytest.raises(RuntimeError), logs.about(digest=DIGEST):
            raise RuntimeError
        log.info("Afterwards")
        assert DIGEST not in text.lines[0]


class TestText:
    def test_a_line_is_time_level_place_and_sentence(self, text: Written) -> None:
        log.warning("A digest waits: place=%s", "slack/T1/C1")
        day, clock, *rest = text.lines[0].split(" ")
        assert datetime.fromisoformat(f"{day} {clock.replace(',', '.')}")
        assert " ".join(rest) == "WARNING bot.somewhere A digest waits: place=slack/T1/C1"

    @pytest.mark.parametrize("unseen", ["\n", "\r", "\x1b[2J", "\x85", "\u2028", "\x00"])
    def test_nothing_that_somebody_typed_begins_a_line_or_steers_a_terminal(self, text: Written, unseen: str) -> None:
        log.info("A command was refused: command=%s", f"follow{unseen}2026-09-01 ERROR bot.app.router All is lost")
        (line,) = text.lines
        assert unseen not in line

    def test_half_a_character_can_be_written(self) -> None:
        """Formatted and not logged: what is logged while a test runs must be text that a test runner can send."""
        record = logging.makeLogRecord({"msg": "A command was refused: command=%s", "args": ("\ud800",)})
        assert logs.handler(io.StringIO(), "text").format(record).encode()

    def test_a_fault_of_ours_keeps_its_traceback(self, text: Written) -> None:
        try:
            raise RuntimeError("xoxb-123-s3cret")
        except RuntimeError:
            log.exception("A round failed")
        assert text.lines[0].endswith("A round failed")
        assert text.lines[1] == "Traceback (most recent call last):"
        assert text.lines[-1] == "RuntimeError: [hidden]"


class TestJson:
    def test_the_sentence_is_the_event_and_its_fields_stand_by_themselves(self, as_json: Written) -> None:
        before = datetime.now().astimezone()
        with logs.about(digest=DIGEST):
            log.info("A digest is due: place=%s papers=%d late=%.1f why=%r", "slack/T1/C1", 7, 2.04, None)

        (line,) = as_json.objects
        at = datetime.fromisoformat(str(line.pop("time")))
        assert at.utcoffset() == timedelta()
        assert abs(at - before) < timedelta(minutes=1)
        assert line == {
            "level": "INFO",
            "logger": "bot.somewhere",
            "event": "A digest is due",
            "place": "slack/T1/C1",
            "papers": 7,
            "late": "2.0",
            "why": None,
            "digest": DIGEST,
        }

    @pytest.mark.parametrize(
        ("message", "arguments", "event"),
        [
            ("Serving Slack: %s", ("lark in Team",), "Serving Slack: lark in Team"),
            ("It failed: at=%s:%s", ("here", 7), "It failed: at=here:7"),
            ("100 %% done: papers=%d", (3,), "100 % done: papers=3"),
            ("No fields at all", (), "No fields at all"),
            ("Too few: a=%s b=%s", ("x",), "Too few: a=%s b=%s (its fields don't fit)"),
            ("Named: a=%(a)s", ({"a": "x"},), "Named: a=x"),
        ],
    )
    def test_a_message_of_another_form_is_the_event_as_a_whole(
        self, message: str, arguments: tuple[object, ...], event: str
    ) -> None:
        with Written("json") as written:
            log.info(message, *arguments)
        assert written.objects[0]["event"] == event

    def test_a_field_never_takes_the_place_of_what_every_line_has(self, as_json: Written) -> None:
        with logs.about(level="of detail"):
            log.info("A thing failed: event=%s time=%s", "on_ready", "noon")
        (line,) = as_json.objects
        assert (line["event"], line["event_"], line["time_"]) == ("A thing failed", "on_ready", "noon")
        assert (line["level"], line["level_"]) == ("INFO", "of detail")

    def test_a_traceback_is_part_of_its_line(self, as_json: Written) -> None:
        try:
            raise RuntimeError("password=s3cret")
        except RuntimeError:
            log.exception("A round failed")
        assert str(as_json.objects[0]["traceback"]).endswith("RuntimeError: password=[hidden]")

    @given(st.text(st.characters()), st.text(st.characters()), st.text(st.characters()))
    def test_whatever_is_logged_is_one_object_a_line(self, message: str, value: str, digest: str) -> None:
        with Written("json") as written, logs.about(digest=digest):
            log.info(message)
            log.info(message, value)
            log.info("It came: value=%s", value)
        assert len(written.lines) == 3
        assert all({"time", "level", "logger", "event", "digest"} <= set(line) for line in written.objects)


class TestSecrets:
    @pytest.mark.parametrize("form", ["text", "json"])
    def test_they_are_hidden_in_the_sentence_in_a_field_by_its_name_and_in_what_it_is_about(
        self, form: logs.Form
    ) -> None:
        with Written(form, ("d15cord-5ecret",)) as written, logs.about(url="redis://:5ecret@host", token="5ecret"):
            log.info("d15cord-5ecret: api_key=%s", "5ecret")
            log.info("A field: api_key=%s", "5ecret")
            log.info("A field: url=%s", "https://hooks.slack.com/commands/T1/2/5ecret")
            log.warning("An object: %s", {"token": "5ecret", "url": "https://a.org/?api_key=5ecret"})
            log.info("Too few, d15cord-5ecret: %s %s", *["xoxb-5ecret"])
        assert len(written.lines) == 5
        assert "5ecret" not in "\n".join(written.lines)

    def test_a_stream_that_is_gone_is_no_reason_to_print_them_elsewhere(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        stream = io.StringIO()
        gone = logs.handler(stream, "text")
        stream.close()
        gone.handle(log.makeRecord("bot", logging.INFO, __file__, 1, "xoxb-5ecret", (), None))
        assert capsys.readouterr() == ("", "")


class TestLibraries:
    @pytest.mark.parametrize(
        "trouble",
        [ConnectionRefusedError(111, "Connection refused"), TimeoutError("Redis is silent"), EOFError("no more")],
    )
    @pytest.mark.parametrize("grouped", [False, True])
    def test_a_lost_connection_is_one_plain_line(self, text: Written, trouble: Exception, grouped: bool) -> None:
        try:
            raise ExceptionGroup("two at once", [trouble, trouble]) if grouped else trouble
        except Exception:
            logging.getLogger("docket.worker").warning("Redis is unavailable, retrying in %s...", 5, exc_info=True)
        (line,) = text.lines
        assert "Redis is unavailable, retrying in 5... trouble=" in line

    def test_a_fault_nobody_expected_keeps_its_traceback(self, text: Written) -> None:
        try:
            raise ZeroDivisionError
        except ZeroDivisionError:
            logging.getLogger("docket.worker").exception("A task failed")
        assert "Traceback (most recent call last):" in text.lines

    def test_they_are_heard_from_warnings_on(self, capsys: pytest.CaptureFixture[str]) -> None:
        with Written("json"):
            logs.begin(logging.INFO, "json")
            for name in ("docket.worker", "redis.asyncio", "opentelemetry.sdk", "httpx", "bot.somewhere"):
                logging.getLogger(name).info("Chatter")
                logging.getLogger(name).warning("Trouble")
        heard = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
        assert [line["logger"] for line in heard if line["event"] == "Chatter"] == ["bot.somewhere"]
        assert len([line for line in heard if line["event"] == "Trouble"]) == 5
