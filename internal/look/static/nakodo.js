// What script adds to pages that work without it: three keys, and a question
// before text that was typed and not sent is thrown away.
"use strict";
(() => {
  const typing = (e) => e.target.closest("input, textarea, select, [contenteditable]");
  let before = "";
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || typing(e)) return;
    const help = document.getElementById("keys");
    if (e.key === "?" && help) {
      help.open ? help.close() : help.showModal();
    } else if (e.key === "/") {
      const search = document.querySelector("input[type=search]");
      if (search) { e.preventDefault(); search.focus(); }
    } else if (before === "g") {
      const to = document.querySelector(`[data-key="${CSS.escape(e.key)}"]`);
      if (to) to.click();
    }
    before = e.key;
  });

  let unsent = false;
  document.addEventListener("input", (e) => { if (e.target.closest("form[method=post]")) unsent = true; });
  document.addEventListener("submit", () => { unsent = false; });
  window.addEventListener("beforeunload", (e) => { if (unsent) e.preventDefault(); });
})();
