//! The browser module in a headless Chromium.

#![cfg(all(target_arch = "wasm32", feature = "browser"))]

use js_sys::{JSON, Reflect};
use mautic_connector::browser::{entropy, now, step_object, step_string};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Stories with every kind of answer that a page asks for, and some that only the server does.
const STORIES: [&str; 6] = [
    include_str!("../vectors/settings_all_problems.json"),
    include_str!("../vectors/settings_browser.json"),
    include_str!("../vectors/base_url_not_ascii.json"),
    include_str!("../vectors/base_url_notes.json"),
    include_str!("../vectors/authorization_story.json"),
    include_str!("../vectors/renewal_refresh.json"),
];

fn vectors() -> Vec<(String, String)> {
    let mut vectors = Vec::new();
    for story in STORIES {
        let list = js_sys::Array::from(&JSON::parse(story).expect("JSON"));
        for vector in list.iter() {
            let member = |name: &str| {
                Reflect::get(&vector, &JsValue::from_str(name))
                    .ok()
                    .and_then(|value| value.as_string())
                    .expect("a string")
            };
            vectors.push((member("message"), member("answer")));
        }
    }
    vectors
}

#[wasm_bindgen_test]
fn strings_are_answered_to_the_byte() {
    for (message, answer) in vectors() {
        assert_eq!(step_string(&message), answer);
    }
}

#[wasm_bindgen_test]
fn objects_are_answered_with_the_same() {
    for (message, answer) in vectors() {
        let message = JSON::parse(&message).expect("JSON");
        let object = step_object(message).expect("an answer");
        let text = JSON::stringify(&object).expect("JSON").as_string();
        assert_eq!(text.as_deref(), Some(answer.as_str()));
    }
}

#[wasm_bindgen_test]
fn what_is_no_message_is_answered_too() {
    for odd in [
        JsValue::NULL,
        JsValue::UNDEFINED,
        JsValue::from(5),
        JsValue::from_str("view"),
        js_sys::Function::new_no_args("").into(),
    ] {
        let answer = JSON::stringify(&step_object(odd).expect("an answer")).expect("JSON");
        let answer = String::from(answer);
        assert!(answer.contains("message.invalid"), "{answer}");
    }
}

#[wasm_bindgen_test]
fn the_browser_has_randomness_and_a_clock() {
    let (one, other) = (entropy().expect("entropy"), entropy().expect("entropy"));
    assert_eq!(one.len(), 64);
    assert!(one.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_ne!(one, other);
    assert!(now() > 1_700_000_000.0 && now().fract() == 0.0);
}
