//! Lines for those who read a trace.

use crate::process::Process;

/// One line about a step.
pub(crate) fn told(process: &Process) -> String {
    let mut line = format!("{} {}", process.label(), process.event["type"]);
    if !process.event["status"].is_null() {
        line += &format!(" {}", process.event["status"]);
    } else if !process.event["error_kind"].is_null() {
        line += &format!(" {}", process.event["error_message"]);
    }
    line += " →";
    for effect in process.answer["effects"].as_array().into_iter().flatten() {
        line += &format!(" {}", effect["type"].as_str().unwrap_or("?"));
        match effect["type"].as_str().unwrap_or_default() {
            "store" => line += &format!("[{}]", process.answer["connection"]["health"]),
            "http" => line += &format!("({})", effect["id"].as_str().unwrap_or("?")),
            "notify" | "mail" | "log" => line += &format!("({})", effect["code"]),
            "wake" => {
                let at = effect["at"].as_i64().unwrap_or_default();
                line += &format!("(+{} s)", at - process.checked_now.cast_signed());
            }
            "answer" => {
                line += &format!(
                    "({}, {}, {})",
                    effect["ok"], effect["status"]["status"], effect["error"]["code"]
                );
            }
            _ => {}
        }
    }
    line
}
