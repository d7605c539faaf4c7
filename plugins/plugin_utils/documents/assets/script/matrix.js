/*
SPDX-License-Identifier: GPL-3.0-or-later
Copyright: (c) 2026, the portkeeper.windows authors
GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
The list of PCs with their ports: its rows stand in the page, in the order of the data.
*/
const matrixBody = document.querySelector(".matrix tbody");
const matrixHead = document.querySelector(".matrix thead tr");
const matrixRows = [...matrixBody.rows];

// The column of what to do, and the first of a port.
const DO = 3;
const PORTS_FROM = 4;
// A table is laid out as a whole, which takes seconds for thousands of rows. So only the first of those that fit
// are drawn, and more when somebody asks for them. The template knows the number, too.
const ROWS = 200;
let rowLimit = ROWS;
let inOrder = hosts;
const matrixArea = document.getElementById("matrix");
const moreRows = make("button", { type: "button" });
const atTheEnd = make("p", { id: "later-rows", class: "later-rows", hidden: true }, moreRows);
matrixArea.after(atTheEnd);

/** Draw the rows of the PCs that fit, as far as the limit. */
function drawRows() {
  let number = 0;
  const drawn = [];
  for (const host of inOrder) {
    const row = matrixRows[host.index];
    const on = shown[host.index] && (number += 1) <= rowLimit;
    if (on) drawn.push(host);
    if (row.hidden === on) row.hidden = !on;
  }
  atTheEnd.hidden = number <= rowLimit;
  moreRows.textContent = say("js.more_rows", { count: Math.min(ROWS, Math.max(0, number - rowLimit)) });
  showFound(drawn);
}

function limitRows(limit) {
  rowLimit = limit;
  drawRows();
}

moreRows.addEventListener("click", () => limitRows(rowLimit + ROWS));

// A table that is as wide as the page needs no scrolling of its own, and its headings stay in sight.
function showFits() {
  for (const area of document.querySelectorAll("main > section > .scroll")) {
    area.classList.toggle("fits", area.firstElementChild.offsetWidth <= area.clientWidth);
  }
}

/** Put a link to the details of a PC round its name. */
function linkTo(host, name) {
  const link = make("a", { href: addressWith({ open: host.name }) });
  name.replaceWith(link);
  link.append(name);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    openHost(host);
  });
}

function linkHosts() {
  matrixRows.forEach((row, index) => linkTo(hosts[index], row.cells[0].firstChild));
}

const problemsOf = (host) => Number(matrixRows[host.index].cells[DO - 1].textContent);

/** How two hosts are ordered by a column: "host", "state", "problems" or a port such as "tcp/80". */
function comparison(key) {
  if (key === "host") return (a, b) => collator.compare(a.name, b.name);
  if (key === "problems") return (a, b) => problemsOf(a) - problemsOf(b);
  if (key === "state") return (a, b) => SEVERITY.indexOf(a.state) - SEVERITY.indexOf(b.state);
  const port = data.ports.find((each) => portKey(each) === key);
  const order = Object.keys(VERDICTS);
  const rank = (host) => {
    const check = port && checkOf(host, port);
    return check ? order.indexOf(verdictOf(check)) : -1;
  };
  return (a, b) => rank(a) - rank(b);
}

const portKey = ([protocol, port]) => `${PROTOCOLS[protocol].toLowerCase()}/${port}`;

/** Put the rows, and the sections of the hosts, in order; a key that starts with - turns it round. */
function sortHosts() {
  const key = filter.sort.replace(/^-/, "");
  const direction = filter.sort.startsWith("-") ? -1 : 1;
  const ordered = [...hosts];
  if (key) {
    const compare = comparison(key);
    ordered.sort((a, b) => direction * compare(a, b) || a.index - b.index);
  }
  inOrder = ordered;
  matrixBody.append(...ordered.map((host) => matrixRows[host.index]));
  drawRows();
  hostList.append(...ordered.map((host) => sections[host.index]));
}

const sortKeys = ["host", "state", "problems", null, ...data.ports.map(portKey)];
let showSort;
function makeSortable() {
  showSort = sortable(matrixHead, sortKeys, (key, direction) => {
    filter.sort = direction < 0 ? `-${key}` : key;
    sortHosts();
    writeAddress();
  });
}

let columnsShown = "";
/** Show the columns of the ports that are asked for; all of them if none of them is. */
function showColumns() {
  const ports = parsePorts(filter.port) ?? null;
  let wanted = data.ports.map((each) => isWanted(ports, ...each) && (!filter.reach
    || hosts.some((host) => shown[host.index] && fitsReach(checkOf(host, each)?.[CHECK.reach] ?? 0))));
  if (!wanted.some(Boolean)) wanted = wanted.map(() => true);
  if (columnsShown === wanted.join()) return;
  columnsShown = wanted.join();
  for (const row of [matrixHead, ...matrixRows]) {
    wanted.forEach((shown, index) => { row.cells[index + PORTS_FROM].hidden = !shown; });
  }
}
