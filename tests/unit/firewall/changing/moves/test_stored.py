# SPDX-License-Identifier: GPL-3.0-or-later
"""What would be lost with a rule."""

from __future__ import annotations

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.moves.stored import (
    stored,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import rule_text
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
)
from unit.firewall.changing.purging.purges import rule
from unit.rows import each_row


@each_row(
    ("fields", "lost"),
    [
        ({}, ()),
        (
            {
                "LPort2_10": "8000-8100", "RPort": "50000", "RA4": "LocalSubnet",
                "RA42": "IntrAnet", "App": r"C:\a.exe", "Svc": "x", "IFType": "Lan",
                "Edge": "TRUE", "Defer": "App", "Desc": "d", "EmbedCtxt": "G", "Profile": "Domain",
            },
            (),
        ),
        ({"Protocol": "1", "LPort": "", "ICMP4": "8:*"}, ("LPort",)),
        ({"Action": "ByPass", "Security": "Authenticate"}, ("Action",)),
        (
            {
                "Security": "AuthenticateEncrypt", "Security2": "AnE-Nego",
                "RMauth": "O:LSD:(A;;CC;;;BA)", "LUAuth": "D:(D;;CC;;;WD)",
                "AppPkgId": "S-1-15-2-1", "Platform": "2:6:1", "Platform2": "GTEQ",
            },
            (),
        ),
        ({"Security": "Authenticate", "Security2_9": "An-NoEncap"}, ()),
        ({"Security2": "AnE-Nego"}, ("Security2",)),
        ({"LUAuth": "O:LSD:(XA;;CC;;;WD;(1))", "AppPkgId": "x"}, ("LUAuth", "AppPkgId")),
        ({"LUAuth2_24": "TzpMU0Q6", "PFN": "App_1"}, ("LUAuth2_24", "PFN")),
        ({"TTK2_27": "UPnP", "Later2_40": "a=b"}, ("TTK2_27", "Later2_40")),
        ({"RA4": "nowhere"}, ("RA4",)),
        ({"Name": "@FirewallAPI.dll,-28753"}, ("Name",)),
        ({"EmbedCtxt": "@FirewallAPI.dll,-28752", "Desc": "@x,-1"}, ("EmbedCtxt", "Desc")),
    ],
)  # fmt: skip
def test_what_no_task_can_write_is_kept_in_full(
    fields: dict[str, str], lost: tuple[str, ...]
) -> None:
    text = rule("n", **fields)
    found = stored(rule_text.parse("id", text))
    assert (found.lost if found else ()) == lost
    if found is not None:
        assert found.text == text
        assert "v2.30|" + "".join(f"{key}={value}|" for key, value in found.fields) == text


def test_a_rule_that_was_never_read_has_no_text() -> None:
    assert stored(FirewallRule("id", network_names="x")) is None
