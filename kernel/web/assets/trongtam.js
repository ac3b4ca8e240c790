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
// A document that the server has to make first: the bar until it is there. Without this the link simply downloads it.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[href*='/tep/'][href$='.docx'], a[href*='/tep/'][href$='.pdf']");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  document.documentElement.classList.add("busy");
  try {
    const answer = await fetch(link.href);
    if (!answer.ok) throw new Error(answer.status);
    const file = document.createElement("a");
    file.href = URL.createObjectURL(await answer.blob());
    file.download = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition"))?.[1] ?? "";
    file.click();
    setTimeout(() => URL.revokeObjectURL(file.href), 60000);
  } catch {
    location.href = link.href;
  } finally {
    document.documentElement.classList.remove("busy");
  }
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
