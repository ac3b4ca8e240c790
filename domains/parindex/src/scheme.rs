//! A scheme: the tree of fields, criteria and components of one year and kind of unit, and what is wrong with it.

mod change;
mod classes;

pub use change::{Change, changes};
pub use classes::Classes;

use crate::{
    figures,
    points::{self, Points},
    rules::{Absent, Leaf, Problem, Rule, parse},
};
use base::{Decimal, Refusal, Uuid};

/// A scheme.
#[derive(Debug, Clone)]
pub struct Scheme {
    /// Its identity.
    pub id: Uuid,
    /// Its code, `BCS-2023`.
    pub code: String,
    /// What it is called.
    pub title: String,
    /// The year that it scores.
    pub year: i16,
    /// Which units it scores, in words: "quận, huyện, thị xã".
    pub kind: String,
    /// By which limits results are classed.
    pub classes: Classes,
    /// Whether the rules alone count: nobody scores or appraises.
    pub is_computed: bool,
    /// The version it was read at.
    pub version: i64,
    /// Its nodes in their order.
    pub nodes: Vec<Node>,
}

/// A field, a criterion or a component.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// `1.10`: text, so that it is not `1.1`.
    pub code: String,
    /// What it is about.
    pub title: String,
    /// Its most points; below 0 for points taken away; none where a field stands outside the hundred.
    pub most: Option<Decimal>,
    /// How it is scored, when nothing stands below it.
    pub leaf: Option<NodeLeaf>,
}

/// What a leaf adds to a node.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeLeaf {
    /// The rule's word.
    pub method: String,
    /// Its parameters as written.
    pub parameters: String,
    /// What proves it.
    pub evidence: String,
    /// Which department appraises it, as written.
    pub owner: String,
    /// Whether a survey fills it.
    pub is_survey: bool,
    /// What happens when nothing arose.
    pub when_none: Absent,
    /// What happens when the denominator is 0.
    pub when_zero: Absent,
    /// The named figure of this program that fills it; empty when it is typed.
    pub binding: String,
    /// How much work a point of it costs beside the others, from 1.
    pub effort: i64,
    rule: Result<Rule, Problem>,
    most: Points,
}

impl NodeLeaf {
    /// A leaf with its rule read.
    pub fn new(
        (method, parameters): (&str, &str),
        (evidence, owner): (&str, &str),
        is_survey: bool,
        (when_none, when_zero): (Absent, Absent),
        most: Option<Decimal>,
    ) -> Self {
        let most = points::of(most.unwrap_or_default());
        Self {
            method: method.to_owned(),
            parameters: parameters.to_owned(),
            evidence: evidence.to_owned(),
            owner: owner.to_owned(),
            is_survey,
            when_none,
            when_zero,
            binding: String::new(),
            effort: 1,
            rule: parse(method, parameters, &most),
            most,
        }
    }

    /// The leaf as its rule is asked; none when the rule could not be read.
    pub fn asked(&self, year: i16) -> Option<Leaf<'_>> {
        let rule = self.rule.as_ref().ok()?;
        let Self { most, when_none, when_zero, is_survey, .. } = self;
        Some(Leaf {
            rule,
            most,
            when_none: *when_none,
            when_zero: *when_zero,
            is_survey: *is_survey,
            year,
            tells: true,
        })
    }

    /// Whether it may leave the base when nothing arose.
    pub fn may_leave(&self) -> bool {
        [self.when_none, self.when_zero].contains(&Absent::Out)
    }

    /// The same leaf, filled by a named figure, with what a point of it costs.
    #[must_use]
    pub fn bound(self, binding: &str, effort: i64) -> Self {
        Self { binding: base::fold::tidy(binding), effort: effort.max(1), ..self }
    }

    /// The rule, when it could be read.
    pub fn rule(&self) -> Option<&Rule> {
        self.rule.as_ref().ok()
    }

    /// The most points.
    pub fn most(&self) -> &Points {
        &self.most
    }
}

impl Node {
    /// The code of the node above; none for a field.
    pub fn above(&self) -> Option<&str> {
        self.code.rsplit_once('.').map(|(above, _)| above)
    }

    /// The code of the field it belongs to.
    pub fn field(&self) -> &str {
        self.code.split('.').next().unwrap_or(&self.code)
    }

    /// Where it stands among the others: by the numbers of its code.
    pub fn place(&self) -> Vec<u32> {
        self.code.split('.').map(|part| part.parse().unwrap_or(u32::MAX)).collect()
    }

    /// How deep it stands: 0 for a field.
    pub fn depth(&self) -> usize {
        self.code.matches('.').count()
    }
}

/// Something wrong with a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The node.
    pub code: String,
    /// The text key.
    pub key: &'static str,
    /// What the sentence says.
    pub facts: Vec<(&'static str, String)>,
}

impl Fault {
    /// As a refusal.
    pub fn refuse(&self) -> Refusal {
        let mut refusal = Refusal::new(self.key).with("code", &self.code);
        for (name, words) in &self.facts {
            refusal = refusal.with(name, words);
        }
        refusal
    }
}

impl Scheme {
    /// The leaves, in order.
    pub fn leaves(&self) -> impl Iterator<Item = (&Node, &NodeLeaf)> {
        self.nodes.iter().filter_map(|node| Some((node, node.leaf.as_ref()?)))
    }

    /// The same with some leaves only, and what stands above them.
    #[must_use]
    pub fn only(mut self, is_kept: impl Fn(&NodeLeaf) -> bool) -> Self {
        let leaves = self.leaves().filter(|(_, leaf)| is_kept(leaf)).map(|(node, _)| node.code.clone());
        let kept: Vec<String> = leaves.collect();
        self.nodes.retain(|node| {
            let head = format!("{}.", node.code);
            kept.iter().any(|code| *code == node.code || (node.leaf.is_none() && code.starts_with(&head)))
        });
        self
    }

    /// A node by its code.
    pub fn node(&self, code: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.code == code)
    }

    /// Whether a node stands outside the hundred: its field has no most points.
    pub fn is_outside(&self, node: &Node) -> bool {
        self.node(node.field()).is_some_and(|field| field.most.is_none())
    }

    /// Whether any leaf is filled by this program.
    pub fn is_bound(&self) -> bool {
        self.leaves().any(|(_, leaf)| !leaf.binding.is_empty())
    }

    /// The codes of the fields outside the hundred.
    pub fn fields_outside(&self) -> Vec<&str> {
        let fields = self.nodes.iter().filter(|node| node.depth() == 0 && node.most.is_none());
        fields.map(|node| node.code.as_str()).collect()
    }

    /// The fields inside the hundred.
    pub fn fields(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| node.depth() == 0 && node.most.is_some())
    }

    /// The sum of the fields.
    pub fn sum(&self) -> Decimal {
        self.fields().filter_map(|node| node.most).sum()
    }

    /// What is no fault but should be looked at: steps that leave a gap below them, points that no step reaches, a leaf
    /// with a bound figure that its rule cannot use.
    pub fn warnings(&self) -> Vec<Fault> {
        let mut found = Vec::new();
        for (node, leaf) in self.leaves() {
            let mut warn = |key, words: String| {
                found.push(Fault { code: node.code.clone(), key, facts: vec![("words", words)] });
            };
            if let Some(Rule::Tiers(steps) | Rule::Count(steps)) = leaf.rule() {
                if let Some((from, _)) = steps.last().filter(|(from, least)| {
                    num_traits::Signed::is_positive(from) && num_traits::Signed::is_positive(least)
                }) {
                    let is_share = matches!(leaf.rule(), Some(Rule::Tiers(_)));
                    let percent = || format!("{} %", points::shown(&(from * points::whole(100))));
                    warn("scheme-warn-gap", if is_share { percent() } else { points::shown(from) });
                }
                if let Some((_, top)) = steps.first().filter(|(_, top)| top < leaf.most()) {
                    warn("scheme-warn-top", points::shown(top));
                }
            }
            match figures::source(&leaf.binding) {
                _ if leaf.binding.is_empty() => {}
                None => warn("scheme-warn-binding-unknown", leaf.binding.clone()),
                Some((source, _)) if source.measure.is_none() => {
                    warn("scheme-warn-binding-none", leaf.binding.clone());
                }
                Some(_) => {}
            }
            let takes = |rule: &Rule| {
                rule.is_ratio()
                    || matches!(
                        rule,
                        Rule::Deadline { .. } | Rule::Count(_) | Rule::Penalty { .. } | Rule::Formula(_)
                    )
            };
            if !leaf.binding.is_empty() && leaf.rule().is_some_and(|rule| !takes(rule)) {
                warn("scheme-warn-binding", leaf.binding.clone());
            }
        }
        found
    }

    /// What is wrong: rules that cannot be read, parts that do not make the whole, a sum that is not 100, codes that
    /// stand twice or hang in the air.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut fault = |code: &str, key: &'static str, facts: Vec<(&'static str, String)>| {
            faults.push(Fault { code: code.to_owned(), key, facts });
        };
        let mut seen = std::collections::HashSet::new();
        for node in &self.nodes {
            if !seen.insert(node.code.as_str()) {
                fault(&node.code, "scheme-problem-twice", Vec::new());
            }
            if node.above().is_some_and(|above| self.node(above).is_none()) {
                fault(&node.code, "scheme-problem-above", Vec::new());
            }
            if let Some(Err(problem)) = node.leaf.as_ref().map(|leaf| &leaf.rule) {
                fault(&node.code, problem.key, vec![("words", problem.words.clone())]);
            }
            if let Some(leaf) = &node.leaf {
                let by_survey = matches!(leaf.rule(), Some(Rule::SurveyMean(_) | Rule::SurveyTop) | None);
                if leaf.is_survey && !by_survey {
                    fault(&node.code, "scheme-problem-survey-rule", Vec::new());
                }
                if node.most.is_none() && !self.is_outside(node) {
                    fault(&node.code, "scheme-problem-no-points", Vec::new());
                }
            }
            let below: Vec<&Node> =
                self.nodes.iter().filter(|n| n.above() == Some(node.code.as_str())).collect();
            match (&node.leaf, below.is_empty()) {
                (Some(_), false) => fault(&node.code, "scheme-problem-leaf-with-parts", Vec::new()),
                (None, true) => fault(&node.code, "scheme-problem-no-rule", Vec::new()),
                (None, false) => {
                    let sum: Decimal = below.iter().filter_map(|n| n.most).sum();
                    if let Some(most) = node.most.filter(|most| *most != sum) {
                        let facts =
                            vec![("sum", base::format::decimal(sum)), ("most", base::format::decimal(most))];
                        fault(&node.code, "scheme-problem-sum", facts);
                    }
                }
                (Some(_), true) => {}
            }
        }
        if self.sum() != Decimal::ONE_HUNDRED {
            let facts = vec![("sum", base::format::decimal(self.sum()))];
            fault("", "scheme-problem-hundred", facts);
        }
        faults
    }
}
