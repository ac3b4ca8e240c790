//! Text that was typed in an old font (TCVN3, VNI): the file says Unicode, a person sees letters only in that font.

use base::Refusal;

/// Letters that no Vietnamese word has, and that the old fonts drew as Vietnamese ones.
const FOREIGN: &str = "¸µ¶·¹¨»¾¼½Æ®§¬¡¢¤¥¦«ªËÎÏÑÖ×ØÜÞßåæçëîïñöøûüÿäÅÄÛ";
/// Refuses texts of which a whole one is in an old font: two words or more, a third of all its words.
///
/// # Errors
/// `paper-old-font` with the words as the file has them.
pub(crate) fn refuse<'t>(texts: impl Iterator<Item = &'t str>) -> Result<(), Refusal> {
    for text in texts {
        let words: Vec<&str> =
            text.split_whitespace().filter(|w| w.chars().any(char::is_alphabetic)).collect();
        let odd = words.iter().filter(|word| is_odd(word)).count();
        if odd >= 2 && odd * 3 >= words.len() {
            let shown: String = text.chars().take(60).collect();
            return Err(Refusal::new("paper-old-font").with("words", shown));
        }
    }
    Ok(())
}

/// A letter of an old font inside a word.
fn is_odd(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && !FOREIGN.contains(c));
    bare.chars().count() > 1
        && bare.chars().any(char::is_alphabetic)
        && bare.chars().any(|c| FOREIGN.contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_fonts_are_told_from_vietnamese_and_from_foreign_names() {
        let is_refused = |text: &str| refuse([text].into_iter()).is_err();
        for old in ["Ph¸t triÓn v¨n hãa", "§Èy m¹nh c¶i c¸ch hµnh chÝnh", "Ñaåy maïnh caûi caùch haønh chính"]
        {
            assert!(is_refused(old), "{old}");
        }
        for fine in [
            "Đẩy mạnh cải cách hành chính, ÊÔÕ",
            "Hợp tác với Zürich và Malmö về đô thị thông minh, giao thông và môi trường",
            "§ 5 và ½ số xã",
            "Sở Nội vụ",
        ] {
            assert!(!is_refused(fine), "{fine}");
        }
    }
}
