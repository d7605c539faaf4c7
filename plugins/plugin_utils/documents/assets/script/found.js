/*
SPDX-License-Identifier: GPL-3.0-or-later
Copyright: (c) 2026, the portkeeper.windows authors
GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
Where a search has found its words at a PC: what kind of text it is, and the part that matches.
*/

/** What a PC says, in the order in which people want to know of it: the key of what it is, the text, and the port. */
function* sayings(host) {
  yield ["host", host.name];
  yield ["address", host.address];
  for (const row of host.listeners) {
    const at = portName(row[LISTENER.protocol], row[LISTENER.port]);
    for (const key of ["process", "services", "name", "address", "firewall", "reach"]) yield [key, listenerText(row, key), at];
    if (row[LISTENER.pid] !== null) yield ["pid", String(row[LISTENER.pid]), at];
    yield ["listeners", at];
  }
  for (const check of host.checks) {
    const at = portName(check[CHECK.protocol], check[CHECK.port]);
    yield ["verdict", known("verdict", verdictOf(check)), at];
    for (const number of check[CHECK.causes]) yield ["causes", string(number), at];
    yield ["causes", string(check[CHECK.message]), at];
    for (const [text] of check[CHECK.remedies]) yield ["remedies", string(text), at];
    for (const rule of check[CHECK.rules]) for (const key of ["rule", "path"]) yield ["rules", string(rule[RULE[key]]), at];
    for (const source of check[CHECK.sources]) {
      for (const key of ["source", "message"]) yield ["sources", string(source[SOURCE[key]]), at];
      yield ["sources", known("source", string(source[SOURCE.state])), at];
    }
    yield ["name", string(check[CHECK.name]), at];
    yield ["reach", known("reach", string(check[CHECK.reach])), at];
    yield ["checks", at];
  }
  yield ["state", known("state", host.state)];
  yield ["causes", host.message];
  for (const [name, profile] of host.networks) {
    yield ["networks", string(name)];
    yield ["networks", known("profile", string(profile))];
  }
  for (const change of host.changes) for (const key of ["before", "after"]) yield [key, string(change[CHANGE[key]])];
}

const AROUND = 60;

/** A text with the word in it marked, and only what is around it of a long one. */
function marked(text, term) {
  // Where full-width forms change the length, no place can be told.
  const at = plain(text).length === text.length ? plain(text).indexOf(term) : -1;
  if (at < 0) return foreign(text, 2 * AROUND);
  const from = Math.max(0, at - AROUND);
  const end = at + term.length;
  return make("bdi", {}, from ? "…" : "", text.slice(from, at), make("mark", {}, text.slice(at, end)),
    text.slice(end, end + AROUND), end + AROUND < text.length ? "…" : "");
}

/** For each word that is searched for, where it stands at this PC: paragraphs, none for the name, which is seen. */
function whereFound(host, terms) {
  const left = new Set(terms);
  const found = [];
  for (const [key, text, at] of sayings(host)) {
    if (!left.size) break;
    if (!text) continue;
    const words = plain(text);
    for (const term of left) {
      if (!words.includes(term)) continue;
      left.delete(term);
      if (key === "host") continue;
      found.push(make("p", { class: "found" }, say("js.found", { where: say(`js.${key}`) }), " ", marked(text, term),
        at && at !== text ? ` (${at})` : null));
    }
  }
  return found;
}

/** Say in the rows that are drawn where the search has found its words. */
function showFound(hostsDrawn) {
  for (const each of matrixBody.querySelectorAll(".found")) each.remove();
  const terms = searchTerms();
  if (!terms.length) return;
  for (const host of hostsDrawn) matrixRows[host.index].cells[DO].append(...whereFound(host, terms));
}
