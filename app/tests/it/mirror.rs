//! The mirror: what every reader gets from every address, as short hashes, so that a change of the house's shape proves that
//! nobody sees another page. `testdata/mirror.txt` is written anew with `UPDATE_MIRROR=1`, on purpose, in the commit that
//! says why; with `MIRROR_DIR=folder` the folded pages are kept there, to be compared with those of an earlier day.

use crate::{
    samples::{self, session},
    world::{World, root},
};
use axum::{
    Router,
    body::Body,
    http::{Request, header},
};
use sha2::{Digest as _, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    path::PathBuf,
};
use tokio::runtime::Runtime;
use tower::ServiceExt as _;
use trongtam::{ROOMS, pages::router};
use web::room::Route;

/// A stranger, and everybody for whom the demo city has a sign-in.
const WHO: [&str; 14] = [
    "",
    "vanphong",
    "lanhdao",
    "thutruong",
    "chuyenvien",
    "kiemtra",
    "nhansu",
    "tochuc",
    "quantri",
    "nguoixem",
    "quanuy",
    "sotaichinh",
    "donvikhac",
    "hetchuc",
];

/// Addresses that say more than the bare list of routes.
const MORE: &[&str] = &[
    "/?lang=en",
    "/bai-hoc?q=hop",
    "/bao-cao/BC-01/2023-Q1/UB001",
    "/bao-cao/BC-01?ky=2022-Q4",
    "/can-bo?q=an",
    "/chi-so/CD-2021-01",
    "/chi-so/CD-2021-01/UB001",
    "/chi-so/CD-2021-01/UB001/ket-qua",
    "/chi-so/CD-2022-01/UB001/1.6",
    "/chi-so/CD-2022-01/UB002",
    "/chi-so/CD-2022-01/lich-su?theo=nay",
    "/chi-so/CD-2022-02?nhom=thuoc-H001",
    "/chi-so/CD-2022-03",
    "/chi-so/bo/moi/sua",
    "/chi-tieu/CTI-01.01/luoi?nam=2022",
    "/chi-tieu?ct=CT-01",
    "/chi-tieu?q=ty+le",
    "/ct/CT-01/in_step",
    "/ct/CT-01/on_time",
    "/ct/CT-01?ngay=31%2F12%2F2022",
    "/ct/khong-co",
    "/lanh-dao?man-hinh=1",
    "/khong-co-trang-nay",
    "/nhap?loai=tasks",
    "/nv.csv?ct=CT-01",
    "/nv/khong-co",
    "/nv?cot=code,title,lead,due",
    "/nv?ngay=khong-phai-ngay",
    "/nv?q=diem+ung",
    "/nv?so_voi=20%2F03%2F2023",
    "/nv?tt=late&xep=due",
    "/nv?xem=gantt",
    "/nv?xem=lich",
    "/nv?xem=the",
    "/phieu/ABCD-1234",
    "/so-ket/SK-2023-01/bao-cao/UB002",
    "/tim?q=mot+cua",
    "/tim?q=NV-01.007",
    "/to-chuc/H001",
    "/to-chuc?ngay=01%2F01%2F2021",
    "/tong-quan/H001",
    "/tong-quan/UB002",
    "/viec?xong=saved",
    "/xep-hang?theo=thang",
    "/qt/nhat-ky?act=programme.task.step",
];

/// What one reader got.
struct Seen {
    answer: String,
    shell: String,
    page: String,
}

/// Elements whose surrounding white space a reader sees.
const INLINE: [&str; 16] = [
    "a", "abbr", "b", "button", "code", "em", "i", "input", "label", "mark", "select", "small", "span",
    "strong", "sub", "time",
];

/// A page as a reader sees it: white space only where it shows; names that are made anew each time are `~`.
fn folded(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let (mut rest, mut is_kept) = (html, false);
    while !rest.is_empty() {
        let (text, after) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
        let end = after.find('>').map_or(after.len(), |at| at + 1);
        let (tag, after) = after.split_at(end);
        if is_kept {
            out.push_str(text);
        } else {
            let is_inline = |out: &str| {
                let last = out.rfind('<').and_then(|at| out.get(at..)).unwrap_or_default();
                INLINE.contains(&name_of(last))
            };
            let words: Vec<&str> = text.split_whitespace().collect();
            let shows_before = text.starts_with(char::is_whitespace) && is_inline(&out);
            let shows_after = text.ends_with(char::is_whitespace) && INLINE.contains(&name_of(tag));
            if words.is_empty() {
                if shows_before && shows_after {
                    out.push(' ');
                }
            } else {
                if shows_before {
                    out.push(' ');
                }
                out.push_str(&words.join(" "));
                if shows_after {
                    out.push(' ');
                }
            }
        }
        let name = name_of(tag);
        if matches!(name, "textarea" | "pre") {
            is_kept = !tag.starts_with("</");
        }
        out.push_str(&tag.split_whitespace().collect::<Vec<_>>().join(" ").replace(" >", ">"));
        rest = after;
    }
    unnamed(&out)
}

/// The name of the element that a tag opens or closes.
fn name_of(tag: &str) -> &str {
    let tag = tag.trim_start_matches(['<', '/']);
    tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default()
}

/// Long names of hexadecimal digits (identities, sums, tokens) become `~`.
fn unnamed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_hexdigit() || (c == '-' && !run.is_empty()) {
            run.push(c);
            continue;
        }
        let is_name = run.len() >= 16 && run.contains(|c: char| c.is_ascii_digit());
        out.push_str(if is_name { "~" } else { &run });
        run.clear();
        if c != '\0' {
            out.push(c);
        }
    }
    out
}

fn short(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(3).fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").unwrap();
        out
    })
}

/// The parts of an Office file, whose container carries the machine's time.
fn parts(bytes: &[u8]) -> Vec<u8> {
    use std::io::Read as _;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut out = Vec::new();
    let mut names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    names.sort();
    for name in names.iter().filter(|name| !name.starts_with("docProps/")) {
        out.extend_from_slice(name.as_bytes());
        archive.by_name(name).unwrap().read_to_end(&mut out).unwrap();
    }
    unnamed(&String::from_utf8_lossy(&out)).into_bytes()
}

/// A reader's sign-in, and the session of it; both empty for a stranger.
struct Reader {
    login: &'static str,
    session: String,
}

struct Mirror {
    app: Router,
    runtime: Runtime,
    readers: Vec<Reader>,
    keep: Option<PathBuf>,
}

impl Mirror {
    fn of(world: &World) -> Self {
        let (clock, db) = (world.clock.clone(), world.db.clone());
        let readers = WHO.iter().map(|login| {
            let clock = clock.clone();
            let session = if login.is_empty() {
                String::new()
            } else {
                db.act_now(move |tx| session(tx, &clock, login)).unwrap()
            };
            Reader { login, session }
        });
        Self {
            readers: readers.collect(),
            app: router(trongtam::site(&world.db, &world.clock, true).unwrap()),
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap(),
            keep: std::env::var_os("MIRROR_DIR").map(PathBuf::from),
        }
    }

    fn ask(
        &self,
        (method, address, lang): (&str, &str, &str),
        reader: &Reader,
        sent: Option<(&str, String)>,
    ) -> Seen {
        let mut request = Request::builder().method(method).uri(address);
        let session = &reader.session;
        request = request.header(header::COOKIE, format!("phien={session}; lang={lang}"));
        let body = sent.map_or_else(String::new, |(kind, body)| {
            request = std::mem::take(&mut request).header(header::CONTENT_TYPE, kind);
            body
        });
        if method == "PATCH" {
            request = request.header(header::IF_MATCH, "*");
        }
        let request = request.body(Body::from(body)).unwrap();
        let (status, headers, bytes) = self.runtime.block_on(async {
            let answer = self.app.clone().oneshot(request).await.unwrap();
            let (parts, body) = answer.into_parts();
            let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
            (parts.status, parts.headers, bytes)
        });
        let to = headers.get(header::LOCATION).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let told = headers.get(header::CONTENT_DISPOSITION).map_or(&b""[..], |v| v.as_bytes());
        let place = if to.is_empty() { String::new() } else { format!(">{}", short(unnamed(to).as_bytes())) };
        // Codes for respondents are drawn by lot.
        let bytes = if address.ends_with("/ma") { axum::body::Bytes::new() } else { bytes };
        let (shell, page) = match std::str::from_utf8(&bytes) {
            Ok(text) => {
                let text = folded(text);
                let (head, rest) = text.split_once("<main").unwrap_or(("", &text));
                let (page, foot) = rest.split_once("</main>").unwrap_or((rest, ""));
                (format!("{head}\n{foot}").into_bytes(), page.as_bytes().to_vec())
            }
            Err(_) if bytes.starts_with(b"PK") => (told.to_vec(), parts(&bytes)),
            Err(_) => (told.to_vec(), bytes.to_vec()),
        };
        if let Some(folder) = &self.keep {
            let name = format!("{method} {address} {lang} {}", reader.login).replace(['/', '?', '&'], "_");
            let both = [shell.as_slice(), b"\n<main", page.as_slice()].concat();
            std::fs::create_dir_all(folder).unwrap();
            std::fs::write(folder.join(name), String::from_utf8_lossy(&both).replace("><", ">\n<")).unwrap();
        }
        Seen { answer: format!("{}{place}", status.as_u16()), shell: short(&shell), page: short(&page) }
    }
}

/// What many readers got, each different answer once with those who got it.
fn lines(table: &mut String, address: &str, seen: &[Seen]) {
    writeln!(table, "{address}").unwrap();
    let columns: [(&str, fn(&Seen) -> &str); 3] =
        [("answer", |s| &s.answer), ("shell", |s| &s.shell), ("page", |s| &s.page)];
    for (name, column) in columns {
        let words: Vec<&str> = seen.iter().map(column).collect();
        let alike = words.first().filter(|first| words.iter().all(|word| word == *first));
        let words = alike.map_or_else(|| words.join(" "), |word| (*word).to_owned());
        writeln!(table, "  {name} {words}").unwrap();
    }
}

/// The lists of texts: every key with its words, whatever room it stands in.
fn texts(table: &mut String) {
    let (mut vi, mut en) = (BTreeMap::new(), BTreeMap::new());
    for room in ROOMS.iter().flat_map(|room| room.texts).chain([&base::texts::TEXTS]) {
        for (source, all) in [(room.vi, &mut vi), (room.en, &mut en)] {
            let mut key = "";
            for line in source.lines().filter(|line| !line.starts_with('#')) {
                if line.starts_with(|c: char| c.is_ascii_lowercase()) {
                    key = line.split_once('=').map_or(line, |(key, _)| key.trim());
                }
                all.entry(key.to_owned()).or_insert_with(String::new).push_str(line.trim());
            }
        }
    }
    // By the first word of the key, so that a change shows where it is.
    let heads: BTreeSet<&str> = vi.keys().map(|key| key.split('-').next().unwrap()).collect();
    for head in heads {
        let of = |all: &BTreeMap<String, String>| {
            let own = all.iter().filter(|(key, _)| key.split('-').next() == Some(head));
            short(own.map(|(key, words)| format!("{key}={words}\n")).collect::<String>().as_bytes())
        };
        writeln!(table, "text {head} {} {}", of(&vi), of(&en)).unwrap();
    }
}

/// The acts that filling the city and all the forms sent left in the trail.
fn acts(table: &mut String, world: &World) {
    let acts: Vec<String> =
        world.db.read_now(|tx| Ok(db::trail::acts(tx)?.into_iter().collect::<Vec<_>>())).unwrap();
    for act in acts {
        writeln!(table, "act {act}").unwrap();
    }
}

#[test]
fn every_reader_sees_from_every_address_what_the_mirror_shows() {
    let world = samples::city();
    let mirror = Mirror::of(&world);
    let mut table =
        format!("# readers: {}\n", WHO.map(|who| if who.is_empty() { "stranger" } else { who }).join(" "));
    let mut routes: Vec<&Route> = web::room::routes(ROOMS).collect();
    routes.sort_by_key(|route| (route.address, route.method));
    let lists = trongtam::exports::kinds()
        .flat_map(|kind| [format!("/xuat/{kind}.csv"), format!("/xuat/{kind}.xlsx")]);
    let gets = routes.iter().filter(|route| route.method == "GET").map(|route| samples::address(route));
    let addresses: BTreeSet<String> =
        gets.chain(lists).chain(MORE.iter().map(|at| (*at).to_owned())).collect();
    for address in &addresses {
        for lang in ["vi", "en"] {
            let seen: Vec<Seen> = mirror
                .readers
                .iter()
                .map(|reader| mirror.ask(("GET", address, lang), reader, None))
                .collect();
            lines(&mut table, &format!("{address} {lang}"), &seen);
        }
    }
    // Forms change the city, so they come last, those that end sessions after all others.
    routes.sort_by_key(|route| route.address.contains("dang-xuat"));
    for route in routes.iter().filter(|route| route.method != "GET") {
        let (method, address) = (route.method, samples::address(route));
        let seen: Vec<Seen> = (mirror.readers.iter().enumerate())
            .map(|(turn, reader)| {
                let (kind, body) = samples::body(&world, route, turn);
                mirror.ask((method, &address, "vi"), reader, Some((kind, body)))
            })
            .collect();
        lines(&mut table, &format!("{method} {address}"), &seen);
    }
    texts(&mut table);
    acts(&mut table, &world);
    let kept = root().join("testdata/mirror.txt");
    if std::env::var_os("UPDATE_MIRROR").is_some() {
        std::fs::write(&kept, &table).unwrap();
    }
    let want = std::fs::read_to_string(&kept).unwrap();
    let mut heading = "";
    for (got, want) in table.lines().zip(want.lines()) {
        if !got.starts_with(' ') {
            heading = got;
        }
        assert_eq!(got, want, "at {heading}");
    }
    assert_eq!(table.lines().count(), want.lines().count());
}
