//! Expressions.

use crate::analysis::{Fact, U32_MAX};
use crate::class::signature;
use crate::effects::Effects;
use crate::emit::{CROSSING, Emitter, Value, unknown};
use crate::ir::{Expr, FloatBinary, FloatCompare, FloatUnary, IntBinary, Width};
use crate::php::{Code, Prec};

impl Emitter<'_> {
    /// An expression; an `i32` may need [`Emitter::exact`] before it is used.
    pub(super) fn expr(&mut self, expr: &Expr) -> Value {
        match expr {
            Expr::I32(value) => Value::int((*value).into()),
            Expr::I64(value) => Value::int(*value),
            Expr::F32(bits) => self.float(f32::from_bits(*bits).into(), "f32", i64::from(*bits)),
            Expr::F64(bits) => self.float(f64::from_bits(*bits), "f64", bits.cast_signed()),
            Expr::RefNull => any(Code::atom("null")),
            Expr::RefFunc(function) => {
                any(self.helper("reference", &[&Code::int((*function).into())]))
            }
            Expr::Var(var) => Value {
                code: Code::atom(self.names[*var as usize].clone()),
                fact: self.facts[*var as usize],
                var: Some(*var),
            },
            Expr::Global(global) => {
                let name = self.shared.module.names.global(*global);
                let code = Code::atom(format!("{}->{name}", self.this));
                Value::new(code, self.shared.summary.borrow().global(*global))
            }
            Expr::IntBinary(Width::W32, op, a, b) => self.int32(*op, a, b),
            Expr::IntBinary(Width::W64, op, a, b) => self.int64(*op, a, b),
            Expr::IntUnary(width, op, a) => self.int_unary(*width, *op, a),
            Expr::IntCompare(..) | Expr::FloatCompare(..) | Expr::RefIsNull(_) => {
                truth(&self.condition(expr))
            }
            Expr::Eqz(_, inner) => match &**inner {
                Expr::FloatCompare(..) => Value::new(self.condition(expr), Fact::range(0, 1)),
                inner => truth(&self.condition(inner).prefix("!")),
            },
            Expr::FloatBinary(width, op, a, b) => self.float_binary(*width, *op, a, b),
            Expr::FloatUnary(width, op, a) => self.float_unary(*width, *op, a),
            Expr::Convert(convert, a) => self.convert(*convert, a),
            Expr::Select(condition, a, b) => self.select(condition, a, b),
            Expr::Load {
                access,
                address,
                offset,
            } => self.load(*access, address, *offset),
            Expr::MemorySize => {
                let code = Code::atom(format!("{}->pages", self.this));
                Value::new(code, Fact::range(0, 65_536))
            }
            Expr::Call {
                function,
                arguments,
            } => self.call(*function, arguments),
            Expr::CallImport { import, arguments } => self.call_import(*import, arguments),
            Expr::CallIndirect {
                table,
                ty,
                index,
                arguments,
            } => self.call_indirect(*table, *ty, index, arguments),
            Expr::Tuple(values) => {
                let mut list = Vec::new();
                self.arguments(values, &mut list);
                any(Code::atom(format!("[{}]", list.join(","))))
            }
            Expr::Helper(name, arguments) => {
                let arguments: Vec<Code> = arguments
                    .iter()
                    .map(|argument| self.exact(argument).code)
                    .collect();
                let code = self.helper(name, &arguments.iter().collect::<Vec<_>>());
                Value::new(code, Fact::I32)
            }
        }
    }

    /// A literal, unless it is a NaN with bits that PHP's has not.
    fn float(&self, value: f64, ty: &str, bits: i64) -> Value {
        any(match value.is_nan() {
            true => self.helper(&format!("{ty}_from_bits"), &[&Code::int(bits)]),
            false => Code::float(value),
        })
    }

    /// An expression with its value as it is: an `i32` from 0 to 0xffffffff.
    pub(super) fn exact(&mut self, expr: &Expr) -> Value {
        let value = self.expr(expr);
        if self.is_i32(expr) {
            masked(value)
        } else {
            value
        }
    }

    fn is_i32(&self, expr: &Expr) -> bool {
        match expr {
            Expr::I64(_) | Expr::F32(_) | Expr::F64(_) => false,
            Expr::Var(var) => self.function.vars[*var as usize] == wasmparser::ValType::I32,
            Expr::IntBinary(width, ..) | Expr::IntUnary(width, ..) => *width == Width::W32,
            Expr::Select(_, a, _) => self.is_i32(a),
            Expr::Convert(convert, _) => super::convert::gives_i32(*convert),
            Expr::Load { access, .. } => {
                matches!(
                    access,
                    crate::ir::Access::Int {
                        width: Width::W32,
                        ..
                    }
                )
            }
            Expr::I32(_)
            | Expr::IntCompare(..)
            | Expr::Eqz(..)
            | Expr::FloatCompare(..)
            | Expr::RefIsNull(_) => true,
            // These are exact as they come.
            Expr::Global(_)
            | Expr::RefNull
            | Expr::RefFunc(_)
            | Expr::CallImport { .. }
            | Expr::FloatBinary(..)
            | Expr::FloatUnary(..)
            | Expr::MemorySize
            | Expr::Call { .. }
            | Expr::CallIndirect { .. }
            | Expr::Helper(..)
            | Expr::Tuple(_) => false,
        }
    }

    /// An expression as a condition: PHP's truth is what counts, it need not be a boolean.
    pub(super) fn condition(&mut self, expr: &Expr) -> Code {
        match expr {
            Expr::IntCompare(Width::W32, op, a, b) => self.compare32(*op, a, b),
            Expr::IntCompare(Width::W64, op, a, b) => self.compare64(*op, a, b),
            Expr::Eqz(_, inner) => match &**inner {
                Expr::Eqz(_, twice) => self.condition(twice),
                // OPcache makes `b<=a` of `!(a<b)`, which for a NaN is something else.
                Expr::FloatCompare(..) => {
                    let one = Code::int(1);
                    let compared = self.condition(inner).prefix("(int)");
                    compared.binary("^", Prec::BitXor, &one)
                }
                inner => self.condition(inner).prefix("!"),
            },
            Expr::RefIsNull(reference) => {
                let reference = self.expr(reference).code;
                Code::atom("null").binary("===", Prec::Equality, &reference)
            }
            // Which side is evaluated does not matter if neither can stop the function.
            Expr::IntBinary(Width::W32, op @ (IntBinary::And | IntBinary::Or), a, b)
                if is_truth(a) && is_truth(b) && Effects::of(b).is_pure() =>
            {
                let (a, b) = (self.condition(a), self.condition(b));
                match op {
                    IntBinary::And => a.associative("&&", Prec::LogicalAnd, &b),
                    _ => a.associative("||", Prec::LogicalOr, &b),
                }
            }
            Expr::FloatCompare(op, a, b) => {
                let (a, b) = (self.expr(a).code, self.expr(b).code);
                match op {
                    FloatCompare::Eq => a.binary("==", Prec::Equality, &b),
                    FloatCompare::Ne => a.binary("!=", Prec::Equality, &b),
                    FloatCompare::Lt => a.binary("<", Prec::Comparison, &b),
                    FloatCompare::Gt => a.binary(">", Prec::Comparison, &b),
                    FloatCompare::Le => a.binary("<=", Prec::Comparison, &b),
                    FloatCompare::Ge => a.binary(">=", Prec::Comparison, &b),
                }
            }
            _ => self.exact(expr).code,
        }
    }

    fn select(&mut self, condition: &Expr, a: &Expr, b: &Expr) -> Value {
        let condition = self.condition(condition);
        let (a, b) = (self.expr(a), self.expr(b));
        Value::new(condition.ternary(&a.code, &b.code), a.fact.join(b.fact))
    }

    fn float_binary(&mut self, width: Width, op: FloatBinary, a: &Expr, b: &Expr) -> Value {
        let (a, b) = (self.expr(a).code, self.expr(b).code);
        let code = match op {
            FloatBinary::Add => a.binary("+", Prec::Sum, &b),
            FloatBinary::Sub => a.binary("-", Prec::Sum, &b),
            FloatBinary::Mul => a.binary("*", Prec::Product, &b),
            FloatBinary::Div => Code::atom(format!("\\fdiv({},{})", a.text, b.text)),
            // No rounding: the result is one of the operands.
            FloatBinary::Min => return any(self.helper("float_min", &[&a, &b])),
            FloatBinary::Max => return any(self.helper("float_max", &[&a, &b])),
            FloatBinary::Copysign => return any(self.helper("copysign", &[&a, &b])),
        };
        any(self.rounded(width, code))
    }

    fn float_unary(&mut self, width: Width, op: FloatUnary, a: &Expr) -> Value {
        let a = self.expr(a).code;
        any(match op {
            FloatUnary::Abs => self.helper("float_abs", &[&a]),
            FloatUnary::Neg => self.helper("float_neg", &[&a]),
            FloatUnary::Ceil => quiet(Code::atom(format!("\\ceil({})", a.text))),
            FloatUnary::Floor => quiet(Code::atom(format!("\\floor({})", a.text))),
            FloatUnary::Trunc => self.helper("trunc", &[&a]),
            FloatUnary::Nearest => self.helper("nearest", &[&a]),
            FloatUnary::Sqrt => self.rounded(width, Code::atom(format!("\\sqrt({})", a.text))),
        })
    }

    /// Rounds to `f32`. Once is enough: `f64` has more than twice as many bits.
    pub(super) fn rounded(&self, width: Width, code: Code) -> Code {
        match width {
            Width::W32 => self.helper("to_f32", &[&code]),
            Width::W64 => code,
        }
    }

    fn call(&mut self, function: u32, arguments: &[Expr]) -> Value {
        let shared = self.shared;
        let mut list = Vec::new();
        let name = shared.module.names.function(function);
        let callee = match (self.hot, shared.hot[function as usize]) {
            (true, true) => format!("$this->{name}"),
            (true, false) => {
                list.push("$this".to_owned());
                format!("$this->cold()::{name}")
            }
            (false, true) => format!("$t->{name}"),
            (false, false) => {
                list.push("$t".to_owned());
                format!("self::{name}")
            }
        };
        if shared.graph.uses_memory[function as usize] {
            list.push("$m".to_owned());
        }
        let facts = self.arguments(arguments, &mut list);
        shared.summary.borrow_mut().calls(function, &facts);
        if shared.recurses(function) {
            list.push(self.depth());
        }
        let code = Code::atom(format!("{callee}({})", list.join(",")));
        Value::new(code, shared.summary.borrow().result(function))
    }

    /// Adds the arguments of a call to the list; gives what is known of them.
    fn arguments(&mut self, arguments: &[Expr], list: &mut Vec<String>) -> Vec<Fact> {
        let values = arguments.iter().map(|argument| self.exact(argument));
        let fact = |value: Value| {
            list.push(value.code.text);
            value.fact
        };
        values.map(fact).collect()
    }

    fn call_indirect(&mut self, table: u32, ty: u32, index: &Expr, arguments: &[Expr]) -> Value {
        let shared = self.shared;
        let id = shared.module.canonical[ty as usize];
        let Some(dispatcher) = shared.graph.dispatcher(table, id) else {
            let signature = signature(&shared.module.types[ty as usize]);
            let mut list = vec![self.depth_outside(), format!("'{signature}'")];
            list.push(self.list_of(arguments));
            list.push(self.exact(index).code.text);
            let call = format!("{}->tables[{table}]->call({})", self.this, list.join(","));
            return self.outside_value(Code::atom(call), ty);
        };
        let mut list = Vec::new();
        if dispatcher.memory {
            list.push("$m".to_owned());
        }
        let facts = self.arguments(arguments, &mut list);
        list.push(self.exact(index).code.text);
        let result = if dispatcher.is_wide() {
            let results = shared.module.types[id as usize].results();
            results.first().map(|ty| unknown(*ty))
        } else {
            let mut summary = shared.summary.borrow_mut();
            let each = dispatcher.functions.iter().map(|callee| {
                summary.calls(*callee, &facts);
                summary.result(*callee)
            });
            each.reduce(Fact::join)
        };
        if dispatcher.depth {
            list.push(self.depth());
        }
        let method = crate::class::dispatcher_name(table, id);
        let code = Code::atom(format!("{}->{method}({})", self.this, list.join(",")));
        Value::new(code, result.unwrap_or(Fact::I32))
    }

    fn call_import(&mut self, import: u32, arguments: &[Expr]) -> Value {
        let list = [self.depth_outside(), self.list_of(arguments)].join(",");
        let call = format!("({}->imports[{import}])({list})", self.this);
        self.outside_value(
            Code::atom(call),
            self.shared.module.functions[import as usize],
        )
    }

    /// The arguments as a list of PHP.
    fn list_of(&mut self, arguments: &[Expr]) -> String {
        let mut list = Vec::new();
        self.arguments(arguments, &mut list);
        format!("[{}]", list.join(","))
    }

    /// What a call of unknown code gives.
    fn outside_value(&self, call: Code, ty: u32) -> Value {
        let results = self.shared.module.types[ty as usize].results();
        Value::new(call, results.first().map_or(Fact::I64, |ty| unknown(*ty)))
    }

    /// How deep a callee is.
    fn depth(&self) -> String {
        if self.shared.recurses(self.index) {
            format!("$d+{}", self.weight())
        } else {
            "0".to_owned()
        }
    }

    /// How deep what is called outside is.
    fn depth_outside(&self) -> String {
        let from = if self.shared.recurses(self.index) {
            "$d"
        } else {
            "Function_Reference::$depth"
        };
        format!("{from}+{}", self.weight() + CROSSING)
    }
}

/// Makes a signalling NaN quiet, and changes nothing else.
pub(super) fn quiet(float: Code) -> Code {
    float.binary("*", Prec::Product, &Code::float(1.0))
}

/// Masks an `i32` whose value may go beyond 32 bits.
pub(super) fn masked(value: Value) -> Value {
    if value.fact.is_u32() {
        return value;
    }
    if let Some(value) = value.constant() {
        return Value::int(value & U32_MAX);
    }
    let code = value
        .code
        .associative("&", Prec::BitAnd, &Code::atom("self::M"));
    Value::new(code, value.fact.within(0, U32_MAX).without_room())
}

/// Whether the value is 0 or 1 and comes of comparisons.
fn is_truth(expr: &Expr) -> bool {
    match expr {
        Expr::IntCompare(..) | Expr::FloatCompare(..) | Expr::Eqz(..) | Expr::RefIsNull(_) => true,
        Expr::IntBinary(_, IntBinary::And | IntBinary::Or, a, b) => is_truth(a) && is_truth(b),
        _ => false,
    }
}

/// A boolean of PHP as an `i32`.
fn truth(boolean: &Code) -> Value {
    Value::new(boolean.clone().prefix("(int)"), Fact::range(0, 1))
}

/// A value of which nothing is known.
pub(super) fn any(code: Code) -> Value {
    Value::new(code, Fact::I64)
}
