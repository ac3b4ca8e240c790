//! Every statement of the room.

use base::{
    Clock, Date,
    fold::{fold, patterns, person_sort_text},
    ids::{PersonId, PostId, UnitId},
};
use db::Tx;

/// A holding as shown: who, which post, where, since when.
#[derive(Debug, Clone)]
pub struct Held {
    /// The person.
    pub person: PersonId,
    /// The person's code.
    pub code: String,
    /// The person's name.
    pub name: String,
    /// The post.
    pub post: PostId,
    /// The post's title.
    pub title: String,
    /// Whether the post leads the unit.
    pub is_head: bool,
    /// The unit.
    pub unit: UnitId,
    /// Whether it is the person's main post.
    pub is_main: bool,
    /// First day.
    pub from: Date,
    /// First day on which it no longer holds.
    pub to: Option<Date>,
}

/// Keeps a person.
pub fn insert_person(tx: &Tx<'_>, clock: &Clock, name: &str) -> anyhow::Result<(PersonId, String)> {
    let id = PersonId::new(clock);
    let code = format!("CB-{:05}", tx.next_number("person")?);
    tx.run(
        "insert into people_person (id, code, name, folded, sort_key) values ($1, $2, $3, $4, $5)",
        &[&id, &code, &name, &fold(name), &person_sort_text(name)],
    )?;
    Ok((id, code))
}

/// Keeps a post.
pub fn insert_post(
    tx: &Tx<'_>,
    clock: &Clock,
    unit: UnitId,
    title: &str,
    is_head: bool,
) -> anyhow::Result<PostId> {
    let id = PostId::new(clock);
    tx.run(
        "insert into people_post (id, unit_id, title, is_head) values ($1, $2, $3, $4)",
        &[&id, &unit, &title, &is_head],
    )?;
    Ok(id)
}

/// Keeps a holding.
pub fn insert_holding(
    tx: &Tx<'_>,
    clock: &Clock,
    person: PersonId,
    post: PostId,
    is_main: bool,
    from: Date,
    document: &str,
) -> anyhow::Result<()> {
    tx.run(
        "insert into people_holding (id, person_id, post_id, is_main, from_on, to_on, document)
         values ($1, $2, $3, $4, $5, null, $6)",
        &[&clock.uuid(), &person, &post, &is_main, &from, &document],
    )?;
    Ok(())
}

/// When the latest holding of a post by a person began.
pub fn began(tx: &Tx<'_>, person: PersonId, post: PostId) -> anyhow::Result<Option<Date>> {
    tx.row(
        "select from_on from people_holding where person_id = $1 and post_id = $2 order by from_on desc limit 1",
        &[&person, &post],
        |r| r.next(),
    )
}

/// Ends a holding.
pub fn end_holding(tx: &Tx<'_>, person: PersonId, post: PostId, to: Date) -> anyhow::Result<bool> {
    let n = tx.run(
        "update people_holding set to_on = $1
          where person_id = $2 and post_id = $3 and (to_on is null or to_on > $1)",
        &[&to, &person, &post],
    )?;
    Ok(n > 0)
}

const HELD: &str =
    "select p.id, p.code, p.name, o.id, o.title, o.is_head, o.unit_id, h.is_main, h.from_on, h.to_on
                      from people_holding h
                      join people_person p on p.id = h.person_id
                      join people_post o on o.id = h.post_id";

fn held(r: &db::Row<'_>) -> anyhow::Result<Held> {
    Ok(Held {
        person: r.next()?,
        code: r.next()?,
        name: r.next()?,
        post: r.next()?,
        title: r.next()?,
        is_head: r.next()?,
        unit: r.next()?,
        is_main: r.next()?,
        from: r.next()?,
        to: r.next()?,
    })
}

/// The posts that a person holds on a day, main post first.
pub fn held_by(tx: &Tx<'_>, person: PersonId, on: Date) -> anyhow::Result<Vec<Held>> {
    tx.rows(
        &format!(
            "{HELD} where h.person_id = $1 and h.from_on <= $2 and (h.to_on is null or h.to_on > $2)
              order by case when h.is_main then 0 else 1 end, h.from_on, o.title, h.id"
        ),
        &[&person, &on],
        held,
    )
}

/// Everything that a person held and holds, by the person's code, newest first.
pub fn of_person(tx: &Tx<'_>, code: &str) -> anyhow::Result<Vec<Held>> {
    tx.rows(&format!("{HELD} where p.code = $1 order by h.from_on desc, o.title, h.id"), &[&code], held)
}

/// Makes every other holding of a person on a day concurrent.
pub fn only_main(tx: &Tx<'_>, person: PersonId, post: PostId) -> anyhow::Result<()> {
    tx.run(
        "update people_holding set is_main = $1 where person_id = $2 and post_id <> $3",
        &[&false, &person, &post],
    )?;
    Ok(())
}

/// Who holds posts of a unit on a day, the head first.
pub fn holders(tx: &Tx<'_>, unit: UnitId, on: Date) -> anyhow::Result<Vec<Held>> {
    tx.rows(
        &format!(
            "{HELD} where o.unit_id = $1 and h.from_on <= $2 and (h.to_on is null or h.to_on > $2)
              order by case when o.is_head then 0 else 1 end, p.sort_key, p.code, h.from_on, h.id limit 500"
        ),
        &[&unit, &on],
        held,
    )
}

/// All holdings of a day whose person's name contains the words, by given name.
pub fn all_held(tx: &Tx<'_>, words: &str, on: Date, limit: i64) -> anyhow::Result<Vec<Held>> {
    let [a, b, c, d] = patterns(words);
    tx.rows(
        &format!(
            "{HELD} where p.folded like $1 and p.folded like $2 and p.folded like $3 and p.folded like $4
                and h.from_on <= $5 and (h.to_on is null or h.to_on > $5)
              order by p.sort_key, p.code, h.from_on, h.id limit $6"
        ),
        &[&a, &b, &c, &d, &on, &limit],
        held,
    )
}

/// One page of [`all_held`] within some units, every unit when none are named; and how many there are in all.
pub fn page_held(
    tx: &Tx<'_>,
    (words, on): (&str, Date),
    units: Option<&[UnitId]>,
    (limit, skip): (i64, i64),
) -> anyhow::Result<(Vec<Held>, i64)> {
    let [a, b, c, d] = patterns(words);
    let units: Option<Vec<base::Uuid>> = units.map(|units| units.iter().map(|unit| unit.0).collect());
    let mut params: Vec<&dyn db::Bound> = vec![&a, &b, &c, &d, &on];
    let mut condition = "p.folded like $1 and p.folded like $2 and p.folded like $3 and p.folded like $4
                and h.from_on <= $5 and (h.to_on is null or h.to_on > $5)"
        .to_owned();
    if let Some(units) = &units {
        condition += " and o.unit_id = any($6)";
        params.push(units);
    }
    let total = tx.number(
        &format!(
            "select count(*) from people_holding h
               join people_person p on p.id = h.person_id
               join people_post o on o.id = h.post_id where {condition}"
        ),
        &params,
    )?;
    let (limit_at, skip_at) = (params.len() + 1, params.len() + 2);
    params.extend([&limit as &dyn db::Bound, &skip]);
    let order = "p.sort_key, p.code, h.from_on, h.id";
    let held = tx.rows(
        &format!("{HELD} where {condition} order by {order} limit ${limit_at} offset ${skip_at}"),
        &params,
        held,
    )?;
    Ok((held, total))
}

/// The posts of a unit that somebody holds on or after a day: post, title, names.
pub fn posts_held_since(
    tx: &Tx<'_>,
    unit: UnitId,
    on: Date,
) -> anyhow::Result<Vec<(PostId, String, String)>> {
    let rows: Vec<(PostId, String, String)> = tx.rows(
        "select o.id, o.title, p.name from people_post o
           join people_holding h on h.post_id = o.id
           join people_person p on p.id = h.person_id
          where o.unit_id = $1 and (h.to_on is null or h.to_on > $2)
          order by case when o.is_head then 0 else 1 end, o.title, o.id, p.sort_key, p.code, h.from_on, h.id",
        &[&unit, &on],
        |r| Ok((r.next()?, r.next()?, r.next()?)),
    )?;
    let mut posts: Vec<(PostId, String, String)> = Vec::new();
    for (post, title, name) in rows {
        match posts.last_mut() {
            Some((last, _, names)) if *last == post => {
                names.push_str(", ");
                names.push_str(&name);
            }
            _ => posts.push((post, title, name)),
        }
    }
    Ok(posts)
}

/// A post's title and whether it leads its unit.
pub fn post(tx: &Tx<'_>, id: PostId) -> anyhow::Result<Option<(String, bool)>> {
    tx.row("select title, is_head from people_post where id = $1", &[&id], |r| Ok((r.next()?, r.next()?)))
}

/// Whether somebody leads the unit on a day.
pub fn has_head(tx: &Tx<'_>, unit: UnitId, on: Date) -> anyhow::Result<bool> {
    Ok(holders(tx, unit, on)?.iter().any(|h| h.is_head))
}

/// Who holds a post on or after a day: person, main or concurrent, until when.
pub fn holders_of_post(
    tx: &Tx<'_>,
    post: PostId,
    on: Date,
) -> anyhow::Result<Vec<(PersonId, bool, Option<Date>)>> {
    tx.rows(
        "select person_id, is_main, to_on from people_holding
          where post_id = $1 and (to_on is null or to_on > $2) order by from_on, id",
        &[&post, &on],
        |r| Ok((r.next()?, r.next()?, r.next()?)),
    )
}

/// Takes away a holding that began on a day by mistake.
pub fn remove_holding(tx: &Tx<'_>, person: PersonId, post: PostId, from: Date) -> anyhow::Result<()> {
    tx.run(
        "delete from people_holding where person_id = $1 and post_id = $2 and from_on = $3",
        &[&person, &post, &from],
    )?;
    Ok(())
}

/// Lets a holding that ended on a day go on as it was.
pub fn reopen_holding(
    tx: &Tx<'_>,
    person: PersonId,
    post: PostId,
    ended: Date,
    to: Option<Date>,
) -> anyhow::Result<()> {
    tx.run(
        "update people_holding set to_on = $1 where person_id = $2 and post_id = $3 and to_on = $4",
        &[&to, &person, &post, &ended],
    )?;
    Ok(())
}
