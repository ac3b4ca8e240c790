//! The world in which every route is asked, and what is sent to each: an address of a record that exists, a form that is
//! nearly right. The table of rights and the mirror ask the same.

use crate::world::{World, records};
use base::{Actor, Date, Role, Span};
use trongtam::{ROOMS, demo};
use web::room::{Route, Sample};

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
            parindex::evidence::add(tx, &clock, &actor, ("CD-2022-01", unit, "1.1.1"), new, &records())
        })
        .unwrap();
}

fn part(name: &str, value: &str) -> String {
    format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
}

/// A text with the codes of records that exist where it names their kinds in braces.
fn with_codes(text: &str) -> String {
    let known = ROOMS.iter().flat_map(|room| room.samples);
    known.fold(text.to_owned(), |text, (name, code)| text.replace(&format!("{{{name}}}"), code))
}

/// The address of a route with the codes of records that exist.
pub(crate) fn address(route: &Route) -> String {
    let address = with_codes(route.address);
    assert!(!address.contains('{'), "no room has a sample for what varies in {address}");
    address
}

/// What is sent to a route, and its media type. Where the same form may be kept only once, each turn sends another.
pub(crate) fn body(world: &World, route: &Route, turn: usize) -> (&'static str, String) {
    let body = match route.sample {
        Sample::Nothing => String::new(),
        Sample::Form(form) => match route.address {
            "/chi-so/{round}/{unit}/o" => format!("{form}&{}", cells(world, turn)),
            "/chi-so/{round}/{unit}" => format!("{form}&{}", cells(world, 50 + turn)),
            _ => with_codes(form),
        },
        Sample::Parts(parts) => {
            let parts: String = parts.iter().map(|(name, value)| part(name, value)).collect();
            parts + "--x--\r\n"
        }
        Sample::Json(body) => body.to_owned(),
    };
    let kind = match route.sample {
        Sample::Parts(_) => "multipart/form-data; boundary=x",
        Sample::Json(_) => "application/json",
        Sample::Nothing | Sample::Form(_) => "application/x-www-form-urlencoded",
    };
    (kind, body)
}
