//! Memory as it is after instantiation, as PHP source.

use std::fmt::Write;

use crate::ir::Expr;
use crate::module::{Data, Module};
use crate::php::string;

pub(crate) const PAGE: u32 = 65_536;

/// Shorter runs of zeros are written out.
const MIN_ZEROS: usize = 16;

/// The segments that instructions may still copy, as the elements of an array.
pub(super) fn segments(module: &Module<'_>) -> String {
    let is_in_image = module.has_memory_image();
    let mut segments = String::new();
    for (index, data) in module.data.iter().enumerate() {
        if data.offset.is_none() || !is_in_image {
            let _ = write!(segments, "{index}=>{},", string(data.bytes));
        }
    }
    segments
}

/// An expression that gives the words of memory.
pub(super) fn words(module: &Module<'_>, pages: u64) -> String {
    let size = pages as usize * PAGE as usize;
    let mut bytes = Vec::new();
    let data: &[Data<'_>] = if module.has_memory_image() {
        &module.data
    } else {
        &[]
    };
    for data in data {
        if let Some(Expr::I32(offset)) = data.offset {
            let (start, end) = (offset as usize, offset as usize + data.bytes.len());
            if bytes.len() < end {
                bytes.resize(end, 0);
            }
            bytes[start..end].copy_from_slice(data.bytes);
        }
    }
    let (chunks, _) = bytes.as_chunks::<4>();
    let mut words: Vec<u32> = chunks
        .iter()
        .map(|chunk| u32::from_le_bytes(*chunk))
        .collect();
    let rest = &bytes[words.len() * 4..];
    if !rest.is_empty() {
        let mut last = [0; 4];
        last[..rest.len()].copy_from_slice(rest);
        words.push(u32::from_le_bytes(last));
    }
    array(&words, size / 4)
}

/// The words, and zeros behind them up to `count`.
fn array(words: &[u32], count: usize) -> String {
    let mut parts = Vec::new();
    let mut rest = words;
    while !rest.is_empty() {
        let zeros = rest.iter().take_while(|word| **word == 0).count();
        if zeros >= MIN_ZEROS || zeros == rest.len() {
            parts.push(fill(zeros));
            rest = &rest[zeros..];
            continue;
        }
        let mut end = zeros;
        while end < rest.len() {
            let zeros = rest[end..].iter().take_while(|word| **word == 0).count();
            if zeros >= MIN_ZEROS {
                break;
            }
            end += zeros + usize::from(end + zeros < rest.len());
        }
        parts.push(list(&rest[..end]));
        rest = &rest[end..];
    }
    if count > words.len() {
        parts.push(fill(count - words.len()));
    }
    match &parts[..] {
        [] => "[]".to_owned(),
        [only] => only.clone(),
        _ => format!("\\array_merge({})", parts.join(",")),
    }
}

fn fill(count: usize) -> String {
    format!("\\array_fill(0,{count},0)")
}

/// A list of words in lines of a bearable length.
fn list(words: &[u32]) -> String {
    let lines: Vec<String> = words
        .chunks(16)
        .map(|line| {
            line.iter()
                .map(u32::to_string)
                .collect::<Vec<_>>()
                .join(",")
        })
        .collect();
    format!("[{}]", lines.join(",\n"))
}
