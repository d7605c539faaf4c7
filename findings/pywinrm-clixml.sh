#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#: Software and version: pywinrm 0.5.0 (PyPI), on Python 3.11 or later.
#: Expected: std_err of run_ps has the errors of PowerShell as a person reads them: what PowerShell
#:   writes as CLIXML, with its escapes (_xHHHH_, [MS-PSRP] 2.2.5.3.2) replaced, and nothing of its
#:   other streams.
#: Happens: only the pair _x000D__x000A_ is replaced. A lone line feed, the colours of PowerShell 7
#:   and an underscore that had to be escaped stay as they were sent. Warnings are put before the
#:   errors, in the order sent, and nothing tells them apart; with a warning alone, std_err is not
#:   empty although nothing failed.
#: Matters to: who decides by std_err whether a script failed, searches it for a message, or shows it.
#: Known: for progress records, https://github.com/diyan/pywinrm/issues/245 (they come back as XML);
#:   for the escapes and warnings not found.
set -euo pipefail
sed -n 's/^#: //p' "$0"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export no_proxy=127.0.0.1 NO_PROXY=127.0.0.1
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps \
    pywinrm==0.5.0 requests==2.34.2 urllib3==2.8.0 idna==3.20 certifi==2026.10.18 \
    charset-normalizer==3.5.2 requests_ntlm==1.3.0 pyspnego==0.12.4 cryptography==50.0.2 \
    cffi==2.1.1 pycparser==3.12 xmltodict==1.0.4

"$folder/venv/bin/python" -I - >"$folder/seen" <<'PYTHON'
import re
import threading
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, HTTPServer

from winrm import Session

ERRORS = {
    "colours": '<S S="Error">_x001B_[31mno disk_x001B_[0m_x000D__x000A_</S>',
    "line feed": '<S S="Error">no disk_x000A_no tape_x000D__x000A_</S>',
    "underscore": '<S S="Error">no file a_x005F_x0041_b_x000D__x000A_</S>',
    "warning": '<S S="warning">disk is slow_x000D__x000A_</S>',
    "both": '<S S="warning">disk is slow_x000D__x000A_</S><S S="Error">no disk_x000D__x000A_</S>',
}
NAMESPACE = "http://schemas.microsoft.com/powershell/2004/04"
asked = []


def answer_to(request):
    """What a host says, in short, to a client that reads some elements only."""
    message = re.search("<a:MessageID>(.*?)<", request)[1]
    text = ""
    if "/shell/Receive" in request:
        written = f'#< CLIXML\r\n<Objs Version="1.1.0.1" xmlns="{NAMESPACE}">{ERRORS[asked[-1]]}</Objs>'
        code = b64encode(written.encode()).decode()
        text = f'<Stream Name="stderr">{code}</Stream><State State="CommandState/Done">'
        text += "<ExitCode>0</ExitCode></State>"
    elif "/shell/Command" in request:
        text = "<CommandId>2</CommandId>"
    else:
        text = '<Selector Name="ShellId">1</Selector>'
    return f"<Answer><RelatesTo>{message}</RelatesTo>{text}</Answer>".encode()


class Host(BaseHTTPRequestHandler):
    def do_POST(self):
        answer = answer_to(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_arguments):
        """Nothing."""


server = HTTPServer(("127.0.0.1", 0), Host)
threading.Thread(target=server.serve_forever, daemon=True).start()
session = Session(f"http://127.0.0.1:{server.server_port}", auth=("user", "secret"), transport="basic")
for name in ERRORS:
    asked.append(name)
    result = session.run_ps("script")
    print(f"{name}: exit code {result.status_code}, {result.std_err.decode()!r}")
server.shutdown()
PYTHON

echo "Seen:"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
colours: exit code 0, '_x001B_[31mno disk_x001B_[0m'
line feed: exit code 0, 'no disk_x000A_no tape'
underscore: exit code 0, 'no file a_x005F_x0041_b'
warning: exit code 0, 'disk is slow'
both: exit code 0, 'disk is slow\nno disk'
SEEN
