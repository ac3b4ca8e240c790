//! How wide words stand in bold Times, so that a line under them can be as long as they are.

use base::fold::fold;

/// Twips in a millimetre, times 100.
const TWIPS: f64 = 56.692_913;

/// Millimetres in twips.
pub(super) fn mm(millimetres: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "a page is at most a few thousand twips wide")]
    let twips = (millimetres * TWIPS).round() as i32;
    twips
}

/// The width of a letter in thousandths of the type size; tone marks add nothing.
fn width(letter: char) -> u32 {
    match letter {
        'i' | 'l' => 278,
        'f' | 'j' | 't' | '-' => 333,
        's' | 'I' => 389,
        'c' | 'e' | 'r' => 444,
        ' ' | '.' | ',' => 250,
        'm' => 833,
        'M' => 944,
        'W' | 'w' => 900,
        'b' | 'd' | 'h' | 'k' | 'n' | 'p' | 'q' | 'u' | 'S' => 556,
        'F' | 'P' => 611,
        'B' | 'E' | 'L' | 'T' | 'Z' => 667,
        'G' | 'H' | 'K' | 'O' | 'Q' => 778,
        c if c.is_ascii_uppercase() => 722,
        _ => 500,
    }
}

/// The width of words in twips at a size in half-points.
pub(super) fn words(text: &str, half_points: usize) -> i32 {
    let thousandths: u32 = text
        .chars()
        .map(|c| {
            let plain = fold(&c.to_string()).chars().next().unwrap_or(c);
            width(if c.is_uppercase() { plain.to_ascii_uppercase() } else { plain })
        })
        .sum();
    // One point is 20 twips, so half a point is 10.
    i32::try_from(u64::from(thousandths) * half_points as u64 / 100).unwrap_or(0)
}
