"use strict";
// Filters mistakes; the page is complete without it.
(() => {
  const STEP = 50;
  const NAMES = ["task", "kind", "label", "text"];

  // Whether an entry passes one filter; text: every word has to occur.
  const passes = {
    task: (entry, value) => entry.task === value,
    kind: (entry, value) => entry.kind === value,
    label: (entry, value) => entry.labels.includes(value),
    text: (entry, value) => words(value).every((word) => text(entry).includes(word)),
  };
  const words = (value) => value.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (entry) => (entry.text ??= [".doc", ".context", ".sides"]
    .map((part) => entry.item.querySelector(part)?.textContent ?? "").join(" ").toLowerCase());
  const number = (value) => value.toLocaleString("en");

  function browser(section) {
    const form = section.querySelector(".filters");
    const more = section.querySelector(".more");
    const entries = [...section.querySelectorAll(".entries > li")].map((item) => ({
      item, task: item.dataset.task, kind: item.dataset.kind, labels: [item.dataset.gold, item.dataset.predicted],
    }));
    let limit = STEP;

    const chosen = () => NAMES.map((name) => [name, form.elements[name].value.trim()]).filter(([, value]) => value);
    const matching = (filters) => entries.filter((entry) => filters.every(([name, value]) => passes[name](entry, value)));

    // Each choice says how many it would leave, given the other filters.
    function count(filters) {
      for (const select of form.querySelectorAll("select")) {
        const left = matching(filters.filter(([name]) => name !== select.name));
        for (const option of select.options) {
          const here = option.value ? left.filter((entry) => passes[select.name](entry, option.value)) : left;
          option.textContent = `${option.dataset.name} (${number(here.length)})`;
        }
      }
    }

    function apply() {
      const filters = chosen();
      const found = matching(filters);
      const shown = new Set(found.slice(0, limit));
      for (const entry of entries) entry.item.hidden = !shown.has(entry);
      count(filters);
      const all = filters.length ? `${number(found.length)} of ${number(entries.length)} mistakes match` : `${number(found.length)} mistakes`;
      section.querySelector(".status").textContent = shown.size < found.length ? `${all}; the first ${number(shown.size)} are shown` : all;
      more.hidden = shown.size === found.length;
    }

    // What an address asks for, as far as this set has it.
    function take(wanted) {
      const set = wanted.get("set");
      if (set && set !== section.dataset.set) return false;
      const values = NAMES.map((name) => [form.elements[name], wanted.get(name) ?? ""]);
      const has = ([field, value]) => !value || !field.options || [...field.options].some((option) => option.value === value);
      if (!values.every(has)) return false;
      for (const [field, value] of values) field.value = value;
      limit = STEP;
      apply();
      return true;
    }

    function changed() {
      limit = STEP;
      apply();
      const address = new URLSearchParams([["set", section.dataset.set], ...chosen()]);
      try { history.replaceState(null, "", `#${address}`); } catch { /* some places of files allow no address */ }
    }

    form.addEventListener("input", changed);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(changed));
    more.querySelector("button").addEventListener("click", () => { limit += STEP; apply(); });
    form.hidden = false;
    apply();
    return { section, take };
  }

  const browsers = [...document.querySelectorAll(".mistakes")].map(browser);

  // `#task=entities&kind=missed`, and `set=2` for one set alone; all other addresses are places on the page.
  function follow() {
    const address = location.hash.slice(1);
    if (!address.includes("=")) return;
    const taken = browsers.filter(({ take }) => take(new URLSearchParams(address)));
    taken[0]?.section.querySelector(".filters").scrollIntoView();
  }
  addEventListener("hashchange", follow);
  follow();

  // Paper cannot unfold.
  addEventListener("beforeprint", () => { for (const part of document.querySelectorAll("details")) part.open = true; });
})();
