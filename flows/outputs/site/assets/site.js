// Filters over what the page already holds. Without this script every table stands whole.
"use strict";
(() => {
  const words = (text) => text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const wanted = new URLSearchParams(location.search);

  const textOf = (row) => {
    row.known ??= `${row.textContent} ${row.dataset.text ?? ""}`.toLocaleLowerCase();
    return row.known;
  };

  const fits = (row, asked, chosen) =>
    chosen.every(([name, value]) => (row.dataset[name] ?? "").split(" ").includes(value)) &&
    asked.every((word) => textOf(row).includes(word));

  // What groups rows (a section, a body with its heading row) goes when none of its rows is left.
  const fold = (scope) => {
    const groups = [...scope.querySelectorAll("[data-group], tbody:has(tr.name)")];
    for (const group of groups) {
      group.hidden = !group.querySelector("[data-row]:not([hidden])");
    }
  };

  const prepare = (form) => {
    const scope = document.getElementById(form.dataset.for);
    const rows = [...scope.querySelectorAll("[data-row]")];
    const output = form.querySelector("output");
    const selects = [...form.querySelectorAll("select")];

    const apply = () => {
      const asked = words(form.elements.q.value);
      const chosen = selects.filter((one) => one.value).map((one) => [one.name, one.value]);
      let shown = 0;
      for (const row of rows) {
        row.hidden = !fits(row, asked, chosen);
        shown += row.hidden ? 0 : 1;
      }
      const all = !asked.length && !chosen.length;
      if (all) {
        for (const group of scope.querySelectorAll("[hidden]")) group.hidden = false;
      } else {
        fold(scope);
      }
      output.textContent = all ? `共 ${rows.length} 项` : `${shown} / ${rows.length} 项`;
    };

    let waiting = 0;
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(apply, rows.length > 2000 ? 200 : 0);
    });
    form.addEventListener("reset", () => setTimeout(apply, 0));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      apply();
    });
    // An address can carry a search: all.html?q=3105, month-06.html?severity=error
    for (const field of [form.elements.q, ...selects]) {
      if (wanted.has(field.name)) field.value = wanted.get(field.name);
    }
    form.hidden = false;
    apply();
    // A link to a row that the filter hides must still lead there.
    addEventListener("hashchange", () => {
      const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (target && scope.contains(target) && target.closest("[hidden]")) {
        form.reset();
        setTimeout(() => target.scrollIntoView(), 10);
      }
    });
  };

  for (const form of document.querySelectorAll("form.filter")) prepare(form);
  const find = document.getElementById("find");
  if (find && wanted.has("q")) find.value = wanted.get("q");
})();
