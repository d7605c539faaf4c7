# SPDX-License-Identifier: GPL-3.0-or-later
"""How a host answers that is less kind: by its seed alone, and as asked."""

from __future__ import annotations

import re

import pytest

from unit.winsim.wire import ENUMERATION, WMI, ask, enumerate_body, envelope, pull_body, tree
from winsim.images import load
from winsim.unkind.manner import Unkind
from winsim.unkind.tree import split
from winsim.wsman import Service

_GUID = re.compile("[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}")
URI = f"{WMI}root/cimv2/*"


def listed(service: Service, query: str) -> tuple[list[str], list[str]]:
    """The names of all services that an enumeration brings, and the texts of its answers."""
    names: list[str] = []
    reply = ask(service, envelope(f"{ENUMERATION}Enumerate", enumerate_body(query), uri=URI))
    texts = [reply.text]
    while True:
        root = tree(reply)
        found = {split(each.tag)[1]: (each.text or "").strip() for each in root.iter()}
        names += [each.text or "" for each in root.iter() if split(each.tag)[1] == "Name"]
        if "Fault" in found:
            reply = ask(
                service, envelope(f"{ENUMERATION}Enumerate", enumerate_body(query), uri=URI)
            )
        elif "EndOfSequence" in found:
            return names, texts
        else:
            body = pull_body(found["EnumerationContext"])
            reply = ask(service, envelope(f"{ENUMERATION}Pull", body, uri=URI))
        texts.append(reply.text)


def service(seed: int | None, name: str = "pc") -> Service:
    made = Service(load("server2022").boot(name=name))
    made.manner = Unkind(seed) if seed is not None else None
    return made


@pytest.mark.sweep
def test_every_row_comes_once_whatever_the_pages() -> None:
    query = "select Name from Win32_Service"
    expected, _texts = listed(service(None), query)
    pages, stayed, orders = set(), False, set()
    for seed in range(30):
        names, texts = listed(service(seed), query)
        assert sorted(names) == sorted(expected)
        orders.add(tuple(names))
        pages.add(len(texts))
        contexts = [set(re.findall(r"EnumerationContext>([0-9]{9,11})</", each)) for each in texts]
        stayed |= len(contexts) > 2 and contexts[0] == contexts[1] != set()
    assert len(pages) > 3
    assert len(orders) > 20
    assert stayed, "no context ever stayed the same"


def test_a_seed_repeats_itself() -> None:
    query = "select * from Win32_Service"
    once, again = (
        [_GUID.sub("GUID", each) for each in listed(service(7), query)[1]] for _time in range(2)
    )
    assert once == again


def test_hosts_and_seeds_differ() -> None:
    query = "select Name from Win32_Service"
    orders = {
        tuple(listed(service(seed, name), query)[0])
        for seed, name in ((1, "a"), (1, "b"), (2, "a"))
    }
    assert len(orders) == 3
