#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#: Software and version: winrm-client 0.0.11 (npm), on Node.js 18 or later with npm.
#: Expected: each request has a MessageID of its own: in WS-Addressing (2004/08, section 3) it tells
#:   messages apart, and the answer repeats it in RelatesTo.
#: Happens: it makes the MessageID from a fixed name. So all requests of all its users, to all hosts
#:   and in all runs, have the same.
#: Matters to: who reads traffic or logs of WinRM and tells requests apart by MessageID and RelatesTo,
#:   and who writes a server or proxy that refuses repeated messages.
#: Known: no report found.
set -euo pipefail
sed -n 's/^#: //p' "$0"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --ignore-scripts --no-audit --no-fund --prefix "$folder" \
    winrm-client@0.0.11 fast-xml-parser@4.5.7 >"$folder/npm"

NODE_PATH="$folder/node_modules" node - >"$folder/seen" <<'NODE'
const http = require("http");
const { Shell } = require("winrm-client");

const identifiers = [];
const server = http.createServer((request, response) => {
  let text = "";
  request.on("data", (piece) => (text += piece));
  request.on("end", () => {
    identifiers.push(/MessageID>([^<]*)</.exec(text)[1]);
    response.setHeader("Content-Type", "application/soap+xml;charset=UTF-8");
    response.end(
      '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"' +
        ' xmlns:rsp="http://schemas.microsoft.com/wbem/wsman/1/windows/shell"><s:Body>' +
        "<rsp:Shell><rsp:ShellId>1</rsp:ShellId></rsp:Shell></s:Body></s:Envelope>",
    );
  });
});
server.listen(0, "127.0.0.1", async () => {
  for (const username of ["anna", "berta"]) {
    await Shell.doCreateShell({
      host: "127.0.0.1",
      port: server.address().port,
      path: "/wsman",
      username,
      password: "secret",
      authMethod: "basic",
    });
  }
  identifiers.forEach((each) => console.log(each));
  server.close();
  server.closeAllConnections();
});
NODE

echo "Seen:"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
uuid:abdf4705-4e98-5cc0-a532-d595322e66dd
uuid:abdf4705-4e98-5cc0-a532-d595322e66dd
SEEN
