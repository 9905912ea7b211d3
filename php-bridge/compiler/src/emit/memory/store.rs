//! Stores: the address is tested before a word is written, since PHP would make memory longer.

use super::Address;
use crate::analysis::Fact;
use crate::effects::Effects;
use crate::emit::expr::masked;
use crate::emit::{Emitter, Value};
use crate::ir::{Access, Expr, Width};
use crate::php::{Code, Prec};

impl Emitter<'_> {
    /// Emits a store as a statement.
    pub(in crate::emit) fn store(&mut self, access: Access, to: &Expr, offset: u32, value: &Expr) {
        let mut target = self.address(to, offset);
        let var = target.base.var;
        let effects = Effects::of(value);
        if Effects::of(to).must_precede(&effects, &[]) {
            // The address comes first.
            target.base = self.hoist(target.base);
        }
        let (bits, name) = match access {
            Access::Int { bits: 8, .. } => (8, "s1"),
            Access::Int { bits: 16, .. } => (16, "s2"),
            Access::Int { bits: 32, .. } => (32, "s4"),
            Access::Int { .. } => (64, "s8"),
            Access::Float(Width::W32) => (0, "store_f32"),
            Access::Float(Width::W64) => (0, "store_f64"),
        };
        if let (
            64,
            false,
            Expr::Load {
                access: Access::Int { bits: 64, .. },
                address,
                offset: from,
            },
        ) = (bits, self.fast, value)
        {
            let source = self.address(address, *from);
            let call = self.helper("c8", &[&target.at(0), &source.at(0)]);
            self.line(format!("{};", call.text));
            self.has_been_inside(source.base.var, *from, 8);
            return self.has_been_inside(var, offset, 8);
        }
        if let (64, true, Some(source)) = (
            bits,
            self.tests_stores() && target.is_aligned(),
            self.source64(value),
        ) {
            self.copy64(target, source);
            return self.has_been_inside(var, offset, 8);
        }
        let value = self.expr(value);
        // Words are rewritten in place: what is called must have run before they are read. And the bounds
        // may be tested before the value is used: what stops for another reason must have stopped before.
        let value = if effects.calls || effects.may_trap_otherwise {
            self.hoist(value)
        } else {
            value
        };
        match bits {
            8 | 16 => self.store_part(target, bits, value, name),
            32 => self.store32(target, masked_to(value, 32)),
            64 => self.store64(target, value),
            _ => self.store_by_helper(name, &target, &value),
        }
        self.has_been_inside(var, offset, access.bytes());
    }

    /// Where a value is loaded from, if it is eight aligned bytes.
    fn source64(&mut self, value: &Expr) -> Option<Address> {
        let Expr::Load {
            access: Access::Int { bits: 64, .. },
            address,
            offset,
        } = value
        else {
            return None;
        };
        let source = self.address(address, *offset);
        if !source.is_aligned() {
            return None;
        }
        self.has_been_inside(source.base.var, *offset, 8);
        Some(source)
    }

    fn store_by_helper(&mut self, name: &str, target: &Address, value: &Value) {
        let call = self.helper(name, &[&target.at(0), &value.code]);
        self.line(format!("{};", call.text));
    }

    /// Eight or sixteen bits inside one word. Reading the rest of the word is the test of the bounds.
    fn store_part(&mut self, target: Address, bits: u32, value: Value, name: &str) {
        let value = masked_to(value, bits);
        let fact = target.base.fact;
        let known = fact
            .low_two(target.offset)
            .filter(|byte| byte * 8 + bits <= 32);
        let ones = (1i64 << bits) - 1;
        // A byte at the lowest end and a constant are short enough, for size too.
        if let Some(byte) = known
            .filter(|_| self.fast || value.constant().is_some() && target.base.constant().is_some())
        {
            let shift = i64::from(byte) * 8;
            let rest = if shift + i64::from(bits) == 32 {
                (1 << shift) - 1
            } else {
                !(ones << shift)
            };
            let new = value.code.shl(shift);
            let code = self
                .word(&target, 0)
                .and(rest)
                .associative("|", Prec::BitOr, &new);
            self.line(format!("{}={};", self.word(&target, 0).text, code.text));
        } else if self.fast && (bits == 8 || fact.is_multiple(target.offset, 1)) {
            let (first, again) = self.repeatable(target);
            let name = self.temporaries.take();
            let shift = again.shift(if bits == 8 { 3 } else { 2 }).text;
            let new = value
                .code
                .binary("<<", Prec::Shift, &Code::atom(name.as_str()));
            // The index of an element is computed before the value that it gets.
            let (target, rest) = (self.word(&first, 0).text, self.word(&again, 0).text);
            let code = format!("{target}={rest}&~({ones}<<({name}={shift}))|{}", new.text);
            self.line(format!("{code};"));
        } else {
            self.store_by_helper(name, &target, &value);
        }
    }

    fn store32(&mut self, target: Address, value: Value) {
        let (aligned, room) = (target.is_aligned(), target.has_room(4));
        if aligned && room {
            self.line(format!(
                "{}={};",
                self.word(&target, 0).text,
                value.code.text
            ));
            return;
        }
        if !self.tests_stores() {
            return self.store_by_helper("s4", &target, &value);
        }
        if aligned {
            let again = self.inside(target, 0);
            self.line(format!(
                "{}={};",
                self.word(&again, 0).text,
                value.code.text
            ));
            return;
        }
        let value = self.hoist(value);
        let (first, again) = self.repeatable(target);
        let test = if room {
            first.misaligned()
        } else {
            self.outside(first.at(0))
        };
        let slow = self.helper("s4", &[&again.at(0), &value.code]);
        let fast = self.word(&again, 0).text;
        self.line(format!(
            "if({}){};else {fast}={};",
            test.text, slow.text, value.code.text
        ));
    }

    fn store64(&mut self, target: Address, value: Value) {
        if !self.tests_stores() {
            return self.store_by_helper("s8", &target, &value);
        }
        let (aligned, room) = (target.is_aligned(), target.has_room(8));
        let value = self.hoist(value);
        let low = masked_to(value.clone(), 32).code;
        let high = if value.fact.fits(0, 0xffff_ffff) {
            Code::int(0)
        } else if let Some(value) = value.constant() {
            Code::int(value >> 32 & 0xffff_ffff)
        } else {
            let high = Value::new(
                value.code.clone().shr(32),
                Fact::range(i32::MIN.into(), i32::MAX.into()),
            );
            masked(high).code
        };
        if aligned {
            let (first, again) = if room {
                self.repeatable(target)
            } else {
                self.inside_twice(target)
            };
            self.line(format!("{}={};", self.word(&first, 0).text, low.text));
            self.line(format!("{}={};", self.word(&again, 4).text, high.text));
            return;
        }
        let (first, again) = self.repeatable(target);
        let test = if room {
            first.misaligned()
        } else {
            self.outside(first.at(4))
        };
        let slow = self.helper("s8", &[&again.at(0), &value.code]);
        self.line(format!("if({}){};else{{", test.text, slow.text));
        self.line(format!("{}={};", self.word(&again, 0).text, low.text));
        self.line(format!("{}={};\n}}", self.word(&again, 4).text, high.text));
    }

    /// Copies eight aligned bytes as two words, both read before the first is written.
    fn copy64(&mut self, target: Address, source: Address) {
        let (first, again) = if target.has_room(8) {
            self.repeatable(target)
        } else {
            self.inside_twice(target)
        };
        let (from, from_again) = self.repeatable(source);
        let high = self.temporaries.take();
        self.line(format!("{high}={};", self.word(&from, 4).text));
        self.line(format!(
            "{}={};",
            self.word(&first, 0).text,
            self.word(&from_again, 0).text
        ));
        self.line(format!("{}={high};", self.word(&again, 4).text));
    }

    /// Traps unless the aligned word `more` behind the address is inside memory.
    fn inside(&mut self, target: Address, more: u32) -> Address {
        let (first, again) = self.repeatable(target);
        let test = self.outside(first.at(more));
        let check = self.helper("inside", &[&again.at(more)]);
        self.line(format!("if({}){};", test.text, check.text));
        again
    }

    fn inside_twice(&mut self, target: Address) -> (Address, Address) {
        let again = self.inside(target, 4);
        self.repeatable(again)
    }

    /// Whether stores are tested here and not in the runtime. Empty memory has no bound that says so.
    fn tests_stores(&self) -> bool {
        self.fast
            && self
                .shared
                .module
                .memory
                .is_some_and(|memory| memory.initial > 0)
    }

    /// True in PHP if a word at the address may be outside memory, or not a whole word of it.
    fn outside(&mut self, address: Code) -> Code {
        self.uses_bound = true;
        address.associative("&", Prec::BitAnd, &Code::atom("$k"))
    }
}

/// The lowest bits of a value, and nothing above.
fn masked_to(value: Value, bits: u32) -> Value {
    let ones = (1i64 << bits) - 1;
    if value.fact.fits(0, ones) {
        return value;
    }
    if let Some(value) = value.constant() {
        return Value::int(value & ones);
    }
    if bits == 32 {
        // Also for an `i64`, of which the lower half is stored.
        return masked(value);
    }
    Value::new(value.code.and(ones), Fact::range(0, ones))
}
