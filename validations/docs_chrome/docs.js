// The two things that Data Docs need a script for: folding, and showing failures only.
"use strict";
(() => {
  document.documentElement.classList.add("scripted");
  for (const link of document.querySelectorAll('[data-toggle="collapse"]')) {
    const body = document.getElementById(link.getAttribute("href").slice(1));
    if (!body) continue;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      link.setAttribute("aria-expanded", String(body.classList.toggle("show")));
    });
  }
  const only = document.getElementById("failed-only");
  only?.addEventListener("change", () => {
    for (const mark of document.querySelectorAll(".hide-succeeded-validation-target-child")) {
      const row = mark.closest("tr");
      if (row) row.hidden = only.checked;
    }
  });
})();
