//! Classes of results: names with the share from which each begins. They belong to a scheme, so that each year keeps its own.

use crate::points::{self, Points};
use num_traits::Zero as _;

/// Names with their limits in percent, the highest first; the last begins at or below 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classes(Vec<(String, Points)>);

impl Default for Classes {
    /// The four groups of the national index.
    fn default() -> Self {
        let limits = [("A", 90), ("B", 80), ("C", 70), ("D", 0)];
        Self(limits.map(|(name, from)| (name.to_owned(), points::whole(from))).to_vec())
    }
}

impl Classes {
    /// Reads `Tốt=80; Khá=70; Yếu=0`; none when a part has no name or number, two begin at one limit, or nothing covers 0.
    pub fn read(text: &str) -> Option<Self> {
        let mut limits = Vec::new();
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, from) = part.split_once('=')?;
            let name = base::fold::tidy(name);
            limits.push((
                (!name.is_empty()).then_some(name)?,
                points::parameter(from.trim().trim_end_matches('%'))?,
            ));
        }
        limits.sort_by(|a, b| b.1.cmp(&a.1));
        let is_twice = limits.windows(2).any(|pair| matches!(pair, [a, b] if a.1 == b.1 || a.0 == b.0));
        let covers = limits.last().is_some_and(|(_, from)| *from <= Points::zero());
        (covers && !is_twice).then_some(Self(limits))
    }

    /// The class of a result in percent, by its unrounded value; limits are inclusive. Below all limits, the last.
    pub fn of(&self, result: &Points) -> &str {
        let reached = self.0.iter().find(|(_, from)| result >= from).or(self.0.last());
        reached.map_or("", |(name, _)| name)
    }
}

impl std::fmt::Display for Classes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts =
            self.0.iter().map(|(name, from)| format!("{name}={}", points::digits(from).replace('.', ",")));
        f.write_str(&parts.collect::<Vec<_>>().join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_classed_by_its_unrounded_value() {
        let classes = Classes::read("Khá = 70; Xuất sắc=90; Tốt=80%; Yếu=0").unwrap();
        assert_eq!(classes.to_string(), "Xuất sắc=90; Tốt=80; Khá=70; Yếu=0");
        for (result, class) in [("89,996", "Tốt"), ("90", "Xuất sắc"), ("103", "Xuất sắc"), ("-2", "Yếu")]
        {
            assert_eq!(classes.of(&points::parse(result).unwrap()), class, "{result}");
        }
        // Three decimals are no thousands, also after having been kept.
        let fine = Classes::read("Đạt=87,125; Chưa=0").unwrap();
        assert_eq!(Classes::read(&fine.to_string()), Some(fine));
        for wrong in ["A=90; B=90; C=0", "A=90; B=80", "A; B=0", "A=x; B=0", ""] {
            assert_eq!(Classes::read(wrong), None, "{wrong}");
        }
    }
}
