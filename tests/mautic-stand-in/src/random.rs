//! Values nobody can guess, in Mautic's shapes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

fn bytes() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

fn hex() -> String {
    bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A code or token: 86 characters, base64url of 64 hexadecimal digits.
pub(crate) fn token() -> String {
    URL_SAFE_NO_PAD.encode(hex())
}

/// The value of a session cookie.
pub(crate) fn session_id() -> String {
    hex()[..26].to_owned()
}

/// A client's random part or secret: 50 characters of base 36.
pub(crate) fn client_key() -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    bytes()
        .iter()
        .chain(&bytes())
        .take(50)
        .map(|byte| char::from(DIGITS[usize::from(byte % 36)]))
        .collect()
}
