//! The form between WebAssembly and PHP: expression trees and structured statements.
//!
//! Operators that only move values on WebAssembly's stack are gone; what is left has an effect, a
//! value or a place in the control flow. Types are WebAssembly's: an `i32` stays an `i32` here, and
//! only emission decides how PHP holds it.

use wasmparser::ValType;

/// A variable of a function: parameters and locals first, then the temporaries of decoding.
pub(crate) type Var = u32;

/// The end of a block or loop, or the head of a loop: what a branch can go to.
pub(crate) type Label = u32;

/// Width of an integer or a float.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    W32,
    W64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IntBinary {
    Add,
    Sub,
    Mul,
    DivS,
    DivU,
    RemS,
    RemU,
    And,
    Or,
    Xor,
    Shl,
    ShrS,
    ShrU,
    Rotl,
    Rotr,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IntCompare {
    Eq,
    Ne,
    LtS,
    LtU,
    GtS,
    GtU,
    LeS,
    LeU,
    GeS,
    GeU,
}

impl IntCompare {
    /// The comparison that is true exactly when this one is false.
    pub(crate) fn negated(self) -> Self {
        match self {
            Self::Eq => Self::Ne,
            Self::Ne => Self::Eq,
            Self::LtS => Self::GeS,
            Self::LtU => Self::GeU,
            Self::GtS => Self::LeS,
            Self::GtU => Self::LeU,
            Self::LeS => Self::GtS,
            Self::LeU => Self::GtU,
            Self::GeS => Self::LtS,
            Self::GeU => Self::LtU,
        }
    }

    /// The comparison with both sides exchanged.
    pub(crate) fn swapped(self) -> Self {
        match self {
            Self::Eq => Self::Eq,
            Self::Ne => Self::Ne,
            Self::LtS => Self::GtS,
            Self::LtU => Self::GtU,
            Self::GtS => Self::LtS,
            Self::GtU => Self::LtU,
            Self::LeS => Self::GeS,
            Self::LeU => Self::GeU,
            Self::GeS => Self::LeS,
            Self::GeU => Self::LeU,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IntUnary {
    Clz,
    Ctz,
    Popcnt,
    /// Sign extension from the given number of bits.
    Extend(u8),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FloatBinary {
    Add,
    Sub,
    Mul,
    Div,
    Min,
    Max,
    Copysign,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FloatCompare {
    Eq,
    Ne,
    Lt,
    Gt,
    Le,
    Ge,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FloatUnary {
    Abs,
    Neg,
    Ceil,
    Floor,
    Trunc,
    Nearest,
    Sqrt,
}

/// A conversion between two types; the names are WebAssembly's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Convert {
    I32WrapI64,
    I64ExtendI32S,
    I64ExtendI32U,
    /// Float to integer. A value that does not fit traps, or saturates.
    Trunc {
        to: Width,
        signed: bool,
        saturating: bool,
    },
    /// Integer to float.
    FromInt {
        from: Width,
        signed: bool,
        to: Width,
    },
    F32DemoteF64,
    F64PromoteF32,
    I32ReinterpretF32,
    I64ReinterpretF64,
    F32ReinterpretI32,
    F64ReinterpretI64,
}

/// What a load or a store moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// `bits` of memory from or to an integer of `width`; a load extends with its sign or with zeros.
    Int {
        width: Width,
        bits: u8,
        signed: bool,
    },
    Float(Width),
}

impl Access {
    pub(crate) fn bytes(self) -> u32 {
        match self {
            Self::Int { bits, .. } => u32::from(bits) / 8,
            Self::Float(Width::W32) => 4,
            Self::Float(Width::W64) => 8,
        }
    }
}

/// What the runtime does for the compiled code: the method's name in PHP.
pub(crate) type Helper = &'static str;

#[derive(Debug, Clone)]
pub(crate) enum Expr {
    I32(u32),
    I64(i64),
    F32(u32),
    F64(u64),
    RefNull,
    RefFunc(u32),
    RefIsNull(Box<Self>),
    Var(Var),
    Global(u32),
    IntBinary(Width, IntBinary, Box<Self>, Box<Self>),
    IntCompare(Width, IntCompare, Box<Self>, Box<Self>),
    IntUnary(Width, IntUnary, Box<Self>),
    Eqz(Width, Box<Self>),
    FloatBinary(Width, FloatBinary, Box<Self>, Box<Self>),
    FloatCompare(FloatCompare, Box<Self>, Box<Self>),
    FloatUnary(Width, FloatUnary, Box<Self>),
    Convert(Convert, Box<Self>),
    /// The condition, the value if it is not zero, the value if it is.
    Select(Box<Self>, Box<Self>, Box<Self>),
    Load {
        access: Access,
        address: Box<Self>,
        offset: u32,
    },
    MemorySize,
    Call {
        function: u32,
        arguments: Vec<Self>,
    },
    /// What the import with this index among the imported functions gives.
    CallImport {
        import: u32,
        arguments: Vec<Self>,
    },
    CallIndirect {
        table: u32,
        ty: u32,
        index: Box<Self>,
        arguments: Vec<Self>,
    },
    /// A runtime method that acts on memory or tables; the last arguments may be immediates.
    Helper(Helper, Vec<Self>),
    /// Several values at once: what a function with several results returns.
    Tuple(Vec<Self>),
}

impl Expr {
    /// Calls `visit` with each direct operand, in the order of evaluation.
    pub(crate) fn operands<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        match self {
            Self::I32(_)
            | Self::I64(_)
            | Self::F32(_)
            | Self::F64(_)
            | Self::RefNull
            | Self::RefFunc(_)
            | Self::Var(_)
            | Self::Global(_)
            | Self::MemorySize => {}
            Self::IntBinary(_, _, a, b)
            | Self::IntCompare(_, _, a, b)
            | Self::FloatBinary(_, _, a, b)
            | Self::FloatCompare(_, a, b) => {
                visit(a);
                visit(b);
            }
            Self::IntUnary(_, _, a)
            | Self::Eqz(_, a)
            | Self::RefIsNull(a)
            | Self::FloatUnary(_, _, a)
            | Self::Convert(_, a)
            | Self::Load { address: a, .. } => visit(a),
            Self::Select(condition, a, b) => {
                visit(a);
                visit(b);
                visit(condition);
            }
            Self::Call { arguments, .. }
            | Self::CallImport { arguments, .. }
            | Self::Helper(_, arguments)
            | Self::Tuple(arguments) => {
                arguments.iter().for_each(visit);
            }
            Self::CallIndirect {
                index, arguments, ..
            } => {
                arguments.iter().for_each(&mut *visit);
                visit(index);
            }
        }
    }

    /// As [`Expr::operands`], to change them.
    pub(crate) fn operands_mut(&mut self) -> Vec<&mut Self> {
        match self {
            Self::I32(_)
            | Self::I64(_)
            | Self::F32(_)
            | Self::F64(_)
            | Self::RefNull
            | Self::RefFunc(_)
            | Self::Var(_)
            | Self::Global(_)
            | Self::MemorySize => Vec::new(),
            Self::IntBinary(_, _, a, b)
            | Self::IntCompare(_, _, a, b)
            | Self::FloatBinary(_, _, a, b)
            | Self::FloatCompare(_, a, b) => vec![a, b],
            Self::IntUnary(_, _, a)
            | Self::Eqz(_, a)
            | Self::RefIsNull(a)
            | Self::FloatUnary(_, _, a)
            | Self::Convert(_, a)
            | Self::Load { address: a, .. } => vec![a],
            Self::Select(condition, a, b) => vec![a, b, condition],
            Self::Call { arguments, .. }
            | Self::CallImport { arguments, .. }
            | Self::Helper(_, arguments)
            | Self::Tuple(arguments) => arguments.iter_mut().collect(),
            Self::CallIndirect {
                index, arguments, ..
            } => {
                let mut operands: Vec<&mut Self> = arguments.iter_mut().collect();
                operands.push(index);
                operands
            }
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Stmt {
    Set(Var, Expr),
    /// Sets variables to the results of a call that has several.
    SetMany(Vec<Var>, Expr),
    SetGlobal(u32, Expr),
    Store {
        access: Access,
        address: Expr,
        offset: u32,
        value: Expr,
    },
    /// Evaluated for its effect or its trap.
    Eval(Expr),
    Block {
        end: Label,
        body: Vec<Self>,
    },
    /// Runs until something leaves it; the end of `body` goes back to its head.
    Loop {
        head: Label,
        end: Label,
        body: Vec<Self>,
    },
    /// Runs `body` until `condition` is zero; nothing inside goes to the head.
    DoWhile {
        end: Label,
        body: Vec<Self>,
        condition: Expr,
    },
    If {
        condition: Expr,
        then: Vec<Self>,
        otherwise: Vec<Self>,
    },
    /// Goes to the case that lists the value of `index`, else to the one that is the default; a
    /// case that ends without leaving runs into the next.
    Switch {
        end: Label,
        index: Expr,
        cases: Vec<Case>,
    },
    /// Goes to the end or the head that the label names.
    Branch(Label),
    Return(Option<Expr>),
    Unreachable,
}

#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) values: Vec<u32>,
    pub(crate) is_default: bool,
    pub(crate) body: Vec<Stmt>,
}

impl Stmt {
    /// Whether nothing after this statement is reached by falling out of it.
    pub(crate) fn leaves(&self) -> bool {
        match self {
            Self::Branch(_) | Self::Return(_) | Self::Unreachable => true,
            Self::If {
                then, otherwise, ..
            } => {
                then.last().is_some_and(Self::leaves) && otherwise.last().is_some_and(Self::leaves)
            }
            Self::Loop { end, body, .. } => !branches_to(body, *end),
            Self::Switch { end, cases, .. } => {
                let last = cases.last().and_then(|case| case.body.last());
                last.is_some_and(Self::leaves)
                    && !cases.iter().any(|case| branches_to(&case.body, *end))
            }
            _ => false,
        }
    }

    /// The variables that this statement itself sets.
    pub(crate) fn targets(&self) -> &[Var] {
        match self {
            Self::Set(var, _) => std::slice::from_ref(var),
            Self::SetMany(vars, _) => vars,
            _ => &[],
        }
    }

    /// Calls `visit` with each list of statements directly inside this one.
    pub(crate) fn lists<'a>(&'a self, visit: &mut dyn FnMut(&'a [Self])) {
        match self {
            Self::Block { body, .. } | Self::Loop { body, .. } | Self::DoWhile { body, .. } => {
                visit(body);
            }
            Self::If {
                then, otherwise, ..
            } => {
                visit(then);
                visit(otherwise);
            }
            Self::Switch { cases, .. } => cases.iter().for_each(|case| visit(&case.body)),
            _ => {}
        }
    }

    /// As [`Stmt::lists`], to change them.
    pub(crate) fn lists_mut(&mut self, visit: &mut dyn FnMut(&mut Vec<Self>)) {
        match self {
            Self::Block { body, .. } | Self::Loop { body, .. } | Self::DoWhile { body, .. } => {
                visit(body);
            }
            Self::If {
                then, otherwise, ..
            } => {
                visit(then);
                visit(otherwise);
            }
            Self::Switch { cases, .. } => cases.iter_mut().for_each(|case| visit(&mut case.body)),
            _ => {}
        }
    }

    /// Calls `visit` with each expression directly in this statement, not with those of lists.
    pub(crate) fn exprs<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match self {
            Self::Set(_, value)
            | Self::SetMany(_, value)
            | Self::SetGlobal(_, value)
            | Self::Eval(value)
            | Self::Return(Some(value))
            | Self::If {
                condition: value, ..
            }
            | Self::DoWhile {
                condition: value, ..
            }
            | Self::Switch { index: value, .. } => visit(value),
            Self::Store { address, value, .. } => {
                visit(address);
                visit(value);
            }
            Self::Block { .. }
            | Self::Loop { .. }
            | Self::Branch(_)
            | Self::Return(None)
            | Self::Unreachable => {}
        }
    }

    /// As [`Stmt::exprs`], to change them.
    pub(crate) fn exprs_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Self::Set(_, value)
            | Self::SetMany(_, value)
            | Self::SetGlobal(_, value)
            | Self::Eval(value)
            | Self::Return(Some(value))
            | Self::If {
                condition: value, ..
            }
            | Self::DoWhile {
                condition: value, ..
            }
            | Self::Switch { index: value, .. } => vec![value],
            Self::Store { address, value, .. } => vec![address, value],
            Self::Block { .. }
            | Self::Loop { .. }
            | Self::Branch(_)
            | Self::Return(None)
            | Self::Unreachable => Vec::new(),
        }
    }
}

/// Calls `visit` with each statement of the list and of the lists inside it.
pub(crate) fn walk<'a>(list: &'a [Stmt], visit: &mut dyn FnMut(&'a Stmt)) {
    for stmt in list {
        visit(stmt);
        stmt.lists(&mut |inner| walk(inner, visit));
    }
}

/// Calls `visit` with each expression of the list, operands included.
pub(crate) fn walk_exprs<'a>(list: &'a [Stmt], visit: &mut dyn FnMut(&'a Expr)) {
    fn deep<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
        visit(expr);
        expr.operands(&mut |operand| deep(operand, visit));
    }
    walk(list, &mut |stmt| stmt.exprs(&mut |expr| deep(expr, visit)));
}

/// Whether anything in the list goes to the label.
pub(crate) fn branches_to(list: &[Stmt], label: Label) -> bool {
    let mut found = false;
    walk(list, &mut |stmt| {
        found = found || matches!(stmt, Stmt::Branch(target) if *target == label);
    });
    found
}

/// One function, ready for emission.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) params: Vec<ValType>,
    pub(crate) results: Vec<ValType>,
    /// The type of each variable: parameters, locals, temporaries.
    pub(crate) vars: Vec<ValType>,
    pub(crate) body: Vec<Stmt>,
}
