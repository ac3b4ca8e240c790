//! Passwords (argon2id) and random tokens.

use anyhow::anyhow;
use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};

/// The hash to keep.
pub(crate) fn hash(password: &str) -> anyhow::Result<String> {
    let hash: PasswordHash =
        Argon2::default().hash_password(password.as_bytes()).map_err(|e| anyhow!("hashing: {e}"))?;
    Ok(hash.to_string())
}

/// Whether the password is the one that was kept.
pub(crate) fn fits(password: &str, kept: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(kept) else { return false };
    Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok()
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
