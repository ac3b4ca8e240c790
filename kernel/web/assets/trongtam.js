// Makes smooth what works without it: a bar while the server works, filters that submit themselves, a guard for unsaved forms, the search key.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto]");
  if (form) form.requestSubmit();
});
let unsaved = false;
document.addEventListener("input", (event) => {
  if (event.target.closest("form[data-guard]")) unsaved = true;
});
document.addEventListener("submit", (event) => {
  unsaved = false;
  // What is put into the page without leaving it needs no bar, and would never take it away.
  if (event.defaultPrevented) return;
  // A bar at the top until the answer is there; what is done in an instant shows none.
  setTimeout(() => document.documentElement.classList.add("busy"), 300);
});
window.addEventListener("pageshow", () => document.documentElement.classList.remove("busy"));
window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select") || event.isComposing;
  if ((event.key === "k" && event.ctrlKey) || (event.key === "/" && !typing)) {
    const box = document.querySelector(".find input");
    if (box) { event.preventDefault(); box.focus(); }
  }
});
const summary = document.querySelector(".errors");
if (summary) summary.focus();
// After a smooth change of the list the reader stands at its heading, as after a new page.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "noidung") event.target.focus({ preventScroll: true });
});
