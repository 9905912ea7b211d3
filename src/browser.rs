//! The module that the settings page runs.

use serde::{Deserialize as _, Serialize as _};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::json::Json;
use crate::message::Message;

/// One step for JavaScript objects. The answer has plain objects, numbers and `null`s, as
/// `JSON.parse` would give them.
///
/// # Errors
///
/// None for what a page asks: a message of the wrong shape is answered with `message.invalid`. Whole numbers
/// beyond 2^53, which JavaScript does not have, come up in answers to others alone.
#[wasm_bindgen(js_name = step)]
pub fn step_object(message: JsValue) -> Result<JsValue, JsValue> {
    let message = Json::deserialize(serde_wasm_bindgen::Deserializer::from(message))
        .map_err(|_| "JSON")
        .and_then(Message::read);
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    crate::answer(message)
        .serialize(&serializer)
        .map_err(JsValue::from)
}

/// [`crate::step_json`] for JavaScript strings.
#[must_use]
#[wasm_bindgen(js_name = step_json)]
pub fn step_string(message: &str) -> String {
    crate::step_json(message)
}

/// 64 fresh hex digits for a message.
///
/// # Errors
///
/// If the browser has no source of randomness.
#[wasm_bindgen]
pub fn entropy() -> Result<String, JsValue> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| JsValue::from(error.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The time of the browser's clock in whole Unix seconds.
#[must_use]
#[wasm_bindgen]
pub fn now() -> f64 {
    (js_sys::Date::now() / 1000.0).floor()
}
