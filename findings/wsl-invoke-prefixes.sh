#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#: Software and version: wsl 0.2.1-3 (Debian 12, "whistle"), on Debian with curl, libxml2-utils and
#:   uuid-runtime, and Python 3.11 or later for the host.
#: Expected: "wsl invoke CLASS METHOD -inst FILE", where FILE is the answer to an enumeration of
#:   endpoint references, names that instance in its request, whatever prefixes the answer has.
#: Happens: it copies the lines of the SelectorSet from the answer as text, and leaves the declarations
#:   of their namespaces behind. With prefixes other than its own (wsa, wsman), such as those that
#:   Windows writes (a, w), the request is not well-formed XML; it sends that.
#: Matters to: who calls methods of a Windows host with wsl: the host refuses the request, and the
#:   fault says nothing of prefixes. Rewriting FILE with wsl's own prefixes helps.
#: Known: no report found.
set -euo pipefail
sed -n 's/^#: //p' "$0"
folder=$(mktemp -d)
trap 'kill ${host:+"$host"} 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
apt-get download wsl=0.2.1-3 >apt
dpkg-deb -x wsl_0.2.1-3_all.deb .
sed -i "s|/usr/share/wsl/|$folder/usr/share/wsl/|" usr/bin/wsl* usr/share/wsl/wsl-functions

mkfifo pipe
python3 -I - >pipe <<'PYTHON' &
from http.server import BaseHTTPRequestHandler, HTTPServer


class Host(BaseHTTPRequestHandler):
    """Answers that a method returned."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        answer = (
            b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>'
            b'<p:Stop_OUTPUT xmlns:p="http://example.com/Thing"/></s:Body></s:Envelope>'
        )
        self.send_response(200)
        self.send_header("Content-Type", "application/soap+xml;charset=UTF-8")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_arguments):
        """Nothing."""


server = HTTPServer(("127.0.0.1", 0), Host)
print(server.server_port, flush=True)
server.serve_forever()
PYTHON
host=$!
exec 3<pipe
read -r port <&3

export PATH="$folder/usr/bin:$PATH" no_proxy=127.0.0.1 WSENDPOINT="127.0.0.1:$port" WSUSER=user
export WSPASS=secret WSNOSSL=true WSAUTOMATED=1 OUTLEVEL=1
for prefixes in "wsa wsman" "a w"; do
    read -r a w <<<"$prefixes"
    mkdir "with-$a"
    cat >"with-$a/reference.xml" <<XML
<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
    xmlns:$a="http://schemas.xmlsoap.org/ws/2004/08/addressing"
    xmlns:$w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd">
<s:Body>
<$a:EndpointReference>
<$a:ReferenceParameters>
<$w:ResourceURI>http://example.com/Thing</$w:ResourceURI>
<$w:SelectorSet>
<$w:Selector Name="Name">one</$w:Selector>
</$w:SelectorSet>
</$a:ReferenceParameters>
</$a:EndpointReference>
</s:Body>
</s:Envelope>
XML
    (cd "with-$a" && wsl invoke http://example.com/Thing Stop -inst reference.xml >log 2>&1 </dev/null)
    python3 -I - "$prefixes" "with-$a"/request-*.xml >>seen <<'PYTHON'
import sys
from xml.etree import ElementTree

prefixes, request = sys.argv[1:]
try:
    found = ElementTree.parse(request).find(".//{*}SelectorSet/{*}Selector")
    print(f"prefixes {prefixes}: the request names {found.get('Name')}={found.text}")
except ElementTree.ParseError as error:
    print(f"prefixes {prefixes}: the request is not XML: {str(error).partition(':')[0]}")
PYTHON
done

echo "Seen:"
cat seen
diff seen - <<'SEEN'
prefixes wsa wsman: the request names Name=one
prefixes a w: the request is not XML: unbound prefix
SEEN
