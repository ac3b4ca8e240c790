//! The second factor, acting for another, roles by field and throttling, on both databases.

use crate::world::{World, on_both_cities};
use account::{
    acts::{self, NewRole, SignedIn},
    second, store,
};
use base::{Actor, Clock, Outcome, Right, Role};
use db::Tx;
use trongtam::demo::PASSWORD;

fn session(tx: &Tx<'_>, clock: &Clock, login: &str) -> Outcome<String> {
    match acts::sign_in(tx, clock, login, PASSWORD, "test", "")? {
        Ok(SignedIn::Session(token)) => Ok(token),
        other => panic!("{other:?}"),
    }
}

fn actor(tx: &Tx<'_>, clock: &Clock, token: &str) -> Actor {
    acts::actor(tx, clock, token, 480).unwrap().unwrap()
}

fn act(world: &World, act: impl Fn(&Tx<'_>, &Clock) -> Outcome<()> + Send + 'static) {
    let clock = world.clock.clone();
    world.db.act_now(move |tx| act(tx, &clock)).unwrap();
}

#[test]
fn a_second_factor_is_asked_for_and_no_code_is_taken_twice() {
    on_both_cities(|world| {
        act(world, |tx, clock| {
            let token = session(tx, clock, "chuyenvien")?;
            let me = actor(tx, clock, &token);
            let setup = second::begin(tx, &me)?;
            assert!(setup.address.starts_with("otpauth://totp/"));
            let code = second::code_at(&setup.secret, clock.now())?;
            let recovery = second::switch_on(tx, clock, &me, &code, "")?.unwrap();
            assert_eq!(recovery.len(), 8);
            let Ok(SignedIn::CodeNeeded(ticket)) = acts::sign_in(tx, clock, "chuyenvien", PASSWORD, "t", "")?
            else {
                panic!("a code is asked for");
            };
            let wrong = acts::sign_in_with_code(tx, clock, &ticket, "000000", "t", "")?;
            assert_eq!(wrong.unwrap_err().key, "account-refusal-code");
            // The code that switched it on is used up.
            let used = acts::sign_in_with_code(tx, clock, &ticket, &code, "t", "")?;
            assert_eq!(used.unwrap_err().key, "account-refusal-code");
            let by_recovery = acts::sign_in_with_code(tx, clock, &ticket, &recovery[0], "t", "")?;
            assert!(matches!(by_recovery, Ok(SignedIn::Session(_))));
            // The ticket was used up with it, and so was the recovery code.
            let again = acts::sign_in_with_code(tx, clock, &ticket, &recovery[1], "t", "")?;
            assert_eq!(again.unwrap_err().key, "account-refusal-ticket");
            second::switch_off(tx, clock, &me, &recovery[2], "")?.unwrap();
            session(tx, clock, "chuyenvien").map(|_| ())
        });
    });
}

#[test]
fn somebody_acts_for_another_within_the_days_and_it_is_said() {
    on_both_cities(|world| {
        act(world, |tx, clock| {
            let (today, head) = (clock.today(), session(tx, clock, "thutruong")?);
            let giver = actor(tx, clock, &head);
            acts::delegate(tx, clock, &giver, "chuyenvien", (today, today), "12/GUQ")?;
            let token = session(tx, clock, "chuyenvien")?;
            let me = actor(tx, clock, &token);
            let unit = me.unit.unwrap();
            assert!(!me.may(Right::Lead, unit));
            let id = store::delegations(tx, me.account.unwrap())?[0].id;
            acts::act_for(tx, clock, &me, &token, Some(id))?;
            let acting = actor(tx, clock, &token);
            assert!(acting.may(Right::Lead, unit));
            assert_eq!(acting.account, me.account);
            assert!(acting.signature().contains("thay mặt"), "{}", acting.signature());
            // One does not pass on what was passed to one.
            assert!(acts::delegate(tx, clock, &acting, "vanphong", (today, today), "").is_err());
            acts::end_delegation(tx, clock, &giver, id)?;
            assert!(!actor(tx, clock, &token).may(Right::Lead, unit));
            Ok(())
        });
    });
}

#[test]
fn a_role_in_one_field_sees_and_touches_only_that_field() {
    on_both_cities(|world| {
        act(world, |tx, clock| {
            let program = Actor::program("test");
            let hash = account::password::hash(PASSWORD)?;
            let id = acts::create(tx, clock, &program, ("linhvuc", "Người một lĩnh vực"), &hash, None)?;
            let all = programme::store::Filter {
                seen: base::Reach::everything(),
                ..programme::store::Filter::default()
            };
            let today = clock.today();
            let rows = programme::store::first(tx, &all, today, today, 1000)?;
            let field = rows[0].field.clone();
            let role = NewRole {
                field: field.clone(),
                ..NewRole::of(Role::ProgrammeOffice, (None, Some(id)), None, today)
            };
            acts::grant(tx, clock, &program, &role)?;
            let token = session(tx, clock, "linhvuc")?;
            let me = actor(tx, clock, &token);
            let mine = programme::store::Filter { seen: me.reach(Right::See), ..all };
            let seen = programme::store::first(tx, &mine, today, today, 1000)?;
            assert!(!seen.is_empty() && seen.len() < rows.len());
            assert!(seen.iter().all(|row| row.field == field));
            let other = rows.iter().find(|row| row.field != field).unwrap();
            assert!(programme::acts::task_for(tx, &me, Right::See, &other.code).is_err());
            assert!(programme::acts::task_for(tx, &me, Right::Assign, &seen[0].code).is_ok());
            Ok(())
        });
    });
}

#[test]
fn an_address_rests_after_many_failures_whatever_the_names() {
    on_both_cities(|world| {
        act(world, |tx, clock| {
            let wrong = acts::sign_in(tx, clock, "ai", "sai mật khẩu", "t", "10.0.0.9")?;
            assert_eq!(wrong.unwrap_err().key, "account-refusal-sign-in");
            for i in 1..300 {
                account::throttle::Try::of("password", &format!("ai{i}"), "10.0.0.9")
                    .failed(tx, clock.now())?;
            }
            let tried = acts::sign_in(tx, clock, "vanphong", PASSWORD, "t", "10.0.0.9")?;
            assert_eq!(tried.unwrap_err().key, "account-refusal-too-early");
            let elsewhere = acts::sign_in(tx, clock, "vanphong", PASSWORD, "t", "10.0.0.8")?;
            assert!(elsewhere.is_ok());
            Ok(())
        });
    });
}

#[test]
fn a_role_ends_and_the_last_administrator_stays() {
    let world = World::sqlite_city();
    act(&world, |tx, clock| {
        let program = Actor::program("test");
        let account = store::by_login(tx, "quantri")?.unwrap();
        let posts: Vec<_> = people::store::held_by(tx, account.person.unwrap(), clock.today())?
            .into_iter()
            .map(|h| h.post)
            .collect();
        let roles = store::roles_of(tx, account.id, &posts)?;
        let admin = roles.iter().find(|r| r.role == "administrator").unwrap();
        assert!(acts::end_role(tx, clock, &program, admin.id, clock.today()).is_err());
        let other = roles.iter().find(|r| r.role == "personnel_officer").unwrap();
        acts::end_role(tx, clock, &program, other.id, clock.today())?;
        let token = session(tx, clock, "quantri")?;
        assert!(!actor(tx, clock, &token).has_role(Role::PersonnelOfficer));
        Ok(())
    });
}
