//! Formulas: a small, safe language over exact fractions. No loops, no names but those of the figure, no floats.
//!
//! Written as in CEL: `numerator / denominator >= 80% ? max : max * (numerator / denominator) / 80%`. Offices may write
//! `tuso`, `mauso`, `giatri`, `toida`.

use crate::points::{self, Points};
use num_traits::Zero as _;

/// The longest formula, in characters.
const LONGEST: usize = 1000;
/// The deepest nesting.
const DEEPEST: usize = 40;

/// A formula that was read: it yields points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formula(Term);

/// A part of a figure that a formula may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    Numerator,
    Denominator,
    Value,
    Most,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Add,
    Sub,
    Mul,
    Div,
    Min,
    Max,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Less,
    LessOrSame,
    More,
    MoreOrSame,
    Same,
    Other,
}

/// What yields a number.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Term {
    Number(Points),
    Name(Name),
    Two(Sign, Box<Term>, Box<Term>),
    If(Box<Test>, Box<Term>, Box<Term>),
}

/// What holds or does not.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Compare(Order, Term, Term),
    Not(Box<Test>),
    And(Box<Test>, Box<Test>),
    Or(Box<Test>, Box<Test>),
}

/// The figure of a formula.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'f> {
    /// Above the line.
    pub numerator: Option<&'f Points>,
    /// Below it.
    pub denominator: Option<&'f Points>,
    /// The typed number.
    pub value: Option<&'f Points>,
    /// The leaf's most points.
    pub most: &'f Points,
}

/// Why a formula yields nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stuck {
    /// A part of the figure that it asks for is missing.
    Missing,
    /// It divides by zero.
    ByZero,
}

impl Formula {
    /// Reads a formula.
    ///
    /// # Errors
    /// The words at which it cannot be read on.
    pub fn read(text: &str) -> Result<Self, String> {
        if text.chars().count() > LONGEST {
            return Err(format!("> {LONGEST}"));
        }
        let mut reader = Reader { tokens: tokens(text)?, at: 0, depth: 0 };
        let formula = reader.any()?.number()?;
        if reader.at < reader.tokens.len() {
            return Err(reader.here());
        }
        Ok(Self(formula))
    }

    /// What it yields for a figure.
    ///
    /// # Errors
    /// When a part is missing, or it divides by zero.
    pub fn points(&self, facts: Facts<'_>) -> Result<Points, Stuck> {
        self.0.points(facts)
    }

    /// Whether it asks for numerator or denominator.
    pub fn asks_ratio(&self) -> bool {
        self.0.asks(Name::Numerator) || self.0.asks(Name::Denominator)
    }

    /// Whether it asks for the typed number.
    pub fn asks_value(&self) -> bool {
        self.0.asks(Name::Value)
    }
}

impl Term {
    fn points(&self, facts: Facts<'_>) -> Result<Points, Stuck> {
        Ok(match self {
            Self::Number(n) => n.clone(),
            Self::Name(name) => {
                let part = match name {
                    Name::Numerator => facts.numerator,
                    Name::Denominator => facts.denominator,
                    Name::Value => facts.value,
                    Name::Most => Some(facts.most),
                };
                part.ok_or(Stuck::Missing)?.clone()
            }
            Self::Two(sign, a, b) => {
                let (a, b) = (a.points(facts)?, b.points(facts)?);
                match sign {
                    Sign::Add => a + b,
                    Sign::Sub => a - b,
                    Sign::Mul => a * b,
                    Sign::Div if b.is_zero() => return Err(Stuck::ByZero),
                    Sign::Div => a / b,
                    Sign::Min => a.min(b),
                    Sign::Max => a.max(b),
                }
            }
            Self::If(test, yes, no) => {
                if test.holds(facts)? {
                    yes.points(facts)?
                } else {
                    no.points(facts)?
                }
            }
        })
    }

    fn asks(&self, name: Name) -> bool {
        match self {
            Self::Number(_) => false,
            Self::Name(own) => *own == name,
            Self::Two(_, a, b) => a.asks(name) || b.asks(name),
            Self::If(test, yes, no) => test.asks(name) || yes.asks(name) || no.asks(name),
        }
    }
}

impl Test {
    fn holds(&self, facts: Facts<'_>) -> Result<bool, Stuck> {
        Ok(match self {
            Self::Compare(order, a, b) => {
                let (a, b) = (a.points(facts)?, b.points(facts)?);
                match order {
                    Order::Less => a < b,
                    Order::LessOrSame => a <= b,
                    Order::More => a > b,
                    Order::MoreOrSame => a >= b,
                    Order::Same => a == b,
                    Order::Other => a != b,
                }
            }
            Self::Not(test) => !test.holds(facts)?,
            Self::And(a, b) => a.holds(facts)? && b.holds(facts)?,
            Self::Or(a, b) => a.holds(facts)? || b.holds(facts)?,
        })
    }

    fn asks(&self, name: Name) -> bool {
        match self {
            Self::Compare(_, a, b) => a.asks(name) || b.asks(name),
            Self::Not(test) => test.asks(name),
            Self::And(a, b) | Self::Or(a, b) => a.asks(name) || b.asks(name),
        }
    }
}

/// What stands in a formula: a number, a word, a sign.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Number(Points),
    Word(String),
    Sign(&'static str),
}

const SIGNS: [&str; 17] =
    ["<=", ">=", "==", "!=", "&&", "||", "<", ">", "+", "-", "*", "/", "(", ")", ",", "?", ":"];

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = |holds: fn(char) -> bool| rest.find(|c| !holds(c)).unwrap_or(rest.len());
        let length = if first.is_ascii_digit() {
            // A comma parts arguments, so decimals have a dot here.
            let end = end(|c| c.is_ascii_digit() || c == '.');
            let (digits, after) = rest.split_at(end);
            let n: base::Decimal = digits.parse().map_err(|_| digits.to_owned())?;
            let n = points::of(n);
            let is_percent = after.starts_with('%');
            tokens.push(Token::Number(if is_percent { n / points::whole(100) } else { n }));
            end + usize::from(is_percent)
        } else if first.is_alphabetic() {
            let end = end(|c| c.is_alphanumeric() || c == '_');
            tokens.push(Token::Word(base::fold::fold(rest.split_at(end).0)));
            end
        } else if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
            tokens.push(Token::Sign(sign));
            sign.len()
        } else if first == '!' {
            tokens.push(Token::Sign("!"));
            1
        } else {
            return Err(rest.to_owned());
        };
        rest = rest.split_at(length).1.trim_start();
    }
    Ok(tokens)
}

/// What was read: which of the two decides whether it may stand where it stands.
enum Any {
    Term(Term),
    Test(Test),
}

impl Any {
    fn number(self) -> Result<Term, String> {
        match self {
            Self::Term(term) => Ok(term),
            Self::Test(_) => Err("< > ==".to_owned()),
        }
    }

    fn test(self) -> Result<Test, String> {
        match self {
            Self::Test(test) => Ok(test),
            Self::Term(_) => Err("?".to_owned()),
        }
    }
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Reader {
    /// The words where reading stopped.
    fn here(&self) -> String {
        match self.tokens.get(self.at) {
            Some(Token::Number(n)) => points::digits(n),
            Some(Token::Word(word)) => word.clone(),
            Some(Token::Sign(sign)) => (*sign).to_owned(),
            None => "…".to_owned(),
        }
    }

    fn takes(&mut self, sign: &'static str) -> bool {
        let is_there = self.tokens.get(self.at) == Some(&Token::Sign(sign));
        self.at += usize::from(is_there);
        is_there
    }

    fn needs(&mut self, sign: &'static str) -> Result<(), String> {
        if self.takes(sign) { Ok(()) } else { Err(self.here()) }
    }

    /// `test ? number : number`, the loosest.
    fn any(&mut self) -> Result<Any, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.here());
        }
        let read = self.or()?;
        let read = if self.takes("?") {
            let test = Box::new(read.test()?);
            let yes = Box::new(self.any()?.number()?);
            self.needs(":")?;
            Any::Term(Term::If(test, yes, Box::new(self.any()?.number()?)))
        } else {
            read
        };
        self.depth -= 1;
        Ok(read)
    }

    fn or(&mut self) -> Result<Any, String> {
        let mut read = self.and()?;
        while self.takes("||") {
            read = Any::Test(Test::Or(Box::new(read.test()?), Box::new(self.and()?.test()?)));
        }
        Ok(read)
    }

    fn and(&mut self) -> Result<Any, String> {
        let mut read = self.comparison()?;
        while self.takes("&&") {
            read = Any::Test(Test::And(Box::new(read.test()?), Box::new(self.comparison()?.test()?)));
        }
        Ok(read)
    }

    fn comparison(&mut self) -> Result<Any, String> {
        let orders = [
            ("<=", Order::LessOrSame),
            (">=", Order::MoreOrSame),
            ("==", Order::Same),
            ("!=", Order::Other),
            ("<", Order::Less),
            (">", Order::More),
        ];
        let read = self.sum()?;
        for (sign, order) in orders {
            if self.takes(sign) {
                return Ok(Any::Test(Test::Compare(order, read.number()?, self.sum()?.number()?)));
            }
        }
        Ok(read)
    }

    fn sum(&mut self) -> Result<Any, String> {
        let mut read = self.product()?;
        loop {
            let sign = match () {
                () if self.takes("+") => Sign::Add,
                () if self.takes("-") => Sign::Sub,
                () => return Ok(read),
            };
            read = Any::Term(Term::Two(sign, Box::new(read.number()?), Box::new(self.product()?.number()?)));
        }
    }

    fn product(&mut self) -> Result<Any, String> {
        let mut read = self.one()?;
        loop {
            let sign = match () {
                () if self.takes("*") => Sign::Mul,
                () if self.takes("/") => Sign::Div,
                () => return Ok(read),
            };
            read = Any::Term(Term::Two(sign, Box::new(read.number()?), Box::new(self.one()?.number()?)));
        }
    }

    fn one(&mut self) -> Result<Any, String> {
        if self.takes("!") {
            self.deeper()?;
            let test = self.one()?.test()?;
            self.depth -= 1;
            return Ok(Any::Test(Test::Not(Box::new(test))));
        }
        if self.takes("-") {
            self.deeper()?;
            let term = self.one()?.number()?;
            self.depth -= 1;
            return Ok(Any::Term(Term::Two(
                Sign::Sub,
                Box::new(Term::Number(Points::zero())),
                Box::new(term),
            )));
        }
        if self.takes("(") {
            let read = self.any()?;
            self.needs(")")?;
            return Ok(read);
        }
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        match token {
            Some(Token::Number(n)) => Ok(Any::Term(Term::Number(n))),
            Some(Token::Word(word)) => self.word(&word).map(Any::Term),
            _ => {
                self.at -= 1;
                Err(self.here())
            }
        }
    }

    fn deeper(&mut self) -> Result<(), String> {
        self.depth += 1;
        if self.depth > DEEPEST { Err(self.here()) } else { Ok(()) }
    }

    fn word(&mut self, word: &str) -> Result<Term, String> {
        let sign = match word {
            "numerator" | "tuso" => return Ok(Term::Name(Name::Numerator)),
            "denominator" | "mauso" => return Ok(Term::Name(Name::Denominator)),
            "value" | "giatri" => return Ok(Term::Name(Name::Value)),
            "toida" => return Ok(Term::Name(Name::Most)),
            "max" if self.tokens.get(self.at) != Some(&Token::Sign("(")) => {
                return Ok(Term::Name(Name::Most));
            }
            "min" => Sign::Min,
            "max" => Sign::Max,
            other => return Err(other.to_owned()),
        };
        self.needs("(")?;
        let mut read = self.any()?.number()?;
        while self.takes(",") {
            read = Term::Two(sign, Box::new(read), Box::new(self.any()?.number()?));
        }
        self.needs(")")?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, (above, below, value): (i64, i64, i64)) -> Result<String, Stuck> {
        let (above, below, value, most) =
            (points::whole(above), points::whole(below), points::whole(value), points::whole(2));
        let facts =
            Facts { numerator: Some(&above), denominator: Some(&below), value: Some(&value), most: &most };
        Formula::read(text).unwrap().points(facts).map(|points| points::digits(&points))
    }

    #[test]
    fn formulas_are_exact_and_read_as_in_cel() {
        let rule = "numerator / denominator >= 80% ? max : max * (numerator / denominator) / 80%";
        assert_eq!(of(rule, (80, 100, 0)).unwrap(), "2");
        assert_eq!(of(rule, (1, 3, 0)).unwrap(), "0.8333333333333333333333333333");
        assert_eq!(of("min(toida, giatri * 0.1 + 0.2)", (0, 0, 1)).unwrap(), "0.3");
        assert_eq!(of("max(0, 1 - giatri, 0.25)", (0, 0, 9)).unwrap(), "0.25");
        assert_eq!(of("1 + 2 * 3 - -4", (0, 0, 0)).unwrap(), "11");
        assert_eq!(of("!(value > 3) && value != 2 || value == 9 ? 1 : 0", (0, 0, 2)).unwrap(), "0");
        assert_eq!(of("Tửsố / mẫusố", (1, 0, 0)), Err(Stuck::ByZero));
    }

    #[test]
    fn what_is_no_formula_says_where() {
        for (text, at) in [
            ("numerator /", "…"),
            ("numerator denominator", "denominator"),
            ("system(1)", "system"),
            ("value > 3", "< > =="),
            ("value ? 1 : 0", "?"),
            ("1 ; 2", "; 2"),
        ] {
            assert_eq!(Formula::read(text), Err(at.to_owned()), "{text}");
        }
        assert!(Formula::read(&"(".repeat(500)).is_err() && Formula::read(&"-".repeat(900)).is_err());
        assert!(Formula::read(&"!".repeat(1100)).is_err());
    }
}
