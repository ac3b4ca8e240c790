//! Lists that are read as files but never imported: they are made by acts in the program.

use base::period::quarter;
use base::{Actor, Date, Outcome, Right, texts::Texts};
use db::Tx;
use organisation::Snapshot;
use paper::write::Out;

/// The lists of this file, by the word in addresses and on the command line.
pub(super) const KINDS: [&str; 10] = [
    "accounts",
    "allocations",
    "clauses",
    "focus",
    "lessons",
    "notices",
    "reminders",
    "reorganisations",
    "reviews",
    "values",
];

/// A list: its name's text key, its headers' text keys, its rows.
type Plain = (&'static str, Vec<&'static str>, Vec<Vec<Out>>);

/// A list by its word, limited to what the actor may see; none for a word that is not of this file.
pub(super) fn by_kind(
    tx: &Tx<'_>,
    texts: &Texts,
    actor: &Actor,
    kind: &str,
    on: Date,
) -> Outcome<Option<Plain>> {
    let names = Snapshot::at(tx, on)?;
    let unit = |id| -> Out { names.name(names.now(id)).into() };
    Ok(Some(match kind {
        "accounts" => {
            actor.need_everywhere(Right::Administer)?;
            let rows = account::store::all(tx)?.into_iter().map(|a| {
                let state = if a.disabled { texts.say("account-off") } else { String::new() };
                let factor = if a.totp_on { "x" } else { "" };
                vec![a.login.into(), a.name.into(), factor.into(), state.into()]
            });
            ("nav-accounts", vec!["sign-login", "field-name", "factor-title", "task-state"], rows.collect())
        }
        "clauses" => {
            let mut rows = Vec::new();
            for document in document::store::list(tx, "", super::MOST, 0)? {
                for clause in document::store::clauses(tx, document.id)? {
                    rows.push(vec![
                        document.code.clone().into(),
                        document.mark().into(),
                        Out::from(document.issued),
                        clause.key.into(),
                        texts.say(&format!("clause-kind-{}", clause.kind.word())).into(),
                        clause.text.into(),
                    ]);
                }
            }
            let headers = vec![
                "code",
                "document-mark",
                "document-issued",
                "document-clause-key",
                "document-clause-level",
                "clause-text",
            ];
            ("export-clauses", headers, rows)
        }
        "allocations" => {
            let mut rows = Vec::new();
            for target in programme::store::targets(tx, None)? {
                for (id, year, plan) in programme::store::allocations(tx, target.id)? {
                    if actor.may(Right::See, id) {
                        rows.push(vec![
                            target.code.clone().into(),
                            target.title.clone().into(),
                            unit(id),
                            year.into(),
                            Out::from(Some(plan)),
                        ]);
                    }
                }
            }
            ("export-allocations", vec!["code", "target", "unit", "year", "plan"], rows)
        }
        "values" => {
            let mut rows = Vec::new();
            for target in programme::store::targets(tx, None)? {
                for value in programme::store::values(tx, target.id, on)? {
                    if value.unit.is_none_or(|id| actor.may(Right::See, id)) {
                        rows.push(vec![
                            target.code.clone().into(),
                            target.title.clone().into(),
                            value.unit.map_or(Out::Empty, unit),
                            value.year.into(),
                            Out::Date(value.as_of),
                            Out::from(Some(value.value)),
                            value.evidence.into(),
                        ]);
                    }
                }
            }
            let headers = vec!["code", "target", "unit", "year", "import-as-of", "value", "evidence"];
            ("export-values", headers, rows)
        }
        "reorganisations" => {
            let rows = organisation::reorganise::sight::seen(tx, actor)?.into_iter().map(|r| {
                let stage = texts.say(&format!("stage-{}", r.stage.word()));
                vec![r.code.into(), r.title.into(), r.document.into(), Out::Date(r.effective), stage.into()]
            });
            let headers =
                vec!["code", "reorganise-about", "document-mark", "reorganise-effective", "task-state"];
            ("reorganise-title", headers, rows.collect())
        }
        "focus" => {
            let points = programme::store::focus_of(tx, &quarter(on), super::MOST)?;
            let seen = points.into_iter().filter(|f| f.lead.is_none_or(|lead| actor.may(Right::See, lead)));
            let rows = seen.map(|f| {
                vec![
                    f.task.into(),
                    f.title.into(),
                    unit(f.unit),
                    f.lead.map_or(Out::Empty, unit),
                    f.bottleneck.into(),
                    f.solution.into(),
                    f.result.into(),
                ]
            });
            let headers = vec![
                "code",
                "task",
                "unit",
                "task-lead",
                "focus-bottleneck",
                "focus-solution",
                "focus-result",
            ];
            ("nav-focus", headers, rows.collect())
        }
        "notices" => {
            let rows = chase::store::notices(tx, actor, super::MOST)?.into_iter().map(|n| {
                let (words, whom) = (n.words(texts), texts.say(&format!("whom-{}", n.whom.word())));
                vec![
                    Out::Date(n.day),
                    n.cited().to_owned().into(),
                    n.title.into(),
                    unit(n.lead),
                    Out::Date(n.due),
                    words.into(),
                    whom.into(),
                    n.holder.into(),
                ]
            });
            let headers = vec![
                "notices-day",
                "code",
                "task",
                "task-lead",
                "task-due",
                "notices-what",
                "notices-whom",
                "field-name",
            ];
            ("nav-notices", headers, rows.collect())
        }
        "reminders" => {
            let rows = chase::store::reminders(tx, actor, super::MOST)?.into_iter().map(|m| {
                let state = texts.say(&format!("reminder-{}", m.state));
                vec![
                    m.code.into(),
                    m.mark.into(),
                    unit(m.unit),
                    m.count.into(),
                    m.tasks.into(),
                    base::format::moment(m.cut_off).into(),
                    Out::from(m.reply_by),
                    state.into(),
                    Out::from(m.sent_on),
                ]
            });
            let headers = vec![
                "code",
                "document-mark",
                "unit",
                "nav-tasks",
                "task",
                "reminders-cut-off",
                "reminders-reply",
                "task-state",
                "reminders-sent-on",
            ];
            ("nav-reminders", headers, rows.collect())
        }
        "reviews" => {
            let mut rows = Vec::new();
            for r in review::store::reviews(tx)? {
                let programme = programme::store::programme_by_id(tx, r.programme)?;
                rows.push(vec![
                    r.code.into(),
                    texts.say(&format!("review-{}", r.kind)).into(),
                    programme.map(|p| p.mark()).unwrap_or_default().into(),
                    unit(r.issuer),
                    Out::Date(r.as_of),
                    Out::from(r.parts_due),
                    texts.say(&format!("review-state-{}", r.state)).into(),
                ]);
            }
            let headers = vec![
                "code",
                "target-kind",
                "programme",
                "document-issuer",
                "review-as-of",
                "review-parts-due",
                "task-state",
            ];
            ("nav-reviews", headers, rows)
        }
        "lessons" => {
            let rows = review::store::lessons(tx, "", super::MOST)?.into_iter().map(|l| {
                vec![
                    l.code.into(),
                    l.context.into(),
                    l.worked.into(),
                    l.field.into(),
                    l.unit.map_or(Out::Empty, unit),
                    Out::Date(l.made_on),
                ]
            });
            let headers = vec!["code", "lesson-context", "lesson-worked", "task-field", "unit", "as-of"];
            ("nav-lessons", headers, rows.collect())
        }
        _ => return Ok(None),
    }))
}
