/*
SPDX-License-Identifier: GPL-3.0-or-later
Copyright: (c) 2026, the portkeeper.windows authors
GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
A section for each PC. What is in it is made when it is opened, or printed.
*/
const hostsArea = document.getElementById("hosts");
// Of many closed sections the browser lays out only those that are in sight.
const hostList = make("div", { class: hosts.length > 200 ? "hosts many" : "hosts" });
const sections = hosts.map((host) => {
  const section = make("details", { class: "host" },
    make("summary", {},
      make("h3", {}, foreign(host.name, 80)),
      make("span", { class: "address" }, foreign(host.address, 60)),
      sign("state", host.state)));
  section.addEventListener("toggle", () => { if (section.open) fillIn(host); });
  return section;
});

function fillIn(host, listed = host.listeners) {
  const section = sections[host.index];
  if (section.childElementCount > 1) return;
  section.append(make("div", { class: "body" },
    identity(host),
    host.message && make("p", { class: "message" }, foreign(host.message, 600)),
    part("checks", host.checks, () => make("div", { class: "checks" }, host.checks.map(drawCheck))),
    part("changes", host.changes, () => changesTable(host), { date: timeText(string(data.compared)) }),
    part("reserved", host.reserved, () => make("ul", { class: "ranges" }, host.reserved.map(drawRange))),
    host.listeners.length ? listenersTable(host, listed) : null,
    host.brief ? make("p", { class: "quiet" }, say("js.details_elsewhere")) : null,
    host.checks.length && !host.listenersKnown && !host.brief ? make("p", { class: "quiet" }, say("js.listeners_unknown")) : null,
    !host.checks.length && !host.listeners.length && !host.message
      ? make("p", { class: "quiet" }, say("js.nothing_known")) : null));
}

/** A heading and what is under it, if there is anything. */
function part(name, items, draw, values) {
  return items.length ? make("section", { class: name }, make("h4", {}, say(`js.${name}`, values)), draw()) : null;
}

function identity(host) {
  const networks = host.networks.map(([name, profile]) => make("span", { class: "network" },
    name ? [foreign(string(name), 60), " "] : null,
    make("span", { class: "profile" }, known("profile", string(profile)))));
  const pairs = [
    ["address", host.address && foreign(host.address, 60)],
    ["networks", networks.length ? networks : host.checks.length ? say("js.no_networks") : null],
  ];
  return make("dl", { class: "identity" }, pairs.filter((pair) => pair[1]).map(([key, value]) =>
    make("div", {}, make("dt", {}, say(`js.${key}`)), make("dd", {}, value))));
}

function drawCheck(check) {
  const name = string(check[CHECK.name]);
  const causes = check[CHECK.causes];
  const texts = (numbers) => make("ul", {}, numbers.map((each) => make("li", {}, foreign(string(each), 600))));
  const remedies = check[CHECK.remedies].map(drawRemedy);
  const pairs = [
    ["causes", causes.length && texts(causes)],
    ["remedies", remedies.length && make("ul", { class: "remedies" }, remedies)],
    ["reach", check[CHECK.reach] && known("reach", string(check[CHECK.reach]))],
    ["rules", check[CHECK.rules].length && make("ul", {}, check[CHECK.rules].map(drawRule))],
    ["sources", check[CHECK.sources].length && make("ul", { class: "sources" }, check[CHECK.sources].map(drawSource))],
  ];
  return make("article", { class: "check" },
    make("h5", {},
      sign("verdict", verdictOf(check)),
      make("span", { class: "port" }, portName(check[CHECK.protocol], check[CHECK.port]), " ",
        name && make("small", {}, foreign(name, 40)))),
    make("div", {},
      // With causes the message says the first of them once more.
      causes.length || !check[CHECK.message] ? null : make("p", {}, foreign(string(check[CHECK.message]), 600)),
      make("dl", {}, pairs.filter((pair) => pair[1]).map(([key, value]) =>
        make("div", {}, make("dt", {}, say(`js.${key}`)), make("dd", {}, value))))));
}

const drawRemedy = ([text, yaml]) =>
  make("li", {}, foreign(string(text), 600), yaml ? task(string(yaml)) : null);

const SOURCE_SIGNS = { allowed: "ready", own_address: "ready", blocked: "blocked", overruled: "blocked", no_route: "blocked", no_address: "blocked" };

/** What the rules say about traffic from another place. */
function drawSource(source) {
  const state = string(source[SOURCE.state]);
  const shape = Object.hasOwn(SOURCE_SIGNS, state) ? SOURCE_SIGNS[state] : "unknown";
  const parts = ["allowed", "blocked", "unknown"].map((word, index) => [word, string(source[SOURCE.parts][index])])
    .filter(([, text]) => text);
  const remedies = source[SOURCE.remedies].map(drawRemedy);
  return make("li", {},
    make("p", {}, make("span", { class: `v s-${shape}` }, known("source", state)), " ", foreign(string(source[SOURCE.source]), 60)),
    make("p", {}, foreign(string(source[SOURCE.message]), 600)),
    // If it is all one part, the state says so.
    parts.length < 2 ? null : parts.map(([word, text]) =>
      make("p", { class: "quiet" }, known("firewall", word), ": ", foreign(text.replaceAll(", ", say("js.separator"))))),
    source[SOURCE.remarks].map((number) => make("p", { class: "quiet" }, foreign(string(number), 600))),
    remedies.length ? make("ul", { class: "remedies" }, remedies) : null);
}

/** What decides on one network: a rule, a setting of a policy, or what the firewall does without. */
function drawRule(rule) {
  const [network, profile, state, name, path, text] = rule.map(string);
  const decides = name ? say("js.rule", { rule: name }) : path;
  return make("li", {},
    network ? [foreign(network, 60), " "] : null,
    make("span", { class: "profile" }, known("profile", profile)), " ",
    // The text says the state, too.
    decides ? [known("firewall", state), ": ", foreign(decides, 300)] : foreign(text || known("firewall", state), 300));
}

const drawRange = ([protocol, first, last, administered]) => make("li", {},
  first === last ? portName(protocol, first) : `${portName(protocol, first)}–${last}`,
  administered ? ` (${say("js.administered")})` : null);

function changesTable(host) {
  const cell = (row, number) => make("td", {}, !number ? make("span", { class: "quiet" }, "–")
    : ["state", "verdict"].includes(string(row[CHANGE.kind])) ? sign("verdict", string(number)) : foreign(string(number)));
  return make("div", { class: "scroll" }, make("table", {},
    make("thead", {}, make("tr", {},
      ["change", "before", "after"].map((key) => make("th", { scope: "col" }, say(`js.${key}`))))),
    make("tbody", {}, host.changes.map((row) => make("tr", {},
      make("th", { scope: "row" }, known("change", string(row[CHANGE.kind])),
        row[CHANGE.port] === null ? null : ` ${portName(row[CHANGE.protocol], row[CHANGE.port])}`),
      cell(row, row[CHANGE.before]), cell(row, row[CHANGE.after]))))));
}

const COLUMNS = ["protocol", "port", "name", "address", "process", "pid", "services", "firewall", ...(reachKnown ? ["reach"] : [])];
const TEXT_COLUMNS = ["name", "address", "process", "services", "firewall", "reach"];

/** What a column of text says, in words. */
const listenerText = (row, key) => (["firewall", "reach"].includes(key)
  ? known(key, string(row[LISTENER[key]])) : string(row[LISTENER[key]]));

const LISTENERS = 200;

function listenersTable(host, listed) {
  const ports = parsePorts(filter.port) ?? null;
  const rows = listed.filter((row) => fitsListener(ports, row));
  const all = host.listeners.length;
  const body = make("tbody");
  const drawAll = make("button", { type: "button" }, say("js.show_all", { count: rows.length }));
  const more = make("p", { class: "later-rows" }, drawAll);
  let limit = listed === host.listeners ? LISTENERS : Infinity;
  const draw = () => {
    more.hidden = rows.length <= limit;
    body.replaceChildren(...rows.slice(0, limit).map(drawRow));
  };
  const drawRow = (row) => make("tr", { class: row[LISTENER.dynamic] ? "dynamic" : null },
    make("td", {}, PROTOCOLS[row[LISTENER.protocol]]),
    make("td", { class: "number" }, String(row[LISTENER.port])),
    make("td", { class: "quiet" }, foreign(string(row[LISTENER.name]), 40)),
    make("td", {}, foreign(string(row[LISTENER.address]).replaceAll(", ", say("js.separator")), 60)),
    make("td", {}, foreign(string(row[LISTENER.process]), 80)),
    make("td", { class: "number" }, row[LISTENER.pid] === null ? "" : String(row[LISTENER.pid])),
    make("td", {}, foreign(string(row[LISTENER.services]).replaceAll(", ", say("js.separator")), 80)),
    make("td", {}, foreign(listenerText(row, "firewall"), 80)),
    reachKnown ? make("td", {}, foreign(listenerText(row, "reach"), 80)) : null);
  const head = make("tr", {}, COLUMNS.map((key) =>
    make("th", { scope: "col", class: key === "port" || key === "pid" ? "number" : null }, say(`js.${key}`))));
  sortable(head, COLUMNS, (key, direction) => {
    const value = TEXT_COLUMNS.includes(key) ? (row) => listenerText(row, key) : (row) => row[LISTENER[key]] ?? -1;
    const compare = TEXT_COLUMNS.includes(key) ? collator.compare : (a, b) => a - b;
    rows.sort((a, b) => direction * compare(value(a), value(b)));
    draw();
  });
  drawAll.addEventListener("click", () => {
    limit = Infinity;
    draw();
  });
  draw();
  const heading = rows.length === all ? say("js.listeners_count", { count: all })
    : say("js.listeners_some", { shown: rows.length, count: all });
  return make("section", { class: "listeners" },
    make("h4", {}, heading),
    listed === host.listeners ? null : make("p", { class: "quiet" }, say("js.listeners_left_off", { shown: listed.length, count: all })),
    rows.length ? make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `${host.name.slice(0, 80)}: ${say("js.listeners")}` },
      make("table", {}, make("caption", {}, say("js.listeners")), make("thead", {}, head), body)) : null,
    rows.length ? more : null);
}

function emptyOut(host) {
  const section = sections[host.index];
  while (section.childElementCount > 1) section.lastElementChild.remove();
}

/** What the sections show hangs on the filter for ports: draw those anew that are open. */
function redrawOpen() {
  for (const host of hosts) {
    emptyOut(host);
    if (sections[host.index].open) fillIn(host);
  }
}

/** Open the section of a PC, go there, and let the address of the page lead there. */
function openHost(host) {
  const section = sections[host.index];
  section.open = true;
  fillIn(host);
  filter.open = host.name;
  history.pushState(null, "", addressWith());
  show(host);
}

function show(host) {
  const section = sections[host.index];
  section.scrollIntoView({ block: "start" });
  section.querySelector("summary").focus({ preventScroll: true });
}
