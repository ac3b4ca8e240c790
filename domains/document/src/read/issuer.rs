//! Who issues a document, read from its header, and names in capitals calmed down.

use base::fold::{fold, tidy};

/// Who issues a document: the last name in capitals above the number, together with the bare kind of body above it
/// ("ỦY BAN NHÂN DÂN / THÀNH PHỐ HÀ NỘI"); the body above it, where there is one, only governs it.
pub(super) fn issuer(cells: &[String]) -> String {
    const BARE: [&str; 6] = [
        "uy ban nhan dan",
        "hoi dong nhan dan",
        "ban chap hanh dang bo",
        "ban thuong vu",
        "thanh uy",
        "dang uy",
    ];
    // "Số: 12", not "Sở Nội vụ".
    let is_number = |line: &str| fold(line).starts_with("so ") && line.chars().any(|c| c.is_ascii_digit());
    let cell = cells.iter().find(|cell| cell.lines().any(is_number));
    let all: Vec<String> = match cell {
        Some(cell) if cell.lines().count() > 1 => cell.lines().map(tidy).collect(),
        _ => cells.iter().flat_map(|c| c.lines()).map(tidy).collect(),
    };
    let is_name = |line: &String| {
        let folded = fold(line);
        line.chars().any(char::is_alphabetic)
            && !line.chars().any(char::is_lowercase)
            && !is_number(line)
            && !folded.contains("dang cong san")
            && !folded.contains("cong hoa xa hoi")
            && !folded.contains("doc lap")
    };
    let above: Vec<&String> = all.iter().take_while(|line| !is_number(line)).collect();
    let names: Vec<&&String> = above.iter().filter(|line| is_name(line)).collect();
    let found = match names.as_slice() {
        [] => all.iter().find(|l| l.chars().any(char::is_alphabetic)).cloned(),
        [.., body, place] if BARE.contains(&fold(body).as_str()) => Some(format!("{body} {place}")),
        [.., last] => Some((**last).clone()),
    };
    found.map(|name| calm(&name)).unwrap_or_default()
}

/// A name in capitals, calmed down: THÀNH ỦY HÀ NỘI → Thành ủy Hà Nội. A guess for display; the directory of units
/// has the last word.
fn calm(text: &str) -> String {
    if text.chars().any(char::is_lowercase) {
        return text.to_owned();
    }
    const PLACES: [&str; 8] = ["phố", "quận", "huyện", "phường", "xã", "trấn", "tỉnh", "khối"];
    const OFFICES: [&str; 8] = ["sở", "ban", "phòng", "bộ", "cục", "viện", "và", "trường"];
    // "thị xã", "thị trấn": no place yet.
    const BELOW: [&str; 12] =
        ["thành", "thị", "phố", "quận", "huyện", "phường", "xã", "trấn", "tỉnh", "và", "ủy", "uỷ"];
    let (mut in_place, mut before) = (false, String::new());
    let mut out: Vec<String> = Vec::new();
    for (i, word) in text.split_whitespace().enumerate() {
        let lower = word.to_lowercase();
        let next_to_office = OFFICES.contains(&before.as_str()) && !(before == "ban" && i > 1);
        let is_capital = i == 0
            || matches!(lower.as_str(), "đảng" | "tổ" | "chấp" | "thường")
            || ((in_place || next_to_office) && !BELOW.contains(&lower.as_str()));
        out.push(match word {
            "UBND" | "HĐND" | "MTTQ" | "TW" => word.to_owned(),
            _ if is_capital => base::fold::capitalised(&lower),
            _ => lower.clone(),
        });
        in_place |= PLACES.contains(&lower.as_str()) || (i == 1 && matches!(lower.as_str(), "ủy" | "uỷ"));
        before = lower;
    }
    out.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_issuer_is_the_body_above_the_number() {
        for (cell, name) in [
            ("ỦY BAN NHÂN DÂN\nTHÀNH PHỐ HÀ NỘI\nSố: 12/KH-UBND", "Ủy ban nhân dân thành phố Hà Nội"),
            ("UBND THÀNH PHỐ HÀ NỘI\nSỞ NỘI VỤ\nSố: 5/KH-SNV", "Sở Nội vụ"),
            ("THÀNH ỦY HÀ NỘI\n*\nSố 01-CTr/TU", "Thành ủy Hà Nội"),
        ] {
            assert_eq!(issuer(&[cell.to_owned()]), name);
        }
    }

    #[test]
    fn names_in_capitals_are_calmed() {
        for (loud, calmed) in [
            ("THÀNH ỦY HÀ NỘI", "Thành ủy Hà Nội"),
            ("SỞ GIÁO DỤC VÀ ĐÀO TẠO", "Sở Giáo dục và Đào tạo"),
            ("UBND QUẬN CẦU GIẤY", "UBND quận Cầu Giấy"),
            ("ỦY BAN NHÂN DÂN THỊ XÃ SƠN TÂY", "Ủy ban nhân dân thị xã Sơn Tây"),
            ("BAN CHẤP HÀNH ĐẢNG BỘ THÀNH PHỐ", "Ban Chấp hành Đảng bộ thành phố"),
        ] {
            assert_eq!(calm(loud), calmed);
        }
    }
}
