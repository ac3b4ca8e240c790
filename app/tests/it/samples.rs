//! The world in which every route is asked, and what is sent to each: an address of a record that exists, a form that is
//! nearly right. The table of rights and the mirror ask the same.

use crate::world::World;
use base::{Actor, Date, Role, Span};
use trongtam::demo::{self};

/// The small demo city, with people and records that only these tests need.
pub(crate) fn city() -> World {
    let world = World::sqlite_city();
    more_people(&world);
    proof(&world);
    world
}

/// A clerk of another district, and one of the first district whose post ended yesterday.
fn more_people(world: &World) {
    let clock = world.clock.clone();
    let hash = account::password::hash(demo::PASSWORD).unwrap();
    world
        .db
        .act_now(move |tx| {
            let program = Actor::program("test");
            let today = clock.today();
            let names = organisation::Snapshot::at(tx, today)?;
            let on = Date::constant(2024, 1, 1);
            organisation::reorganise::draft(tx, &clock, &program, "Thử", "1/QĐ", on)?;
            for (login, code) in [("donvikhac", "UB002"), ("hetchuc", "UB001")] {
                let unit = names.by_code(code).unwrap().id;
                let (person, _) = people::store::insert_person(tx, &clock, "Người thử")?;
                let post = people::store::insert_post(tx, &clock, unit, "Chuyên viên", false)?;
                let from = Date::constant(2021, 1, 1);
                people::store::insert_holding(tx, &clock, person, post, true, from, "")?;
                account::acts::create(tx, &clock, &program, (login, login), &hash, Some(person))?;
                let role = account::acts::NewRole::of(Role::Clerk, (Some(post), None), Some(unit), from);
                account::acts::grant(tx, &clock, &program, &role)?;
                if login == "hetchuc" {
                    let yesterday = today.checked_sub(Span::new().days(1)).unwrap();
                    people::store::end_holding(tx, person, post, yesterday)?;
                }
            }
            Ok(())
        })
        .unwrap();
}

/// The code of a task that the first district's office leads and that is being done.
pub(crate) fn sample_task(world: &World) -> String {
    let today = world.clock.today();
    world
        .db
        .read_now(move |tx| {
            let names = organisation::Snapshot::at(tx, today)?;
            let office = names.by_code("UB001").unwrap().id;
            let f = programme::store::Filter {
                leads: Some(vec![office.0]),
                seen: base::Reach::everything(),
                state: "in_progress".to_owned(),
                ..programme::store::Filter::default()
            };
            let (rows, _) = programme::store::list(tx, &f, today, today, 1, 0)?;
            Ok(rows.into_iter().next().unwrap().code)
        })
        .unwrap()
}

/// A session of a demo sign-in.
pub(crate) fn session(tx: &db::Tx<'_>, clock: &base::Clock, login: &str) -> base::Outcome<String> {
    match account::acts::sign_in(tx, clock, login, demo::PASSWORD, "test", "")? {
        Ok(account::acts::SignedIn::Session(token)) => Ok(token),
        other => panic!("{login}: {other:?}"),
    }
}

/// A row of the first unit's sheet as it stands, with other points in each turn: who may not keep them cannot pass for one
/// who changed nothing.
fn cells(world: &World, turn: usize) -> String {
    let today = world.clock.today();
    let version = world
        .db
        .read_now(move |tx| {
            let (round, _) = parindex::acts::load(tx, "CD-2022-01")?;
            let unit = organisation::Snapshot::at(tx, today)?.by_code("UB001").unwrap().id;
            Ok(parindex::store::place_of(tx, round.id, unit, "1.1.2")?.map_or(0, |kept| kept.version))
        })
        .unwrap();
    format!("x.1.1.2={version}&a.1.1.2=1&b.1.1.2=2&c.1.1.2=1&o.1.1.2=0%2C{turn:03}")
}

/// A file that proves a leaf of the first unit.
fn proof(world: &World) {
    let clock = world.clock.clone();
    world
        .db
        .act_now(move |tx| {
            let unit = organisation::Snapshot::at(tx, clock.today())?.by_code("UB001").unwrap().id;
            let file = Some(("biên bản.pdf".to_owned(), b"%PDF-1.7".to_vec()));
            let new = parindex::evidence::New { record: String::new(), file };
            let actor = base::Actor::program("kiểm thử");
            parindex::evidence::add(tx, &clock, &actor, ("CD-2022-01", unit, "1.1.1"), new)
        })
        .unwrap();
}

fn part(name: &str, value: &str) -> String {
    format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
}

/// The address of a route with the codes of records that exist; `task` is one that the first unit leads.
pub(crate) fn address(path: &str, task: &str) -> String {
    let code = match path {
        p if p.starts_with("/nv") || p.starts_with("/api/tasks") => task,
        p if p.starts_with("/ct") || p.starts_with("/api/prog") => "CT-01",
        p if p.starts_with("/van-ban") || p.starts_with("/api/doc") => "VB-01-CTr-TU-2020",
        p if p.starts_with("/chi-tieu") => "CTI-01.01",
        p if p.starts_with("/so-ket") || p.starts_with("/hoi-nghi") => "SK-2023-01",
        p if p.starts_with("/bao-cao") => "BC-01",
        p if p.starts_with("/to-chuc/sap-xep") => "SX-002",
        p if p.starts_with("/can-bo") => "CB-00001",
        p if p.starts_with("/lich-su") => task,
        p if p.starts_with("/api/targets") => "CTI-01.01",
        p if p.starts_with("/to-chuc") || p.starts_with("/tong-quan") || p.starts_with("/api/units") => {
            "UB001"
        }
        _ => "x",
    };
    path.replace("{ma}", code)
        .replace("{sha}", "0000")
        .replace("{id}", "00000000-0000-0000-0000-000000000000")
        .replace(
            "{don_vi}",
            if ["/bao-cao", "/chi-so", "/khao-sat", "/api/indices"].iter().any(|room| path.starts_with(room))
            {
                "UB001"
            } else {
                "DU001"
            },
        )
        .replace("{ky}", "2023-Q1")
        .replace("{the}", "x")
        .replace(
            "{ten}",
            if path.starts_with("/so-ket") || path.starts_with("/bao-cao") {
                "du-thao.docx"
            } else {
                "nguoixem"
            },
        )
        .replace("{loai}", "task")
        .replace("{tep}", "people.csv")
        .replace("{bao_cao}", "bao-cao.pdf")
        .replace("{bo}", "BCS-2022-01")
        // What was published, of a round that is over; everything else of the one that runs.
        .replace("{cham}", if path.ends_with("{ket_qua}") { "CD-2021-01" } else { "CD-2022-01" })
        .replace("{ket_qua}", "lan-1.pdf")
        .replace("{tieu_chi}", "1.1.1")
        .replace("{stt}", "1")
        .replace("{ks}", "KS-2023-01")
        .replace("{phieu}", "x")
        .replace("{tinh_tu}", "concrete")
}

/// What is sent to a route, and its media type. Where the same form may be kept only once, each turn sends another.
pub(crate) fn body(world: &World, path: &str, task: &str, turn: usize) -> (&'static str, String) {
    let multipart = matches!(
        path,
        "/nhap" | "/nv/{ma}/buoc" | "/bao-cao/{ma}/mau" | "/chi-so/{cham}/{don_vi}/{tieu_chi}"
    );
    let json = path.starts_with("/api/");
    let kind = if json {
        "application/json"
    } else if multipart {
        "multipart/form-data; boundary=x"
    } else {
        "application/x-www-form-urlencoded"
    };
    let body = match path {
        "/nv/{ma}/buoc" => part("buoc", "progress") + &part("percent", "55") + "--x--\r\n",
        "/api/tasks" => r#"{"programme": "CT-01", "title": "x", "lead": "UB001"}"#.to_owned(),
        "/api/units" => r#"{"code": "Z1", "name": "x", "kind": "phong_ban", "parent": "UB001"}"#.to_owned(),
        "/api/units/{ma}/name" => r#"{"name": "UBND quận thử"}"#.to_owned(),
        "/api/programmes" => {
            r#"{"code": "CT-99", "title": "x", "kind": "de_an", "issuer": "UB001"}"#.to_owned()
        }
        "/api/programmes/{ma}" => r#"{"title": "x"}"#.to_owned(),
        "/api/programmes/{ma}/progress" => r#"{"unit": "UB001", "item": "II.1.a", "percent": 5}"#.to_owned(),
        "/api/targets" => r#"{"programme": "CT-01", "title": "x", "measure": "%"}"#.to_owned(),
        "/api/tasks/{ma}" | "/api/documents/{ma}" => r#"{"title": "x"}"#.to_owned(),
        "/api/targets/{ma}" => r#"{"goal": "95"}"#.to_owned(),
        "/api/indices/{cham}/{don_vi}/{tieu_chi}" => r#"{"own": "0.5"}"#.to_owned(),
        "/chi-tieu/{ma}/sua" => "title=y&measure=%25&goal=95&version=1".to_owned(),
        "/van-ban/{ma}" => "trich-yeu=x&so=01&ky-hieu=CTr%2FTU&he-thong=party&version=1".to_owned(),
        "/api/targets/{ma}/values" => r#"{"unit": "UB001", "value": 5}"#.to_owned(),
        "/api/documents" => r#"{"text": "CHƯƠNG TRÌNH\nSố: 88-CTr/TU\nI. MỘT\n1. Hai"}"#.to_owned(),
        "/hoi-nghi/{ma}/dai-bieu" => "lines=L%C3%AA+V%C4%83n+An%3B+B%C3%AD+th%C6%B0".to_owned(),
        "/so-ket" => "programme=CT-01&kind=so_ket".to_owned(),
        "/so-ket/{ma}" => "viec=write&causes=x&seen.causes=e3b0c44298fc1c14".to_owned(),
        "/so-ket/{ma}/bao-cao/{don_vi}" => "viec=save&weaknesses=x&version=1".to_owned(),
        "/bao-cao" => {
            "title=x&issuer=TU&cycle=month&closes_on=14&due_days=3&scope=UB001&sections=y".to_owned()
        }
        "/bao-cao/{ma}" => "viec=freeze&ky=2023-Q1&erratum=x".to_owned(),
        "/bao-cao/{ma}/mau" => part("viec", "bo") + "--x--\r\n",
        "/bao-cao/{ma}/{ky}/{don_vi}" => "viec=accept&version=9".to_owned(),
        "/don-doc" => "don_vi=UB002&issuer=TU&symbol=CV%2FTU&title=x".to_owned(),
        "/nv/moi" => "programme=CT-01&title=x&lead=UB001".to_owned(),
        "/nv/hang-loat" => format!("buoc=cancel&words=x&ma={task}"),
        "/nv/bo-loc" => "name=x&loc=q%3Dx".to_owned(),
        "/to-chuc" => "name=x&code=Z2&kind=phong_ban&parent=UB001".to_owned(),
        "/to-chuc/sap-xep" => "title=x&document=x&effective=01%2F01%2F2024".to_owned(),
        "/to-chuc/sap-xep/{ma}" => "viec=add&kind=rename&unit=UB001&name=x".to_owned(),
        "/can-bo/{ma}" => "viec=also&unit=UB001&title=x".to_owned(),
        "/qt/nguoi-dung/{ten}" => "viec=grant&role=reader".to_owned(),
        "/chi-so/bo/{bo}/sua" | "/chi-so/bo/{bo}/kiem" => "title=x&rows=1&c.0=1&m.0=100".to_owned(),
        "/chi-so/{cham}/{don_vi}/o" => format!("leaf=1.1.2&{}", cells(world, turn)),
        "/chi-so/{cham}/{don_vi}/{tieu_chi}" => part("record", "CT-01") + "--x--\r\n",
        "/khao-sat" => "title=x&issuer=SNV&respondents=y".to_owned(),
        "/khao-sat/{ks}" => "viec=plan&units=UB001&wanted=50&least=30".to_owned(),
        "/khao-sat/{ks}/{don_vi}/ma" => "viec=codes&so=2&lo=0123456789abcdef".to_owned(),
        "/khao-sat/{ks}/{don_vi}/giay" => "sheet=7&c.1=5&c.2=4".to_owned(),
        "/chi-so" => "scheme=BCS-2022-01&title=x&issuer=SNV".to_owned(),
        "/chi-so/{cham}" => "viec=units&units=UB001".to_owned(),
        "/chi-so/{cham}/{don_vi}" => format!("viec=save&{}", cells(world, 50 + turn)),
        "/chi-tieu/{ma}/luoi" => "nam=2023&viec=measure&as_of=19%2F04%2F2023&value.UB001=5".to_owned(),
        _ if json => r#"{"step": "progress", "percent": 60}"#.to_owned(),
        _ if multipart => "--x--\r\n".to_owned(),
        _ => String::new(),
    };
    (kind, body)
}
