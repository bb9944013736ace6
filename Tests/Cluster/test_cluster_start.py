"""Nodes that start at the same moment on an empty database."""

import concurrent.futures
import shutil

import pytest

from harness import pages
from harness.api import APIClient
from harness.cluster import key_file


@pytest.fixture
def make_nodes(make_object_store, make_server, postgresql):
    """Makes three nodes over an empty database and an empty bucket."""

    def make():
        shared = make_object_store("seaweedfs").environment | {"DEPESCHE_DATABASE": postgresql.new_database()}
        nodes = [make_server(**shared) for _ in range(3)]
        for node in nodes:
            node.environment["DEPESCHE_KEY_FILE"] = str(key_file(node))
        return nodes

    return make


def start_at_once(nodes):
    """Starts all of them in the same moment; those that run."""

    def started(node):
        try:
            node.start(seconds=60)
        except AssertionError:
            assert not node.is_running, node.log
        return node.is_running

    with concurrent.futures.ThreadPoolExecutor(len(nodes)) as pool:
        return [node for node, runs in zip(nodes, pool.map(started, nodes)) if runs]


def assert_one_installation(nodes):
    """What one node gave out is good at all of them."""
    nodes[0].command("user", "add", pages.ADMINISTRATOR, "--password-stdin", input=pages.PASSWORD + "\n")
    token = nodes[0].json("token", "create", pages.ADMINISTRATOR)["token"]
    for node in nodes:
        assert APIClient(node.port, token).call("GET", "/deliveries")["total"] == 0


def test_of_nodes_without_a_key_one_makes_it_and_the_others_say_so(make_nodes):
    nodes = make_nodes()
    [first] = start_at_once(nodes)
    others = [node for node in nodes if node is not first]
    for node in others:
        assert "key" in node.log and not key_file(node).exists(), node.log
        # What it says is what helps.
        shutil.copy(key_file(first), key_file(node))
        node.start()
    assert_one_installation([first, *others])


def test_nodes_with_the_same_key_all_start(make_nodes):
    nodes = make_nodes()
    [scratch, *_] = make_nodes()
    scratch.start()
    for node in nodes:
        shutil.copy(key_file(scratch), key_file(node))
    assert start_at_once(nodes) == nodes
    assert_one_installation(nodes)
