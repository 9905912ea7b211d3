//! Loads and stores.
//!
//! Memory is a packed array of 32-bit words. A load beyond its end meets an undefined key, which the
//! runtime's error handler turns into a trap, so loads need no test of their own. A store would make
//! the array longer, so it is tested once for each address: `$k` has the bits that no aligned address
//! inside memory has. An address that is not known to be aligned is tested too, since the alignment
//! that an instruction states is only a hint. The tests disappear where an earlier access has shown
//! the same; functions that run seldom leave them to the runtime, which is shorter.

mod load;
mod store;

use crate::analysis::Fact;
use crate::emit::expr::masked;
use crate::emit::{Emitter, Value};
use crate::ir::{Expr, Var};
use crate::php::{Code, Prec};

/// An effective address: a value from 0 to 0xffffffff, and what the instruction adds to it.
struct Address {
    base: Value,
    offset: u32,
}

impl Address {
    fn is_aligned(&self) -> bool {
        self.base.fact.is_multiple(self.offset, 2)
    }

    fn has_room(&self, bytes: u32) -> bool {
        u64::from(self.base.fact.room) >= u64::from(self.offset) + u64::from(bytes)
    }

    fn at(&self, more: u32) -> Code {
        let offset = i64::from(self.offset) + i64::from(more);
        if let Some(base) = self.base.constant() {
            return Code::int(base + offset);
        }
        self.base.code.clone().plus(offset)
    }

    /// True in PHP if the address is not a multiple of 4.
    fn misaligned(&self) -> Code {
        // A multiple of 4 added makes no difference.
        if self.offset.is_multiple_of(4) {
            self.base.code.clone()
        } else {
            self.at(0)
        }
        .and(3)
    }

    /// How far up its word the byte is, in bits.
    fn shift(&self, bits: i64) -> Code {
        let base = if self.offset.is_multiple_of(4) {
            self.base.code.clone()
        } else {
            self.at(0)
        };
        base.and(bits).binary("*", Prec::Product, &Code::int(8))
    }
}

impl Emitter<'_> {
    /// The word of memory that the byte `more` behind the address is in.
    fn word(&self, address: &Address, more: u32) -> Code {
        let offset = i64::from(address.offset) + i64::from(more);
        if let Some(base) = address.base.constant() {
            return Code::atom(format!("$m[{}]", (base + offset) >> 2));
        }
        if let Some(var) = address.base.var.filter(|_| offset % 4 == 0) {
            self.words.accesses(var);
            if let Some(word) = self.words.name(var) {
                let index = Code::atom(word).plus(offset / 4);
                return Code::atom(format!("$m[{}]", index.text));
            }
        }
        Code::atom(format!("$m[{}]", address.at(more).shr(2).text))
    }

    fn address(&mut self, address: &Expr, offset: u32) -> Address {
        let base = masked(self.expr(address));
        // A constant address in the initial memory is inside it for ever.
        let base = match base.constant() {
            Some(address) => {
                let initial = self
                    .shared
                    .module
                    .memory
                    .map_or(0, |memory| memory.initial << 16);
                let room = (initial as i64 - address).clamp(0, u32::MAX.into()) as u32;
                Value {
                    fact: base.fact.with_room(room),
                    ..base
                }
            }
            None => base,
        };
        Address { base, offset }
    }

    /// The same address in a form that costs nothing to repeat, computed by the text that comes first.
    fn repeatable(&mut self, address: Address) -> (Address, Address) {
        if address.base.code.is_simple() {
            let again = Address {
                base: address.base.clone(),
                ..address
            };
            return (address, again);
        }
        let Address { base, offset } = address;
        let sum = base.code.clone().plus(offset.into());
        let name = self.temporaries.take();
        let lowest =
            base.fact
                .with_low_of(base.fact, Fact::constant(offset.into()), u8::wrapping_add);
        let fact = lowest
            .within(base.fact.lo, base.fact.hi + i64::from(offset))
            .without_room();
        let named = |code| Address {
            base: Value::new(code, fact),
            offset: 0,
        };
        (
            named(Code::atom(format!("({name}={})", sum.text))),
            named(Code::atom(name)),
        )
    }

    /// Remembers that an access behind this variable has not trapped.
    fn has_been_inside(&mut self, var: Option<Var>, offset: u32, bytes: u32) {
        let Some(var) = var else { return };
        let Some(room) = offset.checked_add(bytes) else {
            return;
        };
        let fact = &mut self.facts[var as usize];
        fact.room = fact.room.max(room);
        let highest = self.shared.max_memory - i64::from(fact.room);
        if highest >= fact.lo {
            fact.hi = fact.hi.min(highest);
        }
    }
}
