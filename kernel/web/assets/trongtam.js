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

// A sheet whose rows are kept as one leaves a cell. Without this the button below keeps all of it.
const rowsBusy = new Map();
function tell(form, words) {
  const place = document.getElementById("luu");
  if (place) place.textContent = words;
}
async function keepRow(form, row, cell) {
  const leaf = row.dataset.leaf, body = new URLSearchParams({ leaf });
  for (const input of row.querySelectorAll("input[name]")) {
    if (input.type !== "checkbox" || input.checked) body.set(input.name, input.value);
  }
  cell.classList.remove("kept", "refused");
  cell.classList.add("sending");
  tell(form, form.dataset.saySending);
  try {
    const answer = await fetch(form.dataset.cells, { method: "POST", body });
    const said = await answer.json();
    cell.classList.add(answer.ok ? "kept" : "refused");
    cell.title = said.wrong;
    cell.setAttribute("aria-invalid", String(!answer.ok));
    tell(form, said.wrong || `${leaf}: ${form.dataset.sayKept}`);
    if (!answer.ok) { unsaved = true; return; }
    row.querySelector("input[name^='x.']").value = said.version;
    // Words to an appraisal are kept once.
    row.querySelectorAll("input[name^='w.']").forEach((input) => { input.value = ""; });
    row.querySelector("[data-rule]").textContent = said.rule;
    row.querySelector("[data-why]").textContent = said.why;
    document.querySelectorAll("[data-total]").forEach((total, at) => { total.textContent = said.totals[at]; });
    unsaved = Boolean(form.querySelector(".refused"));
  } catch {
    unsaved = true;
    cell.classList.add("refused");
    tell(form, form.dataset.sayLost);
  } finally {
    cell.classList.remove("sending");
  }
}
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-cells]"), row = event.target.closest("tr[data-leaf]");
  // The words of an appraisal go with its points.
  if (!form || !row || event.target.name.startsWith("w.")) return;
  const before = rowsBusy.get(row) ?? Promise.resolve();
  rowsBusy.set(row, before.then(() => keepRow(form, row, event.target)));
});

// Cells as in a spreadsheet: up, down and Enter within a column, left and right at the ends of the text, Escape takes
// back, a block copied from a sheet is spread over the cells.
function typedCells(row) {
  return [...row.querySelectorAll("input:not([type=hidden]):not([type=checkbox]):not([readonly])")];
}
function cellBeside(cell, down, right) {
  const row = cell.closest("tr"), kind = cell.name.split(".")[0];
  if (right) {
    const cells = typedCells(row);
    return cells[cells.indexOf(cell) + right];
  }
  for (let at = down > 0 ? row.nextElementSibling : row.previousElementSibling; at; at = down > 0 ? at.nextElementSibling : at.previousElementSibling) {
    const found = typedCells(at).find((other) => other.name.split(".")[0] === kind);
    if (found) return found;
  }
  return undefined;
}
document.addEventListener("keydown", (event) => {
  const cell = event.target;
  if (!(cell instanceof HTMLInputElement) || !cell.closest("table[data-keys]") || event.isComposing || event.ctrlKey || event.altKey) return;
  if (cell.type === "checkbox") return;
  const atStart = cell.selectionEnd === 0, atEnd = cell.selectionStart === cell.value.length;
  const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [event.shiftKey ? -1 : 1, 0], ArrowLeft: atStart && [0, -1], ArrowRight: atEnd && [0, 1] }[event.key];
  if (event.key === "Escape") { cell.value = cell.defaultValue; return; }
  if (!step || (event.key === "Enter" && !cell.closest("form[data-cells]"))) return;
  const next = cellBeside(cell, ...step);
  event.preventDefault();
  if (!next) return;
  next.focus();
  next.select();
});
document.addEventListener("paste", (event) => {
  const first = event.target;
  if (!(first instanceof HTMLInputElement) || !first.closest("table[data-keys]")) return;
  const lines = event.clipboardData.getData("text").replace(/\r/g, "").replace(/\n$/, "").split("\n");
  if (lines.length === 1 && !lines[0].includes("\t")) return;
  event.preventDefault();
  let start = first;
  for (const line of lines) {
    let cell = start;
    for (const word of line.split("\t")) {
      if (!cell) break;
      cell.value = word.trim();
      cell.dispatchEvent(new Event("input", { bubbles: true }));
      cell.dispatchEvent(new Event("change", { bubbles: true }));
      cell = cellBeside(cell, 0, 1);
    }
    start = cellBeside(start, 1, 0);
    if (!start) break;
  }
});
