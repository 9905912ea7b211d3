//! What evaluating an expression reads, writes and may stop at.

use crate::ir::{Convert, Expr, IntBinary, Var, Width};

/// A summary of what an expression or statement does beside giving a value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Effects {
    /// The variables that are read.
    pub(crate) vars: Vec<Var>,
    pub(crate) reads_memory: bool,
    pub(crate) reads_globals: bool,
    pub(crate) may_trap: bool,
    /// May trap for another reason than an access out of bounds.
    pub(crate) may_trap_otherwise: bool,
    /// Calls a function or a helper: reads and writes anything but variables.
    pub(crate) calls: bool,
    /// Writes memory or a global.
    pub(crate) writes: bool,
}

impl Effects {
    pub(crate) fn of(expr: &Expr) -> Self {
        let mut effects = Self::default();
        effects.add(expr);
        effects
    }

    fn add(&mut self, expr: &Expr) {
        match expr {
            Expr::Var(var) => self.vars.push(*var),
            Expr::Global(_) => self.reads_globals = true,
            Expr::MemorySize => self.reads_memory = true,
            Expr::Load { .. } => {
                self.reads_memory = true;
                self.may_trap = true;
            }
            Expr::IntBinary(width, op, _, divisor) => {
                self.stops(may_trap(*width, *op, divisor));
            }
            Expr::Convert(Convert::Trunc { saturating, .. }, _) => self.stops(!saturating),
            Expr::Call { .. }
            | Expr::CallImport { .. }
            | Expr::CallIndirect { .. }
            | Expr::Helper(..) => {
                self.calls = true;
                self.writes = true;
                self.stops(true);
            }
            _ => {}
        }
        expr.operands(&mut |operand| self.add(operand));
    }

    fn stops(&mut self, may_trap: bool) {
        self.may_trap |= may_trap;
        self.may_trap_otherwise |= may_trap;
    }

    pub(crate) fn join(&mut self, other: &Self) {
        self.vars.extend(&other.vars);
        self.reads_memory |= other.reads_memory;
        self.reads_globals |= other.reads_globals;
        self.may_trap |= other.may_trap;
        self.may_trap_otherwise |= other.may_trap_otherwise;
        self.calls |= other.calls;
        self.writes |= other.writes;
    }

    /// Whether the expression can be left out, or evaluated when it is not needed.
    pub(crate) fn is_pure(&self) -> bool {
        !self.calls && !self.may_trap
    }

    /// Whether an expression with these effects must be evaluated before a statement with `later`,
    /// which sets `targets`, because the statement could change the value or be seen without it.
    pub(crate) fn must_precede(&self, later: &Self, targets: &[Var]) -> bool {
        let reads_state = self.reads_memory || self.reads_globals || self.may_trap;
        let later_state =
            later.reads_memory || later.reads_globals || later.may_trap || later.writes;
        // Which of two traps comes first is seen unless they have the same reason.
        let both_trap = self.may_trap && later.may_trap;
        targets.iter().any(|target| self.vars.contains(target))
            || (both_trap && (self.may_trap_otherwise || later.may_trap_otherwise))
            || (self.calls && later_state)
            || (reads_state && later.writes)
    }
}

fn may_trap(width: Width, op: IntBinary, divisor: &Expr) -> bool {
    let divisor = match (width, divisor) {
        (Width::W32, Expr::I32(value)) => Some(i64::from(value.cast_signed())),
        (Width::W64, Expr::I64(value)) => Some(*value),
        _ => None,
    };
    match op {
        IntBinary::DivU | IntBinary::RemU | IntBinary::RemS => divisor.is_none_or(|d| d == 0),
        IntBinary::DivS => divisor.is_none_or(|d| d == 0 || d == -1),
        _ => false,
    }
}
