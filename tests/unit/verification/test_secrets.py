# SPDX-License-Identifier: GPL-3.0-or-later
"""A recording has nothing in it that says whose host it is of."""

from __future__ import annotations

import base64
import html
import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unit.verification.recorded_pc import record, recorded
from unit.winsim.small import document as small_document
from winsim.images import Image
from winsim.machine import Machine

USER = st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=12)
NAME = st.from_regex(r"[A-Z]{4,8}-[0-9]{3,5}", fullmatch=True)
JAPANESE = st.text("アイウエオカキクケコ漢字", min_size=3, max_size=8)
OCTET = st.integers(1, 254)


def plain(recording: str) -> str:
    """All that a reader of a recording could see, with what programs printed, in lower case."""
    texts = []
    for line in recording.splitlines():
        row: dict[str, Any] = json.loads(line)
        for text in (row.get("request", ""), row.get("answer", ""), row.get("system", "")):
            texts.append(html.unescape(text))
            texts += [
                base64.b64decode(each).decode("utf-8", "replace")
                for each in re.findall(r"<rsp:Stream[^>]*>([^<]+)<", text)
            ]
    return "\n".join(texts).casefold()


def secrets_of(machine: Machine) -> set[str]:
    """What the image of a machine says about who it belongs to."""
    found = {machine.computer_name, machine.network.ipv4, machine.name}
    found.add(machine.network.ipv6_link_local.partition("%")[0])
    found |= {profile.name for profile in machine.network.profiles}
    found |= {profile.instance_id.strip("{}") for profile in machine.network.profiles}
    found |= {machine.network.domain or "", *machine.users.values()}
    for process in machine.processes():
        match = re.search(r"\\Users\\([^\\]+)\\", process.path or "")
        if match and match[1] != "Public":
            found.add(match[1])
    for endpoint in machine.endpoints():
        if endpoint.remote_address and not re.match(r"0\.|127\.|::", endpoint.remote_address):
            found.add(endpoint.remote_address)
    return found - {""}


@pytest.mark.sweep  # all that is read of a large PC: the small one below is done in no time
@pytest.mark.parametrize("image", ["win11-ja", "win11-de", "gpo-locked"])
def test_nothing_of_an_image_is_in_its_recording(image: str) -> None:
    secrets = secrets_of(recorded(image).machine)
    assert len(secrets) > 6
    text = plain(recorded(image).text)
    assert [secret for secret in secrets if secret.casefold() in text] == []


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    user=USER, computer=NAME, network=JAPANESE | NAME, octets=st.tuples(OCTET, OCTET, OCTET, OCTET)
)
def test_nor_is_any_name_or_address(
    user: str, computer: str, network: str, octets: tuple[int, int, int, int]
) -> None:
    # A user is never called as a word of the small image, nor as one of the vocabulary.
    user = f"{user}q7"
    own = f"10.{octets[0]}.{octets[1]}.{octets[2]}"
    peer = f"203.0.{octets[3]}.{octets[0]}"
    image = small_document()
    image["computer_name"] = computer
    image["network"]["ipv4"] = own
    image["console_user"] = user
    image["os"] = image["os"] | {"caption": f"Windows ({user} at {own})"}
    image["network"]["profiles"] = [
        {"name": network, "interface": "Ethernet", "index": 7, "category": "private",
         "id": "{6C1F3A52-0B0E-4D5B-9B0C-8A7D2E4F9A11}"},
    ]  # fmt: skip
    image["firewall"] = {
        "rules": {
            f"TCP {user}": f"v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|RA4={own}-{peer}"
            rf"|App=C:\Users\{user}\app.exe|Name={computer} for {user}|"
        },
    }
    image["processes"].append(
        {"pid": 1400, "parent": 900, "name": "own.exe", "path": rf"C:\Users\{user}\own.exe",
         "tcp": [f"{own}:20099", f"{own}:50300 -> {peer}:443"]}
    )  # fmt: skip
    machine = Image("small", image).boot("test-7", "127.0.0.1")
    text = plain(record(machine).text)
    found = [each for each in (user, computer, network, own, peer) if each.casefold() in text]
    assert found == []


def test_a_name_in_whatever_a_pc_tells_is_gone() -> None:
    """Each text of the image has it, in one spelling or another; a user's folder tells it."""
    spelt = (
        "yamada",
        "YAMADA-san",
        "svc_yamada",
        "YamadaBackup",
        "ｙａｍａｄａ",
        "%2Fyamada",
        "社内yamada用",
    )
    image = small_document()
    image["console_user"] = "yamada"
    image["os"] = image["os"] | {"caption": "Windows of Yamada"}
    image["processes"].append(
        {"pid": 1400, "parent": 900, "name": "own.exe", "path": r"C:\Users\yamada\own.exe"}
    )
    rules = {}
    for number, each in enumerate(spelt):
        rules[f"Rule {number} {each}"] = (
            f"v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort={21000 + number}"
            rf"|App=D:\{each}\app.exe|Name={each}|Desc=for {each}.|EmbedCtxt={each}|"
        )
        image["services"][f"Service {each}"] = {"display": f"of {each}"}
        image["processes"].append(
            {"pid": 2000 + 4 * number, "parent": 900, "name": f"{each}.exe",
             "path": rf"D:\{each}\app.exe", "arguments": f"-u {each}",
             "services": [f"Service {each}"], "tcp": [f"0.0.0.0:{21000 + number}"]}
        )  # fmt: skip
    image["firewall"] = {"rules": rules}
    text = plain(record(Image("small", image).boot("test-7", "127.0.0.1")).text)
    assert [each for each in ("yamada", "ｙａｍａｄａ") if each in text] == []
    assert text.count("user1") > 30
