//! Copies: made while acts go on, under their own name only when they are whole; put back only when they are whole; and
//! edits behind the program that `verify` finds.

use crate::server::{Folder, Server};
use rusqlite::Connection;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

fn sql(file: &Path, text: &str) {
    let connection = Connection::open(file).unwrap();
    connection.execute_batch("pragma foreign_keys = off;").unwrap();
    connection.execute_batch(text).unwrap_or_else(|fault| panic!("{text}: {fault}"));
}

fn one<T: rusqlite::types::FromSql>(file: &Path, text: &str) -> T {
    Connection::open(file).unwrap().query_row(text, [], |r| r.get(0)).unwrap()
}

#[test]
fn a_copy_ends_while_acts_go_on_and_stands_whole_under_its_name() {
    let folder = Folder::filled();
    let place = db::Place::Sqlite(folder.path("trongtam.db"));
    let database = db::Database::open(&place, &trongtam::migrations()).unwrap();
    let (stop, writing) = (Arc::new(AtomicBool::new(false)), database.clone());
    let stopped = Arc::clone(&stop);
    let writer = std::thread::spawn(move || {
        let mut n = 0;
        while !stopped.load(Ordering::Relaxed) {
            n += 1;
            writing.act_now(move |tx| Ok(tx.set(&format!("lúc-{}", n % 50), &"x".repeat(2000))?)).unwrap();
        }
        n
    });
    let copy = folder.path("trongtam.copy");
    let out = folder.run(&["backup", &copy.to_string_lossy()]);
    stop.store(true, Ordering::Relaxed);
    let written = writer.join().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    assert!(written > 20, "only {written} acts went on beside it");
    let beside = std::fs::read_to_string(folder.path("trongtam.copy.sha256")).unwrap();
    let sum = db::trail::sha256(&std::fs::read(&copy).unwrap());
    assert_eq!(beside, format!("{sum}  trongtam.copy\n"), "as sha256sum writes and checks it");
    let left: Vec<String> = std::fs::read_dir(&folder.0)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.contains("unfinished"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    // Never over what is there.
    assert!(!folder.run(&["backup", &copy.to_string_lossy()]).status.success());
    // A copy that cannot be finished leaves nothing.
    let nowhere = folder.path("không có").join("copy");
    assert!(!folder.run(&["backup", &nowhere.to_string_lossy()]).status.success());
    assert!(!nowhere.exists());
    drop(database);
    assert!(folder.run(&["restore", &copy.to_string_lossy()]).status.success());
    assert!(folder.run(&["verify"]).status.success());
}

#[test]
fn the_log_is_cut_when_nothing_is_written() {
    let folder = Folder::new();
    std::fs::create_dir_all(&folder.0).unwrap();
    let file = folder.path("t.db");
    let database = db::Database::open(&db::Place::Sqlite(file), &trongtam::migrations()).unwrap();
    let log = || std::fs::metadata(folder.path("t.db-wal")).map_or(0, |about| about.len());
    for n in 0..60 {
        let words = format!("{n}").repeat(50_000);
        database.act_now(move |tx| Ok(tx.set(&format!("dài-{n}"), &words)?)).unwrap();
    }
    let grown = log();
    let mut now = grown;
    for _ in 0..100 {
        crate::world::pause(100);
        now = log();
        if now < 1_000_000 {
            break;
        }
    }
    assert!(now < 1_000_000, "the log has {now} bytes, it had {grown}");
}

/// What may be wrong with a copy: a name, and what makes it so.
type Breaks = Vec<(&'static str, Box<dyn Fn(&Path)>)>;

fn page(file: &Path, of: &str) -> (u64, u64) {
    let size: i64 = one(file, "pragma page_size");
    let root: i64 = one(file, &format!("select rootpage from sqlite_schema where name = '{of}'"));
    let size = u64::try_from(size).unwrap();
    ((u64::try_from(root).unwrap() - 1) * size, size)
}

fn overwrite(file: &Path, at: u64, bytes: &[u8]) {
    use std::os::unix::fs::FileExt as _;
    std::fs::OpenOptions::new().write(true).open(file).unwrap().write_all_at(bytes, at).unwrap();
}

fn breaks() -> Breaks {
    let by_sql = |text: &'static str| -> Box<dyn Fn(&Path)> { Box::new(move |file| sql(file, text)) };
    vec![
        ("an empty file", Box::new(|file| std::fs::write(file, b"").unwrap())),
        ("a text", Box::new(|file| std::fs::write(file, "không phải cơ sở dữ liệu".repeat(99)).unwrap())),
        (
            "a database of another program",
            Box::new(|file| {
                std::fs::remove_file(file).unwrap();
                sql(file, "create table note (id integer primary key, words text); insert into note values (1, 'x');");
            }),
        ),
        (
            "an empty database",
            Box::new(|file| {
                std::fs::remove_file(file).unwrap();
                sql(file, "pragma user_version = 1; create table x (y); drop table x;");
            }),
        ),
        ("another program's mark", by_sql("pragma application_id = 7")),
        (
            "a file that was cut",
            Box::new(|file| {
                let half = std::fs::metadata(file).unwrap().len() / 2;
                std::fs::OpenOptions::new().write(true).open(file).unwrap().set_len(half).unwrap();
            }),
        ),
        (
            "a zeroed page of a table",
            Box::new(|file| {
                let (at, size) = page(file, "programme_task");
                overwrite(file, at, &vec![0; usize::try_from(size).unwrap()]);
            }),
        ),
        (
            "a zeroed page of an index",
            Box::new(|file| {
                let (at, size) = page(file, "programme_task_lead");
                overwrite(file, at, &vec![0; usize::try_from(size).unwrap()]);
            }),
        ),
        (
            "swapped blobs",
            by_sql(
                "update document_file set content = (select content from document_file f2
                    where f2.sha256 <> document_file.sha256 limit 1)
                  where sha256 = (select min(sha256) from document_file)",
            ),
        ),
        ("a blob that was cut", by_sql("update document_file set content = substr(content, 1, 100)")),
        ("a dropped table", by_sql("drop table chase_comment")),
        ("a dropped index", by_sql("drop index programme_task_lead")),
        ("cut heads", by_sql("delete from kernel_trail_head where size = (select max(size) from kernel_trail_head)")),
        ("no heads", by_sql("delete from kernel_trail_head")),
        ("cut lines", by_sql("delete from kernel_trail where position > (select max(position) - 5 from kernel_trail)")),
        ("a changed line", by_sql("update kernel_trail set actor = 'Kẻ khác' where position = 7")),
        ("rows that point nowhere", by_sql("delete from organisation_unit where code = 'UB001'")),
        (
            "a late task made on time",
            by_sql(
                "update programme_task set facts = replace(facts, '\"new_and_hard\":false', '\"new_and_hard\":true'),
                        new_and_hard = 1;
                 update programme_step set facts = replace(facts, '\"new_and_hard\":false', '\"new_and_hard\":true');",
            ),
        ),
        ("a figure that was changed", by_sql("update parindex_place set own = '9' where leaf = '1.1.1'")),
        ("a comment that was removed", by_sql("delete from review_words")),
        ("a role that was added", by_sql(
            "insert into account_role (id, role, post_id, account_id, unit_id, from_on, to_on, field)
             select randomblob(16), 'administrator', null, id, null, '2020-01-01', null, '' from account_account
              where login = 'nguoixem'",
        )),
        ("a newer program's", by_sql(
            "insert into refinery_schema_history (version, name, applied_on, checksum)
             values (9999, 'future', '2030-01-01T00:00:00Z', '1')",
        )),
    ]
}

#[test]
fn of_twenty_two_broken_copies_none_is_put_back() {
    let folder = Folder::filled();
    let copy = folder.path("trongtam.copy");
    assert!(folder.run(&["backup", &copy.to_string_lossy()]).status.success());
    let before = std::fs::read(folder.path("trongtam.db")).unwrap();
    let all = breaks();
    assert_eq!(all.len(), 22);
    for (name, break_it) in all {
        // Without the sum beside it: the copy itself must tell.
        let broken = folder.path("broken.copy");
        for ending in ["", "-wal", "-shm", "-journal"] {
            let _ = std::fs::remove_file(folder.path(&format!("broken.copy{ending}")));
        }
        std::fs::copy(&copy, &broken).unwrap();
        break_it(&broken);
        let out = folder.run(&["restore", &broken.to_string_lossy(), "--lang", "en"]);
        assert_eq!(out.status.code(), Some(1), "{name}: {}", String::from_utf8_lossy(&out.stdout));
        assert!(std::fs::read(folder.path("trongtam.db")).unwrap() == before, "{name} touched the database");
    }
    // With its sum beside it, one byte is enough.
    let mut bytes = std::fs::read(&copy).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let flipped = folder.path("flipped.copy");
    std::fs::write(&flipped, bytes).unwrap();
    std::fs::copy(folder.path("trongtam.copy.sha256"), folder.path("flipped.copy.sha256")).unwrap();
    let out = folder.run(&["restore", &flipped.to_string_lossy(), "--lang", "en"]);
    assert!(String::from_utf8_lossy(&out.stderr).contains("sum differs"));
    // The whole one is put back, also on a new machine, and says nothing of itself any more.
    let elsewhere = Folder::new();
    let out = elsewhere.run(&["restore", &copy.to_string_lossy()]);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    assert!(elsewhere.run(&["verify"]).status.success());
    let n: i64 =
        one(&elsewhere.path("trongtam.db"), "select count(*) from kernel_setting where name = 'copy'");
    assert_eq!(n, 0);
    assert!(Server::start(&elsewhere, &[]).get("/dang-nhap").contains("200"));
}

fn copy_of(folder: &Folder) -> (Folder, PathBuf) {
    let other = Folder::new();
    std::fs::create_dir_all(&other.0).unwrap();
    for name in ["trongtam.db", "trail.key"] {
        std::fs::copy(folder.path(name), other.path(name)).unwrap();
    }
    let file = other.path("trongtam.db");
    (other, file)
}

#[test]
fn verify_finds_what_was_edited_behind_the_program_and_names_what_it_does_not_look_at() {
    let folder = Folder::filled();
    // One file, without a log beside it.
    sql(&folder.path("trongtam.db"), "pragma wal_checkpoint(truncate);");
    let out = folder.run(&["verify"]);
    let told: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert!(out.status.success(), "{told}");
    let open: Vec<&str> = told["not_covered"].as_array().unwrap().iter().filter_map(|v| v.as_str()).collect();
    assert!(open.contains(&"survey_answer") && !open.contains(&"programme_step"), "{open:?}");
    let cases: [(&str, &str, &str); 24] = [
        (
            "a late task made on time by two rows",
            "update programme_task set reported_on = '2021-01-01',
                    facts = json_set(facts, '$.reported_on', '2021-01-01')
              where id = (select id from programme_task where reported_on is not null order by code limit 1);
             update programme_step set facts = (select facts from programme_task t where t.id = task_id)
              where seq = (select version from programme_task t where t.id = task_id)
                and task_id = (select id from programme_task where reported_on is not null order by code limit 1)",
            "was changed",
        ),
        ("a step more", "insert into programme_step select task_id, 99, on_date, recorded_at, act, actor, words, facts
              from programme_step limit 1", "no line in the trail"),
        ("a step less", "delete from programme_step where seq = 1 and task_id = (select task_id from programme_step
              where seq = 2 limit 1)", "is gone"),
        ("a task's row alone", "update programme_task set title = 'khác' where code = (select min(code) from programme_task)", "shows what its facts"),
        ("a task's progress", "update programme_task set percent = 9900 where code = (select min(code) from programme_task)", "shows a progress"),
        ("a task's person", "update programme_task set person_name = 'Ke la' where code = (select min(code) from programme_task)", "shows what its facts"),
        ("a task's tags", "update programme_task set tags = 'zz' where code = (select min(code) from programme_task)", "shows what its facts"),
        ("a task's code", "update programme_task set code = 'NV-99.99' where code = (select min(code) from programme_task)", "has another code"),
        ("an identity in another spelling", "pragma foreign_keys = off;
             update programme_task set id = replace(id, '-', '') where code = (select max(code) from programme_task)", "cannot be read"),
        ("who published", "update parindex_published set made_by = 'ai'", "another hand"),
        ("why it was published again", "update parindex_published set erratum = 'zz', seq = 2 where seq = 1", "no line of the trail speaks"),
        ("an account taken away", "pragma foreign_keys = off; delete from account_account where login = 'nguoixem'", "are gone, their lines"),
        ("a role taken away", "delete from account_role where id = (select r.id from account_role r join kernel_trail l on l.record_id = r.id
              where l.act = 'account.role.grant' limit 1)", "is gone, its line"),
        ("published facts", "update parindex_published set content = replace(content, '1', '2') where seq = 1", "were changed"),
        ("published facts with their hash", "update parindex_published set sha256 = 'x', content = '{}' where seq = 1", "no line of the trail speaks"),
        ("a published result taken away", "delete from parindex_published", "is gone"),
        ("a published file", "update parindex_published set file_sha256 = (select min(sha256) from document_file)", "another file"),
        ("a kept file", "update document_file set content = x'00'", "is not what was kept"),
        ("a line", "update kernel_trail set facts = '{}' where position = 9", "line 9 was changed"),
        ("the last lines", "delete from kernel_trail where position > (select max(position) - 3 from kernel_trail)", "lines were written"),
        ("a head", "delete from kernel_trail_head where size = (select min(size) from kernel_trail_head)", "heads were signed"),
        ("an account without a line", "insert into account_account (id, login, name, password, failures, disabled, created_at)
              values (randomblob(16), 'ma', 'Ma', 'x', 0, 0, (select created_at from account_account limit 1))", "have no line"),
        ("a role without a line", "insert into account_role (id, role, account_id, from_on, field)
              select '0190a0a0-0000-7000-8000-000000000001', 'administrator', id, '2020-01-01', '' from account_account where login = 'nguoixem'", "has no line"),
        ("a role made another", "update account_role set role = 'administrator', unit_id = null where id = (select min(id) from account_role where role <> 'administrator')", "is not as its line"),
    ];
    for (name, text, words) in cases {
        let (other, file) = copy_of(&folder);
        sql(&file, text);
        let out = other.run(&["verify"]);
        let told = String::from_utf8_lossy(&out.stdout).into_owned();
        assert_eq!(out.status.code(), Some(1), "{name}: {told}");
        assert!(told.contains(words), "{name}: {told}");
    }
}
