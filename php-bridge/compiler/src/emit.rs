//! Emits one function as a PHP method.
//!
//! How values look in PHP: an `i32` is an integer from 0 to 0xffffffff, an `i64` a PHP integer, both
//! floats are PHP floats (an `f32` rounded after each operation). Inside an expression an `i32` may
//! have wrong bits above its 32; [`Fact`] knows, and the mask comes where it matters.

mod control;
mod convert;
mod expr;
mod int;
mod memory;
mod names;
mod summary;
mod words;

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Write;

use wasmparser::ValType;

use crate::analysis::{CallGraph, Fact, read_before_set};
use crate::ir::{Function, Label, Var};
use crate::module::Module;
use crate::php::Code;

pub(crate) use summary::Summary;

/// One call may be this deep, counted in variables of all functions on the way: 16 bytes each in
/// PHP. Deeper recursion is a trap, long before PHP runs out of memory.
const MAX_DEPTH: u32 = 400_000;

/// Functions are looked at again, to learn more, until that made so many bytes of PHP for each byte
/// of code, or so many in all. Some 30 for a byte is usual.
const PATIENCE: u64 = 200;
const MIN_PATIENCE: u64 = 50_000_000;

/// What PHP keeps for each call beside the variables.
const FRAME: usize = 16;

/// What a call to the outside and back takes beside that, on PHP's stack and on the machine's.
const CROSSING: usize = 200;

/// What all functions of a module share.
pub(crate) struct Shared<'m> {
    pub(crate) module: &'m Module<'m>,
    pub(crate) graph: CallGraph,
    /// Whether each function goes into the main file.
    pub(crate) hot: Vec<bool>,
    /// Whether each function is written for speed, and not for size.
    pub(crate) fast: Vec<bool>,
    /// Memory never gets larger than this many bytes.
    pub(crate) max_memory: i64,
    pub(crate) summary: RefCell<Summary>,
    /// Each function notes how often it ran.
    pub(crate) profile: bool,
}

impl Shared<'_> {
    /// Whether a function can come back to itself, and so counts its depth.
    pub(crate) fn recurses(&self, function: u32) -> bool {
        self.graph.recursive[function as usize]
    }
}

/// An expression in PHP, and what is known of its value.
#[derive(Debug, Clone)]
struct Value {
    code: Code,
    fact: Fact,
    /// The variable that it is, if it is one.
    var: Option<Var>,
}

impl Value {
    fn new(code: Code, fact: Fact) -> Self {
        Self {
            code,
            fact,
            var: None,
        }
    }

    /// The number, where nothing is lost if it is written instead.
    fn constant(&self) -> Option<i64> {
        (self.fact.is_constant() && self.code.is_simple()).then_some(self.fact.lo)
    }

    fn int(value: i64) -> Self {
        Self::new(Code::int(value), Fact::constant(value))
    }
}

/// A construct that `break` and `continue` count.
struct Breakable {
    end: Label,
    head: Option<Label>,
}

struct Emitter<'s> {
    shared: &'s Shared<'s>,
    function: &'s Function,
    index: u32,
    hot: bool,
    fast: bool,
    /// The object that holds the instance.
    this: &'static str,
    names: Vec<String>,
    temporaries: names::Temporaries,
    /// What is known of each variable at this point.
    facts: Vec<Fact>,
    /// What is known at the end of a construct, from the branches to it so far.
    ends: HashMap<Label, Vec<Fact>>,
    breakables: Vec<Breakable>,
    words: words::Words,
    uses_bound: bool,
    out: String,
}

/// Emits a function as a method.
pub(crate) fn function(shared: &Shared<'_>, index: u32, function: &Function) -> String {
    let mut first = Emitter::new(shared, index, function);
    first.body();
    let mut second = Emitter::new(shared, index, function);
    match first.words.chosen(&mut second.temporaries) {
        Some(words) => {
            second.words = words;
            second.body();
            second.finish()
        }
        None => first.finish(),
    }
}

/// Learns what there is to know across functions; before that, the text is of no use.
pub(crate) fn summarize(shared: &Shared<'_>, functions: &[Function]) {
    let bodies = shared.module.bodies.iter();
    let bytes: u64 = bodies
        .map(|body| body.range().end - body.range().start)
        .sum();
    let mut patience = MIN_PATIENCE.max(bytes * PATIENCE);
    loop {
        let next = shared.summary.borrow_mut().next();
        let Some(index) = next else { break };
        let mut emitter = Emitter::new(shared, index, &functions[index as usize]);
        emitter.body();
        patience = patience.saturating_sub(emitter.out.len() as u64);
        if patience == 0 {
            shared.summary.borrow_mut().give_up();
        }
    }
}

/// What is known of the variables when a function begins.
fn facts(shared: &Shared<'_>, index: u32, function: &Function) -> Vec<Fact> {
    let summary = shared.summary.borrow();
    let params = (0..function.params.len()).map(|param| summary.param(index, param));
    let locals = function.vars[function.params.len()..]
        .iter()
        .map(|ty| unknown(*ty));
    params.chain(locals).collect()
}

/// What is known of any value of a type.
fn unknown(ty: ValType) -> Fact {
    if ty == ValType::I32 {
        Fact::I32
    } else {
        Fact::I64
    }
}

impl<'s> Emitter<'s> {
    fn new(shared: &'s Shared<'s>, index: u32, function: &'s Function) -> Self {
        let hot = shared.hot[index as usize];
        let (names, temporaries) = names::names(function, shared.module.names.locals(index));
        Self {
            shared,
            function,
            index,
            hot,
            fast: shared.fast[index as usize],
            this: if hot { "$this" } else { "$t" },
            words: words::Words::new(names.len(), function.params.len()),
            names,
            temporaries,
            facts: facts(shared, index, function),
            ends: HashMap::new(),
            breakables: Vec::new(),
            uses_bound: false,
            out: String::new(),
        }
    }

    fn body(&mut self) {
        for param in 0..self.function.params.len() as Var {
            if self.words.name(param).is_some() {
                self.keep_word(param);
            }
        }
        self.zeros();
        self.list(&self.function.body);
        self.shorten();
    }

    /// Sets those locals to zero that may be read before they are set.
    fn zeros(&mut self) {
        for var in read_before_set(self.function) {
            let zero = match self.function.vars[var as usize] {
                ValType::F32 | ValType::F64 => "0.0",
                ValType::Ref(_) => "null",
                _ => "0",
            };
            let line = format!("{}={zero};", self.names[var as usize]);
            self.line(line);
            self.facts[var as usize] = Fact::constant(0);
            self.keep_word(var);
        }
    }

    /// Writes `$t` for `$this` where that is shorter: a property of a variable takes PHP a little
    /// longer than one of `$this`, but code for size is full of them.
    fn shorten(&mut self) {
        const MANY: usize = 5;
        if self.hot && !self.fast && self.out.matches("$this").count() >= MANY {
            self.out = format!("$t=$this;\n{}", self.out.replace("$this", "$t"));
        }
    }

    fn finish(&self) -> String {
        let Self {
            shared,
            function,
            index,
            hot,
            this,
            ref names,
            ..
        } = *self;
        let mut params = Vec::new();
        if !hot {
            params.push("$t");
        }
        if shared.graph.uses_memory[index as usize] {
            params.push("&$m");
        }
        params.extend(names[..function.params.len()].iter().map(String::as_str));
        let recurses = shared.recurses(index);
        if recurses {
            params.push("$d");
        }
        let mut text = String::new();
        let name = shared.module.names.function(index);
        let modifier = if hot { "" } else { "static " };
        let _ = writeln!(text, "{modifier}function {name}({}){{", params.join(","));
        // What instantiates the module is none of its functions, and always in the main file.
        if shared.profile && (index as usize) < shared.module.functions.len() {
            let _ = writeln!(text, "{}", self.count());
        }
        if recurses {
            let _ = writeln!(text, "if($d>{MAX_DEPTH}){this}->exhausted();");
        }
        if self.uses_bound {
            let _ = writeln!(text, "$k={this}->k;");
        }
        text.push_str(&self.out);
        text.push_str("}\n");
        text
    }

    /// Notes for the recording that the function, or a round of a loop in it, runs.
    fn count(&self) -> String {
        let (this, index) = (self.this, self.index);
        format!("{this}->ran[{index}]=1+({this}->ran[{index}]??0);")
    }

    /// What a call costs of [`MAX_DEPTH`].
    fn weight(&self) -> usize {
        self.names.len() + self.temporaries.most() + FRAME
    }

    fn line(&mut self, text: impl AsRef<str>) {
        self.out.push_str(text.as_ref());
        self.out.push('\n');
    }

    /// Evaluates into a temporary now.
    fn hoist(&mut self, value: Value) -> Value {
        if value.code.is_simple() {
            return value;
        }
        let name = self.temporaries.take();
        self.line(format!("{name}={};", value.code.text));
        Value {
            code: Code::atom(name),
            ..value
        }
    }

    /// The value in a form that can be written again: what to write first, and what to write after.
    fn twice(&mut self, value: &Value) -> (Code, Code) {
        if value.code.is_simple() {
            return (value.code.clone(), value.code.clone());
        }
        let name = self.temporaries.take();
        let first = Code::atom(format!("({name}={})", value.code.text));
        (first, Code::atom(name))
    }

    /// A call of a runtime method.
    fn helper(&self, name: &str, arguments: &[&Code]) -> Code {
        let arguments: Vec<&str> = arguments.iter().map(|code| code.text.as_str()).collect();
        Code::atom(format!("{}->{name}({})", self.this, arguments.join(",")))
    }
}
