//! Randomness that came with the message.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// 32 random bytes, of which each is used once.
pub(crate) struct Entropy {
    bytes: [u8; 32],
    used: usize,
}

impl Entropy {
    /// Reads 64 hex digits; anything else is refused, since a guessable `state` is worse than none.
    pub(crate) fn parse(hex: &str) -> Option<Self> {
        let hex = hex.as_bytes();
        if hex.len() != 64 {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(Self { bytes, used: 0 })
    }

    /// Takes `count` bytes as base64url. A step takes 24 for a state, or 6 for a grant id and one for
    /// the time of its renewal, never more than there are.
    pub(crate) fn take(&mut self, count: usize) -> String {
        let from = self.used;
        self.used += count;
        debug_assert!(self.used <= self.bytes.len());
        URL_SAFE_NO_PAD.encode(self.bytes.get(from..self.used).unwrap_or_default())
    }

    /// Takes one byte.
    pub(crate) fn byte(&mut self) -> u8 {
        let byte = self.bytes.get(self.used).copied().unwrap_or_default();
        self.used += 1;
        byte
    }
}

fn digit(hex: u8) -> Option<u8> {
    (hex as char).to_digit(16).map(|value| value as u8)
}
