# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documents promise is backed by tests: tests/promises.yml names them.

A sentence that is changed in a document, and a test that is renamed or taken away, have to be
looked at together. The figures of docs/fleet.md that come from code are compared here.
"""

from __future__ import annotations

import functools
import re
from typing import Any

import pytest
import yaml
from ansible.playbook.play_context import PlayContext
from ansible.plugins.loader import connection_loader

from ansible_collections.portkeeper.windows.plugins.module_utils.host.session import Limits
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.recording.recording import (
    MAX_BYTES,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.connections.transports import (
    TASK_SECONDS,
    PsrpTransport,
    WinrmTransport,
    transport_for,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.exchange.connecting import (
    BY_DEFAULT,
)
from tools.layout import ROOT

TESTS = ROOT / "tests"
# By the parser in C where there is one: that in Python takes as long as all tests here.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
PROMISES: dict[str, list[dict[str, Any]]] = yaml.load(
    (TESTS / "promises.yml").read_text("utf-8"), _LOADER
)
SENTENCES = [
    (document, promise["says"], promise["tests"])
    for document, several in PROMISES.items()
    for promise in several
]
# Sections each of whose points has to be a promise that is backed.
WHOLE_SECTIONS = [("README.md", "What it never does")]


def one_line(text: str) -> str:
    return " ".join(text.split())


@functools.cache
def document(name: str) -> str:
    return one_line((ROOT / name).read_text("utf-8"))


@functools.cache
def functions(path: str) -> frozenset[str]:
    source = (TESTS / path).read_text("utf-8")
    return frozenset(re.findall(r"^(?:    )?def (test_\w+)\(", source, re.M))


def test_a_promise_stands_in_its_document() -> None:
    assert len(SENTENCES) > 60
    assert [
        (name, sentence)
        for name, sentence, _tests in SENTENCES
        if one_line(sentence) not in document(name)
    ] == []


def test_a_promise_stands_in_japanese_too() -> None:
    # A line of Japanese goes on without a blank.
    text = document("README.ja.md").replace(" ", "")
    sentences = [each["ja"] for each in PROMISES["README.md"] if "ja" in each]
    assert len(sentences) > 10
    assert [each for each in sentences if each.replace(" ", "") not in text] == []


def test_a_promise_is_backed_by_tests_that_are_there() -> None:
    assert [sentence for _name, sentence, tests in SENTENCES if not tests] == []
    named = {test for _name, _sentence, tests in SENTENCES for test in tests}
    missing = set()
    for test in named:
        path, _colons, function = test.partition("::")
        if function not in functions(path):
            missing.add(test)
    assert missing == set()


@pytest.mark.parametrize(("name", "section"), WHOLE_SECTIONS)
def test_each_point_of_a_section_is_a_promise(name: str, section: str) -> None:
    text = (ROOT / name).read_text("utf-8").split(f"## {section}\n")[1].split("\n## ")[0]
    points = [one_line(point) for point in re.split(r"^- ", text, flags=re.M)[1:]]
    assert points
    backed = [one_line(each["says"]) for each in PROMISES[name]]
    for point in points:
        assert any(sentence in point for sentence in backed), point


# -- figures ---------------------------------------------------------------------------------------


def test_the_limits_are_those_of_the_library() -> None:
    limits = Limits()
    text = document("docs/fleet.md")
    assert (
        f"given up after {limits.pages:,} answers to one question, {limits.items:,} instances, "
        f"{limits.answers // 1024**2} MB or four minutes"
    ) in text
    assert limits.seconds == limits.task == 4 * 60
    assert "spends at most five minutes on a host" in text
    assert TASK_SECONDS == 5 * 60
    assert limits.attempts == 3
    assert "sent three times at most" in text


def test_a_recording_is_as_long_as_is_said() -> None:
    assert f"more than {MAX_BYTES // 1024**2} MiB" in document("docs/recording.md")


def connection(kind: str, **variables: Any) -> Any:
    made = connection_loader.get(kind, PlayContext(), "/dev/null")
    given = {
        "ansible_host": "192.0.2.1", "ansible_port": 5985, "ansible_user": "admin",
        "ansible_password": "Passw0rd!", "ansible_winrm_transport": "ntlm",
        "ansible_psrp_auth": "ntlm",
    } | variables  # fmt: skip
    extras = {name: each for name, each in given.items() if name.startswith(f"ansible_{kind}_")}
    made.set_options(var_options=given | {"_extras": extras})
    return made


def test_the_time_limits_are_those_of_the_connections() -> None:
    rows = re.findall(r"\| (?:`(\w+)`: )?([^|]+?) \| (\d+) s \|", document("docs/fleet.md"))
    told = {(kind, what): int(seconds) for kind, what, seconds in rows}
    winrm, psrp = connection("winrm"), connection("psrp")
    assert transport_for(winrm).operation_timeout == told["winrm", "an operation, on the host"]
    assert transport_for(psrp).operation_timeout == told["psrp", "an operation, on the host"]
    assert told["winrm", "each answer"] == winrm.protocol.read_timeout_sec
    assert told["psrp", "each answer"] == psrp.get_option("read_timeout")
    assert told["", "connect"] == BY_DEFAULT.seconds
    for made in (winrm, psrp):
        transport = transport_for(made)
        assert isinstance(transport, WinrmTransport | PsrpTransport)
        in_all = f"the time for an answer: {transport._guard.seconds:.0f} s by default"
        assert in_all in document("docs/fleet.md")


def test_one_variable_sets_two_time_limits() -> None:
    made = connection("winrm", ansible_winrm_connection_timeout=15)
    transport_for(made)
    seconds = (made.protocol.operation_timeout_sec, made.protocol.read_timeout_sec)
    assert "an operation to {} s, and an answer to {} s".format(*seconds) in document(
        "docs/fleet.md"
    )
