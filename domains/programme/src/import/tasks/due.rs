//! When a row is due: its cell, the year that only the header says, or a cross under a quarter.

use super::Reader;
use base::{
    fold::fold,
    period::{self, Due},
};
use paper::{Value, table::Table};

/// The deadline of a row and the words that say it.
pub(super) fn of(reader: &Reader<'_, '_>, row: u32) -> (Due, String) {
    let table = reader.table;
    if let Some(crossed) = crossed(table, row) {
        let due = period::read(&crossed);
        return (due, crossed);
    }
    let Some(cell) = table.cell(row, "due") else { return (Due::None, String::new()) };
    match &cell.value {
        Value::Date(on) => (period::from_cell(*on, cell.without_day), base::format::date(*on)),
        // A bare year stands in a number cell.
        Value::Number(n) => (period::read(&n.to_string()), n.to_string()),
        Value::Text(_) | Value::Bool(_) | Value::Error(_) => {
            let words = cell.line();
            let read = period::read(&words);
            if read == Due::Invalid
                && period::lacks_year(&words)
                && let Some(year) = year_above(table, row)
            {
                let whole = format!("{words}{}{year}", if words.contains('/') { "/" } else { " năm " });
                return (period::read(&whole), whole);
            }
            // "15 ngày làm việc" is counted from the day from which the tasks count.
            let calendar = || organisation::store::calendar(reader.tx).ok();
            let counted = (read == Due::Invalid && base::deadline::budget(&words).is_some())
                .then(calendar)
                .flatten()
                .and_then(|calendar| crate::rules::due_of(&words, &calendar, reader.on).ok());
            (counted.unwrap_or(read), words)
        }
    }
}

/// The one year that the header of the deadlines names: "Thời gian (năm 2023)".
fn year_above(table: &Table<'_>, row: u32) -> Option<String> {
    one_year(table.header_of(row, "due")?)
}

fn one_year(text: &str) -> Option<String> {
    let folded = fold(text);
    let mut years =
        folded.split(' ').filter(|w| w.len() == 4 && (w.starts_with("20") || w.starts_with("19")));
    match (years.next(), years.next()) {
        (Some(year), None) if year.chars().all(|c| c.is_ascii_digit()) => Some(year.to_owned()),
        _ => None,
    }
}

/// The last quarter that is crossed, "Quý III", where the deadlines stand as columns of quarters; with the year that
/// the headers or the words above the table say, if they say one.
fn crossed(table: &Table<'_>, row: u32) -> Option<String> {
    let mut quarters: Vec<(usize, String)> =
        table.headers_at(row).iter().map(|(column, header)| (*column, header.clone())).collect();
    quarters.retain(|(_, header)| is_quarter(header));
    if quarters.len() < 2 {
        // The quarters stand in a row of their own below a header whose cells were not merged.
        let below = table.sheet.row(table.header_row + 1)?;
        quarters = below.cells.iter().map(|(column, cell)| (*column, cell.line())).collect();
        quarters.retain(|(_, header)| is_quarter(header));
    }
    if quarters.len() < 2 {
        return None;
    }
    let is_crossed = |column: usize| {
        let text = table.sheet.own(row, column).map(|cell| fold(&cell.line())).unwrap_or_default();
        matches!(text.as_str(), "x" | "v" | "co" | "1")
    };
    let (_, header) = quarters.iter().rev().find(|(column, _)| is_crossed(*column))?;
    let quarter = header.rsplit(" / ").next().unwrap_or(header);
    let above = || {
        let said = table.sheet.head_text(table.header_row);
        said.iter().rev().find_map(|line| one_year(line))
    };
    let year = match one_year(quarter) {
        Some(_) => None,
        None => one_year(header).or_else(|| year_above(table, row)).or_else(above),
    };
    Some(year.map_or_else(|| quarter.to_owned(), |year| format!("{quarter} năm {year}")))
}

/// "Quý I", "Thời gian / Quý II/2023".
fn is_quarter(header: &str) -> bool {
    let last = fold(header.rsplit(" / ").next().unwrap_or(header));
    let mut words = last.split(' ');
    let named = matches!(words.next(), Some("quy" | "qui"))
        && words.next().is_some_and(|word| matches!(word, "i" | "ii" | "iii" | "iv" | "1" | "2" | "3" | "4"));
    named && words.all(|word| word == "nam" || word.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cross_under_a_quarter_is_its_end_whether_the_header_is_merged_or_not() {
        use super::super::WANTED;
        let text = "TT,Nhiệm vụ,Chủ trì,Thời gian thực hiện năm 2023,,,\n,,,Quý I,Quý II,Quý III,Quý IV\n1,Rà soát,Sở A,x,x,,\n2,Tổng kết,Sở B,,,,x\n3,Không mốc,Sở C,,,,\n";
        let sheets = paper::csv_file::read(text.as_bytes()).unwrap();
        let table = paper::table::find(&sheets, WANTED).unwrap();
        let read: Vec<Option<String>> = [3, 4, 5].map(|row| crossed(&table, row)).into();
        assert_eq!(read, [Some("Quý II năm 2023".to_owned()), Some("Quý IV năm 2023".to_owned()), None]);
    }

    #[test]
    fn quarters_are_told_from_other_headers() {
        assert!(is_quarter("Quý I") && is_quarter("Thời gian / Quý II/2023") && is_quarter("Quý 3 năm 2023"));
        assert!(!is_quarter("Kế hoạch quý") && !is_quarter("Quý I, đạt") && !is_quarter("Thời hạn"));
        assert_eq!(one_year("Thời gian (năm 2023)").as_deref(), Some("2023"));
        assert_eq!(one_year("Giai đoạn 2021-2025"), None);
    }
}
