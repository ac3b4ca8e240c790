//! How wide words stand in bold Times, so that a line under them can be as long as they are.

use base::fold::fold;

/// The width of a letter in thousandths of the type size; tone marks add nothing.
fn width(letter: char) -> u16 {
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

/// The width of words in points at a size in points.
pub(super) fn words(text: &str, size: u16) -> f32 {
    let thousandths: f32 = text
        .chars()
        .map(|c| {
            let plain = fold(&c.to_string()).chars().next().unwrap_or(c);
            f32::from(width(if c.is_uppercase() { plain.to_ascii_uppercase() } else { plain }))
        })
        .sum();
    thousandths * f32::from(size) / 1000.0
}
