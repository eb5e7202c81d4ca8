"""arXiv on loopback and its clients, for every suite that asks it."""

import pytest

from support.servers.arxiv_clients import arxiv_clients


@pytest.fixture
async def clients():
    async with arxiv_clients() as ready:
        yield ready


@pytest.fixture
def arxiv(clients):
    return clients.server


@pytest.fixture
def catalogue(clients):
    return clients.catalogue


@pytest.fixture
def feed(clients):
    return clients.feed


@pytest.fixture
def harvest(clients):
    return clients.harvest


@pytest.fixture
def turn(clients):
    return clients.turn


@pytest.fixture
def http(clients):
    return clients.http
