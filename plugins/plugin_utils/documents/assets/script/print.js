/*
SPDX-License-Identifier: GPL-3.0-or-later
Copyright: (c) 2026, the portkeeper.windows authors
GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
On paper: a summary of three pages at most, and the details of the PCs that are shown if somebody wants them.
*/
const printDetails = make("input", { type: "checkbox", id: "print-details" });
// The style sheet has it, for pages without a script.
const PRINTED_ROWS = Number(getComputedStyle(document.documentElement).getPropertyValue("--printed-rows"));
// Busy PCs have thousands of listeners, which nobody reads on paper.
const PRINTED_PCS = 100;
const PRINTED_LISTENERS = 1500;
const PRINTED_OF_ONE = 60;
const printedSome = make("p", { class: "printed-some quiet", hidden: true });

/** The listeners of a PC that are printed: those at its checked ports first. */
function toPrint(host, most) {
  if (host.listeners.length <= most) return host.listeners;
  const checked = (row) => host.checks.some((check) =>
    check[CHECK.port] === row[LISTENER.port] && check[CHECK.protocol] === row[LISTENER.protocol]);
  const first = host.listeners.filter(checked);
  const chosen = new Set([...first, ...host.listeners.filter((row) => !first.includes(row))].slice(0, most));
  return host.listeners.filter((row) => chosen.has(row));
}

let closed = [];
function unfold() {
  const details = printDetails.checked;
  document.body.classList.toggle("with-details", details);
  limitRows(details ? Infinity : PRINTED_ROWS);
  const wanted = inOrder.filter((host) => shown[host.index]);
  const printed = details ? wanted.slice(0, PRINTED_PCS) : wanted.slice(0, PRINTED_ROWS);
  printedSome.hidden = printed.length === wanted.length;
  printedSome.textContent = say("js.printed_some", { shown: printed.length, all: wanted.length });
  if (!details) return;
  const most = Math.min(PRINTED_OF_ONE, Math.floor(PRINTED_LISTENERS / Math.max(1, printed.length)));
  const on = new Set(printed);
  for (const host of hosts) {
    sections[host.index].classList.toggle("unprinted", !on.has(host));
    if (!on.has(host)) continue;
    if (host.listeners.length > most) emptyOut(host);
    fillIn(host, toPrint(host, most));
  }
  closed = [...document.querySelectorAll("details:not([open])")].filter((each) => !each.closest(".unprinted"));
  for (const each of closed) each.open = true;
}

function fold() {
  for (const each of closed) each.open = false;
  closed = [];
  printedSome.hidden = true;
  document.body.classList.remove("with-details");
  limitRows(ROWS);
  if (!printDetails.checked) return;
  for (const host of hosts) {
    emptyOut(host);
    if (sections[host.index].open) fillIn(host);
  }
}
