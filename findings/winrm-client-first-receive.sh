#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#: Software and version: winrm-client 0.0.11 (npm), on Node.js 18 or later with npm.
#: Expected: runCommand() gives all that a command writes: it goes on with Receive until the host
#:   tells the CommandState Done, as [MS-WSMV] 3.1.4.14 has it, and tells output, errors and exit code.
#: Happens: it sends one Receive. What the command writes after the first answer is lost, without an
#:   error, and the shell is deleted while the command runs. If there is output, what it wrote to
#:   stderr is dropped; the exit code is never told.
#: Matters to: who runs anything that writes more than once, such as ping.
#: Known: no report found.
set -euo pipefail
sed -n 's/^#: //p' "$0"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --ignore-scripts --no-audit --no-fund --prefix "$folder" \
    winrm-client@0.0.11 fast-xml-parser@4.5.7 >"$folder/npm"

NODE_PATH="$folder/node_modules" node - >"$folder/seen" <<'NODE'
const http = require("http");
const { runCommand } = require("winrm-client");

const SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell";
const NAMES = [
  ["s", "http://www.w3.org/2003/05/soap-envelope"],
  ["a", "http://schemas.xmlsoap.org/ws/2004/08/addressing"],
  ["x", "http://schemas.xmlsoap.org/ws/2004/09/transfer"],
  ["w", "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"],
  ["rsp", SHELL],
].map(([prefix, name]) => ` xmlns:${prefix}="${name}"`);
const stream = (name, text) =>
  `<rsp:Stream Name="${name}" CommandId="2">${Buffer.from(text).toString("base64")}</rsp:Stream>`;
const state = (name, code) =>
  `<rsp:CommandState CommandId="2" State="${SHELL}/CommandState/${name}">${code}</rsp:CommandState>`;
const PIECES = [
  stream("stdout", "first") + stream("stderr", "a warning") + state("Running", ""),
  stream("stdout", "second") + state("Done", "<rsp:ExitCode>3</rsp:ExitCode>"),
];
let receives = 0;
const actions = [];

function bodyFor(action) {
  switch (action) {
    case "Create":
      return (
        "<x:ResourceCreated><a:ReferenceParameters><w:SelectorSet>" +
        '<w:Selector Name="ShellId">1</w:Selector>' +
        "</w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>"
      );
    case "Command":
      return "<rsp:CommandResponse><rsp:CommandId>2</rsp:CommandId></rsp:CommandResponse>";
    case "Receive":
      receives += 1;
      return `<rsp:ReceiveResponse>${PIECES[receives - 1]}</rsp:ReceiveResponse>`;
    default:
      return "";
  }
}

const server = http.createServer((request, response) => {
  let text = "";
  request.on("data", (piece) => (text += piece));
  request.on("end", () => {
    const action = /Action[^>]*>[^<]*\/(\w+)</.exec(text)[1];
    actions.push(action);
    const body = `<s:Body>${bodyFor(action)}</s:Body>`;
    response.setHeader("Content-Type", "application/soap+xml;charset=UTF-8");
    response.end(`<s:Envelope${NAMES.join("")}><s:Header/>${body}</s:Envelope>`);
  });
});
server.listen(0, "127.0.0.1", async () => {
  const said = await runCommand("slow", "127.0.0.1", "user", "secret", server.address().port);
  console.log(`runCommand gave: ${JSON.stringify(said)}`);
  console.log(`requests: ${actions.join(", ")}`);
  server.close();
  server.closeAllConnections();
});
NODE

echo "Seen:"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
runCommand gave: "first"
requests: Create, Command, Receive, Delete
SEEN
