// Drives the product in a real browser: flows by role, the import wizard on the office files, keyboard only,
// JavaScript off, accessibility in light, dark and at 390 px, and no sideways scrolling at 320 px with the largest text.
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";

const root = resolve(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "..");
const binary = join(root, "target/debug/trongtam");
const axe = readFileSync(join(root, "ui/node_modules/axe-core/axe.min.js"), "utf8");
const password = "dung-thu-trong-tam";
let passed = 0;
const failed = [];

// No flow takes longer; one that waits for ever fails instead.
const LIMIT = 180000;

async function test(name, work) {
  let timer;
  const late = new Promise((_, broke) => {
    timer = setTimeout(() => broke(new Error("it did not end in three minutes")), LIMIT);
  });
  try {
    await Promise.race([work(), late]);
    passed += 1;
    console.log(`ok   ${name}`);
  } catch (fault) {
    failed.push(name);
    console.log(`FAIL ${name}\n     ${fault.message.split("\n").slice(0, 12).join("\n     ")}`);
  } finally {
    clearTimeout(timer);
  }
}

function must(holds, what) {
  if (!holds) throw new Error(what);
}

function serve(args) {
  const child = spawn(binary, args, { stdio: ["ignore", "pipe", "inherit"] });
  const lines = [];
  const address = new Promise((done, broke) => {
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
      lines.splice(0, lines.length, ...text.split("\n"));
      const found = text.match(/^http:\/\/127\.0\.0\.1:\d+$/m);
      if (found) done(found[0]);
    });
    child.on("exit", () => broke(new Error(`the server stopped: ${text}`)));
  });
  return { child, address, lines };
}

const folders = ["tt-demo-", "tt-empty-", "tt-term-"].map((name) => mkdtempSync(join(tmpdir(), name)));
const demo = serve(["demo", "--small", "--data", folders[0], "--listen", "127.0.0.1:0"]);
const empty = serve(["serve", "--data", folders[1], "--listen", "127.0.0.1:0"]);
// The same city in the middle of its term.
const term = serve(["demo", "--small", "--data", folders[2], "--listen", "127.0.0.1:0", "--today", "2023-04-19"]);
const base = await demo.address;
const bare = await empty.address;
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

async function signedIn(login, options = {}, at = base, secret = password) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(10000);
  await page.goto(`${at}/dang-nhap`);
  await page.fill("[name=login]", login);
  await page.fill("[name=password]", secret);
  await page.click("main button[type=submit]");
  await page.waitForURL((url) => !url.pathname.includes("dang-nhap"));
  return page;
}

// A lost session answers with the sign-in page, which would pass every check of form.
function stillSignedIn(page, path) {
  must(!page.url().includes("/dang-nhap"), `${path} led to the sign-in page`);
}

async function accessible(page, where) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  }));
  const words = found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join(" | ")}`);
  must(words.length === 0, `${where}: ${words.join("; ")}`);
}

const first = async (page, path) => {
  await page.goto(base + path);
  return page.getAttribute("main tbody a, main li a", "href");
};

const office = await signedIn("vanphong");
const task = await first(office, "/nv");
const programme = "/ct/CT-01";
const document_ = await first(office, "/van-ban");
const person = await first(office, "/can-bo");
const review = await first(office, "/so-ket");
const part = await first(office, review);
const report = await first(office, "/bao-cao");
const reportPart = await first(office, report);
const lastYear = new Date().getFullYear() - 1;
const index = `/chi-so/CD-${lastYear}-01`;
const before = `/chi-so/CD-${lastYear - 1}-01`;
const survey = `/khao-sat/KS-${lastYear + 1}-01`;
const pages = [`${index}/lich-su`, `${index}/lich-su?theo=nay`, `${index}/dieu-tra`, `${index}/UB001/1.6`, `${before}/UB001/ket-qua`, before, `/chi-so/CD-${lastYear}-02?nhom=thuoc-H001`, `/chi-so/CD-${lastYear}-03`, `/chi-so/bo/BCS-${lastYear}-01/sua`, "/chi-so/bo/moi/sua", "/chi-so/so-lieu", "/khao-sat", survey, `${survey}/ket-qua`, `${survey}/UB002/giay`, "/phieu", `${index}/UB001/thu`, "/chi-so", `/chi-so/bo/BCS-${lastYear}-01`, index, `${index}/UB001`, "/xep-hang", "/moi-kho", "/bao-cao", report, reportPart, "/nv?xem=gantt", `/nv?so_voi=${encodeURIComponent(new Date(Date.now() - 30 * 864e5).toLocaleDateString("en-GB"))}`, "/thong-bao", "/don-doc", "/so-ket", review, part, review.replace("so-ket", "hoi-nghi"), "/bai-hoc", "/qt/bac-thang", "/toi/thong-bao", "/theo-doi", "/nv?xem=the", "/nv?xem=lich",
  "/tong-quan", "/tong-quan/H001", "/viec", "/nv", task, `${task}/sua`, "/nv/moi", "/ct", "/ct/moi", programme, `${programme}/cay`,
  `${programme}/sua`, `${programme}/in_step`, "/van-ban", document_, "/chi-tieu", "/chi-tieu/CTI-01.01", "/chi-tieu/CTI-01.01/luoi",
  "/trong-tam", "/to-chuc", "/to-chuc/UB001", "/to-chuc/sap-xep", "/can-bo", person, "/nhap", "/tim?q=mot+cua", "/qt/ten-goi",
  "/qt/lich", "/tro-giup", "/toi", `/lich-su/task${task.replace("/nv", "")}`];

await test("the sign-in page is accessible and says what is wrong", async () => {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${base}/dang-nhap`);
  await accessible(page, "sign-in");
  await page.fill("[name=login]", "vanphong");
  await page.fill("[name=password]", "sai-mat-khau-roi");
  await page.click("main button[type=submit]");
  must((await page.title()).startsWith("Lỗi:"), "the title does not say that there is an error");
  must((await page.inputValue("[name=login]")) === "vanphong", "the login was not kept");
  await accessible(page, "sign-in with an error");
});

for (const [name, options] of [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["390 px", { viewport: { width: 390, height: 800 } }],
]) {
  await test(`pages are accessible: ${name}`, async () => {
    const page = await signedIn("vanphong", options);
    for (const path of pages) {
      const answer = await page.goto(base + path);
      must(answer.status() === 200, `${path} answered ${answer.status()}`);
      stillSignedIn(page, path);
      await accessible(page, path);
    }
  });
}

await test("administration is accessible", async () => {
  const page = await signedIn("quantri");
  for (const path of ["/qt/nguoi-dung", "/qt/nguoi-dung/chuyenvien", "/qt/moc-noi", "/qt/nhat-ky", "/qt/lich", "/viec"]) {
    const answer = await page.goto(base + path);
    must(answer.status() === 200, `${path} answered ${answer.status()}`);
      stillSignedIn(page, path);
    await accessible(page, path);
  }
});

await test("the leader's desk is accessible on a phone and on the wall", async () => {
  const page = await signedIn("lanhdao", { viewport: { width: 390, height: 800 } });
  for (const path of ["/lanh-dao", "/lanh-dao?man-hinh=1"]) {
    must((await page.goto(base + path)).status() === 200, `${path} is not there`);
    await accessible(page, path);
  }
  must((await page.innerText("main")).includes("Năm việc đỏ nhất"), "nothing red is shown");
});

await test("a comment reaches whom it mentions, without JavaScript", async () => {
  const page = await signedIn("vanphong", { javaScriptEnabled: false });
  await page.goto(base + task);
  await page.fill("#trao-doi textarea", "Nhờ @khongcoai xem");
  await page.click("#trao-doi button:has-text('Gửi')");
  must((await page.innerText("main")).includes("@khongcoai"), "a wrong mention is not told");
  await page.goto(base + task);
  await page.fill("#trao-doi textarea", "Nhờ @lanhdao cho ý kiến");
  await page.click("#trao-doi button:has-text('Gửi')");
  await page.waitForURL((url) => url.searchParams.get("xong") === "saved");
  const leader = await signedIn("lanhdao");
  await leader.goto(`${base}/thong-bao`);
  must((await leader.innerText("main")).includes("cho ý kiến"), "the leader is not told");
  await page.goto(`${base}/theo-doi`);
  must((await page.innerText("main")).includes("cho ý kiến"), "the writer does not watch");
});

await test("nothing scrolls sideways at 320 px with the largest text", async () => {
  const page = await signedIn("vanphong", { viewport: { width: 320, height: 700 } });
  await page.context().addCookies([{ name: "co-chu", value: "3", url: base }]);
  for (const path of pages) {
    await page.goto(base + path);
    stillSignedIn(page, path);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    must(over <= 0, `${path} is ${over} px too wide`);
  }
});

await test("every page speaks English too", async () => {
  const page = await signedIn("vanphong");
  await page.context().addCookies([{ name: "lang", value: "en", url: base }]);
  for (const path of pages) {
    await page.goto(base + path);
    stillSignedIn(page, path);
    must((await page.getAttribute("html", "lang")) === "en", `${path} is not in English`);
    const text = await page.innerText("body");
    must(!/\b(nav|task|import|figures|shell|help)-[a-z]+(-[a-z]+)?\b(?!\.)/.test(text.replace(/\S*\/\S*/g, "")), `${path} shows a text key`);
  }
});

await test("a unit head takes a task from received to reported done, by keyboard, and the office accepts it", async () => {
  const head = await signedIn("thutruong");
  await head.goto(`${base}/nv?trang_thai=in_progress`);
  const link = await head.getAttribute("main tbody a", "href");
  await head.goto(base + link);
  const open = head.locator("details", { has: head.locator("button[value=report_done]") });
  await open.locator("summary").focus();
  await head.keyboard.press("Enter");
  await open.locator("[name=link]").focus();
  await head.keyboard.type("https://vi-du.invalid/bien-ban");
  await open.locator("button[value=report_done]").focus();
  await head.keyboard.press("Enter");
  await head.waitForURL((url) => url.searchParams.get("xong") === "step");
  must((await head.innerText("main")).includes("Đã báo xong"), "the task is not reported done");
  const page = await signedIn("vanphong");
  await page.goto(base + link);
  await page.locator("button[value=accept]").click();
  await page.waitForURL((url) => url.searchParams.get("xong") === "step");
  must((await page.innerText("main")).includes("Đã xác nhận"), "the task is not accepted");
});

await test("reporting done without evidence is refused in words, without JavaScript", async () => {
  const head = await signedIn("thutruong", { javaScriptEnabled: false });
  await head.goto(`${base}/nv?trang_thai=in_progress`);
  await head.goto(base + (await head.getAttribute("main tbody a", "href")));
  await head.locator("summary", { hasText: "Báo xong" }).click();
  await head.locator("button[value=report_done]").click();
  must((await head.innerText(".errors")).includes("minh chứng"), "the page does not name the evidence");
});

await test("the bar of work is shown while something is made, and does not stay", async () => {
  const page = await signedIn("vanphong");
  await page.goto(`${base}/nv`);
  await page.locator("form[hx-get='/nv'] button[type=submit]").first().click();
  await page.waitForTimeout(1000);
  must((await page.locator("html.busy").count()) === 0, "the bar stays");
  // While a report is made the bar is shown; it ends with the file.
  await page.goto(base + review);
  await page.route("**/tep/du-thao.docx", async (route) => {
    await new Promise((done) => setTimeout(done, 1500));
    await route.continue();
  });
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.click("a[href$='/tep/du-thao.docx']"),
    page.waitForSelector("html.busy"),
  ]);
  must(file.suggestedFilename().endsWith(".docx"), `the file is called ${file.suggestedFilename()}`);
  must((await page.locator("html.busy").count()) === 0, "the bar stays after the file");
});

await test("filters, paging and search work without JavaScript", async () => {
  const page = await signedIn("vanphong", { javaScriptEnabled: false });
  await page.goto(`${base}/nv`);
  await page.selectOption("[name=tinh_trang]", "overdue");
  await page.click("main form button[type=submit]");
  must(page.url().includes("tinh_trang=overdue"), "the filter is not in the address");
  must((await page.locator(".chip").count()) >= 1, "the filter is not shown as a chip");
  await page.fill("header [name=q]", "mot cua");
  await page.press("header [name=q]", "Enter");
  must((await page.innerText("main")).includes("một cửa"), "search without marks finds nothing");
});

await test("two people change one task: the second sees both texts", async () => {
  const [one, two] = [await signedIn("vanphong"), await signedIn("vanphong")];
  for (const page of [one, two]) await page.goto(`${base}${task}/sua`);
  await one.fill("[name=product]", "Bản của người thứ nhất");
  await one.click("main form button[type=submit]");
  await one.waitForURL((url) => url.searchParams.get("xong") === "saved");
  await two.fill("[name=product]", "Bản của người thứ hai");
  await two.click("main form button[type=submit]");
  const text = await two.innerText("main");
  must(text.includes("Bản của người thứ nhất"), "the new text is not shown");
  must((await two.inputValue("[name=product]")) === "Bản của người thứ hai", "the second text was lost");
});

await test("a leader directs, the unit answers, the office demands an explanation and accepts it", async () => {
  const leader = await signedIn("lanhdao");
  await leader.goto(`${base}/nv?don_vi=UB001&trang_thai=in_progress`);
  const link = await leader.getAttribute("main tbody a", "href");
  const take = async (login, word, fill = {}) => {
    const page = await signedIn(login);
    await page.goto(base + link);
    const offer = page.locator("details", { has: page.locator(`button[value=${word}]`) });
    if (!(await offer.evaluate((d) => d.open))) await offer.locator("summary").click();
    for (const [name, value] of Object.entries(fill)) await offer.locator(`[name=${name}]`).fill(value);
    await offer.locator(`button[value=${word}]`).click();
    await page.waitForURL((url) => url.searchParams.get("xong") === "step");
    return page.innerText("main");
  };
  must((await take("lanhdao", "direct", { words: "Họp với các phường ngay tuần này" })).includes("Chờ trả lời chỉ đạo"), "no directive waits");
  const head = await signedIn("thutruong");
  await head.goto(`${base}/viec`);
  must((await head.innerText("main")).includes("Chờ trả lời chỉ đạo"), "the head is not told of the directive");
  await take("thutruong", "answer_directive", { words: "Đã họp, có biên bản" });
  await take("vanphong", "demand_explanation", { words: "Vì sao chậm", to: "31/12/2099" });
  await take("thutruong", "explain", { words: "Thiếu người, đã bổ sung" });
  const after = await take("vanphong", "accept_explanation");
  must(!after.includes("Chờ xét giải trình"), "the explanation still waits");
});

await test("the same step with many is shown first, and a filter is kept", async () => {
  const page = await signedIn("vanphong");
  await page.goto(`${base}/nv?trang_thai=reported`);
  await page.locator("summary", { hasText: "Lưu bộ lọc này" }).click();
  await page.fill("[name=name]", "Chờ xác nhận của tôi");
  await page.locator("form[action='/nv/bo-loc'] button").click();
  await page.waitForURL((url) => url.searchParams.get("xong") === "saved");
  must((await page.innerText("main")).includes("Chờ xác nhận của tôi"), "the filter is not listed");
  await page.locator("tbody input[name=ma]").nth(0).check();
  await page.locator("tbody input[name=ma]").nth(1).check();
  await page.selectOption("[name=buoc]", "accept");
  await page.click("button:has-text('Xem trước')");
  must((await page.innerText("main")).includes("chưa có gì được lưu"), "there is no preview");
  await accessible(page, "the preview of many");
  await page.click("button[name=lam]");
  must((await page.innerText(".note.ok")).includes("2"), "two tasks are not done");
});

await test("overdue units get a numbered reminder, without JavaScript", async () => {
  const page = await signedIn("vanphong", { javaScriptEnabled: false });
  await page.goto(`${base}/don-doc`);
  await page.click("button:has-text('Lập công văn')");
  must((await page.innerText(".errors")).includes("Chưa chọn đơn vị"), "an empty choice is not told");
  await page.locator("[name=don_vi]").nth(0).check();
  await page.click("button:has-text('Lập công văn')");
  await page.waitForURL((url) => url.searchParams.get("xong") === "saved");
  const link = page.locator("a[href$='/tep']").first();
  must((await link.innerText()).includes("CV/TU"), "the number is not shown");
  const answer = await page.request.get(base + (await link.getAttribute("href")));
  must((await answer.body()).subarray(0, 2).toString() === "PK", "the document is no Word file");
  await page.locator("button[value=sent]").first().click();
  await page.waitForURL((url) => url.searchParams.get("xong") === "saved");
  must((await page.innerText("#da-lap ~ table")).includes("đã gửi"), "it is not noted as sent");
});

await test("a review is written, frozen, concluded and its conclusion is a task, without JavaScript", async () => {
  const page = await signedIn("vanphong", { javaScriptEnabled: false });
  await page.goto(base + review);
  await page.fill("[name=causes]", "Phân công chưa rõ người");
  await page.locator("form:has([value=write]) button").click();
  await page.waitForURL((url) => url.searchParams.get("xong") === "saved");
  await page.click("button:has-text('Chốt báo cáo')");
  await page.waitForURL((url) => url.hash === "#chot");
  const file = `${base}${review}/tep/lan-1.docx`;
  const frozen = (await (await page.request.get(file)).body()).toString("base64");
  const form = page.locator("form:has([value=conclusion])");
  await page.locator("summary", { hasText: "Thêm kết luận" }).click();
  const said = { words: "Rà soát xong thủ tục liên thông", lead: "UB001", person: "Lê Văn Thử", due: "31/12/2099", product: "Báo cáo",
    acceptance: "Được duyệt", authority: "Quy chế" };
  for (const [name, value] of Object.entries(said)) await form.locator(`[name=${name}]`).fill(value);
  await form.locator("button").click();
  await page.waitForURL((url) => url.hash === "#ket-luan");
  await page.click("button:has-text('Kết thúc kỳ')");
  must((await page.innerText("main")).includes("đã kết luận"), "it is not concluded");
  must((await (await page.request.get(file)).body()).toString("base64") === frozen, "the frozen report changed");
  await page.locator("#ket-luan ~ ol a").first().click();
  must((await page.innerText("main")).includes("Rà soát xong thủ tục liên thông"), "the conclusion is no task");
});

await test("a new task with a part, by the office; its progress is the part's", async () => {
  const page = await signedIn("vanphong");
  const fill = async (title) => {
    for (const [name, value] of Object.entries({ title, lead: "UB002", person: "Lê Văn Thử", due: "30 ngày làm việc", product: "Báo cáo",
      acceptance: "Được ký", authority: "01-CTr/TU" })) await page.fill(`main [name=${name}]`, value);
    await page.click("main form button[type=submit]");
    await page.waitForURL((url) => url.searchParams.get("xong") === "saved");
  };
  await page.goto(`${base}/nv/moi`);
  await page.fill("main [name=due]", "không biết");
  await page.fill("main [name=title]", "Việc thử");
  await page.click("main form button[type=submit]");
  must((await page.innerText(".errors")).includes("không biết"), "words that are no deadline are not refused");
  await fill("Việc lớn");
  must((await page.innerText("main")).includes("30 ngày làm việc"), "the deadline's words are not kept");
  await page.locator("summary", { hasText: "Vì sao là ngày này" }).click();
  must((await page.innerText("main")).includes("ngày cuối tuần"), "the sum of the deadline is not opened");
  await page.click("text=Thêm nhiệm vụ thành phần");
  await fill("Việc nhỏ");
  await page.locator(".crumbs a").last().click();
  must((await page.innerText("main")).includes("Cách tính tiến độ"), "the parts' sum is not shown");
});

function totp(secret) {
  const bits = [...secret].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000)));
  const hash = createHmac("sha1", key).update(counter).digest();
  const at = hash[hash.length - 1] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, "0");
}

await test("a second factor is set up with an app's code and asked for at the next sign-in", async () => {
  const page = await signedIn("nguoixem");
  await page.goto(`${base}/toi`);
  await page.click("button[value=factor_begin]");
  const secret = (await page.innerText("#factor p.code")).trim();
  await accessible(page, "setting up the second factor");
  await page.fill("[name=code]", totp(secret));
  await page.click("button[value=factor_on]");
  const code = (await page.locator("ul.code li").first().innerText()).trim();
  const again = await (await browser.newContext()).newPage();
  await again.goto(`${base}/dang-nhap`);
  await again.fill("[name=login]", "nguoixem");
  await again.fill("[name=password]", password);
  await again.click("main button[type=submit]");
  await accessible(again, "the second question");
  await again.fill("[name=code]", code);
  await again.click("main button[type=submit]");
  await again.waitForURL((url) => !url.pathname.includes("dang-nhap"));
});

await test("units are merged with a preview, the work goes along, and the act is reversed", async () => {
  const page = await signedIn("tochuc");
  await page.goto(`${base}/to-chuc/sap-xep`);
  await page.fill("[name=title]", "Sáp nhập hai quận");
  await page.fill("[name=document]", "15/NQ-HĐND");
  await page.fill("[name=effective]", "01/01/2026");
  await page.click("main form button[type=submit]");
  await page.waitForURL(/SX-/);
  const merge = page.locator("details", { has: page.locator("[name=units]") }).first();
  await merge.locator("summary").first().click();
  await merge.locator("[name=units]").fill("UB001\nUB002");
  await merge.locator("summary", { hasText: "hoặc lập đơn vị mới" }).click();
  await merge.locator("[name='a.name']").fill("UBND quận Hợp Nhất");
  await merge.locator("[name='a.code']").fill("UB901");
  await merge.locator("[name='a.kind']").selectOption("ubnd_cap_huyen");
  await merge.locator("[name='a.parent']").fill("TP");
  await merge.locator("button[value=add]").click();
  await page.waitForURL((url) => url.searchParams.get("xong") === "saved");
  const preview = await page.innerText("main");
  must(preview.includes("Xem trước") && preview.includes("Nhiệm vụ chủ trì"), "there is no preview with tasks");
  await accessible(page, "the preview of a reorganisation");
  await page.click("button[value=apply]");
  must((await page.innerText(".errors")).includes("SX-"), "applying is not confirmed by typing");
  await page.fill("[name=confirm]", new URL(page.url()).pathname.split("/").pop());
  await page.click("button[value=apply]");
  await page.waitForURL((url) => url.searchParams.get("xong") === "saved");
  must((await page.innerText("main")).includes("Đã áp dụng"), "it is not applied");
  const clerk = await signedIn("chuyenvien");
  await clerk.goto(`${base}/nv?don_vi=UB901`);
  must((await clerk.locator("main tbody tr").count()) > 0, "the clerk does not see the new unit's tasks");
  await page.fill("[name=confirm]", new URL(page.url()).pathname.split("/").pop());
  await page.click("button[value=reverse]");
  await page.waitForURL((url) => url.searchParams.get("xong") === "saved");
  must((await page.innerText("main")).includes("Đã đảo ngược"), "it is not reversed");
});

await test("a periodic report is sent back, handed in again, taken, and the whole is frozen", async () => {
  const page = await signedIn("vanphong");
  const address = `${base}${report.split("?")[0]}`;
  const period = report.match(/ky=([^&]+)/)[1];
  const part = `${address}/${period}/UB001`;
  await page.goto(part);
  await page.fill("[name=note]", "Bổ sung nguyên nhân");
  await page.click("button[value=return]");
  must((await page.innerText("main")).includes("Bổ sung nguyên nhân"), "the reason is not shown");
  const unit = await signedIn("thutruong");
  await unit.goto(`${base}/viec`);
  await unit.click(`a[href="${part.replace(base, "")}"]`);
  await unit.fill("[name='phan.1']", "Nguyên nhân chính là chờ ý kiến liên ngành");
  await unit.click("button[value=send]");
  must((await unit.innerText("main")).includes("chờ ý kiến liên ngành"), "the words were not kept");
  await page.goto(part);
  await page.click("button[value=accept]");
  await page.goto(`${address}?ky=${period}`);
  await page.click("#chot button[type=submit]");
  await accessible(page, "the report with a frozen version");
  const links = await page.locator("#chot a[href$='lan-1.docx']").count();
  must(links === 1, "the frozen version is not there");
  const answer = await page.request.get(`${address}/${period}/tep/lan-1.docx`);
  must((await answer.body()).subarray(0, 2).toString() === "PK", "the frozen version is no Word file");
  const own = await page.request.get(`${part}/tep/bao-cao.pdf`);
  must(own.headers()["content-type"] === "application/pdf", "the unit's PDF is sent as something else");
});

await test("the mid-term review as of 19/04/2023, from opening to the concluding notice", async () => {
  const at = await term.address;
  const page = await signedIn("vanphong", {}, at);
  await page.goto(`${at}/so-ket`);
  await page.selectOption("[name=programme]", "CT-01");
  await page.fill("[name=as_of]", "19/04/2023");
  await page.fill("[name=parts_due]", "28/04/2023");
  await page.click("form:has([name=programme]) button[type=submit]");
  await page.waitForURL((url) => url.pathname.startsWith("/so-ket/SK-"));
  const own = new URL(page.url()).pathname;
  // The unit finds what it owes, writes it, gets it back, and hands it in again.
  const unit = await signedIn("quanuy", {}, at);
  await unit.goto(`${at}/viec`);
  await unit.click(`a[href^="${own}/bao-cao/"]`);
  const part = unit.url();
  await unit.fill("[name=causes]", "Phối hợp giữa các phòng chưa chặt");
  await unit.click("button[value=send]");
  await page.goto(part);
  await page.fill("[name=note]", "Nêu rõ nguyên nhân chủ quan");
  await page.click("button[value=return]");
  await unit.goto(part);
  must((await unit.innerText("main")).includes("Nêu rõ nguyên nhân chủ quan"), "the reason is not shown");
  await unit.fill("#remark", "Đã bổ sung, đề nghị văn phòng xem");
  await unit.locator("form:has(#remark) button").click();
  await unit.locator("#trao-doi summary").click();
  await unit.locator("#trao-doi details textarea").fill("Đã bổ sung nguyên nhân chủ quan");
  await unit.locator("#trao-doi details button").click();
  await unit.fill("[name=causes]", "Chủ quan: phân công chưa rõ người");
  await unit.click("button[value=send]");
  await page.goto(part);
  must((await page.innerText("#trao-doi")).includes("Đã bổ sung nguyên nhân chủ quan"), "the remark is not there");
  must((await page.locator("#trao-doi details").count()) === 0, "somebody else's remark can be corrected");
  await accessible(page, "a part with remarks");
  await page.click("button[value=accept]");
  await page.goto(at + own);
  await page.fill("[name=lessons]", "Giao một người chịu trách nhiệm chính");
  await page.click("form:has([value=write]) button[type=submit]");
  await page.locator("summary", { hasText: "Mời tham luận" }).click();
  const asked = page.locator("form:has(#topic)");
  await asked.locator("[name=unit]").fill("UB001");
  await asked.locator("[name=topic]").fill("Kinh nghiệm một cửa");
  await asked.locator("button").click();
  await page.waitForURL((url) => url.hash === "#hoi-nghi");
  await page.click("button:has-text('Chốt báo cáo')");
  await page.waitForURL((url) => url.hash === "#chot");
  const file = async (name) => (await page.request.get(`${at}${own}/tep/${name}`)).body();
  const [word, pdf] = [await file("lan-1.docx"), await file("lan-1.pdf")];
  must(word.subarray(0, 2).toString() === "PK" && pdf.subarray(0, 5).toString() === "%PDF-", "the files are not what they are called");
  // The data change; what was frozen does not.
  await unit.goto(`${at}/nv?ct=CT-01&ke_hoach=1&quyen=report&trang_thai=in_progress`);
  await unit.goto(at + (await unit.getAttribute("main tbody a", "href")));
  const progress = unit.locator("details", { has: unit.locator("[name=percent]") }).first();
  if ((await progress.getAttribute("open")) === null) await progress.locator("summary").click();
  await progress.locator("[name=percent]").fill("77");
  await progress.locator("button[value=progress]").click();
  await unit.waitForURL((url) => url.searchParams.has("xong"));
  await page.goto(at + own);
  await page.fill("[name=lessons]", "Bài học viết sau khi chốt");
  await page.click("form:has([value=write]) button[type=submit]");
  must((await file("lan-1.docx")).equals(word) && (await file("lan-1.pdf")).equals(pdf), "the frozen report changed");
  must(!(await file("du-thao.pdf")).equals(pdf), "the draft did not change");
  const hall = await page.goto(at + own.replace("so-ket", "hoi-nghi"));
  must(hall.status() === 200, "no screen for the hall");
  await page.goto(at + own);
  await page.locator("summary", { hasText: "Thêm kết luận" }).click();
  const said = { words: "Hoàn thiện quy chế phối hợp", lead: "UB001", person: "Lê Văn Thử", due: "30/6/2023", product: "Quy chế",
    acceptance: "Được duyệt", authority: "Quy chế làm việc" };
  const form = page.locator("form:has([value=conclusion])");
  for (const [name, value] of Object.entries(said)) await form.locator(`[name=${name}]`).fill(value);
  await form.locator("button").click();
  await page.waitForURL((url) => url.hash === "#ket-luan");
  await page.click("button:has-text('Kết thúc kỳ')");
  must((await page.innerText("main")).includes("đã kết luận"), "it is not concluded");
  must((await file("thong-bao.pdf")).subarray(0, 5).toString() === "%PDF-", "the notice is no PDF");
  await accessible(page, "a concluded review");
});

await test("each role sees of a round what is its own, and words to an appraisal are kept whenever they are typed", async () => {
  const state = async (login, path) => (await (await signedIn(login)).goto(base + path)).status();
  const [open, over] = [`${index}/UB004`, `${before}/UB004`];
  // Whoever leads the round and the leaders above see all; a reader and a head of another unit nothing before publication.
  for (const login of ["vanphong", "lanhdao", "kiemtra"]) must((await state(login, open)) === 200, `${login} does not see ${open}`);
  for (const login of ["thutruong", "tochuc", "nhansu"]) must((await state(login, open)) === 404, `${login} sees ${open}`);
  must((await state("tochuc", over)) === 200, "what is published is hidden from a reader");
  const leader = await signedIn("lanhdao");
  await leader.goto(base + index);
  must((await leader.innerText("main")).includes("tạm tính"), "ranks that may change are not called provisional");
  await leader.goto(`${base}${open}/ket-qua`);
  await leader.goto(`${base}${open}/thu`);
  const typed = leader.locator("input.cell").first();
  await typed.fill("nhiều");
  await leader.waitForSelector("#thu .note.warn");
  must((await leader.locator("input.cell[name^='f.']").count()) === 0, "a leader appraises");
  const page = await signedIn("vanphong");
  await page.goto(base + open);
  const leaf = (await page.locator("input[name^='f.']").first().getAttribute("name")).slice(2);
  await page.fill(`[name='f.${leaf}']`, "0");
  await page.press(`[name='f.${leaf}']`, "Tab");
  await page.waitForSelector(`[name='f.${leaf}'].kept`);
  await page.fill(`[name='w.${leaf}']`, "Chưa có văn bản");
  await page.press(`[name='w.${leaf}']`, "Tab");
  await page.waitForSelector(`[name='w.${leaf}'].kept`);
  await page.reload();
  must((await page.innerText(`[id='o-${leaf}']`)).includes("Chưa có văn bản"), "words typed after the points are lost");
});

await test("a district scores itself, is appraised, explains, and the round is published, without JavaScript", async () => {
  const head = await signedIn("thutruong", { javaScriptEnabled: false });
  await head.goto(`${base}/viec`);
  must((await head.locator(`main a[href^='${index}/UB001']`).count()) === 1, "the self-score that is owed does not stand in one's work");
  await head.goto(base + index);
  must((await head.innerText("main")).includes("chỉ hiện đơn vị của bạn"), "others' points are shown before publication");
  await head.goto(`${base}${index}/UB001`);
  await head.fill("[name='a.1.1.2']", "hai");
  await head.click("button[value=save]");
  must((await head.innerText(".errors")).includes("1.1.2"), "the wrong cell is not named");
  must((await head.inputValue("[name='a.1.1.2']")) === "hai", "what was typed is lost");
  await head.fill("[name='a.1.1.2']", "100");
  await head.fill("[name='b.1.1.2']", "100");
  await head.fill("[name='o.1.1.2']", "1,5");
  await head.click("button[value=save]");
  await head.waitForURL((url) => url.searchParams.get("xong") === "saved");
  must((await head.innerText("[id='o-1.1.2']")).includes("100/100"), "why the rule gives its points is not said");
  await head.click("button[value=by-rule]");
  await head.click("button[value=lock]");
  must((await head.innerText("main")).includes("đã duyệt"), "the self-score is not locked");
  // A department appraises the criteria that it owns, and no others.
  const department = await signedIn("sotaichinh", { javaScriptEnabled: false });
  await department.goto(base + index);
  must(!(await department.innerText("main")).includes("100,00"), "the department reads points that are not published");
  await department.click(`main a[href='${index}/UB001']`);
  must((await department.locator("[name='f.6.1']").count()) === 1, "the department cannot appraise its own criterion");
  await department.goto(`${base}${index}/UB001/1.6`);
  must(!(await department.innerText("main")).includes("NV-"), "the department reads tasks of a district behind a figure");
  await department.goto(`${base}${index}/UB001`);
  must((await department.locator("[id='o-1.1.2']").count()) === 0, "the department sees another's criterion");
  await department.fill("[name='f.6.1']", "1");
  await department.fill("[name='w.6.1']", "Giải ngân chậm quý III");
  await department.click("button[value=save]");
  await department.waitForURL((url) => url.searchParams.get("xong") === "saved");
  const page = await signedIn("vanphong", { javaScriptEnabled: false });
  await page.goto(`${base}${index}/UB001`);
  must((await page.inputValue("[name='f.6.1']")) === "1", "what the department gave is lost");
  // What the unit gave itself is taken over, except where the office disagrees and says why.
  await page.click("button[value=accept]");
  must((await page.inputValue("[name='f.6.1']")) === "1", "what the department gave was taken back");
  await page.fill("[name='f.1.1.2']", "0,75");
  await page.fill("[name='w.1.1.2']", "Thiếu báo cáo quý IV");
  await page.click("button[value=save]");
  await page.click("button[value=appraise]");
  await head.goto(`${base}${index}/UB001`);
  must((await head.innerText("[id='o-1.1.2']")).includes("Thiếu báo cáo quý IV"), "the reason is not shown");
  await head.fill("[name=note]", "Báo cáo quý IV đã gửi ngày 20/12");
  await head.click("button[value=explain]");
  await page.goto(`${base}${index}/UB001`);
  await page.fill("[name='s.1.1.2']", "1,5");
  await page.click("button[value=save]");
  await page.click("button[value=close]");
  must((await page.innerText(".errors")).includes("chưa có lý do"), "points differ without a reason");
  await page.fill("[name='w.1.1.2']", "Đã nhận báo cáo");
  await page.click("button[value=save]");
  await page.click("button[value=close]");
  must((await page.innerText("main")).includes("xong"), "the unit is not done");
  await page.goto(`${base}/viec`);
  must((await page.locator(`main a[href^='${index}?buoc=']`).count()) >= 2, "the office's own steps do not stand in its work");
  await page.goto(base + index);
  // The council is set up from the page, a line for each member.
  await page.click("#hoi-dong summary");
  await page.fill("#members", "Trần Minh Hoà; Chủ tịch Hội đồng\nLê Thu Hà; Giám đốc Sở Nội vụ\nPhạm Quốc Bảo; Sở Tư pháp\nVũ Ngọc Lan; Sở Tài chính\nĐỗ Văn Khải; Văn phòng UBND");
  await page.click("#hoi-dong details button");
  must((await page.locator("#hoi-dong tbody tr").count()) === 5, "the council is not the five members of its lines");
  await head.goto(base + index);
  must((await head.locator("#hoi-dong").count()) === 0, "a unit sees how the council votes before anything is published");
  await page.click("#hoi-dong button[value=yes] >> nth=0");
  must((await page.innerText(".errors")).includes("chưa kết thúc thẩm định"), "the council decided before all was appraised");
  for (const unit of ["UB002", "UB003", "UB004", "UB005", "UB006"]) {
    await page.goto(`${base}${index}/${unit}`);
    await page.click("button[value=appraise]");
    await page.click("button[value=close]");
  }
  await page.goto(base + index);
  await page.check("[name=sure]");
  await page.click("section:has(#cong-bo) form button");
  must((await page.innerText(".errors")).includes("0/5"), "results were published without the council");
  for (let at = 0; at < 3; at += 1) await page.locator("#hoi-dong button[value=yes]").nth(at).click();
  must((await page.innerText("#hoi-dong")).includes("đủ phiếu"), "three of five are not enough");
  await page.fill("#grounds", `${await page.inputValue("#grounds")}\nCăn cứ Quy chế của Hội đồng`);
  await page.check("[name=sure]");
  await page.click("section:has(#cong-bo) form button");
  await page.waitForURL((url) => url.searchParams.get("xong") === "saved");
  const file = await page.request.get(`${base}${index}/tep/lan-1.pdf`);
  must((await file.body()).subarray(0, 5).toString() === "%PDF-", "the decision is no PDF");
  const once = (await (await page.request.get(`${base}${index}/tep/lan-1.docx`)).body()).toString("base64");
  const twice = (await (await page.request.get(`${base}${index}/tep/lan-1.docx`)).body()).toString("base64");
  must(once === twice, "the decision is not reprinted identically");
  await head.goto(base + index);
  must((await head.locator("section table.sheet").first().locator("tbody tr").count()) === 6, "published results are not shown to all");
  await head.goto(`${base}${index}/lich-su?dv=UB001`);
  const ranks = await head.locator("table.sheet tbody tr:has(a[href*='dv=UB001'])").innerText();
  must(/^\D*4\s.*\s1\s/.test(ranks.replaceAll("\n", " ")), `the climb from 4 to 1 is not shown: ${ranks}`);
  // An error is corrected by an erratum, never by changing what stands.
  await page.goto(base + index);
  await page.goto(`${base}${index}/UB002`);
  await page.fill("[name=note]", "Cộng nhầm tiêu chí 1.1.2");
  await page.click("button[value=reopen]");
  await page.fill("[name='s.1.1.2']", "0");
  await page.fill("[name='w.1.1.2']", "Cộng nhầm");
  await page.click("button[value=save]");
  await head.goto(base + index);
  const name = (await page.innerText(".crumbs [aria-current]")).trim();
  const line = () => head.locator("section table.sheet").first().locator("tr", { hasText: name }).locator("td").nth(1).innerText();
  const published = await line();
  await page.click("button[value=close]");
  await page.goto(base + index);
  for (let at = 0; at < 3; at += 1) await page.locator("#hoi-dong button[value=yes]").nth(at).click();
  await head.reload();
  must((await line()) === published, "what is being corrected shows before the erratum");
  await page.fill("#erratum", "Sai điểm một đơn vị");
  await page.check("[name=sure]");
  await page.click("section:has(#cong-bo) form button");
  await page.waitForURL((url) => url.searchParams.get("xong") === "saved");
  must((await page.innerText("section:has(#cong-bo)")).includes("Sai điểm một đơn vị"), "the erratum is not shown");
  await head.reload();
  must((await line()) !== published, "the erratum changed nothing");
  await head.goto(`${base}${index}/UB001`);
  must((await head.innerText("main")).includes("Báo cáo quý IV đã gửi"), "what the unit explained is lost");
});

await test("a cell is kept as one leaves it, moved through by keys, and pasted into from a sheet", async () => {
  const head = await signedIn("thutruong");
  const grid = `/chi-so/CD-${lastYear + 1}-01/UB006`;
  // Only whoever reports for the unit types there; the office of the round sees it.
  const answer = await head.goto(base + grid);
  must(answer.status() === 404, "another unit's self-score can be read");
  const page = await signedIn("vanphong");
  await page.goto(base + grid);
  const cell = page.locator("[name='o.2.1']");
  await cell.fill("5");
  await cell.press("ArrowDown");
  must((await page.evaluate(() => document.activeElement.name)) === "o.2.2", "the arrow does not move down the column");
  await page.waitForSelector("[name='o.2.1'].kept");
  must((await page.innerText("#luu")).includes("đã lưu"), "nothing says that the cell was kept");
  await page.fill("[name='o.2.2']", "99");
  await page.press("[name='o.2.2']", "Enter");
  await page.waitForSelector("[name='o.2.2'].refused");
  must((await page.innerText("#luu")).includes("2.2"), "the refused cell is not named");
  await page.fill("[name='o.2.2']", "7");
  await page.press("[name='o.2.2']", "Enter");
  await page.waitForSelector("[name='o.2.2'].kept");
  await page.locator("[name='o.2.3']").evaluate((input) => {
    const data = new DataTransfer();
    data.setData("text", "1\n2\n3");
    input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await page.waitForSelector("[name='o.2.5'].kept");
  await page.reload();
  const kept = await Promise.all(["2.1", "2.2", "2.3", "2.4", "2.5"].map((leaf) => page.inputValue(`[name='o.${leaf}']`)));
  must(kept.join(" ") === "5 7 1 2 3", `kept ${kept.join(" ")}`);
  // Nothing arose; back to what was kept last; lines that find no place; a page instead of an answer.
  await page.fill("[name='v.1.2']", "kps");
  await page.press("[name='v.1.2']", "Tab");
  await page.waitForSelector("[name='v.1.2'].kept");
  await page.fill("[name='o.2.1']", "4");
  await page.press("[name='o.2.1']", "Escape");
  must((await page.inputValue("[name='o.2.1']")) === "5", "Escape does not take back to what was kept");
  const last = page.locator("input[name^='o.']").last();
  await last.evaluate((input) => {
    const data = new DataTransfer();
    data.setData("text", "1\n1\n1");
    input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  });
  must((await page.innerText("[data-cut]")).startsWith("2 "), "lines that found no place vanish without a word");
  await page.route("**/o", (route) => route.fulfill({ status: 200, contentType: "text/html", body: "<p>sign in</p>" }));
  await page.fill("[name='o.2.1']", "3");
  await page.press("[name='o.2.1']", "Enter");
  await page.waitForSelector("[name='o.2.1'].refused");
  must((await page.innerText("#luu")).includes("Phiên đăng nhập"), "a lost session is not told");
  await page.unroute("**/o");
  await page.fill("[name='o.2.1']", "5");
  await page.press("[name='o.2.1']", "Enter");
  await page.waitForSelector("[name='o.2.1'].kept");
  await accessible(page, "the grid");
  await page.goto(`${base}${grid}/2.1`);
  await page.fill("#record", "NV-99.999");
  await page.click("#tai-lieu form button.primary");
  must((await page.innerText(".errors")).includes("NV-99.999"), "a record that does not exist proves something");
  await page.fill("#record", "CT-01");
  await page.click("#tai-lieu form button.primary");
  must((await page.getAttribute("#tai-lieu li a", "href")) === "/ct/CT-01", "the record is not linked");
});

await test("a scheme is copied to the next year and checked while one types", async () => {
  const page = await signedIn("vanphong");
  await page.goto(`${base}/chi-so/bo/BCS-${lastYear}-01`);
  await page.click("#chep button");
  await page.waitForURL((url) => url.pathname.endsWith("/sua"));
  const rows = await page.locator("table[data-grow] tbody tr").count();
  await page.click("button[data-more]");
  must((await page.locator("table[data-grow] tbody tr").count()) === rows + 1 && (await page.inputValue("[name=rows]")) === String(rows + 1), "no row can be added");
  // A block from a sheet keeps its columns across choices and crosses, and grows the table where it must.
  await page.locator(`[name='c.${rows}']`).evaluate((input) => {
    const data = new DataTransfer();
    data.setData("text", "98\tThử\t1\tCó hoặc không\t\t\tSở thử\n98.1\tThử hai\t1\tratio_tier\t80%=1\t\tSở thử");
    input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  });
  must((await page.inputValue(`[name='r.${rows}']`)) === "yes_no" && (await page.inputValue(`[name='w.${rows + 1}']`)) === "Sở thử", "a pasted block shifts its columns");
  for (const at of [rows, rows + 1]) for (const name of ["c", "t"]) await page.fill(`[name='${name}.${at}']`, "");
  const most = page.locator("input[aria-label$=' 1.6'][name^='m.']");
  await most.fill("2,5");
  await page.waitForSelector("#kiem .note.warn");
  must((await page.innerText("#kiem")).includes("cộng lại 15 điểm"), "the sum is not checked while one types");
  await page.click("section button.primary");
  must((await page.innerText(".errors")).length > 0 && (await most.inputValue()) === "2,5", "a scheme with faults was kept, or what was typed is lost");
  await most.fill("1,5");
  await page.locator("input[aria-label$=' 1.6'][name^='p.']").fill("sàn=85%");
  await page.waitForSelector("#kiem .note.ok");
  await page.click("section button.primary");
  await page.waitForURL((url) => url.searchParams.get("xong") === "saved");
  const changes = await page.innerText("#khac");
  must(changes.includes("sàn=80%") && changes.includes("sàn=85%"), "what differs from the year before is not shown");
});

await test("a citizen answers once by a code, without a name and without JavaScript", async () => {
  const page = await signedIn("vanphong");
  await page.goto(base + survey);
  await page.locator("button[value=codes]").first().click();
  const code = await page.locator(".cardlist b.code").first().innerText();
  await accessible(page, "the codes");
  must((await page.innerText(".cardlist li")).includes("Hài lòng"), "a slip does not say what it is for");
  await page.reload();
  must((await page.locator(".cardlist b.code").first().innerText()) === code, "loading the page again makes other codes");
  const citizen = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await citizen.goto(`${base}/phieu`);
  await citizen.fill("[name=ma]", code.toUpperCase());
  await citizen.click("main form button");
  await citizen.click("main form button");
  must((await citizen.innerText(".errors")).includes("chưa trả lời"), "an empty sheet was taken");
  await citizen.goto(`${base}/phieu/${code.slice(1)}x`);
  must((await citizen.inputValue("[name=ma]")) === `${code.slice(1)}x`, "a mistyped code is lost");
  await citizen.goto(`${base}/phieu/${code}`);
  await citizen.locator("fieldset").first().locator("input[value='4']").check();
  await citizen.click("main form button");
  must((await citizen.innerText(".errors")).includes("6 câu"), "open questions are not told");
  for (const group of await citizen.locator("fieldset").all()) await group.locator("input[value='4']").check();
  await citizen.locator("fieldset").first().locator("input[value='5']").check();
  await citizen.click("main form button");
  must((await citizen.innerText("main")).includes("Cảm ơn"), "the answer was not taken");
  await citizen.goto(`${base}/phieu/${code}`);
  must((await citizen.innerText("main")).includes("đã dùng"), "a code opens twice");
  await page.goto(base + survey);
  const waiting = await page.locator("button[value=valid]").count();
  await page.locator("button[value=valid]").last().click();
  must((await page.locator("button[value=valid]").count()) === waiting - 1, "an answer given too fast cannot be judged");
  await page.locator("button[value=kiosk]").first().click();
  const kiosk = await page.locator(".cardlist a").getAttribute("href");
  const tablet = await (await browser.newContext({ viewport: { width: 390, height: 800 } })).newPage();
  await tablet.goto(kiosk);
  await accessible(tablet, "the questionnaire");
});

await test("delegates are invited, their cards printed, and let in by the code", async () => {
  const page = await signedIn("vanphong");
  const address = `${base}${review.replace("so-ket", "hoi-nghi")}/dai-bieu`;
  await page.goto(address);
  await page.fill("#lines", "Lê Văn An; Phó Bí thư; Quận ủy thử\nTrần Thị Bình; Chánh Văn phòng");
  await page.click("main section:last-of-type form button.primary");
  must((await page.locator("main tbody tr").count()) === 2, "not both are on the list");
  await accessible(page, "the delegates");
  const card = await page.getAttribute("button[name=den]", "value");
  await page.goto(`${address}/the`);
  must((await page.locator(".qr svg").count()) === 2, "a card has no code");
  await accessible(page, "the cards");
  await page.goto(`${address}/${card}`);
  await accessible(page, "the door");
  await page.click("main form button");
  must((await page.locator(".note.ok").count()) > 0, "who came is not told");
  await page.goto(address);
  must((await page.locator("main tbody .badge.ok").count()) === 1, "who came does not stand in the list");
});

await test("another unit's clerk does not learn of a task", async () => {
  const office = await signedIn("vanphong");
  await office.goto(`${base}/nv?don_vi=UB003`);
  const hidden = await office.getAttribute("main tbody a", "href");
  const clerk = await signedIn("chuyenvien");
  const answer = await clerk.goto(base + hidden);
  must(answer.status() === 404, `answered ${answer.status()}`);
});

await test("from an empty folder to the taken-up pairs, by the wizard", async () => {
  const link = empty.lines.join("\n").match(/http:\S+\/bat-dau\?ma=\w+/)[0];
  const start = await (await browser.newContext()).newPage();
  await start.goto(link);
  await start.fill("[name=name]", "Người quản trị");
  await start.fill("[name=login]", "quantri");
  await start.fill("[name=password]", "mot-cau-that-dai-de-nho");
  await start.click("main button[type=submit]");
  const page = await signedIn("quantri", {}, bare, "mot-cau-that-dai-de-nho");
  const files = [
    ["units", "units.csv", 0], ["units", "cases/danh-muc-don-vi.csv", 0], ["document", "cases/chuong-trinh-01.docx", 0],
    ["tasks", "cases/phu-luc-nhiem-vu.xlsx", 3], ["targets", "cases/phu-luc-nhiem-vu.xlsx", 0],
    ["tasks", "cases/quan-dong-anh.xlsx", 4], ["tasks", "cases/quan-hoan-kiem.xlsx", 4],
    ["tasks", "cases/quan-ba-dinh.xlsx", 4], ["tasks", "cases/quan-tay-ho.xlsx", 4],
    ["progress", "cases/tien-do-quy-1-2023.xlsx", 0],
  ];
  for (const [kind, file, refused] of files) {
    await page.goto(`${bare}/nhap`);
    await page.check(`[name=kind][value=${kind}]`);
    await page.setInputFiles("[name=file]", join(root, "testdata", file));
    await page.click("main form button[type=submit]");
    await page.waitForSelector("#n-read", { timeout: 60000 });
    if (kind === "document") {
      await accessible(page, "the document before it is saved");
      const clauses = Number(await page.innerText("#n-read"));
      const row = page.locator(".clause-row").nth(3);
      const words = await row.locator("textarea").inputValue();
      await row.locator("button[name=them]").click();
      must((await page.locator(".clause-row").nth(3).locator("textarea").inputValue()) === words, "words of a clause were lost");
      await page.locator(".clause-row").nth(4).locator("button[name=bo]").click();
      must(Number(await page.innerText("#n-read")) === clauses, "adding and taking out changed the clauses");
      await page.click("#luu");
      await page.waitForSelector(".clause", { timeout: 60000 });
      continue;
    }
    must((await page.innerText("#n-refused")) === String(refused), `${file}: ${await page.innerText("#n-refused")} refused`);
    await page.locator("button", { hasText: "Nhập các dòng được nhận" }).click();
    await page.waitForSelector(".note.ok", { timeout: 60000 });
  }
  await page.goto(`${bare}/ct/CT-01?ngay=19/04/2023`);
  must((await page.innerText("main")).includes("88/132"), "the pairs are not 88 of 132");
  await accessible(page, "the programme of the files");
});

await browser.close();
for (const server of [demo, empty, term]) server.child.kill();
for (const folder of folders) rmSync(folder, { recursive: true, force: true });
console.log(`browser: ${passed} passed, ${failed.length} failed`);
process.exit(failed.length ? 1 : 0);
