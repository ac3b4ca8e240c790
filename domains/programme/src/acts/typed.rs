//! What a form or a body of the API says about a programme or a task, by the names of fields.

use super::{Draft, KINDS, create_programme, create_task, named_programme, next_code};
use crate::{
    rules, store,
    words::{Facts, Programme, ProgrammeId, Task},
};
use base::{
    Actor, Clock, Date, Outcome, Refusal, Right,
    form::{Form, day_in, field},
    ids::UnitId,
};
use db::Tx;
use document::ClauseId;
use organisation::{Directory, Named, unit_of};

/// What the field `support` names for a task that there is: words that stood there before are kept, known or not.
pub fn support_of(tx: &Tx<'_>, today: Date, task: &Task, form: &Form) -> Outcome<Vec<store::Support>> {
    let before = store::support(tx, task.id)?;
    let issuer = store::programme_by_id(tx, task.programme)?.and_then(|p| p.issuer);
    let mut support = Vec::new();
    for written in field(form, "support").split(';').map(str::trim).filter(|w| !w.is_empty()) {
        match before.iter().find(|(_, _, words)| words == written) {
            Some(kept) => support.push(kept.clone()),
            None => support.extend(named(tx, today, written, issuer)?),
        }
    }
    Ok(support)
}

/// The clauses that the field `clauses` names for a task that there is.
pub fn clauses_of(tx: &Tx<'_>, task: &Task, form: &Form) -> Outcome<Vec<ClauseId>> {
    match store::programme_by_id(tx, task.programme)? {
        Some(programme) => clauses_in(tx, &programme, form),
        None => Ok(task.facts.clauses.clone()),
    }
}

/// The units and groups that words name.
fn named(tx: &Tx<'_>, today: Date, words: &str, issuer: Option<UnitId>) -> Outcome<Vec<store::Support>> {
    let directory = Directory::at(tx, today)?;
    let mut support = Vec::new();
    for item in directory.list(words, issuer) {
        match directory.code_or_name(&item.written, issuer) {
            Named::Unit(unit) => support.push((Some(unit), String::new(), item.written)),
            Named::Group(key) => support.push((None, key, item.written)),
            _ => return Refusal::new("task-refusal-lead").at("support").with("value", item.written).stop(),
        }
    }
    Ok(support)
}

/// The clauses that the field `clauses` names by their keys, `II.1.đ, II.2`, of the programme or of those it implements.
fn clauses_in(tx: &Tx<'_>, programme: &Programme, form: &Form) -> Outcome<Vec<ClauseId>> {
    let written = field(form, "clauses");
    let keys: Vec<&str> = written.split([',', ';']).map(str::trim).filter(|key| !key.is_empty()).collect();
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let (mut known, mut at) = (Vec::new(), Some(programme.clone()));
    while let Some(programme) = at {
        if let Some(document) = programme.document {
            known.extend(document::store::clauses(tx, document)?);
        }
        at = programme.parent.map(|id| store::programme_by_id(tx, id)).transpose()?.flatten();
    }
    let mut found = Vec::new();
    for key in keys {
        let key = key.trim_matches(['(', ')']);
        match known.iter().find(|clause| clause.key.to_lowercase() == key.to_lowercase()) {
            Some(clause) => found.push(clause.id),
            None => return Refusal::new("task-refusal-clause").at("clauses").with("value", key).stop(),
        }
    }
    Ok(found)
}

/// A new task from a form or from JSON of the same names.
pub fn task_typed(tx: &Tx<'_>, clock: &Clock, actor: &Actor, form: &Form) -> Outcome<Task> {
    let today = clock.today();
    let programme = named_programme(tx, &field(form, "programme"))?;
    let parent = match field(form, "parent") {
        code if code.is_empty() => None,
        code => match store::task_by_code(tx, &code)? {
            Some(parent) => Some(parent.id),
            None => return Refusal::new("programme-refusal-parent").at("parent").with("value", code).stop(),
        },
    };
    let due_written = field(form, "due");
    let lead = unit_of(tx, today, form, "lead")?;
    let calendar = organisation::store::calendar_of(tx, lead, today)?;
    let due = rules::due_of(&due_written, &calendar, today)?;
    let facts = Facts {
        title: field(form, "title"),
        product: field(form, "product"),
        acceptance: field(form, "acceptance"),
        authority: field(form, "authority"),
        field: field(form, "field"),
        person_name: field(form, "person"),
        lead,
        weight: weight_typed(form),
        new_and_hard: ["hard", "new_and_hard"].iter().any(|name| form.get(*name).is_some_and(|v| v == "1")),
        due,
        due_written,
        first_due: due.date(),
        clauses: clauses_in(tx, &programme, form)?,
        ..Facts::default()
    };
    let support = named(tx, today, &field(form, "support"), programme.issuer)?;
    let draft = Draft { programme: &programme, parent, group_title: "", on: today, facts, support: &support };
    create_task(tx, clock, actor, &draft)
}

/// The weight in a form: one where nothing was typed, none that is allowed where nonsense was.
pub fn weight_typed(form: &Form) -> i64 {
    let text = field(form, "weight");
    if text.is_empty() { 1 } else { text.parse().unwrap_or(0) }
}

/// A new programme from a form or from JSON of the same names. Without a code it takes the next free one.
pub fn programme_typed(tx: &Tx<'_>, clock: &Clock, actor: &Actor, form: &Form) -> Outcome<Programme> {
    actor.need_somewhere(Right::Draft)?;
    let (title, kind, number) = (field(form, "title"), field(form, "kind"), field(form, "number"));
    if title.is_empty() {
        return Refusal::new("refusal-required").at("title").with("field", "title").stop();
    }
    if !KINDS.contains(&kind.as_str()) {
        let refusal = Refusal::new("refusal-unknown-word").at("kind").with("field", "kind");
        return refusal.with("value", kind).stop();
    }
    let code = match field(form, "code") {
        code if code.is_empty() => next_code(tx, &kind, &number)?,
        code if store::programme_by_code(tx, &code)?.is_some() => {
            return Refusal::new("refusal-duplicate").at("code").with("what", code).stop();
        }
        code => code,
    };
    let early = field(form, "early_days");
    let early_days = if early.is_empty() { None } else { Some(early.parse().unwrap_or(0)) };
    if early_days.is_some_and(|days: i64| !(1..=3660).contains(&days)) {
        return Refusal::new("programme-refusal-limit").at("early_days").stop();
    }
    let parent = match field(form, "parent") {
        code if code.is_empty() => None,
        code => match store::programme_by_code(tx, &code)? {
            Some(parent) => Some(parent.id),
            None => {
                return Refusal::new("programme-refusal-programme").at("parent").with("value", code).stop();
            }
        },
    };
    let issued = day_in(form, "issued")?;
    let programme = Programme {
        id: ProgrammeId::new(clock),
        code,
        kind,
        term: field(form, "term"),
        congress: String::new(),
        number,
        symbol: field(form, "symbol"),
        title,
        issuer: unit_of(tx, clock.today(), form, "issuer")?,
        document: None,
        parent,
        issued,
        starts: issued.unwrap_or_else(|| clock.today()),
        early_days,
    };
    create_programme(tx, clock, actor, &programme)?;
    Ok(programme)
}
