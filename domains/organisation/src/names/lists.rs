//! How offices write lists of units: separators, groups, vague words, and the words with which names begin.

use super::{Named, key};
use base::fold::{fold, tidy};

/// "so nv" → "nv", "sgddt" → "gddt"; none when the words are no such abbreviation.
pub(super) fn initials_in(folded: &str) -> Option<String> {
    let rest = match folded.strip_prefix("so ") {
        Some(rest) => rest.replace(' ', ""),
        None => folded.strip_prefix('s').filter(|rest| !rest.contains(' '))?.to_owned(),
    };
    ((2..=6).contains(&rest.len()) && rest.chars().all(|c| c.is_ascii_lowercase())).then_some(rest)
}

/// Parts that a line break, a semicolon or a slash between offices parts. A line that goes on in the next one
/// ("Sở Giáo dục / và Đào tạo") is one part; "Các sở: Nội vụ, Tài chính" becomes one part an office.
pub(super) fn hard_parts(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.split([';', '\n']) {
        let line = line.trim().trim_start_matches(['-', '+', '•']).trim();
        let goes_on = fold(line).split(' ').next() == Some("va");
        match lines.last_mut() {
            Some(last) if goes_on || fold(last).ends_with(" va") => {
                last.push(' ');
                last.push_str(line);
            }
            _ => lines.push(line.to_owned()),
        }
    }
    let mut out = Vec::new();
    for line in lines {
        if let Some((head, rest)) = line.split_once(':')
            && let Some(one) = singular(&fold(head))
        {
            out.extend(
                rest.split([',', '.']).map(tidy).filter(|p| !p.is_empty()).map(|p| format!("{one} {p}")),
            );
            continue;
        }
        let mut pieces: Vec<String> = Vec::new();
        let line = offices_apart(&shared_words(&line));
        for piece in line.split('/') {
            match pieces.last_mut() {
                Some(last) if !begins_office(piece.trim()) => {
                    last.push('/');
                    last.push_str(piece);
                }
                _ => pieces.push(piece.trim().to_owned()),
            }
        }
        out.extend(pieces);
    }
    out
}

/// "Sở Tài chính + Sở Nội vụ", "Sở Tài chính - Sở Nội vụ": signs between offices part like a slash.
fn offices_apart(line: &str) -> String {
    let mut out = String::new();
    for (at, piece) in line.split(" + ").flat_map(|part| part.split(" - ").enumerate()) {
        let is_office = piece
            .split_whitespace()
            .next()
            .is_some_and(|w| matches!(fold(w).as_str(), "so" | "ubnd" | "ban"));
        if !out.is_empty() {
            out.push_str(match (at, is_office) {
                (0, _) | (_, true) => "/",
                _ => " - ",
            });
        }
        out.push_str(piece.trim());
    }
    out
}

/// "Các Sở Tư pháp, Tài chính, Y tế" names three offices, "Ban Tổ chức, Ban Dân vận Thành ủy" two of the same committee.
fn shared_words(line: &str) -> String {
    let pieces: Vec<&str> = line.split(',').map(str::trim).collect();
    let [first, rest @ ..] = pieces.as_slice() else { return line.to_owned() };
    if rest.is_empty() {
        return line.to_owned();
    }
    let bare =
        |text: &&str| !begins_office(text) && !is_plain_noun(text) && !fold(text).contains("lien quan");
    let head =
        ["Các Sở ", "các Sở ", "Các sở ", "các sở "].into_iter().find_map(|head| first.strip_prefix(head));
    if let Some(first) = head.filter(|first| !first.is_empty() && rest.iter().all(bare)) {
        let named = std::iter::once(first).chain(rest.iter().copied());
        // "và" between the last two names parts them, too, unless it stands within a name that is known elsewhere.
        return named.map(|name| format!("Sở {name}")).collect::<Vec<_>>().join("/");
    }
    let of = [" Thành ủy", " Thành uỷ", " Quận ủy", " Huyện ủy"];
    let tail = of.into_iter().find(|tail| rest.last().is_some_and(|last| last.ends_with(tail)));
    match tail {
        Some(tail) if pieces.iter().all(|p| p.starts_with("Ban ") || p.starts_with("Văn phòng ")) => pieces
            .iter()
            .map(|p| if p.ends_with(tail) { (*p).to_owned() } else { format!("{p}{tail}") })
            .collect::<Vec<_>>()
            .join("/"),
        _ => line.to_owned(),
    }
}

/// What each item of "các sở: …", "UBND các quận: …" is.
pub(super) fn singular(folded: &str) -> Option<&'static str> {
    match folded.replace("uy ban nhan dan", "ubnd").as_str() {
        "cac so" => Some("Sở"),
        "ubnd cac quan" => Some("UBND quận"),
        "ubnd cac huyen" => Some("UBND huyện"),
        "ubnd cac phuong" => Some("UBND phường"),
        "ubnd cac xa" => Some("UBND xã"),
        "cac quan" => Some("Quận"),
        "cac huyen" => Some("Huyện"),
        _ => None,
    }
}

/// Common nouns that go on in "các sở, ban, ngành, đoàn thể".
pub(super) fn is_plain_noun(text: &str) -> bool {
    const NOUNS: &[&str] = &[
        "so",
        "ban",
        "nganh",
        "doan the",
        "cac doan the",
        "co quan",
        "don vi",
        "to chuc",
        "hoi",
        "dia phuong",
        "quan",
        "huyen",
        "thi xa",
        "phuong",
        "xa",
        "thi tran",
        "doanh nghiep",
        "truong hoc",
        "mat tran",
    ];
    NOUNS.contains(&fold(text).as_str())
}

/// Whether one of the pieces begins the name of another office.
pub(super) fn starts_new(pieces: &[(String, String)]) -> bool {
    pieces.iter().any(|(text, _)| looks_local(&key(text)))
}

/// Whether a text begins as names of offices do.
pub(super) fn begins_office(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "so",
        "ubnd",
        "hdnd",
        "uy ban",
        "hoi",
        "ban",
        "bo",
        "quan",
        "huyen",
        "thi",
        "phuong",
        "xa",
        "dang",
        "van phong",
        "vp",
        "cong an",
        "catp",
        "thanh",
        "truong",
        "lien",
        "mat tran",
        "mttq",
        "phong",
        "trung tam",
        "cac",
        "chi",
        "cuc",
        "vien",
        "kho bac",
        "toa an",
        "tong",
        "cong ty",
        "don vi",
        "q",
        "h",
        "tx",
        "btc",
        "btg",
        "bdv",
        "ubkt",
    ];
    let folded = fold(text);
    // "… và Xã hội" goes on in the name of an office.
    !folded.starts_with("xa hoi")
        && WORDS.iter().any(|word| folded == *word || folded.starts_with(&format!("{word} ")))
}

/// The names that offices inside a district bear.
pub(super) fn looks_local(key: &str) -> bool {
    const BEGINNINGS: &[&str] = &[
        "phong ",
        "ban ",
        "btc",
        "btg",
        "bdv",
        "bnc",
        "ubkt",
        "vp ",
        "trung tam",
        "mttq",
        "doi ",
        "p ",
        "xa ",
        "tt ",
        "ubnd p ",
        "ubnd xa ",
        "ubnd tt ",
        "hnd",
        "hccb",
        "hlhpn",
        "ldld",
        "doan thanh nien",
        "q doan",
        "h doan",
        "ca ",
        "ttra",
        "hat ",
        "tram ",
        "truong ",
        "benh vien",
        "cac phong",
        "chi cuc",
        "ban qlda",
        "thuong truc",
    ];
    !key.starts_with("xa hoi") && BEGINNINGS.iter().any(|start| key.starts_with(start) || key == start.trim())
}

pub(super) fn group_or_vague(folded: &str) -> Option<Named> {
    let folded = folded.strip_prefix("toan bo ").unwrap_or(folded);
    let short = format!(
        "{} ",
        folded.replace("uy ban nhan dan", "ubnd").replace("thi xa", "tx").replace("tren dia ban", "thuoc")
    );
    // "… thuộc Thành phố", "… trên địa bàn Thành phố" adds nothing.
    let short = short.split(" truc thuoc tp ").next().unwrap_or(&short).to_owned();
    let mut words: String = short.clone();
    for tail in [" thuoc thanh pho ", " thuoc tp ", " cua thanh pho ", " thanh pho ha noi "] {
        if let Some(head) = words.strip_suffix(tail) {
            words = format!("{head} ");
        }
    }
    let words: String = words
        .split_whitespace()
        .filter(|w| !matches!(*w, "cac" | "va" | "toan" | "bo") && w.parse::<u32>().is_err())
        .collect::<Vec<_>>()
        .join(" ");
    let group = match words.as_str() {
        "quan" if folded == "cac quan" => "ubnd.quan",
        "huyen" if folded == "cac huyen" => "ubnd.huyen",
        "quan huyen tx" | "ubnd quan huyen tx" | "ubnd quan huyen" | "quan huyen" | "ubnd cap huyen" => {
            "ubnd.district"
        }
        "quan uy huyen uy thi uy"
        | "quan huyen thi uy"
        | "quan huyen uy"
        | "quan uy huyen uy"
        | "quan huyen thi uy truc thuoc" => "party.district",
        "ubnd quan" if folded.contains("cac") => "ubnd.quan",
        "ubnd huyen" if folded.contains("cac") => "ubnd.huyen",
        "ubnd cap xa" | "cap xa" => "communes",
        "ubnd phuong"
        | "ubnd xa"
        | "phuong"
        | "xa"
        | "ubnd xa thi tran"
        | "xa thi tran"
        | "phuong xa"
        | "ubnd phuong xa"
        | "xa phuong thi tran"
        | "phuong xa thi tran"
        | "ubnd xa phuong thi tran"
        | "ubnd phuong xa thi tran"
            if folded.contains("cac") =>
        {
            "communes"
        }
        _ => "",
    };
    if !group.is_empty() {
        return Some(Named::Group(group.to_owned()));
    }
    let vague =
        folded.starts_with("cac ") || folded.contains("lien quan") || folded.starts_with("don vi khac");
    vague.then_some(Named::Vague)
}

/// Splits at commas and "và", keeping what stood between: (piece, separator before it).
pub(super) fn soft_pieces(text: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut separator = String::new();
    for (i, part) in text.split(',').enumerate() {
        if i > 0 {
            separator = ", ".to_owned();
        }
        let words: Vec<&str> = part.split_whitespace().collect();
        let mut piece: Vec<&str> = Vec::new();
        for word in words {
            if fold(word) == "va" && !piece.is_empty() {
                out.push((tidy(&piece.join(" ")), std::mem::take(&mut separator)));
                separator = " và ".to_owned();
                piece.clear();
            } else {
                piece.push(word);
            }
        }
        if !piece.is_empty() {
            out.push((tidy(&piece.join(" ")), std::mem::take(&mut separator)));
        }
    }
    out
}

pub(super) fn join(pieces: &[(String, String)]) -> String {
    let mut out = String::new();
    for (i, (text, separator)) in pieces.iter().enumerate() {
        if i > 0 {
            out.push_str(separator);
        }
        out.push_str(text);
    }
    out
}

pub(super) fn distance_within(a: &str, b: &str, most: usize) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, cb) in b.iter().enumerate() {
            let swap = row.get(j).copied().unwrap_or(0) + usize::from(ca != cb);
            let drop = row.get(j + 1).copied().unwrap_or(0) + 1;
            let add = next.last().copied().unwrap_or(0) + 1;
            next.push(swap.min(drop).min(add));
        }
        if next.iter().min().is_none_or(|m| *m > most) {
            return false;
        }
        row = next;
    }
    row.last().is_some_and(|d| *d <= most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::core_of;

    #[test]
    fn spellings_of_one_name_have_one_key() {
        for (a, b) in [
            ("Ủy ban nhân dân quận Nam Từ Liêm", "UBND Q. Nam Từ Liêm"),
            ("Sở Thông tin và Truyền thông", "Sở TT&TT"),
            ("Sở Lao động - Thương binh và Xã hội", "Sở LĐTB&XH"),
            ("Sở Lao động – Thương binh và Xã hội", "Sở Lao động - Thương binh và Xã hội"),
            ("Đảng ủy Khối doanh nghiệp Thành phố", "ĐUK doanh nghiệp Thành phố"),
            ("Trường Đào tạo cán bộ Lê Hồng Phong", "Trường ĐTCB Lê Hồng Phong"),
            ("Quận uỷ Tây Hồ", "Quận ủy Tây Hồ"),
            ("Công an Thành phố", "CATP"),
            ("Văn phòng Thành ủy", "VPTU"),
            ("Ban Tổ chức Thành ủy", "Ban TCTU"),
            ("Ban Tuyên giáo Thành ủy", "BTGTU"),
            ("Ủy ban Kiểm tra Thành ủy", "Ủy ban Kiểm tra TU"),
        ] {
            assert_eq!(key(a), key(b), "{a} / {b}");
        }
        assert_eq!(core_of(&key("Ủy ban Mặt trận Tổ quốc Việt Nam Thành phố")), core_of(&key("MTTQ TP")));
        assert_eq!(core_of(&key("Thành đoàn Hà Nội")), core_of(&key("Thành Đoàn")));
    }

    #[test]
    fn an_office_of_a_district_is_one_however_it_is_spelled() {
        use crate::names::local_key;
        for (a, b) in [
            ("Phòng Nội vụ", "P.Nội vụ"),
            ("Phòng Nội vụ", "Phòng nội vụ quận"),
            ("Phòng Tài chính – Kế hoạch", "Phòng TC-KH"),
            ("Phòng Tài chính - Kế hoạch", "Phòng TCKH"),
            ("Ban Tuyên giáo Huyện ủy", "Ban Tuyên giáo"),
            ("Văn phòng HĐND và UBND quận", "VP UBND quận"),
        ] {
            assert_eq!(local_key(&key(a)), local_key(&key(b)), "{a} / {b}");
        }
        assert_ne!(local_key(&key("Phòng Nội vụ")), local_key(&key("Phòng Tư pháp")));
    }

    #[test]
    fn parts_are_found_as_offices_write_lists() {
        for (text, parts) in [
            ("Sở Giáo dục\nvà Đào tạo", vec!["Sở Giáo dục và Đào tạo"]),
            ("- Sở Nội vụ\n- Sở Tài chính", vec!["Sở Nội vụ", "Sở Tài chính"]),
            ("Sở Nội vụ/Sở Tài chính", vec!["Sở Nội vụ", "Sở Tài chính"]),
            ("Sở TT/TT", vec!["Sở TT/TT"]),
            ("Sở Tài chính + Sở Nội vụ", vec!["Sở Tài chính", "Sở Nội vụ"]),
            ("Sở Tài chính - Sở Nội vụ", vec!["Sở Tài chính", "Sở Nội vụ"]),
            ("Sở Lao động - Thương binh và Xã hội", vec!["Sở Lao động - Thương binh và Xã hội"]),
            ("Các Sở Tư pháp, Tài chính, Y tế", vec!["Sở Tư pháp", "Sở Tài chính", "Sở Y tế"]),
            ("Ban Tổ chức, Ban Dân vận Thành ủy", vec!["Ban Tổ chức Thành ủy", "Ban Dân vận Thành ủy"]),
            ("Các sở, ban, ngành", vec!["Các sở, ban, ngành"]),
            ("Các sở: Nội vụ, Tài chính", vec!["Sở Nội vụ", "Sở Tài chính"]),
            ("UBND các quận: Ba Đình, Hoàn Kiếm", vec!["UBND quận Ba Đình", "UBND quận Hoàn Kiếm"]),
        ] {
            assert_eq!(hard_parts(text), parts, "{text}");
        }
        assert_eq!(initials_in("so nv").as_deref(), Some("nv"));
        assert_eq!(initials_in("sgddt").as_deref(), Some("gddt"));
        assert_eq!(initials_in("so lao dong thuong binh"), None);
    }

    #[test]
    fn groups_are_told_from_vague_words() {
        let group = |key: &str| Some(Named::Group(key.to_owned()));
        for (written, named) in [
            ("UBND các quận, huyện, thị xã", group("ubnd.district")),
            ("các quận, huyện, thị xã", group("ubnd.district")),
            ("UBND các quận, huyện, TX", group("ubnd.district")),
            ("Các quận, huyện, thị uỷ", group("party.district")),
            ("Các quận ủy, huyện ủy, thị ủy", group("party.district")),
            ("UBND các quận", group("ubnd.quan")),
            ("UBND các huyện", group("ubnd.huyen")),
            ("UBND 30 quận, huyện, thị xã", group("ubnd.district")),
            ("UBND các quận, huyện, thị xã thuộc Thành phố", group("ubnd.district")),
            ("UBND cấp huyện", group("ubnd.district")),
            ("Toàn bộ các sở, ban, ngành", Some(Named::Vague)),
            ("Các sở, ban, ngành", Some(Named::Vague)),
            ("Các đoàn thể", Some(Named::Vague)),
            ("Sở Nội vụ", None),
        ] {
            assert_eq!(group_or_vague(&fold(written)), named, "{written}");
        }
    }
}
