/*
SPDX-License-Identifier: GPL-3.0-or-later
Copyright: (c) 2026, the portkeeper.windows authors
GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
The names of the PCs that are shown, for the option --limit of Ansible.
*/

// A shell and --limit take these as they are: no blank or quote, and no sign of a pattern (* ? [ ] ! & ~ @ ,).
const HARMLESS = /^[\p{L}\p{N}_][\p{L}\p{N}._:-]*$/u;
const limitButton = make("button", { type: "button", id: "limit" }, say("js.limit"));
const limitText = make("textarea", { id: "limit-names", readonly: true, rows: "2", spellcheck: "false" });
const limitNote = make("p", { class: "quiet", "aria-live": "polite" });
const limitByHand = make("div", { class: "limit", hidden: true },
  make("label", { for: "limit-names" }, say("js.limit_by_hand")), limitText);

async function copyNames() {
  const all = inOrder.filter((host) => shown[host.index]).map((host) => host.name);
  const names = all.filter((name) => HARMLESS.test(name));
  const left = all.length - names.length;
  const leftOut = left ? say("js.limit_left_out", { count: left }) : "";
  const text = names.join(",");
  let done = false;
  try {
    await navigator.clipboard.writeText(text);
    done = true;
  } catch {
    // No secure context, or not allowed: who copies by hand finds the text selected.
  }
  limitText.value = text;
  limitByHand.hidden = done;
  const said = [done ? say("js.limit_copied", { count: names.length }) : "", leftOut].filter(Boolean);
  limitNote.textContent = said.join(/。$/.test(said[0]) ? "" : " ");
  if (!done) {
    limitText.focus();
    limitText.select();
  }
}
limitButton.addEventListener("click", copyNames);

/** What was said of the names is over when others are shown. */
function forgetNames() {
  limitByHand.hidden = true;
  limitNote.textContent = "";
}
