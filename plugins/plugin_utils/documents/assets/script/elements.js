/*
SPDX-License-Identifier: GPL-3.0-or-later
Copyright: (c) 2026, the portkeeper.windows authors
GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
Making elements. Text becomes text nodes and nothing else.
*/

/** An element with attributes and children; a child that is a string is text. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child != null && child !== ""));
  return element;
}

const LONG = 160;

/** Text of a PC: kept apart in its direction; a long one is cut and can be unfolded. */
function foreign(text, limit = LONG) {
  if (text.length <= limit) return make("bdi", {}, text);
  const short = `${text.slice(0, limit)}…`;
  // Thousands of signs without a blank take long to lay out, unless a line may end anywhere.
  const unbroken = /[\x21-\x7e]{200}/.test(text) ? "unbroken" : null;
  const shown = make("bdi", { title: text.slice(0, 4 * limit), class: unbroken }, short);
  const button = make("button", { type: "button", class: "more", "aria-expanded": "false" });
  button.textContent = say("js.expand", { count: text.length });
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-expanded") === "false";
    button.setAttribute("aria-expanded", String(open));
    shown.textContent = open ? text : short;
    button.textContent = open ? say("js.collapse") : say("js.expand", { count: text.length });
  });
  return make("span", { class: "long" }, shown, button);
}

/** A verdict or a state with its sign. */
function sign(kind, value, tag = "span") {
  return make(tag, { class: `v s-${groupOf(value)}` }, known(kind, value));
}

/** A button that copies the text of an element. */
function copyButton(code) {
  const button = make("button", { type: "button", class: "copy" }, say("js.copy"));
  button.addEventListener("click", async () => {
    let done = false;
    try {
      await navigator.clipboard.writeText(code.textContent);
      done = true;
    } catch {
      // Not allowed for this page: what is selected can be copied by hand.
      getSelection().selectAllChildren(code);
    }
    button.textContent = say(done ? "js.copied" : "js.copy_failed");
    setTimeout(() => { button.textContent = say("js.copy"); }, 2500);
  });
  return button;
}

/** A task as YAML, to be unfolded and copied. */
function task(yaml) {
  const code = make("code", {}, yaml.replace(/\n+$/, ""));
  return make("details", { class: "task" },
    make("summary", {}, say("js.task")), copyButton(code), make("pre", { tabindex: "0" }, code));
}

/**
 * Headings of a table that sort it.
 * @param row the row of headings
 * @param keys for each heading the key that `sorted` is called with, null for none
 * @param sorted called with key and direction (1, -1)
 */
function sortable(row, keys, sorted) {
  const headings = [...row.cells];
  const show = (key, direction) => headings.forEach((heading, place) => {
    if (keys[place] === null) return;
    const on = keys[place] === key;
    heading.setAttribute("aria-sort", !on ? "none" : direction > 0 ? "ascending" : "descending");
  });
  headings.forEach((heading, place) => {
    if (keys[place] === null) return;
    const button = make("button", { type: "button", class: "sort" });
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const direction = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      sorted(keys[place], direction);
      show(keys[place], direction);
    });
  });
  show(null, 1);
  return show;
}
