//! The editor of a scheme: its whole tree as a table, checked while one types, kept only without faults.

use super::scheme::told;
use crate::{
    acts, figures,
    rules::{Absent, METHODS},
    scheme::{Classes, Fault, Node, NodeLeaf, Scheme},
};
use askama::Template;
use axum::{extract::Path, response::Response};
use base::{Decimal, Outcome, Refusal, Right, number};
use web::form::Long;
use web::{
    Cx, Reply, Shell,
    form::{Back, Form, back, field},
    see_other,
};

/// Empty rows at the end, for what is added.
const SPARE: usize = 5;
/// The most rows that a form may send.
const MOST: usize = 500;

/// A row of the table, as typed.
#[derive(Debug, Default)]
struct Line {
    code: String,
    title: String,
    most: String,
    method: String,
    parameters: String,
    evidence: String,
    owner: String,
    is_survey: bool,
    when_none: String,
    when_zero: String,
    binding: String,
    effort: String,
}

impl Line {
    fn of(node: &Node) -> Self {
        let leaf = node.leaf.as_ref();
        let text = |of: fn(&NodeLeaf) -> &str| leaf.map_or_else(String::new, |leaf| of(leaf).to_owned());
        Self {
            code: node.code.clone(),
            title: node.title.clone(),
            most: node.most.map(base::format::decimal).unwrap_or_default(),
            method: text(|leaf| &leaf.method),
            parameters: text(|leaf| &leaf.parameters),
            evidence: text(|leaf| &leaf.evidence),
            owner: text(|leaf| &leaf.owner),
            is_survey: leaf.is_some_and(|leaf| leaf.is_survey),
            when_none: text(|leaf| leaf.when_none.word()),
            when_zero: text(|leaf| leaf.when_zero.word()),
            binding: text(|leaf| &leaf.binding),
            effort: leaf.map(|leaf| leaf.effort.to_string()).unwrap_or_default(),
        }
    }

    fn sent(form: &Form, at: usize) -> Self {
        let of = |name: &str| field(form, &format!("{name}.{at}"));
        Self {
            code: of("c").trim_end_matches('.').to_owned(),
            title: of("t"),
            most: of("m"),
            method: of("r"),
            parameters: of("p"),
            evidence: of("e"),
            owner: of("w"),
            is_survey: !of("s").is_empty(),
            when_none: of("n"),
            when_zero: of("z"),
            binding: of("b"),
            effort: of("f"),
        }
    }

    /// The node, and whether its number can be read.
    fn node(&self) -> (Node, bool) {
        let most: Option<Decimal> = number::parse(&self.most);
        let absent = (Absent::from_word(&self.when_none), Absent::from_word(&self.when_zero));
        let leaf = (!self.method.is_empty()).then(|| {
            NodeLeaf::new(
                (&self.method, &self.parameters),
                (&self.evidence, &self.owner),
                self.is_survey,
                absent,
                most,
            )
            .bound(&self.binding, self.effort.parse().unwrap_or(1))
        });
        let node = Node { code: self.code.clone(), title: self.title.clone(), most, leaf };
        (node, most.is_some() || self.most.is_empty())
    }
}

fn lines(form: &Form) -> Vec<Line> {
    let n = field(form, "rows").parse::<usize>().unwrap_or(0).min(MOST);
    (0..n).map(|at| Line::sent(form, at)).collect()
}

/// The scheme as typed, and what is wrong with it.
fn draft(form: &Form, year: i16) -> (Scheme, Vec<Fault>) {
    let mut faults = Vec::new();
    let mut nodes = Vec::new();
    for line in lines(form).into_iter().filter(|line| !line.code.is_empty()) {
        let (node, is_number) = line.node();
        let mut fault = |key, words: &str| {
            faults.push(Fault { code: node.code.clone(), key, facts: vec![("words", words.to_owned())] });
        };
        if !line.effort.is_empty() && line.effort.parse::<i64>().is_err() {
            fault("scheme-problem-number", &line.effort);
        }
        if !is_number {
            fault("scheme-problem-number", &line.most);
        }
        if !node.code.split('.').all(|part| part.parse::<u32>().is_ok()) {
            fault("scheme-problem-code", &node.code);
        }
        nodes.push(node);
    }
    nodes.sort_by_key(|node| node.place());
    let classes = field(form, "classes");
    let read = Classes::read(&classes);
    if read.is_none() {
        let facts = vec![("words", classes)];
        faults.push(Fault { code: String::new(), key: "scheme-problem-classes", facts });
    }
    let scheme = Scheme {
        id: base::Uuid::nil(),
        code: String::new(),
        title: field(form, "title"),
        year,
        kind: field(form, "kind"),
        classes: read.unwrap_or_default(),
        is_computed: !field(form, "computed").is_empty(),
        version: 0,
        nodes,
    };
    faults.extend(scheme.faults());
    (scheme, faults)
}

#[derive(Template)]
#[template(path = "scheme_edit.html")]
struct EditPage {
    s: Shell,
    /// Whether a round scores by it, so that it can be looked at only.
    is_used: bool,
    code: String,
    version: String,
    year: String,
    title: String,
    kind: String,
    classes: String,
    is_computed: bool,
    lines: Vec<Line>,
    check: Check,
    back: Back,
}

impl EditPage {
    /// The rules to choose from, and whether a line has each.
    fn methods(&self, line: &Line) -> Vec<(&'static str, bool)> {
        METHODS.iter().map(|method| (*method, line.method == *method)).collect()
    }

    /// What happens to a leaf that does not apply, and to one whose denominator is 0: field, value, label.
    fn absents(&self, line: &Line) -> Vec<(&'static str, &'static str, Vec<(&'static str, bool)>)> {
        let both = [("n", &line.when_none, "index-when-none"), ("z", &line.when_zero, "index-when-zero")];
        let ways = |kept: &str| {
            [Absent::Zero, Absent::Full, Absent::Out].map(|way| (way.word(), way.word() == kept))
        };
        both.into_iter().map(|(name, kept, label)| (name, label, ways(kept).to_vec())).collect()
    }

    fn figures(&self) -> &'static [figures::Source] {
        figures::ALL
    }
}

/// What the check says: the sum, the faults, what should be looked at.
#[derive(Template)]
#[template(path = "scheme_check.html")]
struct Check {
    s: Shell,
    sum: String,
    leaves: usize,
    faults: Vec<String>,
    warnings: Vec<String>,
}

fn check(cx: &Cx, scheme: &Scheme, faults: Vec<Fault>) -> Check {
    Check {
        s: cx.shell(String::new(), "/chi-so"),
        sum: base::format::decimal(scheme.sum()),
        leaves: scheme.leaves().count(),
        faults: told(&cx.t, faults),
        warnings: told(&cx.t, scheme.warnings()),
    }
}

/// The year of a scheme that is not there yet, as typed.
fn year_in(form: &Form) -> Outcome<i16> {
    let text = field(form, "year");
    match text.parse::<i16>() {
        Ok(year) if (2000..=2100).contains(&year) => Ok(year),
        _ => Refusal::new("parindex-refusal-year").at("year").with("value", text).stop(),
    }
}

pub(super) async fn show(cx: Cx, Path(code): Path<String>) -> Response {
    let out = page(&cx, code, Back::default()).await;
    cx.reply(out)
}

async fn page(cx: &Cx, code: String, back: Back) -> Reply {
    let wanted = code.clone();
    let kept = cx
        .read(move |tx, actor| {
            actor.need_everywhere(Right::Draft)?;
            if wanted == "moi" {
                return Ok(None);
            }
            let scheme = acts::load_scheme(tx, &wanted)?;
            let is_used = crate::store::is_used(tx, scheme.id)?;
            Ok(Some((scheme, is_used)))
        })
        .await?;
    let is_used = kept.as_ref().is_some_and(|(_, is_used)| *is_used);
    let kept = kept.map(|(scheme, _)| scheme);
    let name = if kept.is_some() { cx.t.say("index-scheme-edit") } else { cx.t.say("index-scheme-new") };
    let mut s = cx.shell(name.clone(), "/chi-so");
    s.crumbs = vec![("/chi-so".to_owned(), cx.t.say("nav-indices"))];
    if kept.is_some() {
        s.crumbs.push((format!("/chi-so/bo/{code}"), code.clone()));
    }
    s.crumbs.push((String::new(), name));
    let year = kept.as_ref().map_or_else(|| cx.today.year(), |scheme| scheme.year);
    let is_back = !back.sent.is_empty();
    let (scheme, faults) = match &kept {
        _ if is_back => draft(&back.sent, year),
        Some(scheme) => (scheme.clone(), scheme.faults()),
        None => draft(&Form::default(), year),
    };
    let mut rows =
        if is_back { lines(&back.sent) } else { scheme.nodes.iter().map(Line::of).collect::<Vec<_>>() };
    rows.retain(|line| !line.code.is_empty() || !line.title.is_empty());
    rows.extend((0..SPARE).map(|_| Line::default()));
    let page = EditPage {
        s,
        is_used,
        year: if kept.is_some() || !is_back { year.to_string() } else { back.value("year").to_owned() },
        version: match back.value("version") {
            "" => kept.as_ref().map_or(0, |scheme| scheme.version).to_string(),
            sent => sent.to_owned(),
        },
        title: scheme.title.clone(),
        kind: scheme.kind.clone(),
        classes: if is_back { back.value("classes").to_owned() } else { scheme.classes.to_string() },
        is_computed: scheme.is_computed,
        lines: rows,
        check: check(cx, &scheme, faults),
        code,
        back,
    };
    cx.page_with(page.back.status, &page)
}

/// The check alone, while one types.
pub(super) async fn checked(cx: Cx, Path(_): Path<String>, Long(form): Long<Form>) -> Response {
    let out = async {
        cx.read(|_, actor| Ok(actor.need_everywhere(Right::Draft)?)).await?;
        let (scheme, faults) = draft(&form, cx.today.year());
        cx.page(&check(&cx, &scheme, faults))
    };
    let out = out.await;
    cx.reply(out)
}

pub(super) async fn save(cx: Cx, Path(code): Path<String>, Long(form): Long<Form>) -> Response {
    let out = async {
        if form.contains_key("them") {
            // More empty rows: what was typed comes back with some, nothing is kept.
            return page(&cx, code, Back { sent: form, ..Back::default() }).await;
        }
        let (wanted, sent) = (code.clone(), form.clone());
        let done = cx
            .act(move |tx, clock, actor| {
                actor.need_everywhere(Right::Draft)?;
                let kept = if wanted == "moi" { None } else { Some(acts::load_scheme(tx, &wanted)?) };
                let year = kept.as_ref().map_or_else(|| year_in(&form), |scheme| Ok(scheme.year))?;
                let (scheme, faults) = draft(&form, year);
                if let Some(fault) = faults.into_iter().next() {
                    return fault.refuse().at("kiem").stop();
                }
                if scheme.title.is_empty() {
                    return Refusal::new("refusal-required").at("title").with("field", "title").stop();
                }
                match kept {
                    Some(mut kept) => {
                        kept.version = field(&form, "version").parse().unwrap_or(0);
                        acts::change_scheme(tx, clock, actor, &kept, scheme)
                    }
                    None => {
                        let fresh = Scheme { id: clock.uuid(), ..scheme };
                        acts::put_scheme(tx, clock, actor, fresh).map(|(scheme, _)| scheme.code)
                    }
                }
            })
            .await;
        match done {
            Ok(code) => Ok(see_other(&format!("/chi-so/bo/{code}?xong=saved"))),
            Err(stop) => page(&cx, code, back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}
