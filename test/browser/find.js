(kind, words) => {
  // The element a person means by its words: exactly those first, then as a part.
  const flat = (s) => (s || "").replace(/\s+/g, " ").trim();
  const shown = (e) => e.checkVisibility ? e.checkVisibility() : true;
  for (const e of document.querySelectorAll("[data-found]")) e.removeAttribute("data-found");
  const named = (e) => kind === "press"
    ? [flat(e.innerText), flat(e.getAttribute("aria-label")), flat(e.value && e.tagName === "INPUT" ? e.value : "")]
    : [flat(e.getAttribute("aria-label")), ...[...(e.labels || [])].map((l) => flat(l.innerText.replace(/（任意）|\(optional\)/g, "")))];
  const all = [...document.querySelectorAll(kind === "press" ? "a[href], button, summary, input[type=submit]" : "input:not([type=hidden]), select, textarea")].filter(shown);
  const hit = all.find((e) => named(e).includes(words)) || all.find((e) => named(e).some((n) => n.includes(words)));
  if (!hit) return false;
  hit.setAttribute("data-found", "");
  hit.scrollIntoView({ block: "center" });
  return true;
}
