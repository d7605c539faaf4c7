# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rule must be: recorded ones are, and what contradicts itself is not."""

from __future__ import annotations

import pytest

from unit.rows import each_row
from unit.sweeps import fast
from winsim.cim import CimError, CimStatus
from winsim.firewall.checks import check, check_statuses
from winsim.firewall.rule import parse
from winsim.firewall.store import SAMPLES, FirewallState, read_dump

MACHINES = "RMauth=O:LSD:(A;;CC;;;S-1-5-32-544)|"


DUMPS = {path.name.partition("_fwpolicy")[0]: path for path in sorted(SAMPLES.glob("*.txt"))}


@pytest.mark.parametrize("name", fast(DUMPS, "win11_written_de"))
def test_recorded_rules_pass(name: str) -> None:
    state = FirewallState(read_dump(DUMPS[name]))
    rules = [*state.parsed_rules().values(), *state.parsed_rules("policy").values()]
    assert rules
    for rule in rules:
        check(rule)


@each_row(
    "text",
    [
        f"Action=Allow|Dir=In|Name=n|{MACHINES}",
        "Action=Block|Dir=In|Name=n|Security=Authenticate|",
        f"Action=ByPass|Dir=In|Name=n|{MACHINES}",
        "Action=ByPass|Dir=In|Name=n|Security=Authenticate|",
        f"Action=ByPass|Dir=Out|Name=n|{MACHINES}Security=Authenticate|",
        "Action=Allow|Dir=Out|Protocol=6|Name=n|LSM=TRUE|",
        "Action=Allow|Dir=Out|Name=n|Edge=TRUE|",
        "Action=Allow|Dir=Out|Protocol=6|LPort=RPC|Name=n|",
        "Action=Allow|Dir=In|LPort=80|Name=n|",
        "Action=Allow|Dir=In|Protocol=1|ICMP6=8:*|Name=n|",
        "Action=Allow|Dir=In|Name=n|LUAuth=anna|",
        "Action=Allow|Dir=In|Name=n|LUAuth=O:LSD:|",
        "Action=Allow|Dir=In|Name=n|LUAuth=D:(A;;GA;;;WD)|",
        "Action=Allow|Dir=In|Name=n|LUAuth=D:(XA;;CC;;;WD;(1))|",
        "Action=Allow|Dir=In|Name=n|AppPkgId=Calculator|",
        "Action=Allow|Dir=Out|Name=n|RUAuth=D:(A;;CC;;;BA)|Security=Authenticate|",
        "Action=Allow|Dir=Out|Name=n|Security=AuthenticateEncrypt|Security2=AnE-Nego|",
        "Action=Allow|Dir=In|Name=|",
        "Action=Allow|Dir=In|",
    ],
)
def test_contradictions_are_refused(text: str) -> None:
    with pytest.raises(CimError) as error:
        check(parse(f"v2.30|{text}"))
    assert error.value.status is CimStatus.INVALID_PARAMETER
    assert error.value.style == "wmi"


@each_row(
    "text",
    ["Dir=In|Name=n|LA4=10.0.0.1|IFType=Lan|", "Dir=In|Name=n|Svc=x|LUAuth=D:(A;;CC;;;WD)|"],
)
def test_what_only_a_status_speaks_of_is_refused_by_a_strict_host(text: str) -> None:
    rule = parse(f"v2.30|Action=Allow|{text}")
    check(rule)
    with pytest.raises(CimError):
        check_statuses(rule)
    check_statuses(parse("v2.30|Action=Allow|Dir=In|Name=n|LA4=10.0.0.1|Svc=x|"))


def test_secured_rule_for_machines_passes() -> None:
    check(parse(f"v2.30|Action=ByPass|Dir=In|Name=n|{MACHINES}Security=Authenticate|"))
