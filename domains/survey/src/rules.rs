//! Reading answers, finding what looks stuffed, and results with intervals. Decimals throughout.

use crate::words::{Kind, Question, Values};
use base::{Decimal, Outcome, Refusal};
use rust_decimal::MathematicalOps as _;

/// From how many answered questions on the same answer to all of them looks thoughtless.
const STRAIGHT: usize = 5;
/// So many answers alike in a row from one place look stuffed.
pub const ALIKE: usize = 3;
/// Between two answers at one kiosk pass at least so many seconds.
pub const KIOSK_GAP: i64 = 15;

/// The values that were sent, by the word for each question: a number, `có` or `không` where that is asked; empty or `na` where
/// it does not apply.
///
/// # Errors
/// Refuses a value that the question does not have, and a sheet without any.
pub fn read(questions: &[Question], sent: impl Fn(i64) -> String) -> Outcome<Values> {
    let mut values = Values::new();
    for question in questions {
        let word = base::fold::tidy(&sent(question.position));
        let yes_no = match base::fold::fold(&word).as_str() {
            "co" | "x" | "yes" => Some(5),
            "khong" | "no" => Some(1),
            _ => None,
        };
        let value = match question.kind {
            Kind::YesNo if yes_no.is_some() => yes_no,
            kind => word.parse::<u8>().ok().filter(|value| kind.values().contains(value)),
        };
        match (value, word.to_lowercase().as_str()) {
            (Some(value), _) => values.push(Some(value)),
            (None, "" | "na" | "-") => values.push(None),
            _ => {
                return Refusal::new("survey-refusal-value")
                    .at("cau")
                    .with("n", question.position)
                    .with("value", word)
                    .stop();
            }
        }
    }
    if values.iter().all(Option::is_none) {
        return Refusal::new("survey-refusal-empty").at("cau").stop();
    }
    Ok(values)
}

/// What looks stuffed about an answer: `fast`, `straight`, `alike`. `before` are the last answers from the same place.
pub fn flags(values: &Values, seconds: Option<i64>, least: i64, before: &[Values]) -> Vec<&'static str> {
    let mut flags = Vec::new();
    if seconds.is_some_and(|seconds| seconds < least) {
        flags.push("fast");
    }
    let given: Vec<u8> = values.iter().flatten().copied().collect();
    let is_same = given.windows(2).all(|pair| matches!(pair, [a, b] if a == b));
    if given.len() >= STRAIGHT && is_same {
        flags.push("straight");
    }
    if before.len() >= ALIKE - 1 && before.iter().rev().take(ALIKE - 1).all(|other| other == values) {
        flags.push("alike");
    }
    flags
}

/// What the valid answers to a question come to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Result {
    /// Answers that say something.
    pub valid: i64,
    /// Answers for which it does not apply: they are no part of the base.
    pub not_applicable: i64,
    /// The sum of the values.
    pub sum: i64,
    /// How many chose the two best.
    pub top: i64,
    squares: i64,
}

impl Result {
    /// Counts one more answer.
    pub fn count(&mut self, value: Option<u8>) {
        match value {
            Some(value) => {
                let value = i64::from(value);
                self.valid += 1;
                self.sum += value;
                self.squares += value * value;
                self.top += i64::from(value >= 4);
            }
            None => self.not_applicable += 1,
        }
    }

    /// Counts all that another counted of the same question.
    pub fn join(&mut self, other: &Self) {
        self.valid += other.valid;
        self.not_applicable += other.not_applicable;
        self.sum += other.sum;
        self.top += other.top;
        self.squares += other.squares;
    }

    /// The mean on the scale of five.
    pub fn mean(&self) -> Option<Decimal> {
        (self.valid > 0).then(|| Decimal::from(self.sum) / Decimal::from(self.valid))
    }

    /// Half the width of the 95 % interval of the mean; none below two answers.
    pub fn mean_margin(&self) -> Option<Decimal> {
        if self.valid < 2 {
            return None;
        }
        let (n, sum) = (Decimal::from(self.valid), Decimal::from(self.sum));
        let variance = (Decimal::from(self.squares) - sum * sum / n) / (n - Decimal::ONE);
        Some(z() * (variance.max(Decimal::ZERO) / n).sqrt()?)
    }

    /// The share of the two best answers, in percent.
    pub fn top_share(&self) -> Option<Decimal> {
        let n = Decimal::from(self.valid);
        (self.valid > 0).then(|| Decimal::from(self.top) * Decimal::ONE_HUNDRED / n)
    }

    /// The 95 % interval of that share by Wilson, in percent: it stays within 0 and 100 for small samples too.
    pub fn top_interval(&self) -> Option<(Decimal, Decimal)> {
        if self.valid == 0 {
            return None;
        }
        let (x, n) = (Decimal::from(self.top), Decimal::from(self.valid));
        let zz = z() * z();
        let centre = (x + zz / Decimal::TWO) / (n + zz);
        let root = (x * (n - x) / n + zz / Decimal::from(4)).sqrt()?;
        let half = z() / (n + zz) * root;
        let percent =
            |share: Decimal| (share * Decimal::ONE_HUNDRED).clamp(Decimal::ZERO, Decimal::ONE_HUNDRED);
        Some((percent(centre - half), percent(centre + half)))
    }
}

/// What several questions come to together: the mean of their means and of their shares of the two best answers. No interval: the
/// answers of one person to several questions hang together, so pooling them would make it look too sure.
pub fn overall<'r>(results: impl Iterator<Item = &'r Result>) -> (Option<Decimal>, Option<Decimal>) {
    let (mut means, mut shares) = (Vec::new(), Vec::new());
    for result in results {
        means.extend(result.mean());
        shares.extend(result.top_share());
    }
    let mean = |of: Vec<Decimal>| {
        let n = Decimal::from(of.len());
        (!of.is_empty()).then(|| of.into_iter().sum::<Decimal>() / n)
    };
    (mean(means), mean(shares))
}

/// 1.96: 95 % of a normal distribution lie within so many standard deviations.
fn z() -> Decimal {
    Decimal::new(196, 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn questions(n: i64) -> Vec<Question> {
        let one =
            |position| Question { position, words: String::new(), kind: Kind::Likert, leaf: String::new() };
        (1..=n).map(one).collect()
    }

    #[test]
    fn what_does_not_apply_is_no_part_of_the_base() {
        let mut result = Result::default();
        for value in [Some(5), Some(4), Some(3), None, Some(1)] {
            result.count(value);
        }
        assert_eq!((result.valid, result.not_applicable, result.top), (4, 1, 2));
        assert_eq!(result.mean().unwrap(), Decimal::new(325, 2));
        assert_eq!(result.top_share().unwrap(), Decimal::from(50));
        // By hand: s = sqrt((51 - 169/4) / 3) = 1.70783; 1.96 s / sqrt(4) = 1.67367.
        assert_eq!(result.mean_margin().unwrap().round_dp(4), Decimal::new(16737, 4));
        // Wilson for 2 of 4: 15.00 to 85.00.
        let (low, high) = result.top_interval().unwrap();
        assert_eq!((low.round_dp(2), high.round_dp(2)), (Decimal::new(1500, 2), Decimal::new(8500, 2)));
        assert_eq!(Result::default().top_interval(), None);
    }

    #[test]
    fn a_small_sample_that_is_wholly_content_is_not_certain() {
        let mut result = Result::default();
        (0..10).for_each(|_| result.count(Some(5)));
        let (low, high) = result.top_interval().unwrap();
        assert_eq!((low.round_dp(1), high), (Decimal::new(722, 1), Decimal::ONE_HUNDRED));
        assert_eq!(result.mean_margin(), Some(Decimal::ZERO));
    }

    #[test]
    fn stuffed_answers_are_flagged() {
        let same: Values = vec![Some(5); 6];
        let varied: Values = vec![Some(5), Some(4), None, Some(5), Some(3), Some(4)];
        assert_eq!(flags(&varied, Some(30), 10, &[]), [""; 0]);
        assert_eq!(flags(&same, Some(3), 10, &[]), ["fast", "straight"]);
        assert_eq!(flags(&varied, None, 10, &[varied.clone(), varied.clone()]), ["alike"]);
        assert_eq!(flags(&varied, None, 10, &[varied.clone(), same.clone()]), [""; 0]);
    }

    #[test]
    fn several_questions_count_alike_however_many_answered_each() {
        let of = |values: &[u8]| {
            let mut result = Result::default();
            values.iter().for_each(|value| result.count(Some(*value)));
            result
        };
        let both = [of(&[5, 5, 5, 5]), of(&[1]), Result::default()];
        assert_eq!(overall(both.iter()), (Some(Decimal::from(3)), Some(Decimal::from(50))));
        assert_eq!(overall([].iter()), (None, None));
    }

    #[test]
    fn yes_and_no_are_read_as_words() {
        let asked = [Question { position: 1, words: String::new(), kind: Kind::YesNo, leaf: String::new() }];
        for (word, value) in [("Có", Some(5)), ("không", Some(1)), ("5", Some(5)), ("x", Some(5))] {
            assert_eq!(read(&asked, |_| word.to_owned()).unwrap(), [value], "{word}");
        }
        assert!(read(&asked, |_| "3".to_owned()).is_err());
        assert!(read(&questions(1), |_| "có".to_owned()).is_err());
    }

    #[test]
    fn only_values_of_the_question_are_read() {
        let sent = |position: i64| if position == 1 { "5" } else { "na" }.to_owned();
        assert_eq!(read(&questions(2), sent).unwrap(), [Some(5), None]);
        assert!(read(&questions(1), |_| "6".to_owned()).is_err());
        assert!(read(&questions(3), |_| String::new()).is_err());
    }
}
