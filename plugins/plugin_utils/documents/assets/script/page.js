/*
SPDX-License-Identifier: GPL-3.0-or-later
Copyright: (c) 2026, the portkeeper.windows authors
GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
The filters, and how the page begins.
*/
const count = make("p", { class: "count", role: "status", "aria-live": "polite" });
const nothing = make("p", { class: "notice", hidden: true }, say("js.none_shown"));
const fields = {};

function field(key, control, hint) {
  fields[key] = control;
  control.id = `filter-${key}`;
  control.addEventListener("input", () => {
    filter[key] = control.value;
    apply();
    writeAddress();
  });
  const id = key === "q" ? "search" : key;
  return make("div", { class: `field field-${id}` }, make("label", { for: control.id }, say(`js.${id}`)), control, hint);
}

/** Say at a control, which the page may be without, what an element says. */
function describe(control, id) {
  const others = control?.getAttribute("aria-describedby");
  control?.setAttribute("aria-describedby", others ? `${others} ${id}` : id);
}

/** The words of a kind that the page has texts for. */
const namesOf = (kind) => Object.keys(data.texts).filter((key) => key.startsWith(`${kind}.`)).map((key) => key.slice(kind.length + 1));

function makeFilters() {
  const input = (hint) => make("input", { type: "search", autocomplete: "off", spellcheck: "false", placeholder: hint ? say(hint) : null });
  const option = (kind, value) => make("option", { value }, known(kind, value));
  const any = () => make("option", { value: "" }, say("js.any"));
  const ofPaths = namesOf("path_verdict").filter(onlyOfPaths);
  const words = make("select", {}, any(), Object.keys(VERDICTS).map((verdict) => option("verdict", verdict)),
    ofPaths.length ? make("optgroup", { label: say("js.paths") }, ofPaths.map((verdict) => option("path_verdict", verdict))) : null);
  const reach = make("select", {}, any(), namesOf("reach").map((word) => option("reach", word)));
  const wrong = make("p", { id: "port-wrong", class: "wrong", hidden: true }, say("js.port_wrong"));
  const clear = make("button", { type: "button", id: "clear" }, say("js.clear"));
  clear.addEventListener("click", () => {
    for (const key of FILTERS) filter[key] = "";
    fillFields();
    apply();
    writeAddress();
    fields.q.focus();
  });
  const print = make("button", { type: "button", id: "print" }, say("js.print"));
  print.addEventListener("click", () => globalThis.print());
  // In a narrow window the list is worth more than the fields.
  const more = make("button", { type: "button", class: "more-filters", "aria-expanded": "false" }, say("js.more_filters"));
  more.addEventListener("click", () => {
    const open = form.classList.toggle("all-fields");
    more.setAttribute("aria-expanded", String(open));
  });
  const form = make("form", { role: "search", "aria-label": say("js.filter") },
    field("q", input("js.search_hint")), more, field("host", input()),
    field("port", input("js.port_hint"), wrong), field("verdict", words),
    reachKnown ? field("reach", reach) : null,
    make("div", { class: "buttons" }, clear));
  fields.port.setAttribute("aria-describedby", wrong.id);
  const left = briefCount ? make("p", { id: "details-left", class: "notice" },
    say("js.details_left_off", { left: briefCount, all: hosts.length })) : null;
  // Who does not see the notice beside them hears it at the fields that it is about.
  if (left) for (const key of ["q", "port", "reach"]) describe(fields[key], left.id);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("filters").append(form, ...(left ? [left] : []),
    make("div", { class: "shown" }, count, chips,
      make("div", { class: "doing" }, limitButton, print,
        make("label", { class: "check-box" }, printDetails, say("js.print_details")))),
    limitNote, limitByHand, printedSome);
  atTheEnd.after(nothing);
}

function fillFields() {
  for (const [key, control] of Object.entries(fields)) if (control.value !== filter[key]) control.value = filter[key];
}

let shown = hosts.map(() => true);
let portsDrawn = JSON.stringify([null, ""]);
/** Show what fits the filters. */
function apply() {
  const ports = parsePorts(filter.port);
  fields.port.setAttribute("aria-invalid", String(ports === undefined));
  document.getElementById("port-wrong").hidden = ports !== undefined;
  const fits = matching();
  fits.forEach((on, index) => {
    if (on === shown[index]) return;
    sections[index].hidden = !on;
  });
  shown = fits;
  limitRows(ROWS);
  showColumns();
  const drawn = JSON.stringify([ports ?? null, filter.reach]);
  if (drawn !== portsDrawn) redrawOpen();
  portsDrawn = drawn;
  showToMend();
  showPressed();
  showChips();
  forgetNames();
  const number = fits.filter(Boolean).length;
  const connected = showPaths();
  const pcs = say("js.count", { shown: number, all: hosts.length });
  count.textContent = connections.length
    ? say("js.count_paths", { pcs, shown: connected, all: connections.length }) : pcs;
  count.classList.toggle("all", number === hosts.length && connected === connections.length);
  nothing.hidden = number > 0 || hosts.length === 0;
  document.getElementById("clear").disabled = FILTERS.every((key) => !filter[key]);
}

/** Show what the address of the page says. */
function follow() {
  const sort = filter.sort;
  readAddress();
  fillFields();
  apply();
  const key = filter.sort.replace(/^-/, "");
  if (!sortKeys.includes(key)) filter.sort = "";
  if (filter.sort !== sort) sortHosts();
  showSort(filter.sort ? key : null, filter.sort.startsWith("-") ? -1 : 1);
  const host = filter.open && hosts.find((each) => each.name === filter.open);
  if (host) {
    sections[host.index].open = true;
    fillIn(host);
    show(host);
  }
}

function begin() {
  for (const time of document.querySelectorAll("time")) time.textContent = timeText(time.dateTime);
  for (const code of document.querySelectorAll(".first pre code")) code.parentElement.before(copyButton(code));
  if (!hosts.length) return;
  for (const row of matrixRows) {
    row.hidden = row.className === "later";
    row.removeAttribute("class");
  }
  hostsArea.append(make("h2", { id: "hosts-title" }, say("js.hosts")), hostList);
  hostsArea.hidden = false;
  hostList.append(...sections);
  makeFilters();
  makeSortable();
  makeOverview();
  document.querySelector(".jump [hidden]").hidden = false;
  readAddress();
  filter.sort = "";
  linkHosts();
  const fitting = new ResizeObserver(showFits);
  for (const area of [matrixArea, matrixArea.firstElementChild]) fitting.observe(area);
  follow();
  addEventListener("hashchange", follow);
  addEventListener("popstate", follow);
  addEventListener("beforeprint", unfold);
  addEventListener("afterprint", fold);
  prepareIndex();
}

begin();
