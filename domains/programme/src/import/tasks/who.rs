//! Who leads a row and who supports it: units, groups, offices inside the issuing unit, and names to be asked about.

use super::{Reader, due, roles::lead_words};
use crate::words::Facts;
use base::{Outcome, fold::fold, ids::UnitId, intake::Report, period::Due};
use organisation::{Directory, Named};
use std::sync::Arc;

/// Who leads a row, beside what its facts hold.
pub(super) struct Lead {
    /// What the cell says of the lead.
    pub(super) words: String,
    /// The codes of the units, where several are named.
    pub(super) codes: Vec<String>,
    /// Whether the row is refused for it.
    pub(super) is_refused: bool,
}

impl Reader<'_, '_> {
    /// Reads the lead into the facts; the flags say what the cell looked like. An office is registered only for a row
    /// that was not refused before.
    pub(super) fn lead(
        &mut self,
        row: u32,
        facts: &mut Facts,
        (flags, was_refused): (&mut Vec<&'static str>, bool),
        report: &mut Report,
    ) -> Outcome<Lead> {
        let names = Arc::clone(&self.names);
        let mut lead_text = lead_words(&self.table.lines(row, "lead")).0;
        if lead_text.is_empty() && !self.group_lead.is_empty() {
            lead_text.clone_from(&self.group_lead);
            flags.push("lead_of_group");
        }
        if self.table.is_filled_down(row, "lead") {
            flags.push("lead_merged");
        }
        let leads = names.list(&lead_text, self.issuer);
        let (mut codes, mut is_refused) = (Vec::new(), false);
        match leads.as_slice() {
            [] => {
                flags.push("lead_empty");
                report.warn(Some(row), "programme-warn-lead-empty", &[("row", row.to_string())]);
            }
            [one] => match &one.named {
                Named::Unit(unit) => facts.lead = Some(*unit),
                Named::Group(group) => {
                    flags.push("lead_group");
                    facts.lead_group.clone_from(group);
                    facts.lead_words.clone_from(&one.written);
                    report.warn(
                        Some(row),
                        "programme-warn-lead-group",
                        &[("row", row.to_string()), ("lead", one.written.clone())],
                    );
                }
                Named::Local if !was_refused => facts.lead = Some(self.local(&one.written)?),
                Named::Local => facts.lead_words.clone_from(&one.written),
                Named::Vague | Named::Unknown => {
                    // What a person said to be no unit is not asked again.
                    if !names.is_decided(&one.written, self.issuer) {
                        report.ask(&one.written, ("", 0));
                    }
                    flags.push("lead_open");
                    facts.lead_words.clone_from(&one.written);
                    report.warn(
                        Some(row),
                        "programme-warn-lead-open",
                        &[("row", row.to_string()), ("lead", one.written.clone())],
                    );
                }
                Named::Perhaps(unit) => {
                    flags.push("lead_open");
                    facts.lead_words.clone_from(&one.written);
                    let perhaps = names.snapshot.name(*unit);
                    let code = names.snapshot.unit(*unit).map_or("", |u| u.code.as_str());
                    report.ask(&one.written, (code, names.confidence(&one.written, *unit)));
                    report.warn(
                        Some(row),
                        "programme-warn-lead-perhaps",
                        &[("row", row.to_string()), ("lead", one.written.clone()), ("unit", perhaps)],
                    );
                }
            },
            several => {
                flags.push("lead_several");
                for item in several {
                    if let Named::Unit(unit) = item.named {
                        codes.extend(names.snapshot.unit(unit).map(|u| u.code.clone()));
                    }
                }
                report.refuse(row, "lead", &lead_text, "programme-refusal-row-leads");
                is_refused = true;
            }
        }
        Ok(Lead { words: lead_text, codes, is_refused })
    }

    /// Registers the office that leads a row, where it is one inside the issuing unit and the row can be kept.
    pub(super) fn register_office(&mut self, row: u32) -> Outcome<()> {
        if self.issuer.is_none() || due::of(self, row).0 == Due::Invalid {
            return Ok(());
        }
        let words = lead_words(&self.table.lines(row, "lead")).0;
        if let [one] = self.names.list(&words, self.issuer).as_slice()
            && one.named == Named::Local
        {
            self.local(&one.written)?;
        }
        Ok(())
    }

    /// An office inside the issuing unit, registered at its first mention.
    fn local(&mut self, written: &str) -> Outcome<UnitId> {
        if let Some(unit) = self.locals.get(written) {
            return Ok(*unit);
        }
        let unit = organisation::acts::register_from_file(
            self.tx,
            self.clock,
            self.actor,
            written,
            None,
            self.issuer,
            self.on,
        )?;
        self.names = Directory::at(self.tx, self.on)?;
        self.locals.insert(written.to_owned(), unit);
        Ok(unit)
    }

    /// Who supports: units, groups, and words that stay open.
    pub(super) fn support(
        &self,
        row: u32,
        names: &Directory,
        report: &mut Report,
    ) -> Vec<(Option<UnitId>, String, String)> {
        let (_, beside_lead) = lead_words(&self.table.lines(row, "lead"));
        let text = [self.table.lines(row, "support"), beside_lead].join("\n");
        names
            .list(text.trim(), self.issuer)
            .into_iter()
            .filter(|item| !matches!(fold(&item.written).as_str(), "khong" | "khong co"))
            .map(|item| match item.named {
                Named::Unit(unit) => (Some(unit), String::new(), item.written),
                Named::Group(group) => (None, group, item.written),
                Named::Local => (self.locals.get(&item.written).copied(), String::new(), item.written),
                Named::Vague => (None, String::new(), item.written),
                Named::Perhaps(unit) => {
                    let code = names.snapshot.unit(unit).map_or("", |u| u.code.as_str());
                    report.ask(&item.written, (code, names.confidence(&item.written, unit)));
                    (None, String::new(), item.written)
                }
                Named::Unknown => {
                    report.ask(&item.written, ("", 0));
                    (None, String::new(), item.written)
                }
            })
            .collect()
    }
}
