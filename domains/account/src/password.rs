//! Passwords (argon2id) and random tokens.

use anyhow::anyhow;
use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use base::{Outcome, Refusal};
use std::sync::OnceLock;
use zxcvbn::{Score, zxcvbn};

/// The shortest password taken; there are no rules of composition.
pub const SHORTEST: usize = 10;
/// The longest one: what is longer was pasted by mistake.
const LONGEST: usize = 200;

/// Words from which passwords are made here, one a line: a guesser begins with them.
const COMMON: &str = include_str!("../data/common-passwords.txt");

/// Refuses a password that is too short or among those that are guessed first: common ones, keyboard rows, dates, and
/// what is made of the login and the name of whoever uses it. Takes milliseconds.
///
/// # Errors
/// The refusals named.
pub fn check(password: &str, own_words: &[&str]) -> Outcome<()> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Refusal::new("account-refusal-password").at("password").with("n", SHORTEST).stop();
    }
    if length > LONGEST {
        return Refusal::new("account-refusal-password-long").at("password").with("n", LONGEST).stop();
    }
    let own: Vec<String> = own_words
        .iter()
        .flat_map(|words| words.split_whitespace().chain([*words]))
        .flat_map(|word| [word.to_lowercase(), base::fold::fold(word).replace(' ', "")])
        .collect();
    let own = own.iter().map(String::as_str);
    let words: Vec<&str> = COMMON.lines().chain(own).filter(|word| word.len() > 2).collect();
    // Marks and spaces are how a guesser varies a word, so the word without them counts as well.
    let folded = base::fold::fold(password).replace(' ', "");
    let weak = |text: &str| zxcvbn(text, &words).score() < Score::Two;
    if COMMON.lines().any(|word| word == folded) || weak(password) || weak(&folded) {
        return Refusal::new("account-refusal-password-common").at("password").stop();
    }
    Ok(())
}

/// The hash to keep. Takes tens of milliseconds and 19 MB: never inside a transaction.
///
/// # Errors
/// When the system gives no randomness.
pub fn hash(password: &str) -> anyhow::Result<String> {
    let hash: PasswordHash =
        Argon2::default().hash_password(password.as_bytes()).map_err(|e| anyhow!("hashing: {e}"))?;
    Ok(hash.to_string())
}

/// Whether the password is the one that was kept. As slow as [`hash`].
pub fn fits(password: &str, kept: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(kept) else { return false };
    Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok()
}

/// A hash that no password fits: compared for names that do not exist, so that time tells nothing.
pub(crate) fn nobodys() -> anyhow::Result<String> {
    static KEPT: OnceLock<String> = OnceLock::new();
    if let Some(kept) = KEPT.get() {
        return Ok(kept.clone());
    }
    let made = hash(&token()?)?;
    Ok(KEPT.get_or_init(|| made).clone())
}

/// A fresh random token of 256 bits.
pub(crate) fn token() -> anyhow::Result<String> {
    Ok(db::trail::hex(&db::trail::new_key()?))
}

/// What is kept of a token.
pub(crate) fn digest(token: &str) -> String {
    use sha2::Digest as _;
    db::trail::hex(&sha2::Sha256::digest(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guessed_first_is_no_password() {
        for weak in [
            "1234567890",
            "password123",
            "matkhau123",
            "MatKhau@123",
            "Mật khẩu 123",
            "qwertyuiop",
            "trongtam2026",
            "Hanoi@2026",
            "vietnam123",
            "abcd1234567",
            "aaaaaaaaaaaa",
            "nguyenvanan1",
            "hoankiem2026",
            "Abc@123456",
            "admin@12345",
            "iloveyou123",
            "anhyeuem123",
            "01011990010",
            "ngắn",
        ] {
            assert!(check(weak, &["nguyenvanan", "Nguyễn Văn An", "Hoàn Kiếm"]).is_err(), "{weak}");
        }
        for strong in
            ["dung-thu-trong-tam", "bốn con vịt trời lội ngang", "Kx7#mQ2v!pLz", "mưa-chiều-gõ-mái-tôn"]
        {
            assert!(check(strong, &["nguyenvanan"]).is_ok(), "{strong}");
        }
        assert!(check(&"x7".repeat(150), &[]).is_err());
    }
}
