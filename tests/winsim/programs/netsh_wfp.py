# SPDX-License-Identifier: GPL-3.0-or-later
"""netsh.exe: `wfp show netevents file=- [timewindow=SECONDS]`.

The elements, their order and their forms: a net event in Microsoft's documentation ("Troubleshooting
Windows Firewall after a Windows upgrade": quarantine behaviour), indented by blanks there. That each
stands in an `<item>` there, and in a `<netEvent>` in the documentation, and the type FWPM_NET_EVENT_TYPE_PUBLIC_CLASSIFY_DROP of Windows 11 25H2:
published scripts that read the file. What `file=-` prints around the list has not been published; here
it is the list as it stands in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from winsim.drop_state import DroppedPacket
from winsim.programs.cmd_syntax import NotSimulatedError
from winsim.programs.shell import Output, Shell

_ELEVATION = {
    "en": "The requested operation requires elevation (Run as administrator).",
    "ja": "要求された操作には管理者特権が必要です (管理者として実行)。",
    "de": "Der angeforderte Vorgang erfordert erhöhte Rechte (Als Administrator ausführen).",
}
#: Where the type of an event says that it is public.
_PUBLIC = 26200


def net_events(shell: Shell, rest: Sequence[str]) -> Output:
    options = dict(word.partition("=")[::2] for word in rest)
    if options.pop("file", "") != "-":
        raise NotSimulatedError("netsh wfp show netevents with a file")
    window = float(options.pop("timewindow", "inf"))
    if options:
        raise NotSimulatedError(f"netsh wfp show netevents {' '.join(options)}")
    records = shell.machine.recorded_drops
    output = Output()
    if "netsh" in records.refused:
        output.exit_code = 1
        output.line(_ELEVATION[shell.machine.language])
        return output
    now = shell.machine.clock()
    found = [each for each in _events(shell) if each[0] >= now - _window(window)]
    lines = ['<?xml version="1.0"?>', f'<netEvents numItems="{len(found)}">']
    lines += (f"\t{line}" for time, packet in found for line in _event(shell, time, packet))
    text = "".join(f"{line}\r\n" for line in (*lines, "</netEvents>"))
    output.copied = text.encode(records.printed)
    return output


def _window(seconds: float) -> timedelta:
    return timedelta(seconds=min(seconds, 10.0**9))


def _events(shell: Shell) -> Iterator[tuple[datetime, DroppedPacket]]:
    if shell.machine.recorded_drops.net_events:
        for each in shell.machine.drops.packets():
            if not each.packet.is_stealth:
                yield each.time, each.packet


def _event(shell: Shell, time: datetime, packet: DroppedPacket) -> Iterator[str]:
    six = ":" in packet.remote[0]
    version = "6" if six else "4"
    build = int(shell.machine.operating_system.version.rpartition(".")[2] or 0)
    public = "PUBLIC_" if build >= _PUBLIC else ""
    data = (packet.program + "\0").encode("utf-16-le")
    shown = "".join(chr(each) if 32 <= each < 127 else "." for each in data)
    # Microsoft's sample says OUT of a packet that came in.
    wrong = "OUT" if packet.direction == "in" else "IN"
    element = shell.machine.recorded_drops.element
    yield f"<{element}>"
    yield "\t<header>"
    stamp = time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
    yield f"\t\t<timeStamp>{stamp}Z</timeStamp>"
    yield '\t\t<flags numItems="5">'
    for flag in ("IP_PROTOCOL", "LOCAL_ADDR", "REMOTE_ADDR", "LOCAL_PORT", "REMOTE_PORT"):
        yield f"\t\t\t<item>FWPM_NET_EVENT_FLAG_{flag}_SET</item>"
    yield "\t\t</flags>"
    yield f"\t\t<ipVersion>FWP_IP_VERSION_V{version}</ipVersion>"
    yield f"\t\t<ipProtocol>{packet.protocol}</ipProtocol>"
    yield f"\t\t<localAddrV{version}>{packet.local[0]}</localAddrV{version}>"
    yield f"\t\t<remoteAddrV{version}>{packet.remote[0]}</remoteAddrV{version}>"
    yield f"\t\t<localPort>{packet.local[1]}</localPort>"
    yield f"\t\t<remotePort>{packet.remote[1]}</remotePort>"
    yield "\t\t<scopeId>0</scopeId>"
    yield "\t\t<appId>"
    yield f"\t\t\t<data>{data.hex()}</data>"
    yield f"\t\t\t<asString>{shown.replace('<', '.').replace('&', '.')}</asString>"
    yield "\t\t</appId>"
    yield "\t\t<userId>S-1-5-18</userId>"
    yield f"\t\t<addressFamily>{'FWP_AF_INET6' if six else 'FWP_AF_INET'}</addressFamily>"
    yield "\t\t<packageSid>S-1-0-0</packageSid>"
    yield "\t\t<enterpriseId/>"
    yield "\t\t<policyFlags>0</policyFlags>"
    yield "\t\t<effectiveName/>"
    yield "\t</header>"
    yield f"\t<type>FWPM_NET_EVENT_TYPE_{public}CLASSIFY_DROP</type>"
    yield "\t<classifyDrop>"
    yield f"\t\t<filterId>{packet.filter_id}</filterId>"
    yield f"\t\t<layerId>{packet.layer}</layerId>"
    yield "\t\t<reauthReason>0</reauthReason>"
    yield "\t\t<originalProfile>0</originalProfile>"
    yield "\t\t<currentProfile>0</currentProfile>"
    yield f"\t\t<msFwpDirection>MS_FWP_DIRECTION_{wrong}</msFwpDirection>"
    yield "\t\t<isLoopback>false</isLoopback>"
    yield "\t\t<vSwitchId/>"
    yield "\t\t<vSwitchSourcePort>0</vSwitchSourcePort>"
    yield "\t\t<vSwitchDestinationPort>0</vSwitchDestinationPort>"
    yield "\t</classifyDrop>"
    yield "\t<internalFields>"
    yield '\t\t<internalFlags numItems="1">'
    yield "\t\t\t<item>FWPM_NET_EVENT_INTERNAL_FLAG_FILTER_ORIGIN_SET</item>"
    yield "\t\t</internalFlags>"
    yield "\t\t<capabilities/>"
    yield "\t\t<fqbnVersion>0</fqbnVersion>"
    yield "\t\t<fqbnName/>"
    yield '\t\t<terminatingFiltersInfo numItems="1">'
    yield "\t\t\t<item>"
    yield f"\t\t\t\t<filterId>{packet.filter_id}</filterId>"
    yield "\t\t\t\t<subLayer>FWPP_SUBLAYER_INTERNAL_FIREWALL_WF</subLayer>"
    yield "\t\t\t\t<actionType>FWP_ACTION_BLOCK</actionType>"
    yield "\t\t\t</item>"
    yield "\t\t</terminatingFiltersInfo>"
    yield f"\t\t<filterOrigin>{packet.origin}</filterOrigin>"
    yield "\t\t<interfaceIndex>5</interfaceIndex>"
    yield "\t</internalFields>"
    yield f"</{element}>"
