/*
SPDX-License-Identifier: GPL-3.0-or-later
Copyright: (c) 2026, the portkeeper.windows authors
GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
Which PCs are shown: what was asked for, its form in the address of the page, and the index of texts.
*/
const FILTERS = ["q", "host", "port", "verdict", "reach", "state", "change", "fix", "listens"];
const filter = Object.fromEntries([...FILTERS, "sort", "open"].map((key) => [key, ""]));

/** The words that are searched for. */
const searchTerms = () => plain(filter.q).split(/\s+/).filter(Boolean);

/** Ports as people write them: {protocol: 0, 1 or null, first, last}; null for nothing, undefined if wrong. */
function parsePorts(text) {
  const clean = plain(text).trim();
  if (!clean) return null;
  const found = /^(?:(tcp|udp)[\s/]*)?(\d{1,5})(?:\s*-\s*(\d{1,5}))?(?:[\s/]*(tcp|udp))?$/.exec(clean);
  if (!found) return undefined;
  const protocol = found[1] ?? found[4];
  const first = Number(found[2]);
  const last = found[3] === undefined ? first : Number(found[3]);
  return { protocol: protocol ? ["tcp", "udp"].indexOf(protocol) : null, first, last };
}

const isWanted = (ports, protocol, port) =>
  !ports || ((ports.protocol === null || ports.protocol === protocol) && ports.first <= port && port <= ports.last);

const fitsReach = (number) => !filter.reach || string(number) === filter.reach;
/** Whether a check is of a port that is asked for, and open to those that are. */
const fitsCheck = (ports, check) =>
  isWanted(ports, check[CHECK.protocol], check[CHECK.port]) && fitsReach(check[CHECK.reach]);
const fitsListener = (ports, row) =>
  isWanted(ports, row[LISTENER.protocol], row[LISTENER.port]) && fitsReach(row[LISTENER.reach]);

// Text of a PC for searching, made when it is first needed or when the browser has time.
const haystacks = new Array(hosts.length);
const plainStrings = new Array(data.strings.length);
const plainString = (number) => (plainStrings[number] ??= plain(string(number)));

function haystack(host) {
  if (haystacks[host.index] !== undefined) return haystacks[host.index];
  const numbers = new Set();
  const words = new Set([host.name, host.address, host.message, known("state", host.state)]);
  const reaches = new Set();
  for (const [name, profile] of host.networks) {
    numbers.add(name);
    words.add(known("profile", string(profile)));
  }
  for (const check of host.checks) {
    words.add(portName(check[CHECK.protocol], check[CHECK.port])).add(known("verdict", verdictOf(check)));
    for (const number of [check[CHECK.name], check[CHECK.message], ...check[CHECK.causes]]) numbers.add(number);
    for (const rule of check[CHECK.rules]) numbers.add(rule[RULE.rule]).add(rule[RULE.path]);
    for (const [text] of check[CHECK.remedies]) numbers.add(text);
    reaches.add(check[CHECK.reach]);
    for (const source of check[CHECK.sources]) {
      numbers.add(source[SOURCE.source]).add(source[SOURCE.message]);
      words.add(known("source", string(source[SOURCE.state])));
    }
  }
  for (const row of host.listeners) {
    words.add(portName(row[LISTENER.protocol], row[LISTENER.port]));
    if (row[LISTENER.pid] !== null) words.add(String(row[LISTENER.pid]));
    for (const column of ["address", "name", "process", "services", "firewall"]) numbers.add(row[LISTENER[column]]);
    reaches.add(row[LISTENER.reach]);
  }
  for (const change of host.changes) numbers.add(change[CHANGE.before]).add(change[CHANGE.after]);
  for (const reach of reaches) words.add(known("reach", string(reach)));
  const texts = [...words].map(plain);
  for (const number of numbers) texts.push(plainString(number));
  return (haystacks[host.index] = texts.join("\n"));
}

/** Make the index bit by bit while nothing else is to be done. */
function prepareIndex(from = 0) {
  const idle = globalThis.requestIdleCallback ?? ((call) => setTimeout(() => call({ timeRemaining: () => 8 }), 16));
  idle((deadline) => {
    let next = from;
    do {
      if (next >= hosts.length) return;
      haystack(hosts[next]);
      next += 1;
    } while (deadline.timeRemaining() > 2);
    prepareIndex(next);
  });
}

/** The hosts that fit, as a list of booleans. */
function matching() {
  const terms = searchTerms();
  const named = plain(filter.host).trim();
  const ports = parsePorts(filter.port) ?? null;
  const ends = onlyOfPaths(filter.verdict) ? endsOfPaths(ports) : null;
  return hosts.map((host) => {
    if (filter.state && host.state !== filter.state) return false;
    if (filter.change && host.trend !== filter.change) return false;
    if (filter.fix && !placesOf.fix.get(filter.fix)?.has(host.index)) return false;
    if (filter.listens && !placesOf.listens.get(filter.listens)?.has(host.index)) return false;
    if (named && !plain(`${host.name}\n${host.address}`).includes(named)) return false;
    if (!fitsPorts(host, ports, ends)) return false;
    return terms.every((term) => haystack(host).includes(term));
  });
}

/**
 * Whether a PC has a port that fits the filters for ports, verdict and reach together.
 * @param ends the names of the PCs between which there is the wanted verdict, if only paths have it
 */
function fitsPorts(host, ports, ends) {
  if (ends && !ends.has(host.name)) return false;
  if (filter.verdict && !ends) {
    return host.checks.some((check) => fitsCheck(ports, check) && verdictOf(check) === filter.verdict);
  }
  if (filter.reach || (ports && !ends)) {
    return host.checks.some((check) => fitsCheck(ports, check)) || host.listeners.some((row) => fitsListener(ports, row));
  }
  return true;
}

function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  for (const key of Object.keys(filter)) filter[key] = given.get(key) ?? "";
  // Without a field for it, nobody could take it back.
  if (!reachKnown) filter.reach = "";
}

/** The address of the page with the filters, and with a PC to open. */
function addressWith(changes = {}) {
  const given = new URLSearchParams();
  for (const [key, value] of Object.entries({ ...filter, ...changes })) if (value) given.set(key, value);
  return `#${given}`;
}

let writing = 0;
/** Browsers allow few changes of the address in a time, so wait until typing rests. */
function writeAddress() {
  clearTimeout(writing);
  writing = setTimeout(() => history.replaceState(null, "", addressWith()), 250);
}
