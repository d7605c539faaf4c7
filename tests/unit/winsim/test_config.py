# SPDX-License-Identifier: GPL-3.0-or-later
"""winrm/config and Identify."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import yaml

from unit.winsim.structure import shape
from unit.winsim.wire import CALLER, SAMPLES, TRANSFER, ask, envelope, machine, tree
from winsim.config import Access
from winsim.wsman import Reply, Service

CONFIG = "http://schemas.microsoft.com/wbem/wsman/1/config"


def test_the_configuration_has_the_recorded_form() -> None:
    path = SAMPLES / "wsman_config" / "pypsrp_winrm_config_get_500.yml"
    (message,) = yaml.safe_load(path.read_text(encoding="utf-8"))["messages"]
    service = Service(machine("6.3.9600"))
    request = service.read(message["request"].encode(), CALLER)
    assert not isinstance(request, Reply)
    answer = ET.fromstring(service.answer(request, CALLER).text)
    assert shape(answer) == shape(ET.fromstring(message["response"]))


def test_it_tells_what_holds() -> None:
    host = machine()
    host.wsman.max_envelope_size = 153_600
    host.wsman.max_concurrent_operations = 15
    service = Service(host, Access(basic=False, allow_unencrypted=False))
    values = {
        element.tag.rpartition("}")[2]: element.text
        for element in tree(ask(service, envelope(f"{TRANSFER}Get", uri=CONFIG))).iter()
    }
    assert values["MaxEnvelopeSizekb"] == "150"
    assert values["MaxConcurrentOperationsPerUser"] == "15"
    assert values["AllowUnencrypted"] == "false"
    assert values["CbtHardeningLevel"] == "Relaxed"


def test_identify_needs_no_headers() -> None:
    data = (
        b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
        b'xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">'
        b"<s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>"
    )
    reply = ask(Service(machine("10.0.22631")), data)
    assert reply.status == 200
    assert "OS: 10.0.22631 SP: 0.0 Stack: 3.0" in reply.text
