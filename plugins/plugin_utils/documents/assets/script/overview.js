/*
SPDX-License-Identifier: GPL-3.0-or-later
Copyright: (c) 2026, the portkeeper.windows authors
GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
The parts about all PCs filter the list: the counts at the top, what has changed, what to do, who listens.
*/
const listTitle = document.getElementById("matrix-title");

function goToList(focus) {
  listTitle.scrollIntoView({ block: "start" });
  if (focus) document.getElementById("matrix").focus({ preventScroll: true });
}

/** Filter for one thing by a click, or no longer; then go to what is shown. */
function toggle(key, value, focus = false) {
  filter[key] = filter[key] === value && !focus ? "" : value;
  apply();
  writeAddress();
  goToList(focus);
}

/** The items of a list at the top become buttons that filter. */
function makeCounts(selector, key, name, title) {
  for (const item of document.querySelectorAll(selector)) {
    const value = item.dataset[name];
    const button = make("button", { type: "button", "aria-pressed": "false", title: title(value) });
    button.append(...item.childNodes);
    button.disabled = item.classList.contains("zero");
    item.append(button);
    button.addEventListener("click", () => toggle(key, value));
  }
}

function showPressed() {
  for (const [selector, key, name] of [["#states button", "state", "state"], ["#trends button", "change", "trend"]]) {
    for (const button of document.querySelectorAll(selector)) {
      button.setAttribute("aria-pressed", String(button.parentElement.dataset[name] === filter[key]));
    }
  }
}

const trendWord = (trend) => document.querySelector(`#trends [data-trend="${CSS.escape(trend)}"] .t`)?.textContent ?? trend;
const showOnly = (number) => (number === 1 ? say("js.show_pc") : say("js.show_pcs", { count: number }));

function makeOverview() {
  makeCounts("#states > li", "state", "state", (value) => say("js.show_only", { state: known("state", value) }));
  makeCounts("#trends > li", "change", "trend", (value) => say("js.show_changed", { change: trendWord(value) }));
  document.querySelectorAll("#mend .first > li").forEach((item, index) => {
    const [key, title] = data.fixes[index];
    const button = make("button", { type: "button", class: "show", "aria-label": `${showOnly(placesOf.fix.get(key).size)}: ${title.slice(0, 80)}` },
      showOnly(placesOf.fix.get(key).size));
    button.addEventListener("click", () => toggle("fix", key, true));
    item.querySelector(".counted").after(button);
  });
  document.querySelectorAll("#who tbody tr").forEach((row, index) => {
    const key = data.listening[index][0];
    const button = make("button", { type: "button", class: "link" });
    button.append(row.cells[0].firstElementChild);
    row.cells[0].prepend(button);
    button.addEventListener("click", () => toggle("listens", key, true));
  });
  for (const table of document.querySelectorAll("#who table")) {
    const later = table.querySelectorAll("tr.later");
    if (!later.length) continue;
    const button = make("button", { type: "button" }, say("js.show_all", { count: table.tBodies[0].rows.length }));
    button.addEventListener("click", () => {
      for (const row of later) row.removeAttribute("class");
      button.parentElement.remove();
    });
    table.parentElement.after(make("p", { class: "later-rows" }, button));
  }
  // Names in the parts over all PCs lead to their details.
  for (const name of document.querySelectorAll("#mend .pc > bdi")) {
    const host = hostNamed.get(name.textContent);
    if (!host) continue;
    namedToMend.push([name.parentElement, host]);
    linkTo(host, name);
  }
}

const namedToMend = [];
/** Show of what to do that which is about PCs that are shown. */
function showToMend() {
  for (const [name, host] of namedToMend) name.hidden = !shown[host.index];
  for (const item of document.querySelectorAll("#mend .cases > li")) {
    item.hidden = item.querySelector(".pc") !== null && !item.querySelector(".where > :is(.pc, .quiet):not([hidden])");
  }
  let any = false;
  document.querySelectorAll("#mend .first > li").forEach((item, index) => {
    item.hidden = ![...placesOf.fix.get(data.fixes[index][0])].some((place) => shown[place]);
    any ||= !item.hidden;
  });
  const list = document.querySelector("#mend .first");
  if (list) list.hidden = !any;
}

// What is filtered for without a field of its own, in words; each can be taken back.
const chips = make("ul", { class: "chips" });
const CHIPS = {
  state: (value) => known("state", value),
  change: trendWord,
  fix: (value) => data.fixes.find(([key]) => key === value)?.[1] ?? value,
  listens: (value) => say("js.listens", { name: value, count: placesOf.listens.get(value)?.size ?? 0 }),
};

function showChips() {
  chips.replaceChildren(...Object.entries(CHIPS).filter(([key]) => filter[key]).map(([key, word]) => {
    const text = word(filter[key]).slice(0, 120);
    const button = make("button", { type: "button", "aria-label": say("js.remove_filter", { filter: text }) }, make("bdi", {}, text));
    button.addEventListener("click", () => {
      filter[key] = "";
      apply();
      writeAddress();
      fields.q.focus({ preventScroll: true });
    });
    return make("li", {}, button);
  }));
}
