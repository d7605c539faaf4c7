/*
SPDX-License-Identifier: GPL-3.0-or-later
Copyright: (c) 2026, the portkeeper.windows authors
GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
The table of clients and servers, and what keeps clients out: which of it the filters show. Both stand
in the page; each path knows its row, its column and its obstacle.
*/
const paths = data.paths;
const connections = paths.filter((path) => path[PATH.row] !== null);
const pathTable = document.querySelector("#paths table");
const obstacles = [...document.querySelectorAll("#obstacles > li")];
const noPath = make("p", { class: "notice", hidden: true }, say("js.no_path_shown"));
document.getElementById("paths")?.after(noPath);

const verdictOfPath = (path) => string(path[PATH.verdict]);
/** Whether only paths have a verdict, and no PC by itself. */
const onlyOfPaths = (verdict) =>
  paths.length > 0 && !Object.hasOwn(VERDICTS, verdict) && Object.hasOwn(data.texts, `path_verdict.${verdict}`);

const fitsPath = (ports, path) => (path[PATH.port] === null
  ? !ports && !filter.verdict
  : isWanted(ports, path[PATH.protocol], path[PATH.port]) && (!filter.verdict || verdictOfPath(path) === filter.verdict));

/** The names of the PCs at both ends of the paths that have the wanted verdict. */
const endsOfPaths = (ports) => new Set(paths.filter((path) => fitsPath(ports, path))
  .flatMap((path) => [string(path[PATH.client] ?? 0), string(path[PATH.server])]));

const endsOf = (path) =>
  [path[PATH.client], path[PATH.server]].map((number) => hostNamed.get(string(number))).filter(Boolean);
const atPort = (path, row) => row[LISTENER.protocol] === path[PATH.protocol] && row[LISTENER.port] === path[PATH.port];

/** Whether the server's port is open to those that are asked for. */
function serverFitsReach(path) {
  const server = hostNamed.get(string(path[PATH.server]));
  const port = { protocol: path[PATH.protocol], first: path[PATH.port], last: path[PATH.port] };
  return server !== undefined && path[PATH.port] !== null
    && (server.checks.some((check) => fitsCheck(port, check)) || server.listeners.some((row) => fitsListener(port, row)));
}

/** Text of a path for searching, with who listens at the server's port. */
function pathHaystack(path) {
  const words = [known("path_verdict", verdictOfPath(path)), known("hop", string(path[PATH.hop]))];
  if (path[PATH.port] !== null) words.push(portName(path[PATH.protocol], path[PATH.port]));
  const numbers = [path[PATH.client], path[PATH.server], path[PATH.address], ...path[PATH.texts]];
  for (const row of hostNamed.get(string(path[PATH.server]))?.listeners ?? []) {
    if (atPort(path, row)) numbers.push(row[LISTENER.process], row[LISTENER.services]);
  }
  return [...words.map(plain), ...numbers.map(plainString)].join("\n");
}

/** The paths that fit, as a list of booleans. A filter for PCs fits where one of both ends does. */
function matchingPaths() {
  const terms = searchTerms();
  const named = plain(filter.host).trim();
  const ports = parsePorts(filter.port) ?? null;
  return paths.map((path) => {
    if (!fitsPath(ports, path)) return false;
    if (filter.reach && !serverFitsReach(path)) return false;
    const ends = endsOf(path);
    if (filter.state && !ends.some((host) => host.state === filter.state)) return false;
    if (filter.change && !ends.some((host) => host.trend === filter.change)) return false;
    for (const key of ["fix", "listens"]) {
      if (filter[key] && !ends.some((host) => placesOf[key].get(filter[key])?.has(host.index))) return false;
    }
    if (named) {
      const names = [path[PATH.client], path[PATH.server], path[PATH.address]].map(string);
      if (!plain([...names, ...ends.map((host) => host.address)].join("\n")).includes(named)) return false;
    }
    if (!terms.length) return true;
    const text = pathHaystack(path);
    return terms.every((term) => text.includes(term));
  });
}

/** Show the rows, columns and obstacles of the paths that fit; returns how many connections do. */
function showPaths() {
  const fits = matchingPaths();
  const on = { row: new Set(), column: new Set(), obstacle: new Set() };
  paths.forEach((path, index) => {
    if (fits[index]) for (const key of Object.keys(on)) on[key].add(path[PATH[key]]);
  });
  const number = paths.filter((path, index) => fits[index] && path[PATH.row] !== null).length;
  if (pathTable) {
    const [head, ...rows] = pathTable.rows;
    rows.forEach((row, index) => { row.hidden = !on.row.has(index); });
    for (const row of [head, ...rows]) {
      [...row.cells].slice(1).forEach((cell, index) => { cell.hidden = !on.column.has(index); });
    }
    pathTable.parentElement.hidden = number === 0;
    noPath.hidden = number > 0;
  }
  obstacles.forEach((item, index) => { item.hidden = !on.obstacle.has(index); });
  const list = document.getElementById("obstacles");
  if (list) list.hidden = list.previousElementSibling.hidden = !obstacles.some((item) => !item.hidden);
  return number;
}
