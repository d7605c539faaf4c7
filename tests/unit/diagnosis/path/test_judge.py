# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of the way from one PC to another, from data about both."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    WantedPort,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.model import (
    Asked,
    PathVerdict,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.naming import (
    NameSource,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.situation import (
    Try,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.judge import (
    diagnose,
    unread,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.products import (
    FirewallProduct,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    AddressState,
    Forward,
    Protocol,
    Route,
    Via,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.curl import TryOutcome
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Verbatim
from unit.diagnosis.cases import NOTHING, OPEN_80, rule
from unit.diagnosis.path.two_pcs import (
    CLIENT,
    CLIENT6,
    DEFAULT,
    DEFAULT6,
    NAME,
    ON_LINK,
    SERVER,
    SERVER6,
    ask,
    client,
    follow,
    kinds,
    msg,
    named,
    own,
    remarks,
    server,
    tasks,
    verdict,
)
from unit.holder_cases import listener, udp, url
from unit.rows import each_row

CONNECTED, REFUSED, TIMED_OUT = TryOutcome.CONNECTED, TryOutcome.REFUSED, TryOutcome.TIMED_OUT
WELL = ("reachable", None, [])
APP = r"C:\App\client.exe"
ACME = FirewallProduct("Acme Total Defence", 0x61000)


def connected(**more: Any) -> dict[str, Try]:
    return {SERVER: Try(CONNECTED, CLIENT, **more)}


# -- all is well -----------------------------------------------------------------------------------


def test_reachable() -> None:
    found = ask(client(tries=connected(seen_from=CLIENT)))
    assert verdict(found) == WELL
    assert (found.address, found.seen_from) == (SERVER, CLIENT)
    assert msg(found) == (
        "From office-7 to srv1, TCP 80 can be reached: httpd.exe (PID 4312, service Apache2.4) "
        "listens, and the client office-7 has connected to 10.20.1.5."
    )
    assert remarks(found) == []


def test_no_sentence_in_japanese_has_the_same_particle_twice() -> None:
    assert msg(ask(client(), server(rules=())), "ja") == (
        "office-7 から srv1 の TCP 80 には接続できません。srv1 では、プライベート ネットワーク"
        "「Servers」には TCP 80 を許可するファイアウォール規則がないため、ブロックされています。"
        "srv1 側の対処: port_firewall で許可してください。"
    )


def test_what_http_sys_serves_is_said_behind_the_answer_about_both() -> None:
    found = ask(client(), server(listener(80, 4), urls=[url(80, 5008)]))
    assert msg(found) == (
        "From office-7 to srv1, TCP 80 can be reached, as far as both PCs show: http.sys (PID 4) "
        "listens, and both firewalls let the traffic through. http.sys serves HTTP://+:80/ for "
        "w3wp.exe (PID 5008)."
    )


def test_reachable_as_far_as_both_show() -> None:
    found = ask()
    assert verdict(found) == WELL
    assert "as far as both PCs show" in msg(found)
    assert remarks(found) == [
        "The client office-7 has not tried to connect, so this is judged from what both PCs show."
    ]


def test_udp_is_judged_without_an_attempt() -> None:
    here = server(udp(80, 4312), rules=["Action=Allow|Protocol=17|LPort=80|Name=Web"])
    found = ask(client(tries=TIMED_OUT), here, protocol=Protocol.UDP)
    assert verdict(found) == WELL
    assert remarks(found) == [
        "UDP gives no answer that could be relied on, so this is judged from what both PCs show."
    ]


# -- where the name leads --------------------------------------------------------------------------


def test_a_line_of_the_hosts_file_leads_elsewhere() -> None:
    stale = named("10.20.1.99", source=NameSource.HOSTS_FILE)
    found = ask(client(resolved=stale, tries=CONNECTED))
    assert verdict(found) == ("name_leads_elsewhere", "name", ["name_leads_elsewhere"])
    assert msg(found) == (
        "From office-7 to srv1, TCP 80 can't be reached: on office-7, the name srv1.example.com "
        "leads to 10.20.1.99 by line 23 of the hosts file, and srv1 does not have that address, but "
        "10.20.1.5; on office-7, correct or remove line 23 of the hosts file "
        r"(C:\Windows\System32\drivers\etc\hosts)."
    )
    # The rest of the way is judged by an address that the server has.
    assert found.address == SERVER


def test_the_dns_cache_or_the_application_itself_leads_elsewhere() -> None:
    found = ask(client(resolved=named("10.20.1.99")))
    assert verdict(found)[0] == "name_leads_elsewhere"
    assert "by the DNS cache" in msg(found)
    literal = named("10.20.1.99", source=NameSource.LITERAL, name="10.20.1.99")
    found = ask(client(resolved=literal))
    assert verdict(found)[0] == "name_leads_elsewhere"
    assert "the application connects to 10.20.1.99" in msg(found)


def test_a_name_that_does_not_exist() -> None:
    found = ask(client(resolved=named(source=NameSource.NOT_FOUND)), server(*NOTHING))
    assert verdict(found) == ("name_unknown", "name", ["name_unknown", "nothing_listens"])


def test_a_name_that_may_stand_in_what_was_not_read() -> None:
    found = ask(client(resolved=replace(named(source=NameSource.UNKNOWN), unread=True)))
    assert verdict(found) == ("unknown", "name", ["name_not_read"])
    assert "was not read completely" in msg(found)
    assert f"an address of srv1 ({SERVER})" in msg(found)


def test_a_name_that_nothing_shows_comes_after_what_is_certain() -> None:
    unknown = client(resolved=named(source=NameSource.UNKNOWN), tries=CONNECTED)
    assert verdict(ask(unknown)) == ("name_unknown", "name", ["name_not_cached"])
    assert "uncertain" in msg(ask(unknown))
    found = ask(unknown, server(*NOTHING))
    assert verdict(found)[0] != "name_unknown"


def test_a_name_that_leads_to_the_server_and_elsewhere() -> None:
    found = ask(client(resolved=named(SERVER, "10.20.1.99"), tries=connected()))
    assert verdict(found) == WELL
    assert "also leads to 10.20.1.99" in remarks(found)[0]
    found = ask(client(resolved=named("10.20.1.99", SERVER), tries=connected()))
    assert verdict(found)[0] == "name_leads_elsewhere"


def test_ipv6_comes_first_and_the_server_listens_on_ipv4_only() -> None:
    there = client(
        own(CLIENT),
        own(CLIENT6, 64),
        routes=(ON_LINK, DEFAULT, DEFAULT6),
        resolved=named(SERVER6, SERVER),
        tries={SERVER6: Try(TIMED_OUT), SERVER: Try(CONNECTED, CLIENT)},
    )
    here = server(addresses=(own(SERVER), own(SERVER6, 64)))
    path, found = follow(there, here)
    assert verdict(found) == ("not_listening", "server_program", ["ipv4_only"])
    assert "the client office-7 connects by IPv6" in msg(found)
    assert found.address == SERVER6
    assert path.to is not None
    assert path.to.tried == (SERVER6, SERVER)
    assert any(
        "has connected to TCP 80 at the other address 10.20.1.5" in each for each in remarks(found)
    )


def test_an_address_to_which_the_client_has_no_way_comes_last() -> None:
    here = server(addresses=(own(SERVER), own(SERVER6, 64)))
    found = ask(client(resolved=named(SERVER6, SERVER), tries=connected()), here)
    assert (verdict(found), found.address) == (WELL, SERVER)


# -- how packets leave -----------------------------------------------------------------------------


def test_no_route() -> None:
    found = ask(client(routes=(ON_LINK,)))
    assert verdict(found) == ("no_route", "route", ["no_route"])
    assert found.address == SERVER
    assert tasks(found) == []


def test_an_address_that_another_machine_has_too() -> None:
    found = ask(client(own(CLIENT, state=AddressState.DUPLICATE)))
    assert verdict(found) == ("no_route", "route", ["client_address_duplicate"])
    assert CLIENT in msg(found)


def test_an_address_that_both_have() -> None:
    found = ask(client(own(SERVER), routes=(Route("10.20.1.0/24", 12),)))
    assert verdict(found) == ("no_route", "route", ["client_has_address"])


def test_an_address_of_its_own_making() -> None:
    alone = client(own("169.254.7.7", 16), routes=(Route("169.254.0.0/16", 12),))
    found = ask(alone)
    assert verdict(found) == ("no_route", "route", ["no_route"])
    assert "169.254.7.7, which the PC has given itself" in msg(found)


def test_a_vpn_owns_the_route() -> None:
    there = client(
        own("10.20.1.7"),
        own("172.16.0.9", 32, 30, "Contoso VPN"),
        routes=(Route("10.20.1.0/25", 30), Route("10.20.1.0/24", 12), DEFAULT),
        tries=TIMED_OUT,
    )
    found = ask(there)
    assert verdict(found) == ("lost_on_the_way", "route", ["way_out"])
    assert "leaves by the adapter 'Contoso VPN', although the adapter 'Ethernet' has" in msg(found)


# -- the client's firewall -------------------------------------------------------------------------


def test_blocked_at_the_client() -> None:
    blocks = rule(f"Action=Block|App={APP}|Name=No client", direction="Out")
    found = ask(client(rules=[blocks], tries=connected()), program=APP)
    assert verdict(found) == ("blocked_at_client", "client_firewall", ["client_block_rule"])
    assert tasks(found) == [("office-7", {"rule_id": "no client", "enabled": False})]
    assert any("made by curl.exe" in each for each in remarks(found))


def test_what_blocks_the_client_comes_before_what_blocks_at_the_server() -> None:
    blocks = rule("Action=Block|Protocol=6|RPort=80|Name=No web", direction="Out")
    found = ask(client(rules=[blocks], tries=TIMED_OUT), server(rules=[]))
    assert kinds(found) == ["client_block_rule", "no_rule"]
    # The attempt is kept back already, so it says nothing of the server.
    assert any("says nothing of srv1" in each for each in remarks(found))
    assert [host for host, _options in tasks(found)] == ["office-7", "srv1"]


def test_an_attempt_that_is_kept_back_blames_nothing_on_the_way() -> None:
    curl = rule(r"Action=Block|App=C:\Windows\System32\curl.exe|Name=No curl", direction="Out")
    found = ask(client(rules=[curl], tries=TIMED_OUT), program=APP)
    assert verdict(found) == WELL
    assert any("says nothing of srv1" in each for each in remarks(found))


def test_a_firewall_of_another_maker_at_the_client() -> None:
    with_product = {"products": [ACME]}
    assert verdict(ask(client(**with_product))) == (
        "unknown", "client_firewall", ["client_condition_open"],
    )  # fmt: skip
    assert verdict(ask(client(tries=CONNECTED, **with_product))) == WELL
    found = ask(client(tries=TIMED_OUT, **with_product))
    assert verdict(found)[0] == "blocked_at_client"
    assert kinds(found)[0] == "client_firewall_of_others"
    # If the server explains it, the product is not blamed.
    found = ask(client(tries=TIMED_OUT, **with_product), server(rules=[]))
    assert verdict(found)[0] == "blocked_at_server"


def test_a_product_at_the_client_that_forbids_it() -> None:
    forbidden = {SERVER: Try(TryOutcome.FORBIDDEN, detail="Bad access")}
    found = ask(client(tries=forbidden, products=[ACME]))
    assert verdict(found) == (
        "blocked_at_client", "client_firewall", ["client_firewall_of_others"],
    )  # fmt: skip


def test_a_rule_for_curl_alone_forbids_nothing_else() -> None:
    curl = rule(r"Action=Block|App=C:\Windows\System32\curl.exe|Name=No curl", direction="Out")
    found = ask(
        client(rules=[curl], tries={SERVER: Try(TryOutcome.FORBIDDEN, detail="Bad access")})
    )
    assert verdict(found) == WELL
    assert "as far as both PCs show" in msg(found)


def test_the_client_itself_forbids_the_connection() -> None:
    forbidden = client(tries={SERVER: Try(TryOutcome.FORBIDDEN, detail="Bad access")})
    found = ask(forbidden)
    assert verdict(found) == ("blocked_at_client", "client_firewall", ["client_forbids"])
    found = ask(forbidden, program=APP)
    assert verdict(found) == WELL
    assert any("says nothing of" in each for each in remarks(found))


# -- the server ------------------------------------------------------------------------------------


@each_row(
    ("here", "expected"),
    [
        (server(*NOTHING), ("not_listening", "server_program", ["nothing_listens"])),
        (
            server(listener(80, 4312, "127.0.0.1")),
            ("loopback_only", "server_program", ["loopback_only"]),
        ),
        (server(rules=[]), ("blocked_at_server", "server_firewall", ["no_rule"])),
        (
            server(rules=[OPEN_80 + "|RA4=LocalSubnet"]),
            ("blocked_at_server", "server_firewall", ["rule_for_other_remote"]),
        ),
        (
            server(
                rules=[OPEN_80 + "|Profile=Private"],
                networks=[Network(Profile.PUBLIC, name="Cafe", interface=12)],
            ),
            ("blocked_at_server", "server_firewall", ["rule_for_other_profile"]),
        ),
        (
            server(rules=[OPEN_80, "Action=Block|Protocol=6|Name=Prompt"]),
            ("blocked_at_server", "server_firewall", ["block_rule"]),
        ),
    ],
)
def test_what_port_check_says_of_the_server(here: Any, expected: Any) -> None:
    for attempt in (None, TIMED_OUT):
        found = ask(client(tries=attempt), here)
        assert verdict(found) == expected
        assert found.causes[0].host == "srv1"
        assert "on srv1, " in msg(found)
        assert "controller" not in msg(found)


def test_another_program_has_the_port() -> None:
    found = ask(client(), expected=("nginx",))
    assert verdict(found)[:2] == ("in_use_by_other", "server_program")
    assert tasks(found)[0][0] == "srv1"


def test_a_rule_for_the_local_subnet_lets_neighbours_in() -> None:
    here = server(rules=[OPEN_80 + "|RA4=LocalSubnet"])
    neighbour = client(own("10.20.1.7"), routes=(Route("10.20.1.0/24", 12),))
    assert verdict(ask(neighbour, here)) == WELL
    found = ask(client(), here)
    assert "the client office-7 has the address 10.20.2.7" in msg(found)
    (host, options), *_more = tasks(found)
    assert (host, options["remote_addresses"]) == ("srv1", ["LocalSubnet4", CLIENT])


# -- between them ----------------------------------------------------------------------------------


@each_row(
    ("outcome", "expected"),
    [
        (TIMED_OUT, ("lost_on_the_way", "network", ["lost"])),
        (REFUSED, ("refused_on_the_way", "network", ["refused"])),
        (TryOutcome.UNREACHABLE, ("lost_on_the_way", "network", ["lost"])),
        (TryOutcome.FAILED, ("unknown", "network", ["attempt_failed"])),
        (TryOutcome.RESET, WELL),
        (TryOutcome.NOT_TRIED, WELL),
    ],
)
def test_all_is_well_and_the_attempt_ends_otherwise(outcome: TryOutcome, expected: Any) -> None:
    assert verdict(ask(client(tries={SERVER: Try(outcome, detail="x")}))) == expected


def test_a_connection_that_the_server_does_not_see() -> None:
    found = ask(client(tries=connected(unseen=True)))
    assert verdict(found) == ("answered_by_other", "network", ["not_seen"])
    # By the rules, the server is not open, and the connection is no proof of the contrary.
    found = ask(client(tries=connected(unseen=True)), server(rules=[]))
    assert kinds(found) == ["not_seen", "no_rule"]


def test_a_connection_although_nothing_listens() -> None:
    found = ask(client(tries=connected()), server(*NOTHING))
    assert verdict(found)[:2] == ("answered_by_other", "network")
    assert found.causes[0].host is None


def test_what_windows_passes_on_to_a_container_is_never_in_its_table() -> None:
    here = server(*NOTHING)
    mapping = Forward(Via.NAT, Protocol.TCP, "0.0.0.0", 80, "172.28.16.2", 8080)
    taken = replace(here.situation.snapshot, forwards=(mapping,))
    here = replace(here, situation=replace(here.situation, snapshot=taken))
    found = ask(client(tries=connected(unseen=True)), here)
    assert verdict(found) == WELL


def test_the_address_of_the_client_is_translated() -> None:
    here = server(rules=[OPEN_80 + "|RA4=10.20.2.0/255.255.255.0"])
    found = ask(client(tries=connected(seen_from="192.0.2.99")), here)
    assert verdict(found) == WELL
    assert any("srv1 sees 192.0.2.99 in the place of 10.20.2.7" in each for each in remarks(found))
    assert found.at_server is not None
    assert found.at_server.evidence.firewall[0].verdict.state.value == "blocked"


def test_what_one_port_shows_of_the_translation_counts_for_the_others() -> None:
    here = server(listener(80, 4312), listener(81, 4312), rules=[
        "Action=Allow|Protocol=6|LPort=81|Name=Other",
        OPEN_80 + "|RA4=10.20.2.0/255.255.255.0",
    ])  # fmt: skip
    there = replace(
        client(),
        tries={
            (SERVER, 80): Try(TIMED_OUT),
            (SERVER, 81): Try(CONNECTED, CLIENT, seen_from="192.0.2.99"),
        },
    )
    wanted = Asked((WantedPort(Protocol.TCP, 80), WantedPort(Protocol.TCP, 81)))
    first, second = diagnose(there, here, wanted).diagnoses
    assert verdict(second) == WELL
    assert verdict(first)[0] == "blocked_at_server"
    assert "has the address 192.0.2.99" in msg(first)


def test_an_address_of_the_server_that_another_machine_has() -> None:
    here = server(addresses=(own(SERVER, state=AddressState.DUPLICATE),))
    path, found = follow(client(resolved=named(SERVER)), here)
    assert verdict(found) == ("answered_by_other", "network", ["server_address_duplicate"])
    # Nothing goes to the other machine.
    assert path.to is not None
    assert path.to.tried == ()


def test_an_address_that_the_server_does_not_use() -> None:
    here = server(addresses=(own("10.20.1.6"), own(SERVER, state=AddressState.TENTATIVE)))
    path, found = follow(client(resolved=named(SERVER)), here)
    assert verdict(found)[0] == "lost_on_the_way"
    assert kinds(found)[0] == "server_address_unused"
    assert path.to is not None
    assert path.to.tried == ()


# -- which address ---------------------------------------------------------------------------------


def test_without_a_name_the_address_that_the_controller_uses_counts() -> None:
    here = server(addresses=(own(SERVER), own("10.20.2.5", interface=13)))
    path, found = follow(client(), here)
    assert found.address == SERVER
    assert path.to is not None
    assert path.to.tried == (SERVER,)


def test_another_address_counts_where_the_client_has_no_way_to_that() -> None:
    here = server(addresses=(own(SERVER), own("10.20.2.5", interface=13)))
    assert ask(client(routes=(ON_LINK,)), here).address == "10.20.2.5"


def test_a_link_local_address_has_the_zone_of_the_client() -> None:
    here = server(listener(80, 4312, "::"), addresses=(own("fe80::5", 64),))
    there = client(own("fe80::7", 64, 21), routes=(Route("fe80::/64", 21),), networks=())
    path, found = follow(there, here)
    assert found.address == "fe80::5%21"
    assert path.to is not None
    assert path.to.tried == ("fe80::5%21",)


def test_what_no_host_can_have_is_no_address_of_the_server() -> None:
    odd = [own(each) for each in ("0.0.0.0", "224.0.0.1", "255.255.255.255", "127.0.0.9")]
    here = server(addresses=(*odd, own(SERVER)))
    assert here.known == (SERVER,)
    path, found = follow(client(resolved=named("224.0.0.1")), here)
    assert verdict(found)[0] == "name_leads_elsewhere"
    assert path.to is not None
    assert path.to.tried == (SERVER,)


def test_a_server_that_reports_no_address() -> None:
    here = server(addresses=())
    here = replace(
        here,
        situation=replace(
            here.situation, snapshot=replace(here.situation.snapshot, addresses=()), arrives=None
        ),
    )
    path, found = follow(client(resolved=named(SERVER)), here)
    assert kinds(found)[0] == "server_address_unknown"
    assert path.to is not None
    assert path.to.tried == ()


# -- what could not be read ------------------------------------------------------------------------


def test_a_client_that_could_not_be_read() -> None:
    wanted = Asked((ask().wanted,))
    path = unread("office-9", server(), wanted, Verbatim("It does not answer."))
    (found,) = path.diagnoses
    assert verdict(found) == ("unknown", None, ["client_not_read"])
    assert "office-9" in msg(found)
    assert "It does not answer." in msg(found)


def test_what_is_uncertain_comes_last() -> None:
    found = ask(client(firewall=None), server(rules=[]))
    assert kinds(found) == ["no_rule", "client_firewall_unknown"]
    assert found.verdict is PathVerdict.BLOCKED_AT_SERVER
    assert ask(client(firewall=None)).verdict is PathVerdict.UNKNOWN
    assert verdict(ask(client(firewall=None, tries=CONNECTED))) == WELL


def test_why_nothing_was_tried_is_told() -> None:
    why = Verbatim("There is no curl.exe.")
    assert remarks(ask(client(why_not=why))) == ["There is no curl.exe."]


def test_it_is_told_in_japanese() -> None:
    found = ask(client(resolved=named("10.20.1.99", source=NameSource.HOSTS_FILE)))
    assert msg(found, "ja").startswith(
        "office-7 から srv1 の TCP 80 には接続できません。office-7 では、hosts ファイルの 23 行目により "
        f"{NAME} という名前は 10.20.1.99 を指していますが、srv1 のアドレスは 10.20.1.5 です。"
    )


def test_a_client_that_is_the_server_by_another_name() -> None:
    """What becomes of its attempts tells nothing of firewalls: neither what is shut, nor what is not
    seen."""
    shared = (own(SERVER), own("fe80::5", 64))
    tried = {SERVER: Try(CONNECTED, SERVER, unseen=True)}
    found = ask(client(*shared, tries=tried), server(addresses=shared, rules=()))
    assert verdict(found) == ("no_route", "route", ["client_has_address"])
    assert "it is srv1 itself" in msg(found)
    found = ask(client(*shared, tries=REFUSED), server(*NOTHING, addresses=shared, rules=()))
    assert kinds(found) == ["client_has_address", "nothing_listens"]
    # Another PC that has got the same address has another one in IPv6.
    other = client(own(SERVER), own("fe80::6", 64))
    assert "is one of its own too" in msg(ask(other, server(addresses=shared)))


def test_a_firewall_that_may_see_another_address() -> None:
    """It lets in the client's own one, and nothing gets through to show which one it sees."""
    near = rule(f"Action=Allow|Protocol=6|LPort=80|RA4={CLIENT}|Name=Near")
    lost = ask(client(tries=TIMED_OUT), server(rules=(near,)))
    assert kinds(lost) == ["lost"]
    assert any("sees another address than 10.20.2.7" in each for each in remarks(lost))
    # Nothing of the sort where everybody is let in, or where the server has seen the client.
    for other in (
        ask(client(tries=TIMED_OUT)),
        ask(client(tries=CONNECTED), server(rules=(near,))),
    ):
        assert not any("another address" in each for each in remarks(other))


def test_routes_of_the_server_that_explain_a_failure() -> None:
    lost = client(tries=TIMED_OUT)
    for routes, told in (
        ((Route("10.20.1.0/24", 12, None, 0),), "there is no route back to 10.20.2.7"),
        ((Route("10.20.0.0/16", 12, None, 0),), "by its subnet mask, 10.20.2.7 is directly"),
    ):
        found = ask(lost, replace(server(), routes=routes))
        assert verdict(found) == ("lost_on_the_way", "route", ["way_back"])
        assert told in msg(found)
        assert found.causes[0].host == "srv1"
    # By the way that the client has too, or if nobody knows.
    for routes in ((Route("0.0.0.0/0", 12, "10.20.1.1", 0),), ()):
        assert kinds(ask(lost, replace(server(), routes=routes))) == ["lost"]
