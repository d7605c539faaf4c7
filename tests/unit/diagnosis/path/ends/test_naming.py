# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a name leads, by what the host knows itself."""

from __future__ import annotations

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.naming import (
    NameSource,
    Resolved,
    order_matters,
    resolve,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.preferring import (
    DEFAULT_POLICIES,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    OwnAddress,
    parse_address,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.hosts_file import (
    HostsEntry,
    HostsFile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.resolving.model import (
    DnsRecord,
    NameFacts,
    RecordStatus,
    RecordType,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.rows import each_row

V4 = OwnAddress(parse_address("10.0.1.7"), 24, 12)
V6 = OwnAddress(parse_address("2001:db8:1::7"), 64, 12)
OWN = (OwnAddress(parse_address("127.0.0.1"), 8, 1), V4, V6,
       OwnAddress(parse_address("10.9.0.7"), 24, 12, usable=False))  # fmt: skip


def source_of(address: str) -> OwnAddress | None:
    return V6 if ":" in address else V4


def a(name: str, address: str) -> DnsRecord:
    kind = RecordType.AAAA if ":" in address else RecordType.A
    return DnsRecord(name, kind, address)


def denied(name: str, kind: RecordType, status: RecordStatus) -> DnsRecord:
    return DnsRecord(name, kind, status=status)


def facts(
    *records: DnsRecord, hosts: dict[str, str] | HostsFile | None = None, **more: object
) -> NameFacts:
    if not isinstance(hosts, HostsFile):
        listed = enumerate((hosts or {}).items(), 1)
        hosts = HostsFile(
            tuple(HostsEntry(name, address, line) for line, (address, name) in listed)
        )
    values: dict[str, object] = {"hosts": hosts, "policies": DEFAULT_POLICIES, "records": records}
    return NameFacts(**(values | more))  # type: ignore[arg-type]


def told(found: Resolved) -> str:
    return " ".join(render(each, "en") for each in found.doubts)


@each_row(
    ("more", "doubt"),
    [
        ({"hosts": HostsFile(whole=False)}, "has more than 256 KB"),
        ({"hosts": HostsFile(other_path=r"D:\etc", readable=False)}, r"in D:\etc"),
        ({"hosts": HostsFile(readable=False, path_known=False)}, "file could not be read"),
        ({"records": None}, "cache could not be read"),
    ],
)
def test_a_name_may_stand_in_what_was_not_read(more: dict[str, object], doubt: str) -> None:
    found = resolve("srv-1.example", facts(**more))  # type: ignore[arg-type]
    assert (found.source, found.unread) == (NameSource.UNKNOWN, True)
    assert doubt in told(found)
    for whole in (HostsFile(), HostsFile(readable=False)):  # a PC may have no such file
        assert not resolve("srv-1.example", facts(hosts=whole)).unread


def test_a_hosts_file_that_was_not_read_to_its_end() -> None:
    long = HostsFile((HostsEntry("srv-1.example", "10.0.0.5", 1),), whole=False)
    assert resolve("srv-1.example", facts(hosts=long)).addresses == ("10.0.0.5",)
    assert "has more than 256 KB" in told(resolve("srv-1.example", facts(hosts=long)))
    # Windows puts what the file has into its cache, so this is certain enough.
    cached = resolve("srv-2.example", facts(a("srv-2.example", "10.0.0.6"), hosts=long))
    assert (cached.source, cached.addresses) == (NameSource.DNS_CACHE, ("10.0.0.6",))
    # But what the cache denies may have come into the file since.
    no = denied("srv-2.example", RecordType.A, RecordStatus.NO_NAME)
    assert resolve("srv-2.example", facts(no)).source is NameSource.NOT_FOUND
    assert resolve("srv-2.example", facts(no, hosts=long)).source is NameSource.UNKNOWN


@each_row(
    ("name", "address"),
    [
        ("10.0.1.5", "10.0.1.5"),
        ("2001:DB8::5", "2001:db8::5"),
        ("[2001:db8::5]", "2001:db8::5"),
        ("fe80::5%12", "fe80::5%12"),
    ],
)
def test_an_address_leads_to_itself(name: str, address: str) -> None:
    found = resolve(name, facts(hosts={"10.9.9.9": name}))
    assert found == Resolved(name, NameSource.LITERAL, (address,), name)


def test_the_hosts_file_comes_first() -> None:
    known = facts(a("srv-1", "10.0.1.5"), hosts={"10.0.1.9": "srv-1", "10.0.1.8": "other"})
    found = resolve("SRV-1", known)
    assert (found.source, found.addresses, found.lines) == (
        NameSource.HOSTS_FILE, ("10.0.1.9",), (1,),
    )  # fmt: skip
    assert "cache has 10.0.1.5" in told(found)


def test_the_cache() -> None:
    known = facts(a("srv-1.example", "10.0.1.5"), a("srv-1.example", "10.0.1.6"))
    assert resolve("srv-1.example.", known) == Resolved(
        "srv-1.example.", NameSource.DNS_CACHE, ("10.0.1.5", "10.0.1.6"), "srv-1.example"
    )


def test_an_alias_has_the_addresses_of_what_it_leads_to() -> None:
    known = facts(DnsRecord("www.example", RecordType.CNAME), a("www.example", "10.0.1.5"))
    assert resolve("www.example", known).addresses == ("10.0.1.5",)


def test_a_short_name_has_the_suffixes_of_the_host() -> None:
    known = facts(
        a("srv-1.b.example", "10.0.1.6"),
        a("srv-1.a.example", "10.0.1.5"),
        suffixes=("a.example", "b.example"),
    )
    found = resolve("srv-1", known)
    assert (found.addresses, found.found_as) == (("10.0.1.5",), "srv-1.a.example")
    assert resolve("srv-1.", known).source is NameSource.UNKNOWN


@each_row(
    ("name", "addresses"),
    [
        ("PC-1", ("10.0.1.7", "2001:db8:1::7")),
        ("pc-1.example", ("10.0.1.7", "2001:db8:1::7")),
        ("localhost", ("::1", "127.0.0.1")),
    ],
)
def test_the_hosts_own_name(name: str, addresses: tuple[str, ...]) -> None:
    known = facts(hosts={"10.9.9.9": "pc-1"}, own=frozenset({"pc-1", "pc-1.example"}))
    found = resolve(name, known, OWN)
    assert (found.source, found.addresses) == (NameSource.OWN, addresses)


@each_row(
    ("name", "records", "source"),
    [
        ("srv-1.example", [], NameSource.UNKNOWN),
        (
            "srv-1.example",
            [denied("srv-1.example", RecordType.A, RecordStatus.NO_NAME)],
            NameSource.NOT_FOUND,
        ),
        (
            "srv-1.example",
            [
                denied("srv-1.example", RecordType.A, RecordStatus.NO_RECORDS),
                denied("srv-1.example", RecordType.AAAA, RecordStatus.NO_RECORDS),
            ],
            NameSource.NOT_FOUND,
        ),
        # It may have an address of the other family.
        (
            "srv-1.example",
            [denied("srv-1.example", RecordType.AAAA, RecordStatus.NO_RECORDS)],
            NameSource.UNKNOWN,
        ),
        # Windows asks its neighbours too.
        ("srv-1", [denied("srv-1", RecordType.A, RecordStatus.NO_NAME)], NameSource.UNKNOWN),
        (
            "srv-1.local",
            [denied("srv-1.local", RecordType.A, RecordStatus.NO_NAME)],
            NameSource.UNKNOWN,
        ),
        (
            "srv-1.example",
            [denied("srv-2.example", RecordType.A, RecordStatus.NO_NAME)],
            NameSource.UNKNOWN,
        ),
    ],
)
def test_without_an_address(name: str, records: list[DnsRecord], source: NameSource) -> None:
    found = resolve(name, facts(*records))
    assert (found.source, found.addresses) == (source, ())
    assert ("neighbours" in told(found)) == ("." not in name)


@each_row(
    ("known", "doubt"),
    [
        (facts(hosts={"10.0.1.5": "srv-1.example"}), ""),
        (facts(a("srv-1.example", "10.0.1.5")), ""),
        (
            facts(hosts=HostsFile((HostsEntry("srv-1.example", "10.0.1.5", 7, doubtful=True),))),
            "line 7",
        ),
        (
            facts(hosts=HostsFile((HostsEntry("srv-1.example", "10.0.1.5", 7),), more=True)),
            "more than 1 lines",
        ),
        (
            facts(
                a("srv-1.example", "10.0.1.5"),
                hosts=HostsFile(other_path=r"D:\etc", readable=False),
            ),
            r"D:\etc",
        ),
        (
            facts(a("srv-1.example", "10.0.1.5"), hosts=HostsFile(readable=False)),
            "hosts file could not",
        ),
        (facts(hosts={"10.0.1.5": "srv-1.example"}, records=None), ""),
    ],
)
def test_doubts(known: NameFacts, doubt: str) -> None:
    found = resolve("srv-1.example", known)
    assert found.addresses == ("10.0.1.5",)
    assert doubt in told(found)
    assert bool(doubt) == bool(told(found))


def test_an_unread_cache_leaves_a_name_unknown() -> None:
    found = resolve("srv-1.example", NameFacts(HostsFile()))
    assert found.source is NameSource.UNKNOWN
    assert "cache could not be read" in told(found)


def test_several_addresses_are_sorted_as_windows_does() -> None:
    known = facts(a("srv-1", "10.0.1.5"), a("srv-1", "2001:db8:2::5"))
    assert resolve("srv-1", known).addresses == ("10.0.1.5", "2001:db8:2::5")
    found = resolve("srv-1", known, source_of=source_of)
    assert found.addresses == ("2001:db8:2::5", "10.0.1.5")
    assert told(found) == ""
    found = resolve("srv-1", facts(*known.records or (), policies=None), source_of=source_of)
    assert found.addresses == ("2001:db8:2::5", "10.0.1.5")
    assert "usual order" in told(found)


def test_when_preferences_are_worth_a_request() -> None:
    both = facts(a("srv-1", "10.0.1.5"), a("srv-1", "2001:db8:2::5"))
    assert order_matters(["10.0.1.5", "a b", "srv-1"], both)
    assert not order_matters(["10.0.1.5", "srv-2"], both)
    assert not order_matters(["srv-1"], facts(a("srv-1", "10.0.1.5"), a("srv-1", "10.0.1.6")))


@each_row("name", ["a b", "", "ü.example", "a'b", "10"])
def test_what_is_no_name_is_an_error(name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        resolve(name, facts())
