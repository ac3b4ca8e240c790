//! What differs between two schemes, usually those of two years.

use super::{Node, Scheme};

/// A node that is not the same in both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its code.
    pub code: String,
    /// What it is about, in the newer scheme where it stands in both.
    pub title: String,
    /// `added`, `removed` or `changed`.
    pub kind: &'static str,
    /// What changed: the part's text key, before and after.
    pub parts: Vec<(&'static str, String, String)>,
}

/// The parts of a node as words.
fn parts(node: &Node) -> [(&'static str, String); 11] {
    let leaf = node.leaf.as_ref();
    let text = |of: fn(&super::NodeLeaf) -> &str| leaf.map_or_else(String::new, |leaf| of(leaf).to_owned());
    [
        ("index-node", node.title.clone()),
        ("index-most", node.most.map(base::format::decimal).unwrap_or_default()),
        ("index-rule", text(|leaf| &leaf.method)),
        ("index-parameters", text(|leaf| &leaf.parameters)),
        ("evidence", text(|leaf| &leaf.evidence)),
        ("index-owner", text(|leaf| &leaf.owner)),
        ("index-survey", if leaf.is_some_and(|leaf| leaf.is_survey) { "x" } else { "" }.to_owned()),
        ("index-when-none", text(|leaf| leaf.when_none.word())),
        ("index-when-zero", text(|leaf| leaf.when_zero.word())),
        ("index-binding", text(|leaf| &leaf.binding)),
        ("index-effort", leaf.map(|leaf| leaf.effort.to_string()).unwrap_or_default()),
    ]
}

/// What became of the nodes of `before` in `after`, in the order of `after`, what was removed last.
pub fn changes(before: &Scheme, after: &Scheme) -> Vec<Change> {
    let whole = |node: &Node, kind| Change {
        code: node.code.clone(),
        title: node.title.clone(),
        kind,
        parts: Vec::new(),
    };
    let mut found = Vec::new();
    for node in &after.nodes {
        let Some(old) = before.node(&node.code) else {
            found.push(whole(node, "added"));
            continue;
        };
        let pairs = parts(old).into_iter().zip(parts(node));
        let parts: Vec<_> = pairs
            .filter(|((_, was), (_, is))| was != is)
            .map(|((name, was), (_, is))| (name, was, is))
            .collect();
        if !parts.is_empty() {
            found.push(Change { parts, ..whole(node, "changed") });
        }
    }
    let gone = before.nodes.iter().filter(|node| after.node(&node.code).is_none());
    found.extend(gone.map(|node| whole(node, "removed")));
    found
}
