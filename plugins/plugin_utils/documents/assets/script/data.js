/*
SPDX-License-Identifier: GPL-3.0-or-later
Copyright: (c) 2026, the portkeeper.windows authors
GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
The report's data, as page_data.py packs them, and the words of the page.
*/
const data = JSON.parse(document.getElementById("data").textContent);
const language = data.language;

// Rows have no keys: these are the places of their columns.
const CHECK = { protocol: 0, port: 1, name: 2, verdict: 3, message: 4, causes: 5, remedies: 6, rules: 7, reach: 8, sources: 9 };
const LISTENER = { protocol: 0, address: 1, port: 2, name: 3, pid: 4, process: 5, services: 6, firewall: 7, dynamic: 8, reach: 9 };
const RULE = { network: 0, profile: 1, state: 2, rule: 3, path: 4, text: 5 };
const CHANGE = { kind: 0, protocol: 1, port: 2, before: 3, after: 4 };
const SOURCE = { source: 0, state: 1, message: 2, parts: 3, remedies: 4, remarks: 5 };
const PATH = { client: 0, server: 1, protocol: 2, port: 3, address: 4, verdict: 5, hop: 6, texts: 7, row: 8, column: 9, obstacle: 10 };
const PROTOCOLS = ["TCP", "UDP"];

// Of each verdict the state that it makes of a PC; what is worst stands at the end.
const VERDICTS = data.groups;
const SEVERITY = [...new Set(Object.values(VERDICTS)), "unreachable"];

/** A text of the table. */
const string = (number) => data.strings[number];

/** A text of the page with values at its placeholders. */
function say(key, values = {}) {
  return data.texts[key].replace(/\{(\w+)\}/g, (all, name) => values[name]);
}

const known = (kind, value) => data.texts[`${kind}.${value}`] ?? data.texts[`state.${value}`] ?? value.slice(0, 60);
const groupOf = (verdict) =>
  Object.hasOwn(VERDICTS, verdict) ? VERDICTS[verdict] : (SEVERITY.includes(verdict) ? verdict : "unknown");
const portName = (protocol, port) => `${PROTOCOLS[protocol]} ${port}`;

const collator = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
const times = new Intl.DateTimeFormat(language, {
  year: "numeric", month: "long", day: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short",
});

/** A time of ISO 8601 as people say it here; what is none stays as it is. */
function timeText(text) {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? text : times.format(time);
}

/** Text for comparing: full-width and half-width forms, capitals and small letters are the same. */
const plain = (text) => text.normalize("NFKC").toLowerCase();

const hosts = data.hosts.map((host, index) => ({
  index,
  name: string(host.name),
  state: string(host.state),
  address: string(host.address ?? 0),
  message: string(host.message ?? 0),
  networks: host.networks ?? [],
  checks: host.checks ?? [],
  listeners: host.listeners ?? [],
  listenersKnown: host.listeners !== undefined,
  reserved: host.reserved ?? [],
  changes: host.changes ?? [],
  trend: string(host.trend ?? 0),
  // A PC that is ready may be without its details, where there are very many PCs.
  brief: host.brief === 1,
}));

const hostNamed = new Map(hosts.map((host) => [host.name, host]));
// The PCs of what can be filtered for in the parts over all PCs, from runs: first place, length, ...
const placesOf = { fix: new Map(), listens: new Map() };
for (const [kind, items] of [["fix", data.fixes], ["listens", data.listening]]) {
  for (const item of items) {
    const places = new Set();
    const runs = item.at(-1);
    for (let at = 0; at < runs.length; at += 2) {
      for (let place = runs[at]; place < runs[at] + runs[at + 1]; place += 1) places.add(place);
    }
    placesOf[kind].set(item[0], places);
  }
}
const briefCount = hosts.filter((host) => host.brief).length;
// Older reports, and those without the firewall, don't say who can reach what.
const reachKnown = hosts.some((host) =>
  host.checks.some((check) => check[CHECK.reach]) || host.listeners.some((row) => row[LISTENER.reach]));

const checkOf = (host, [protocol, port]) =>
  host.checks.find((check) => check[CHECK.port] === port && check[CHECK.protocol] === protocol);
const verdictOf = (check) => string(check[CHECK.verdict]);
