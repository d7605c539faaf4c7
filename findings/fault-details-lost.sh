#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#: Software and version: pywinrm 0.5.0 and pypsrp 0.9.1 (PyPI), on Python 3.11 or later.
#: Expected: the exception for a fault tells why the host refused: the code and the text of the
#:   provider, which Windows puts into the fault's detail, either as an MSFT_WmiError or as a
#:   WSManFault within the ProviderFault of another one.
#: Happens: of an MSFT_WmiError, pypsrp has neither the code nor the text, and pywinrm the code only;
#:   of a nested WSManFault, neither has the text. Both show the general sentence of the envelope.
#:   pywinrm keeps the answer (response), so that one can read it oneself; pypsrp does not.
#: Matters to: who asks WMI through pypsrp, or reads such errors in a log: a missing class, a refused
#:   access and a broken provider look the same.
#: Known: no report found for these two; Ruby's client had it, https://github.com/WinRb/WinRM/pull/96.
set -euo pipefail
sed -n 's/^#: //p' "$0"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export no_proxy=127.0.0.1 NO_PROXY=127.0.0.1
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps \
    pywinrm==0.5.0 pypsrp==0.9.1 requests==2.34.2 urllib3==2.8.0 idna==3.20 certifi==2026.10.18 \
    charset-normalizer==3.5.2 requests_ntlm==1.3.0 pyspnego==0.12.4 cryptography==50.0.2 \
    cffi==2.1.1 pycparser==3.12 xmltodict==1.0.4

"$folder/venv/bin/python" -I - >"$folder/seen" <<'PYTHON'
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from pypsrp.exceptions import WSManFaultError as PypsrpFault
from pypsrp.wsman import WSMan
from winrm.exceptions import WSManFaultError as PywinrmFault
from winrm.protocol import Protocol

TEXT = "This machine has no class of that name."
DETAILS = {
    "MSFT_WmiError": (
        '<d:MSFT_WmiError xmlns:d="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/MSFT_WmiError">'
        f"<d:Message>{TEXT}</d:Message><d:MessageID>HRESULT 0x80041010</d:MessageID>"
        "<d:error_Code>2147749904</d:error_Code></d:MSFT_WmiError>"
    ),
    "WSManFault": (
        '<d:WSManFault xmlns:d="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"'
        ' Code="2150859002" Machine="win.example.com"><d:Message><d:ProviderFault provider="WMI"'
        ' path="wmi.dll"><d:WSManFault Code="2147749904" Machine="win.example.com">'
        f"<d:Message>{TEXT}</d:Message></d:WSManFault></d:ProviderFault></d:Message></d:WSManFault>"
    ),
}
FAULT = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"><s:Body><s:Fault><s:Code>'
    "<s:Value>s:Receiver</s:Value><s:Subcode><s:Value>w:InternalError</s:Value></s:Subcode></s:Code>"
    '<s:Reason><s:Text xml:lang="en-US">The request failed.</s:Text></s:Reason>'
    "<s:Detail>{}</s:Detail></s:Fault></s:Body></s:Envelope>"
)


class Host(BaseHTTPRequestHandler):
    """Answers with the fault whose detail the path names."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        answer = FAULT.format(DETAILS[self.path[1:]]).encode()
        self.send_response(500)
        self.send_header("Content-Type", "application/soap+xml;charset=UTF-8")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_arguments):
        """Nothing."""


def tell(who, detail, said, **codes):
    print(f"{who}, {detail}: text {'told' if TEXT in said else 'lost'}, {codes}")


server = HTTPServer(("127.0.0.1", 0), Host)
threading.Thread(target=server.serve_forever, daemon=True).start()
host, port = server.server_address
known = {"username": "user", "password": "secret"}
for detail in DETAILS:
    wsman = WSMan(
        host, port=port, path=detail, ssl=False, auth="basic", encryption="never", **known
    )
    try:
        wsman.get("http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Contoso_Disk")
    except PypsrpFault as error:
        said = f"{error} {error.reason} {error.provider_fault} {vars(error)}"
        tell("pypsrp", detail, said, code=error.code)
    protocol = Protocol(f"http://{host}:{port}/{detail}", transport="basic", **known)
    try:
        protocol.open_shell()
    except PywinrmFault as error:
        said = f"{error} {error.reason}"
        tell("pywinrm", detail, said, code=error.wsman_fault_code, wmi=error.wmierror_code)
server.shutdown()
PYTHON

echo "Seen:"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
pypsrp, MSFT_WmiError: text lost, {'code': 'w:InternalError'}
pywinrm, MSFT_WmiError: text lost, {'code': None, 'wmi': 2147749904}
pypsrp, WSManFault: text lost, {'code': 2150859002}
pywinrm, WSManFault: text lost, {'code': 2150859002, 'wmi': None}
SEEN
