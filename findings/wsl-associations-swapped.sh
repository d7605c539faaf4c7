#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#: Software and version: wsl 0.2.1-3 (Debian 12, "whistle"), on Debian with curl, libxml2-utils and
#:   uuid-runtime, and Python 3.11 or later for the host.
#: Expected: "wsl enum CLASS KEY=VALUE -associators" asks for the associated instances, and
#:   "-references" for the association instances that name the given one, as its help says.
#: Happens: the other way round: the association filter (DSP0227, 8.2) of the first holds
#:   AssociationInstances, that of the second AssociatedInstances.
#: Matters to: who asks a host with wsl what belongs to an instance: it gets instances of other
#:   classes than it asked for, and no error.
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
    """Has nothing to enumerate."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        answer = (
            b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
            b' xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration"><s:Body>'
            b"<n:EnumerateResponse><n:EndOfSequence/></n:EnumerateResponse></s:Body></s:Envelope>"
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

export PATH="$folder/usr/bin:$PATH" no_proxy=127.0.0.1 WSENDPOINT WSUSER=user WSPASS=secret
export WSNOSSL=true WSAUTOMATED=1 OUTLEVEL=1
WSENDPOINT="127.0.0.1:$port"
for option in -associators -references; do
    mkdir -- "in$option"
    (cd -- "in$option" && wsl enum CIM_Service Name=Spooler "$option" >log 2>&1 </dev/null)
    sent=$(cat -- "in$option"/request-*.xml | grep -oE "<wsmb:Associat[A-Za-z]+" | cut -d: -f2)
    echo "$option: $sent" >>seen
done

echo "Seen:"
cat seen
diff seen - <<'SEEN'
-associators: AssociationInstances
-references: AssociatedInstances
SEEN
