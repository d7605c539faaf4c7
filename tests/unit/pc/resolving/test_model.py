# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of hosts, and what Windows looks up for them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.pc.resolving.model import (
    candidates,
    host_name,
)
from unit.rows import each_row


@each_row(
    ("written", "name"),
    [
        ("srv-1", "srv-1"),
        ("SRV-1.Example.COM", "srv-1.example.com"),
        ("srv-1.example.", "srv-1.example"),
        ("_sip.example", "_sip.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("1and1.example", "1and1.example"),
        ("a" * 63, "a" * 63),
        ("", None),
        (".", None),
        ("a..b", None),
        ("-a", None),
        ("a-", None),
        ("a" * 64, None),
        (".".join(["a" * 49] * 6), None),
        ("bücher.example", None),
        ("srv\u20111", None),
        ("\u212aelvin", None),
        ("a b", None),
        ("a'b", None),
        ("a\\b", None),
        ("a\n", None),
        ("a%b", None),
        # They look like addresses.
        ("10.0.0.5", None),
        ("10", None),
        ("fe80::1", None),
    ],
)
def test_names_of_hosts(written: str, name: str | None) -> None:
    assert host_name(written) == name


@given(st.text(max_size=30))
def test_no_other_characters(written: str) -> None:
    found = host_name(written)
    assert found is None or set(found) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_.")


@each_row(
    ("written", "names"),
    [
        ("srv-1", ("srv-1", "srv-1.a.example", "srv-1.b.example")),
        ("srv-1.", ("srv-1",)),
        ("srv-1.example", ("srv-1.example",)),
        ("10.0.0.5", ()),
        ("?", ()),
    ],
)
def test_what_is_looked_up(written: str, names: tuple[str, ...]) -> None:
    assert candidates(written, ("a.example", "b.example", "a.example")) == names
