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
function tell(form, words, isBad = false) {
  const place = document.getElementById("luu");
  if (!place) return;
  place.textContent = words;
  place.classList.toggle("bad", isBad);
}
async function keepRow(form, row, cell) {
  const leaf = row.dataset.leaf, body = new URLSearchParams({ leaf }), sent = [];
  for (const input of row.querySelectorAll("input[name]")) {
    if (input.type === "checkbox" && !input.checked) continue;
    body.set(input.name, input.value);
    sent.push([input, input.value]);
  }
  cell.classList.remove("kept", "refused");
  cell.classList.add("sending");
  tell(form, form.dataset.saySending);
  try {
    const answer = await fetch(form.dataset.cells, { method: "POST", body });
    // A page instead of an answer: signed out, or no right any more.
    const isOurs = (answer.headers.get("content-type") ?? "").includes("json") && !answer.redirected;
    const said = isOurs ? await answer.json() : { wrong: form.dataset.sayGone };
    const isKept = isOurs && answer.ok;
    cell.classList.add(isKept ? "kept" : "refused");
    cell.title = said.wrong ?? "";
    cell.setAttribute("aria-invalid", String(!isKept));
    tell(form, isKept ? `${leaf}: ${form.dataset.sayKept}` : said.wrong, !isKept);
    if (!isKept) { unsaved = true; return; }
    row.querySelectorAll(".refused").forEach((other) => {
      other.classList.remove("refused");
      other.removeAttribute("aria-invalid");
      other.title = "";
    });
    for (const [input, value] of sent) {
      // Words to an appraisal are kept once; words typed since then are still to be sent.
      if (input.name.startsWith("w.")) { if (input.value === value) input.value = ""; }
      else if (input.type !== "checkbox" && input.type !== "hidden") input.defaultValue = value;
    }
    row.querySelector("input[name^='x.']").value = said.version;
    row.querySelector("[data-rule]").textContent = said.rule;
    row.querySelector("[data-why]").textContent = said.why;
    const over = row.querySelector("[data-over]");
    if (over) over.hidden = !said.over;
    document.querySelectorAll("[data-total]").forEach((total, at) => { total.textContent = said.totals[at]; });
    cell.classList.remove("sending");
    unsaved = Boolean(form.querySelector(".refused, .sending"));
  } catch {
    unsaved = true;
    cell.classList.add("refused");
    tell(form, form.dataset.sayLost, true);
  } finally {
    cell.classList.remove("sending");
  }
}
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-cells]"), row = event.target.closest("tr[data-leaf]");
  if (!form || !row) return;
  if (event.target.name.startsWith("w.") && event.target.value.trim() === "") return;
  // Waiting for its turn, too, it is not kept yet.
  event.target.classList.add("sending");
  const before = rowsBusy.get(row) ?? Promise.resolve();
  rowsBusy.set(row, before.then(() => keepRow(form, row, event.target)));
});

// Cells as in a spreadsheet: up, down and Enter within a column, left and right at the ends of the text, Escape takes
// back, a block copied from a sheet is spread over the cells, choices and crosses included.
function typedCells(row) {
  return [...row.querySelectorAll("input:not([type=hidden]):not([type=checkbox]):not([readonly])")];
}
function pastedCells(row) {
  return [...row.querySelectorAll("input:not([type=hidden]):not([readonly]), select")];
}
function cellBelow(cell, down, cellsOf) {
  const row = cell.closest("tr"), kind = cell.name.split(".")[0];
  for (let at = down > 0 ? row.nextElementSibling : row.previousElementSibling; at; at = down > 0 ? at.nextElementSibling : at.previousElementSibling) {
    const found = cellsOf(at).find((other) => other.name.split(".")[0] === kind);
    if (found) return found;
  }
  return undefined;
}
function cellRight(cell, right, cellsOf) {
  const cells = cellsOf(cell.closest("tr"));
  return cells[cells.indexOf(cell) + right];
}
document.addEventListener("keydown", (event) => {
  const cell = event.target;
  if (!(cell instanceof HTMLInputElement) || !cell.closest("table[data-keys]") || event.isComposing || event.ctrlKey || event.altKey) return;
  if (cell.type === "checkbox") return;
  const atStart = cell.selectionEnd === 0, atEnd = cell.selectionStart === cell.value.length;
  const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [event.shiftKey ? -1 : 1, 0], ArrowLeft: atStart && [0, -1], ArrowRight: atEnd && [0, 1] }[event.key];
  if (event.key === "Escape") { cell.value = cell.defaultValue; return; }
  if (!step || (event.key === "Enter" && !cell.closest("form[data-cells]"))) return;
  const [down, right] = step;
  const next = right ? cellRight(cell, right, typedCells) : cellBelow(cell, down, typedCells);
  event.preventDefault();
  if (!next) return;
  next.focus();
  next.select();
});
// One more empty row of a table that may grow, named after its place.
function grow(table) {
  const last = table.tBodies[0].rows[table.tBodies[0].rows.length - 1], count = table.closest("form").querySelector("input[name=rows]");
  const fresh = last.cloneNode(true), at = Number(count.value);
  fresh.querySelectorAll("[name]").forEach((input) => {
    input.name = `${input.name.split(".")[0]}.${at}`;
    if (input.id) input.id = "";
    if (input instanceof HTMLSelectElement) input.selectedIndex = 0;
    else if (input.type === "checkbox") input.checked = false;
    else input.value = "";
  });
  last.after(fresh);
  count.value = at + 1;
  return fresh;
}
document.addEventListener("click", (event) => {
  const more = event.target.closest("button[data-more]");
  if (!more) return;
  event.preventDefault();
  const row = grow(more.form.querySelector("table[data-grow]"));
  row.querySelector("input, select").focus();
});
function put(cell, word) {
  if (cell instanceof HTMLSelectElement) {
    const same = (text) => text.trim().toLocaleLowerCase() === word.toLocaleLowerCase();
    const found = [...cell.options].find((option) => same(option.value) || same(option.text));
    if (!found) return false;
    cell.value = found.value;
  } else if (cell.type === "checkbox") {
    cell.checked = /^(x|1|có|yes)$/i.test(word);
  } else {
    cell.value = word;
  }
  cell.dispatchEvent(new Event("input", { bubbles: true }));
  cell.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}
document.addEventListener("paste", (event) => {
  const first = event.target, table = first instanceof HTMLInputElement && first.closest("table[data-keys]");
  if (!table) return;
  const lines = event.clipboardData.getData("text").replace(/\r/g, "").replace(/\n$/, "").split("\n");
  if (lines.length === 1 && !lines[0].includes("\t")) return;
  event.preventDefault();
  let start = first, row = first.closest("tr"), left = 0;
  for (const [at, line] of lines.entries()) {
    // What found no place is told: a line beyond the last row or on one without such a cell, a column beyond the last cell, a
    // word that is no choice.
    if (!start) {
      if (line.trim() !== "" || !row) left += 1;
      row = row && below(row, table);
      start = row && cellsNamed(row, first);
      continue;
    }
    let cell = start, isWhole = true;
    for (const word of line.split("\t")) {
      isWhole = (cell ? put(cell, word.trim()) : word.trim() === "") && isWhole;
      cell = cell && cellRight(cell, 1, pastedCells);
    }
    if (!isWhole) left += 1;
    if (at === lines.length - 1) break;
    // Row by row: a row without such a cell takes its line and keeps nothing, or all that follows would slide up.
    row = below(row, table);
    start = row && cellsNamed(row, first);
  }
  const said = table.parentElement.previousElementSibling, words = table.dataset.sayCut;
  if (words && said?.matches("[data-cut]")) {
    said.hidden = left === 0;
    said.textContent = words.replace("#", String(left));
  }
});
// The next row that holds something to score; in a table that may grow, a fresh one after the last.
function below(row, table) {
  let next = row.nextElementSibling;
  while (next && row.dataset.leaf && !next.dataset.leaf) next = next.nextElementSibling;
  return next ?? (table.hasAttribute("data-grow") ? grow(table) : undefined);
}
function cellsNamed(row, like) {
  return pastedCells(row).find((other) => other.name.split(".")[0] === like.name.split(".")[0]);
}
