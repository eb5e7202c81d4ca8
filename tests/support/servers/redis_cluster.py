"""A cluster of real Redis servers on loopback, joined, which a test may break."""

import random
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import redis
from redis.crc import REDIS_CLUSTER_HASH_SLOTS as SLOTS
from redis.crc import key_slot

BINARY = shutil.which("redis-server") or ""
BINARY_MISSING = "" if BINARY else "redis-server is missing: apt-get install redis-server"

_TIMEOUT_SECONDS = 20.0
_DICE = random.SystemRandom()
"""Needed because pytest-randomly seeds the other generator alike in all workers."""


@dataclass
class Node:
    """One server; `asks` sends to it alone."""

    folder: Path
    port: int
    bus_port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the URL of this node alone, as in REDIS_URL."""
        return f"redis://127.0.0.1:{self.port}"

    def start(self, clustered: str = "yes") -> None:
        """Start it with its data from before, if any: all acknowledged writes are on disk."""
        options = {
            "bind": "127.0.0.1",
            "port": self.port,
            "cluster-port": self.bus_port,
            "cluster-enabled": clustered,
            "cluster-node-timeout": 2000,
            "dir": self.folder,
            "appendonly": "yes",
            "appendfsync": "always",
            "save": "",
        }
        command = [str(part) for name, value in options.items() for part in (f"--{name}", value)]
        self.process = subprocess.Popen([BINARY, *command], stdout=subprocess.DEVNULL)
        _until(lambda: self.obeys("PING"), f"redis-server on port {self.port} answers")

    def kill(self) -> None:
        """Send SIGKILL (kill -9)."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def end(self) -> None:
        """Send SIGTERM, as a supervisor does."""
        if self.process:
            self.process.terminate()
            self.process.wait()

    def asks(self, *command: object) -> Any:
        """Return the answer of this node, without following redirections."""
        with redis.Redis(port=self.port, protocol=2, decode_responses=True) as client:
            return client.execute_command(*command)

    def obeys(self, *command: object) -> bool:
        """Return True if the node executed the command."""
        with suppress(redis.ConnectionError, redis.ResponseError):
            return bool(self.asks(*command))
        return False


@dataclass
class Cluster:
    """A cluster; `url` is the value for REDIS_URL."""

    nodes: list[Node] = field(default_factory=list)
    _all: list[Node] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"redis+cluster://127.0.0.1:{self.nodes[0].port}"

    def add(self, node: Node) -> None:
        """Start a node; it ends with the cluster."""
        self.nodes.append(node)
        self._all.append(node)
        node.start()

    def a_stranger(self, folder: Path) -> Node:
        """Return a separate server that isn't a cluster; it ends with this one."""
        self._all.append(Node(folder, *_free_ports()))
        self._all[-1].start(clustered="no")
        return self._all[-1]

    def end(self) -> None:
        """End every process that was started."""
        for node in self._all:
            node.kill()

    def empty(self) -> None:
        """Delete everything, on all nodes."""
        for node in self.nodes:
            node.asks("FLUSHALL")

    def owner(self, key: str) -> Node:
        """Return the node with the key's slot, by its own account."""
        return next(node for node in self.nodes if f"{node.port}" == self._port_of(key_slot(key.encode())))

    def another(self, than: Node) -> Node:
        """Return another node."""
        return next(node for node in self.nodes if node is not than)

    def begin_to_move(self, key: str) -> tuple[Node, Node]:
        """Start moving the key's slot from the first to the second; the second gets requests for missing keys."""
        source, slot = self.owner(key), key_slot(key.encode())
        target = self.another(source)
        target.asks("CLUSTER SETSLOT", slot, "IMPORTING", source.asks("CLUSTER MYID"))
        source.asks("CLUSTER SETSLOT", slot, "MIGRATING", target.asks("CLUSTER MYID"))
        return source, target

    def end_move(self, key: str) -> None:
        """Move all keys of the key's slot, and inform every node."""
        source, slot = self.owner(key), key_slot(key.encode())
        target = self.another(source)
        while names := source.asks("CLUSTER GETKEYSINSLOT", slot, 100):
            source.asks("MIGRATE", "127.0.0.1", target.port, "", 0, 5000, "KEYS", *names)
        for node in (target, source, *self.nodes):
            node.asks("CLUSTER SETSLOT", slot, "NODE", target.asks("CLUSTER MYID"))

    def add_replica(self, primary: Node, folder: Path) -> Node:
        """Return a replica of the primary."""
        replica, its_id = Node(folder, *_free_ports()), primary.asks("CLUSTER MYID")
        self._all.append(replica)
        replica.start()
        replica.asks("CLUSTER MEET", "127.0.0.1", primary.port, primary.bus_port)
        _until(lambda: its_id in str(replica.asks("CLUSTER NODES")), "the replica knows its primary")
        _until(lambda: replica.obeys("CLUSTER REPLICATE", its_id), "the replica takes its role")
        _until(lambda: replica.asks("INFO", "replication")["master_link_status"] == "up", "the replica has the data")
        return replica

    def succeed(self, dead: Node, heir: Node) -> None:
        """Make the heir take over the slots of a killed node, and inform the others."""
        heir.asks("CLUSTER FAILOVER", "TAKEOVER")
        self.nodes = [node for node in self.nodes if node is not dead]
        ports = {node.port for node in (*self.nodes, heir)}
        for node in self.nodes:
            _until(lambda node=node: {int(at[2][1]) for at in node.asks("CLUSTER SLOTS")} == ports, "the heir is known")
        self.nodes.append(heir)

    def whole(self) -> None:
        """Wait until every node sees all others and accepts commands."""
        for node in self.nodes:
            _until(lambda node=node: self._is_whole(node), f"the node on port {node.port} sees a whole cluster")

    def _is_whole(self, node: Node) -> bool:
        return bool(node.asks("CLUSTER INFO")["cluster_state"] == "ok")

    def _port_of(self, slot: int) -> str:
        for first, last, owner, *_ in self.nodes[0].asks("CLUSTER SLOTS"):
            if int(first) <= slot <= int(last):
                return str(owner[1])
        raise AssertionError(f"nobody has slot {slot}")


@contextmanager
def running_server(folder: Path) -> Iterator[Node]:
    """Yield a separate server that isn't a cluster."""
    folder.mkdir(parents=True, exist_ok=True)
    node = Node(folder, *_free_ports())
    node.start(clustered="no")
    try:
        yield node
    finally:
        node.kill()


@contextmanager
def running_cluster(folder: Path, nodes: int = 3) -> Iterator[Cluster]:
    """Yield a cluster of that many nodes with append-only files, each with its share of the slots."""
    cluster = Cluster()
    try:
        for number in range(nodes):
            home = folder / str(number)
            home.mkdir()
            cluster.add(Node(home, *_free_ports()))
        _join(cluster)
        yield cluster
    finally:
        cluster.end()


def _join(cluster: Cluster) -> None:
    share = -(-SLOTS // len(cluster.nodes))
    first = cluster.nodes[0]
    for number, node in enumerate(cluster.nodes):
        node.asks("CLUSTER SET-CONFIG-EPOCH", number + 1)
        node.asks("CLUSTER ADDSLOTSRANGE", number * share, min((number + 1) * share, SLOTS) - 1)
        if node is not first:
            node.asks("CLUSTER MEET", "127.0.0.1", first.port, first.bus_port)
    cluster.whole()


def _until(predicate: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    while not predicate():
        if time.monotonic() > deadline:
            raise AssertionError(f"Not within {_TIMEOUT_SECONDS} s: {what}")
        time.sleep(0.02)


def _free_ports() -> tuple[int, int]:
    """Return two ports below the ephemeral range; a client could take one in that range before the server does."""
    found: set[int] = set()
    while len(found) < 2:
        port = _DICE.randrange(20_000, 32_000)
        if _is_free(port):
            found.add(port)
    return found.pop(), found.pop()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
