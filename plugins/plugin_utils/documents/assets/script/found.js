/*
SPDX-License-Identifier: GPL-3.0-or-later
Copyright: (c) 2026, the portkeeper.windows authors
GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
Where a search has found its words at a PC: what kind of text it is, and the part that matches.
*/

const plainWords = new Map();
/** A word or a name of the page for comparing; there are few of them. */
function plainWord(text) {
  let found = plainWords.get(text);
  if (found === undefined) plainWords.set(text, found = plain(text));
  return found;
}

const OF_LISTENERS = ["process", "services", "name", "address"];

/**
 * What a PC says, in the order in which people want to know of it, to `tell`, which says whether that is enough.
 * It takes what it is, a text as its number in the table or a word of the page, and the port.
 */
function sayAll(host, tell) {
  const said = (key, text, at) => text !== 0 && text !== "" && tell(key, text, at);
  if (said("host", host.name) || said("address", host.address)) return;
  for (const row of host.listeners) {
    const at = portName(row[LISTENER.protocol], row[LISTENER.port]);
    for (const key of OF_LISTENERS) if (said(key, row[LISTENER[key]], at)) return;
    for (const key of ["firewall", "reach"]) if (row[LISTENER[key]] && said(key, listenerText(row, key), at)) return;
    if (row[LISTENER.pid] !== null && said("pid", String(row[LISTENER.pid]), at)) return;
    if (said("listeners", at)) return;
  }
  for (const check of host.checks) {
    const at = portName(check[CHECK.protocol], check[CHECK.port]);
    const pairs = [["verdict", known("verdict", verdictOf(check))],
      ...[...check[CHECK.causes], check[CHECK.message]].map((number) => ["causes", number]),
      ...check[CHECK.remedies].map(([number]) => ["remedies", number]),
      ...check[CHECK.rules].flatMap((rule) => [["rules", rule[RULE.rule]], ["rules", rule[RULE.path]]]),
      ...check[CHECK.sources].flatMap((source) => [["sources", source[SOURCE.source]], ["sources", source[SOURCE.message]],
        ["sources", known("source", string(source[SOURCE.state]))]]),
      ["name", check[CHECK.name]], ["reach", known("reach", string(check[CHECK.reach]))], ["checks", at]];
    for (const [key, text] of pairs) if (said(key, text, at)) return;
  }
  if (said("state", known("state", host.state)) || said("causes", host.message)) return;
  for (const [name, profile] of host.networks) {
    if (said("networks", name) || said("networks", known("profile", string(profile)))) return;
  }
  for (const change of host.changes) for (const key of ["before", "after"]) if (said(key, change[CHANGE[key]])) return;
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
  sayAll(host, (key, said, at) => {
    const words = typeof said === "number" ? plainString(said) : plainWord(said);
    for (const term of left) {
      if (!words.includes(term)) continue;
      left.delete(term);
      if (key === "host") continue;
      const text = typeof said === "number" ? string(said) : said;
      found.push(make("p", { class: "found" }, say("js.found", { where: say(`js.${key}`) }), " ", marked(text, term),
        at && at !== text ? ` (${at})` : null));
    }
    return !left.size;
  });
  return found;
}

let finding = 0;
/** Say in the rows that are drawn where the search has found its words, when typing rests. */
function showFound(hostsDrawn) {
  clearTimeout(finding);
  finding = setTimeout(() => drawFound(hostsDrawn), 200);
}

function drawFound(hostsDrawn) {
  for (const each of matrixBody.querySelectorAll(".found")) each.remove();
  const terms = searchTerms();
  if (!terms.length) return;
  for (const host of hostsDrawn) matrixRows[host.index].cells[DO].append(...whereFound(host, terms));
}
