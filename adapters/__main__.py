"""The command line: parse the arguments, read the settings, and run one module of `cli/`."""

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from keyword import iskeyword

from pydantic import ValidationError

from adapters.platforms import served
from bot.app.settings import Settings
from bot.domain.errors import BotError
from bot.infra import logs
from bot.infra.spare_memory import end_undisturbed, loading

LOOPS = ("worker", "scheduler")

Command = Callable[[argparse.Namespace, Settings], Awaitable[int]]


def main() -> None:
    """Run the command in `sys.argv` and exit with its code."""
    # Set before numpy loads: two threads per sum wait for each other, and parallel processes wait for all of them.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.umask(0o077)
    asked = _arguments().parse_args()
    code = _run(asked)
    end_undisturbed()
    sys.exit(code)


def _run(asked: argparse.Namespace) -> int:
    """Return the exit code; print any reason that the command can't run as one plain line on standard error."""
    logs.begin(asked.log_level)
    try:
        settings = Settings()
    except ValidationError as error:
        for fault in setting_faults(error):
            print(f"paperlark: {fault}", file=sys.stderr)
        return 1
    except BotError as error:
        return _failed(error)
    settings.share()
    logs.begin(asked.log_level, settings.paperlark_log, settings.secrets)
    try:
        # A word that Python reserves, such as import, has a module name that ends with an underscore.
        file = f"{asked.command}_" if iskeyword(asked.command) else asked.command
        with loading():
            command: Command = import_module(f"adapters.cli.{file}").main
        return asyncio.run(_awaited(command, asked, settings))
    except BotError as error:
        return _failed(error)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 141


def _failed(error: BotError) -> int:
    print(f"paperlark: {error.sentence} {error.hint}".rstrip(), file=sys.stderr)
    return 1


async def _awaited(command: Command, asked: argparse.Namespace, settings: Settings) -> int:
    return await command(asked, settings)


def setting_faults(error: ValidationError) -> list[str]:
    """Return one line for each wrong setting; omit its value, since it may be a secret."""
    faults = []
    for fault in error.errors(include_url=False):
        name, given = "_".join(str(part) for part in fault["loc"]).upper(), fault.get("input")
        quoted = isinstance(given, str) and given[:1] in {'"', "'"} and given[-1:] == given[:1]
        why = "has quotes around it: remove them" if quoted else fault["msg"].removeprefix("Value error, ")
        faults.append(f"{name} {why}".strip())
    return faults


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="paperlark", description="Brings the day's arXiv papers to your team.")
    parser.add_argument("--version", action="version", version=f"paperlark {version('paperlark')}")
    commands = parser.add_subparsers(dest="command", required=True)
    quiet = {"log_level": logging.WARNING}
    demo = commands.add_parser("demo", help="a digest from sample papers, in this terminal: no key, no network")
    demo.set_defaults(log_level=logging.ERROR)
    ask = commands.add_parser("ask", help='answers one slash command, such as "/paper 2605.05971"')
    ask.add_argument("text", help="the slash command, in quotes")
    ask.add_argument("--json", action="store_true", help="the answer as data")
    ask.set_defaults(**quiet)
    run = commands.add_parser("run", help="serves every platform that has a token, with scheduler and worker")
    run.add_argument("--only", type=_parts, default=_all_parts(), metavar=",".join(_all_parts()), help="part of it")
    run.set_defaults(log_level=logging.INFO)
    once = commands.add_parser("once", help="does all that is due, then exits: 0 when nothing is left, 75 otherwise")
    once.add_argument("--at", type=_instant, metavar="2026-08-11T09:00:00+00:00", help="the instant that counts as now")
    once.set_defaults(log_level=logging.INFO)
    export = commands.add_parser("export", help="writes all that people made to standard output, as JSON lines")
    export.set_defaults(**quiet)
    into = commands.add_parser("import", help="adds what export wrote to this store, all of it or nothing")
    into.add_argument("file", nargs="?", metavar="FILE", help="what export wrote; left out: standard input")
    into.set_defaults(**quiet)
    retry = commands.add_parser("retry", help="tries again the digests that were given up, which doctor lists")
    retry.set_defaults(**quiet)
    manifest = commands.add_parser("manifest", help="prints the Slack app's manifest, to paste at api.slack.com/apps")
    manifest.add_argument(
        "--http", metavar="https://HOST", help="where Slack reaches SLACK_PORT; left out: Socket Mode"
    )
    manifest.set_defaults(**quiet)
    doctor = commands.add_parser("doctor", help="what is wrong with settings and services, and the next step")
    doctor.add_argument("--all", action="store_true", help="a line for each setting and service")
    doctor.add_argument("--essential", action="store_true", help="only what nothing runs without")
    doctor.set_defaults(log_level=logging.CRITICAL)
    return parser


def _all_parts() -> tuple[str, ...]:
    return (*served(), *LOOPS)


def _parts(text: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in text.split(",") if part.strip())
    unknown = [part for part in parts if part not in _all_parts()]
    if unknown or not parts:
        raise argparse.ArgumentTypeError(f"choose from {', '.join(_all_parts())}")
    return parts


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("write it as 2026-08-11T09:00:00+00:00") from error
    return instant.replace(tzinfo=instant.tzinfo or UTC).astimezone(UTC)


if __name__ == "__main__":
    main()
