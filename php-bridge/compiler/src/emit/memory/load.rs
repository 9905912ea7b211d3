//! Loads: where they can be, an index into the words; else, and out of bounds, the runtime.

use super::Address;
use crate::analysis::Fact;
use crate::emit::expr::any;
use crate::emit::{Emitter, Value};
use crate::ir::{Access, Expr, Width};
use crate::php::{Code, Prec};

impl Emitter<'_> {
    pub(in crate::emit) fn load(&mut self, access: Access, address: &Expr, offset: u32) -> Value {
        let address = self.address(address, offset);
        let var = address.base.var;
        let value = match access {
            Access::Int {
                bits: 8, signed, ..
            } => self.load8(address, signed),
            Access::Int {
                bits: 16, signed, ..
            } => self.load16(address, signed),
            Access::Int {
                width,
                bits: 32,
                signed,
            } => {
                let value = self.load32(address);
                let extended = signed && width == Width::W64;
                if extended { self.signed(value) } else { value }
            }
            Access::Int { .. } => self.load64(address),
            Access::Float(Width::W32) => any(self.helper("load_f32", &[&address.at(0)])),
            Access::Float(Width::W64) => any(self.helper("load_f64", &[&address.at(0)])),
        };
        self.has_been_inside(var, offset, access.bytes());
        value
    }

    fn load8(&mut self, address: Address, signed: bool) -> Value {
        let fact = if signed {
            Fact::range(-128, 127)
        } else {
            Fact::range(0, 255)
        };
        if let Some(byte) = address.base.fact.low_two(address.offset) {
            let word = self.word(&address, 0);
            let code = match (signed, byte) {
                (true, _) => word.shl(56 - i64::from(byte) * 8).shr(56),
                (false, 3) => word.shr(24),
                (false, _) => word.shr(i64::from(byte) * 8).and(255),
            };
            return Value::new(code, fact);
        }
        let code = if self.fast {
            let (first, again) = self.repeatable(address);
            self.word(&first, 0)
                .binary(">>", Prec::Shift, &again.shift(3))
                .and(255)
        } else {
            self.helper("l1", &[&address.at(0)])
        };
        Value::new(if signed { code.shl(56).shr(56) } else { code }, fact)
    }

    fn load16(&mut self, address: Address, signed: bool) -> Value {
        let fact = if signed {
            Fact::range(-0x8000, 0x7fff)
        } else {
            Fact::range(0, 0xffff)
        };
        let code = match address.base.fact.low_two(address.offset) {
            Some(0) => self.word(&address, 0).and(0xffff),
            Some(2) => self.word(&address, 0).shr(16),
            _ if self.fast && address.base.fact.is_multiple(address.offset, 1) => {
                let (first, again) = self.repeatable(address);
                self.word(&first, 0)
                    .binary(">>", Prec::Shift, &again.shift(2))
                    .and(0xffff)
            }
            _ => self.helper("l2", &[&address.at(0)]),
        };
        Value::new(if signed { code.shl(48).shr(48) } else { code }, fact)
    }

    fn load32(&mut self, address: Address) -> Value {
        if address.is_aligned() {
            return Value::new(self.word(&address, 0), Fact::I32);
        }
        if !self.fast {
            return Value::new(self.helper("l4", &[&address.at(0)]), Fact::I32);
        }
        let (first, again) = self.repeatable(address);
        let slow = self.helper("l4", &[&again.at(0)]);
        Value::new(
            first.misaligned().ternary(&slow, &self.word(&again, 0)),
            Fact::I32,
        )
    }

    fn load64(&mut self, address: Address) -> Value {
        if !self.fast {
            return any(self.helper("l8", &[&address.at(0)]));
        }
        let (first, again) = self.repeatable(address);
        if again.is_aligned() {
            return any(self.pair(&first, &again));
        }
        let slow = self.helper("l8", &[&again.at(0)]);
        let pair = self.pair(&again, &again);
        any(first.misaligned().ternary(&slow, &pair))
    }

    /// Eight bytes out of two words.
    fn pair(&self, high: &Address, low: &Address) -> Code {
        let high = self.word(high, 4).shl(32);
        high.associative("|", Prec::BitOr, &self.word(low, 0))
    }
}
