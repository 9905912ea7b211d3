//! What is known of a value: its range, its lowest bits, and how much memory lies behind it.

/// The largest `i32`, as PHP holds it: unsigned.
pub(crate) const U32_MAX: i64 = 0xffff_ffff;

/// The lowest bits are followed up to this many: enough for every alignment.
const MAX_LOW_BITS: u32 = 4;

/// What is known of an integer. PHP's value is `lo..=hi`; for an `i32` whose range goes beyond
/// `0..=U32_MAX` the lower 32 bits are the value, and it must be masked before they matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) lo: i64,
    pub(crate) hi: i64,
    /// How many of the lowest bits are known, and what they are.
    bits: u32,
    low: u8,
    /// As many bytes from this address on are inside memory. Memory never shrinks.
    pub(crate) room: u32,
}

impl Fact {
    pub(crate) const fn range(lo: i64, hi: i64) -> Self {
        Self {
            lo,
            hi,
            bits: 0,
            low: 0,
            room: 0,
        }
    }

    pub(crate) const I32: Self = Self::range(0, U32_MAX);
    pub(crate) const I64: Self = Self::range(i64::MIN, i64::MAX);

    pub(crate) fn constant(value: i64) -> Self {
        Self {
            bits: MAX_LOW_BITS,
            low: (value & 15) as u8,
            ..Self::range(value, value)
        }
    }

    /// This fact, with a range that has been found otherwise.
    pub(crate) fn within(self, lo: i64, hi: i64) -> Self {
        Self { lo, hi, ..self }
    }

    pub(crate) fn with_room(self, room: u32) -> Self {
        Self { room, ..self }
    }

    pub(crate) fn without_room(self) -> Self {
        Self { room: 0, ..self }
    }

    /// As much as holds for both.
    pub(crate) fn join(self, other: Self) -> Self {
        let different = (self.low ^ other.low).trailing_zeros();
        let bits = self.bits.min(other.bits).min(different);
        Self {
            lo: self.lo.min(other.lo),
            hi: self.hi.max(other.hi),
            bits,
            low: self.low & ((1u32 << bits) - 1) as u8,
            room: self.room.min(other.room),
        }
    }

    pub(crate) fn is_constant(self) -> bool {
        self.lo == self.hi
    }

    pub(crate) fn fits(self, lo: i64, hi: i64) -> bool {
        self.lo >= lo && self.hi <= hi
    }

    /// Whether PHP's value is the `i32` as it is.
    pub(crate) fn is_u32(self) -> bool {
        self.fits(0, U32_MAX)
    }

    pub(crate) fn is_i32(self) -> bool {
        self.fits(i32::MIN.into(), i32::MAX.into())
    }

    /// Whether the value plus `offset` is known to be a multiple of 2 to the power of `bits`.
    pub(crate) fn is_multiple(self, offset: u32, bits: u32) -> bool {
        let mask = (1 << bits) - 1;
        self.bits >= bits && u32::from(self.low).wrapping_add(offset) & mask == 0
    }

    /// The lowest two bits of the value plus `offset`, if they are known.
    pub(crate) fn low_two(self, offset: u32) -> Option<u32> {
        (self.bits >= 2).then(|| u32::from(self.low).wrapping_add(offset) & 3)
    }

    /// What is known of the sum's or difference's lowest bits, with the range given.
    pub(crate) fn with_low_of(self, a: Self, b: Self, op: impl Fn(u8, u8) -> u8) -> Self {
        let bits = a.bits.min(b.bits);
        Self {
            bits,
            low: op(a.low, b.low) & ((1u32 << bits) - 1) as u8,
            ..self
        }
    }

    /// What is known after `value & mask`: bits that the mask clears are known to be zero.
    pub(crate) fn with_low_of_and(self, a: Self, b: Self) -> Self {
        let known = |bit: u32| {
            let one = |f: Self| f.bits > bit;
            let zero = |f: Self| one(f) && f.low >> bit & 1 == 0;
            zero(a) || zero(b) || (one(a) && one(b))
        };
        let bits = (0..MAX_LOW_BITS).take_while(|bit| known(*bit)).count() as u32;
        let ones_if_unknown = |f: Self| u32::from(f.low) | !((1 << f.bits) - 1);
        let low = (ones_if_unknown(a) & ones_if_unknown(b)) as u8;
        Self {
            bits,
            low: low & ((1u32 << bits) - 1) as u8,
            ..self
        }
    }

    /// What is known after a shift to the left.
    pub(crate) fn with_low_shifted(self, a: Self, count: u32) -> Self {
        let bits = (a.bits + count).min(MAX_LOW_BITS);
        let low = (u32::from(a.low) << count.min(8)) & ((1 << bits) - 1);
        Self {
            bits,
            low: low as u8,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn low_bits_follow_arithmetic() {
        let aligned = Fact::constant(32).within(0, U32_MAX);
        let sum = Fact::I32.with_low_of(aligned, Fact::constant(6), |a, b| a.wrapping_add(b));
        assert_eq!(sum.low_two(0), Some(2));
        assert!(sum.is_multiple(2, 3));
        assert!(!sum.is_multiple(2, 4));
        let masked = Fact::I32.with_low_of_and(Fact::I32, Fact::constant(-8));
        assert!(masked.is_multiple(0, 3));
        assert!(!masked.is_multiple(0, 4));
        assert!(Fact::I32.with_low_shifted(Fact::I32, 2).is_multiple(0, 2));
    }

    #[test]
    fn a_join_keeps_what_holds_for_both() {
        let joined = Fact::constant(8).join(Fact::constant(12));
        assert_eq!((joined.lo, joined.hi), (8, 12));
        assert!(joined.is_multiple(0, 2));
        assert!(!joined.is_multiple(0, 3));
    }
}
