//! Search finds the records of every room, and none that its reader may not know of.

use crate::world::{World, on_both_cities};
use base::Actor;
use room::{Read, Seek};
use std::collections::BTreeMap;

/// What is found by words, by the key of its group.
fn found(world: &World, login: &str, words: &str) -> BTreeMap<&'static str, Vec<String>> {
    let (login, words, clock) = (login.to_owned(), words.to_owned(), world.clock.clone());
    world
        .db
        .read_now(move |tx| {
            let account = account::store::by_login(tx, &login)?.unwrap();
            let actor: Actor = account::acts::actor_of(tx, &clock, &account)?;
            let read = Read { tx, actor: &actor, today: clock.today() };
            let mut found = BTreeMap::new();
            for Seek { key, run, .. } in trongtam::ROOMS.iter().flat_map(|room| room.seeks) {
                let hits = run(&read, &words, 20)?;
                if !hits.is_empty() {
                    found.insert(*key, hits.into_iter().map(|hit| hit.address).collect());
                }
            }
            Ok(found)
        })
        .unwrap()
}

#[test]
fn records_of_every_room_are_found_by_their_codes_without_marks() {
    on_both_cities(|world| {
        for (words, key, address) in [
            ("ct-01", "nav-programmes", "/ct/CT-01"),
            ("cti-01.01", "nav-targets", "/chi-tieu/CTI-01.01"),
            ("UB001", "nav-units", "/to-chuc/UB001"),
            ("hop nhat ba bo phan", "reorganise-title", "/to-chuc/sap-xep/SX-001"),
            ("cd-2022-01", "nav-indices", "/chi-so/CD-2022-01"),
            ("ks-2023-01", "survey-title", "/khao-sat/KS-2023-01"),
            ("bc-01", "nav-reporting", "/bao-cao/BC-01"),
            ("sk-2023-01", "nav-reviews", "/so-ket/SK-2023-01"),
        ] {
            let found = found(world, "vanphong", words);
            let addresses = found.get(key).unwrap_or_else(|| panic!("{words}: {found:?}"));
            assert!(addresses.iter().any(|at| at == address), "{words}: {addresses:?}");
        }
        assert!(found(world, "vanphong", "danh muc chung").contains_key("nav-lessons"));
    });
}

#[test]
fn a_draft_reorganisation_is_not_found_by_who_may_not_know_of_it() {
    on_both_cities(|world| {
        let clock = world.clock.clone();
        let on = base::Date::constant(2024, 1, 1);
        let draft = move |tx: &db::Tx<'_>| {
            let actor = Actor::program("kiểm thử");
            organisation::reorganise::draft(tx, &clock, &actor, "Sáp nhập bí mật", "1/QĐ", on).map(|_| ())
        };
        world.db.act_now(draft).unwrap();
        assert!(found(world, "tochuc", "sap nhap bi mat").contains_key("reorganise-title"));
        assert!(found(world, "nguoixem", "sap nhap bi mat").is_empty());
    });
}

#[test]
fn a_page_of_people_and_the_nearest_lessons_are_chosen_by_the_database() {
    on_both_cities(|world| {
        let today = world.clock.today();
        world
            .db
            .read_now(move |tx| {
                let unit = organisation::Snapshot::at(tx, today)?.by_code("UB001").unwrap().id;
                let all = people::store::all_held(tx, "an", today, 1000)?;
                let page = |units: Option<&[base::ids::UnitId]>, skip| {
                    people::store::page_held(tx, ("an", today), units, (10, skip)).unwrap()
                };
                let codes =
                    |held: &[people::store::Held]| held.iter().map(|h| h.code.clone()).collect::<Vec<_>>();
                let (second, total) = page(None, 10);
                assert_eq!(usize::try_from(total).unwrap(), all.len());
                assert_eq!(codes(&second), codes(&all.iter().skip(10).take(10).cloned().collect::<Vec<_>>()));
                let (own, total) = page(Some(&[unit]), 0);
                let expected = all.iter().filter(|h| h.unit == unit).count();
                assert_eq!((own.len(), usize::try_from(total).unwrap()), (expected.min(10), expected));
                assert_eq!(page(Some(&[]), 0).1, 0);
                // Three long words of the title lie in one of the lessons.
                let near = review::store::lessons_like(tx, "Rà soát thủ tục hành chính", "", 3)?;
                assert!(near.first().unwrap().context.starts_with("Rà soát thủ tục"));
                assert!(review::store::lessons_like(tx, "Không giống gì", "", 3)?.is_empty());
                Ok(())
            })
            .unwrap();
    });
}
