"""Dependency injection by name: a handler's parameters name its services, which are bound once at start."""

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from typing import Any, get_args, get_type_hints

from bot.domain.card import Card
from bot.domain.command import Caller, Command
from bot.domain.command_spec import CommandSpec, Handler, Route, routes_of
from bot.domain.frozen import frozen

Answer = Callable[[Command, Caller], Awaitable[Card]]


@frozen
class BoundRoute:
    """A route whose handler has its services."""

    route: Route
    answer: Answer


def bind_routes(specs: Iterable[CommandSpec], services: object) -> Mapping[type[Command], BoundRoute]:
    """Return the router's table: every kind of command with its bound handler.

    Raises TypeError if two handlers answer one kind of command, or a handler can't be bound.
    """
    bound: dict[type[Command], BoundRoute] = {}
    for route in routes_of(specs):
        if route.command in bound:
            raise TypeError(f"Two handlers answer {route.command.__name__}.")
        bound[route.command] = BoundRoute(route, bind(route, services))
    return bound


def bind(route: Route, services: object) -> Answer:
    """Return the route's handler as a function of a command and its caller alone.

    `services` has typed attributes; each other parameter of the handler is the name of one of them, with the same type.
    Raises TypeError that names a parameter that is missing or has another type.
    """
    wanted = _parameters(route.handler)
    given = {"command": route.command, "caller": Caller}
    for name in wanted.keys() & given.keys():
        if given[name] not in (wanted[name], *get_args(wanted[name])):
            raise TypeError(f"{_place(route.handler)} takes no {given[name].__name__} as `{name}`.")
    needed, offered = {name: wanted[name] for name in wanted.keys() - given.keys()}, get_type_hints(type(services))
    filled = {name: _service(name, kind, route.handler, services, offered) for name, kind in needed.items()}
    handler, asked = partial(route.handler, **filled), wanted.keys() & given.keys()

    async def answer(command: Command, caller: Caller) -> Card:
        now = {"command": command, "caller": caller}
        return await handler(**{name: now[name] for name in asked})

    return answer


def _parameters(handler: Handler) -> dict[str, Any]:
    hints = get_type_hints(handler)
    return {name: hints[name] for name in inspect.signature(handler).parameters}


def _service(name: str, kind: Any, handler: Handler, services: object, offered: Mapping[str, Any]) -> object:
    if name not in offered:
        raise TypeError(f"{_place(handler)} needs `{name}`, and no service is called so.")
    if offered[name] != kind:
        raise TypeError(f"{_place(handler)} needs `{name}` as {kind}, and the service is {offered[name]}.")
    return getattr(services, name)


def _place(handler: Handler) -> str:
    return f"{handler.__module__}.{getattr(handler, '__qualname__', handler)}"
