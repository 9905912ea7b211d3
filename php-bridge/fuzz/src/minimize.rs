//! Makes a failing module smaller: instructions are left out as long as it still fails.

use std::ops::Range;
use std::path::Path;

use wasm_encoder::{CodeSection, Module, RawSection};
use wasmparser::{Parser, Payload, Validator};

use crate::oracle::Oracle;
use crate::replay::{Case, Php, replay};

/// A module with its code in pieces.
struct Parts {
    /// Sections before the code and behind it: id and contents.
    before: Vec<(u8, Vec<u8>)>,
    after: Vec<(u8, Vec<u8>)>,
    functions: Vec<Body>,
}

#[derive(Clone)]
struct Body {
    locals: Vec<u8>,
    /// Each instruction but the last `end`.
    instructions: Vec<Vec<u8>>,
}

impl Parts {
    fn new(wasm: &[u8]) -> wasmparser::Result<Self> {
        let mut parts = Self {
            before: Vec::new(),
            after: Vec::new(),
            functions: Vec::new(),
        };
        let bytes = |range: Range<u64>| wasm[range.start as usize..range.end as usize].to_vec();
        let mut sections = &mut parts.before;
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::CodeSectionStart { .. } => sections = &mut parts.after,
                Payload::CodeSectionEntry(body) => {
                    let mut reader = body.get_operators_reader()?;
                    let locals = bytes(body.range().start..reader.original_position());
                    let (mut instructions, mut names) = (Vec::new(), Vec::new());
                    while !reader.eof() {
                        let start = reader.original_position();
                        let operator = reader.read()?;
                        instructions.push(bytes(start..reader.original_position()));
                        names.push(format!("{operator:?}"));
                        glue(&mut instructions, &mut names);
                    }
                    instructions.pop();
                    parts.functions.push(Body {
                        locals,
                        instructions,
                    });
                }
                payload => {
                    sections.extend(payload.as_section().map(|(id, range)| (id, bytes(range))))
                }
            }
        }
        Ok(parts)
    }

    fn to_wasm(&self) -> Vec<u8> {
        let mut module = Module::new();
        let mut section = |(id, data): &(u8, Vec<u8>)| {
            module.section(&RawSection { id: *id, data });
        };
        self.before.iter().for_each(&mut section);
        let mut code = CodeSection::new();
        for function in &self.functions {
            let mut body = function.locals.clone();
            body.extend(function.instructions.iter().flatten());
            body.push(0x0b);
            code.raw(&body);
        }
        module.section(&code);
        for (id, data) in &self.after {
            module.section(&RawSection { id: *id, data });
        }
        module.finish()
    }
}

/// Makes one of an instruction and what gives its NaN a payload that is the same everywhere.
fn glue(instructions: &mut Vec<Vec<u8>>, names: &mut Vec<String>) {
    let Some(start) = names.len().checked_sub(7) else {
        return;
    };
    let starts = |index: usize, with: &[&str]| {
        with.iter()
            .any(|with| names[start + index].starts_with(with))
    };
    if starts(1, &["LocalTee"])
        && starts(2, &["F32Const", "F64Const"])
        && starts(3, &["LocalGet"])
        && names[start + 3] == names[start + 4]
        && starts(5, &["F32Eq", "F64Eq"])
        && starts(6, &["Select"])
    {
        let whole = instructions.drain(start..).flatten().collect();
        instructions.push(whole);
        names.truncate(start);
        names.push("a number".to_owned());
    }
}

/// Gives the smallest module found that fails as this one does.
pub(crate) fn minimize(case: &Case, folder: &Path, php: &Php) -> Vec<u8> {
    let (careful, usual) = (Oracle::that_counts(), Oracle::new());
    let fails = |parts: &Parts| -> Option<String> {
        let wasm = parts.to_wasm();
        Validator::new().validate_all(&wasm).ok()?;
        careful.case(case.seed, wasm.clone()).ok()?;
        let case = usual.case(case.seed, wasm).ok()?;
        let difference = replay(&[case], folder, php).into_iter().next()?;
        difference.what.split(' ').next().map(str::to_owned)
    };
    let mut parts = Parts::new(&case.wasm).expect("it is valid");
    let kind = fails(&parts);
    if kind.is_none() {
        eprintln!(
            "seed {}: it may depend on which NaN an instruction gives",
            case.seed
        );
        return case.wasm.clone();
    }
    for index in 0..parts.functions.len() {
        let whole = parts.functions[index].clone();
        parts.functions[index].instructions = vec![vec![0x00]];
        if fails(&parts) == kind {
            continue;
        }
        parts.functions[index] = whole;
        let mut length = parts.functions[index].instructions.len();
        while length > 0 {
            let mut start = 0;
            while start + length <= parts.functions[index].instructions.len() {
                let whole = parts.functions[index].clone();
                let range = start..start + length;
                parts.functions[index].instructions.drain(range);
                if fails(&parts) != kind {
                    parts.functions[index] = whole;
                    start += 1.max(length / 4);
                }
            }
            length /= 2;
        }
        eprintln!(
            "function {index}: {} instructions",
            parts.functions[index].instructions.len()
        );
    }
    parts.to_wasm()
}
