//! Weeks.

use jiff::civil::Date;

/// The week of a day as ISO 8601 counts it, Monday first: `2023-W16`.
pub fn week_of(day: Date) -> String {
    let week = day.iso_week_date();
    format!("{}-W{:02}", week.year(), week.week())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_belongs_to_the_year_of_its_thursday() {
        assert_eq!(week_of(Date::constant(2023, 1, 1)), "2022-W52");
        assert_eq!(week_of(Date::constant(2023, 4, 19)), "2023-W16");
    }
}
