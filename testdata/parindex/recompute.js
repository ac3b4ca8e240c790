// Works out results of schemes again, with integers only and none of the program's code: the program's own results must
// agree. Reads cases as JSON from standard input, writes one result a line.
import { readFileSync } from "node:fs";

const gcd = (a, b) => (b === 0n ? (a < 0n ? -a : a) : gcd(b, a % b));
const frac = (n, d = 1n) => {
  const g = gcd(n, d) || 1n;
  return d < 0n ? [-n / g, -d / g] : [n / g, d / g];
};
const add = (a, b) => frac(a[0] * b[1] + b[0] * a[1], a[1] * b[1]);
const mul = (a, b) => frac(a[0] * b[0], a[1] * b[1]);
const div = (a, b) => frac(a[0] * b[1], a[1] * b[0]);
const less = (a, b) => a[0] * b[1] < b[0] * a[1];
const zero = frac(0n);
const read = (text) => {
  const isPercent = text.endsWith("%");
  const [whole, part = ""] = text.replace("%", "").replace(",", ".").split(".");
  const n = frac(BigInt(whole + part), 10n ** BigInt(part.length));
  return isPercent ? div(n, frac(100n)) : n;
};
const pairs = (text) => text.split(";").map((one) => one.split("=").map((side) => side.trim())).filter((one) => one.length === 2);
const value = (text, name) => pairs(text).find(([key]) => key === name)?.[1];

// The points of a leaf; null when it leaves the base, undefined when they are missing.
function points(leaf, figure) {
  const most = read(leaf.most);
  const absent = (how) => ({ zero, full: most, out: null })[how];
  if (figure.none) return absent(leaf.none);
  const isEmpty = figure.value === "" && figure.above === null && figure.below === null;
  if (isEmpty) return leaf.survey ? null : undefined;
  // Cases that take points away count without proof.
  if (!figure.evidence && !leaf.survey && leaf.method !== "penalty") return zero;
  const steps = () => pairs(leaf.parameters).map(([from, to]) => [read(from), read(to)]).sort((a, b) => (less(a[0], b[0]) ? 1 : -1));
  switch (leaf.method) {
    case "yes_no": return figure.value === "có" ? most : zero;
    case "count_min": {
      const n = read(figure.value);
      const reached = steps().find(([from]) => !less(n, from));
      return reached ? reached[1] : zero;
    }
    case "penalty": {
      const left = add(most, mul(read(figure.value), read(value(leaf.parameters, "mỗi trường hợp"))));
      const floor = read(value(leaf.parameters, "sàn"));
      return less(left, floor) ? floor : left;
    }
    case "manual": return read(figure.value);
    case "rank_change": return read(value(leaf.parameters, figure.value));
    case "deadline": {
      const day = (text) => { const [d, m, y] = text.split("/").map(Number); return Date.UTC(y, m - 1, d) / 864e5; };
      const late = day(figure.value) - day(`${value(leaf.parameters, "hạn")}/2023`);
      if (late <= 0) return most;
      const kept = pairs(leaf.parameters).map(([name, share]) => [/chậm đến (\d+) ngày/.exec(name)?.[1], share]).filter(([days]) => days);
      const found = kept.map(([days, share]) => [Number(days), read(share)]).sort((a, b) => a[0] - b[0]).find(([days]) => late <= days);
      return found ? mul(found[1], most) : zero;
    }
    case "formula": {
      // Two formulas are written by hand here: the language itself is what the other program has to read.
      const near = /^min\(max, max\(0, ([\d.]+) \+ value \* 0\.1 - 0\.3\)\)$/.exec(leaf.parameters);
      if (!near) break;
      const n = add(add(read(near[1]), mul(read(figure.value), frac(1n, 10n))), frac(-3n, 10n));
      const held = less(n, zero) ? zero : n;
      return less(most, held) ? most : held;
    }
    default:
  }
  const [above, below] = [frac(BigInt(figure.above)), frac(BigInt(figure.below))];
  if (below[0] === 0n) return absent(leaf.zero);
  const share = div(above, below);
  // More than the scale holds, or more content people than people, is no answer.
  if (leaf.method === "survey_top2" && less(below, above)) return undefined;
  if (leaf.method === "survey_mean" && less(read(value(leaf.parameters, "thang")), share)) return undefined;
  const one = frac(1n);
  switch (leaf.method) {
    case "formula":
    case "ratio_full_at": {
      const at = read(/>= (\d+%)/.exec(leaf.parameters)?.[1] ?? value(leaf.parameters, "T"));
      return less(share, at) ? div(mul(share, most), at) : most;
    }
    case "ratio_tier": {
      const reached = steps().find(([from]) => !less(share, from));
      return reached ? reached[1] : zero;
    }
    case "ratio_linear_floor": {
      if (!less(share, one)) return most;
      return less(share, read(value(leaf.parameters, "sàn"))) ? zero : mul(share, most);
    }
    case "ratio_95_80":
      if (!less(share, frac(95n, 100n))) return most;
      return less(share, frac(80n, 100n)) ? zero : div(most, frac(2n));
    case "survey_mean": return mul(div(share, read(value(leaf.parameters, "thang"))), most);
    default: return mul(share, most);
  }
}

// To 28 significant digits, half to even, without zeros at the end.
function digits([n, d]) {
  if (n === 0n) return "0";
  const sign = n < 0n ? "-" : "";
  n = n < 0n ? -n : n;
  let places = 0n;
  const limit = 10n ** 28n;
  let [up, low] = [n, d];
  while (up / low < limit / 10n) { up *= 10n; places += 1n; }
  while (up / low >= limit) { low *= 10n; places -= 1n; }
  let whole = up / low;
  const rest = (up % low) * 2n;
  if (rest > low || (rest === low && whole % 2n === 1n)) whole += 1n;
  let text = whole.toString().padStart(Number(places) + 1, "0");
  if (places > 0n) {
    const cut = text.length - Number(places);
    text = `${text.slice(0, cut)}.${text.slice(cut)}`.replace(/0+$/, "").replace(/\.$/, "");
  }
  return sign + text;
}

// One result a line, with its rank among all: one more than those that are better.
const results = JSON.parse(readFileSync(0, "utf8")).map(({ leaves, figures }) => {
  let [sum, base] = [zero, zero];
  for (const leaf of leaves) {
    const got = points(leaf, figures[leaf.code]);
    if (got === null) continue;
    base = add(base, read(leaf.most));
    if (got !== undefined) sum = add(sum, got);
  }
  return base[0] === 0n ? zero : mul(div(sum, base), frac(100n));
});
const falling = [...results].sort((a, b) => (less(a, b) ? 1 : less(b, a) ? -1 : 0));
for (const result of results) {
  console.log(`${digits(result)} ${falling.findIndex((other) => !less(result, other)) + 1}`);
}
