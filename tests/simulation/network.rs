//! What happens to a request on its way to Mautic and back.

use fastrand::Rng;
use serde_json::{Value, json};

use crate::faults::{Fault, MINUTE, SECOND, pick};
use crate::mautic::error;

/// Milliseconds beyond the client's timeout in which a request may still be carried out.
const AFTER_TIMEOUT: u64 = 30 * SECOND;

/// The course of one request, in milliseconds.
pub(crate) struct Course {
    /// From sending until Mautic looks it up; never, if it does not get there.
    pub(crate) arrives: Option<u64>,
    /// From then until Mautic has carried it out.
    pub(crate) works: u64,
    pub(crate) reply: Reply,
}

/// What the client gets.
pub(crate) enum Reply {
    /// Mautic's answer that long after it was carried out, perhaps altered by a fault.
    Mautics { after: u64, altered: Option<Fault> },
    /// Something else that long after sending.
    Other { after: u64, event: Value },
}

/// Draws a course.
pub(crate) fn course(fault: Option<Fault>, timeout: u64, now: u64, random: &mut Rng) -> Course {
    let mut between = |low: u64, high: u64| random.u64(low..=high);
    let (arrives, works) = (between(2, 60), between(3, 120));
    let back = between(2, 60);
    let carried_out = |reply| Course {
        arrives: Some(arrives),
        works,
        reply,
    };
    let never = |reply| Course {
        arrives: None,
        works: 0,
        reply,
    };
    let other = |after, event| Reply::Other { after, event };
    let altered = |altered| Reply::Mautics {
        after: back,
        altered,
    };
    let Some(fault) = fault else {
        return carried_out(altered(None));
    };
    match fault {
        Fault::Refused => never(other(back, curl(7, "Connection refused"))),
        Fault::Dns => never(other(between(5, 9000), curl(6, "Could not resolve host"))),
        Fault::Tls => never(other(
            back,
            curl(60, "SSL certificate problem: certificate has expired"),
        )),
        Fault::Interrupted => never(other(
            between(2, 9000),
            curl(56, "Recv failure: Connection reset by peer"),
        )),
        Fault::Blackhole => never(other(timeout, timed_out())),
        Fault::LostAnswer => carried_out(other(
            arrives + works + 1,
            curl(52, "Empty reply from server"),
        )),
        Fault::LateAnswer => late(timeout, timeout + AFTER_TIMEOUT, random, altered(None)),
        Fault::Overrun => late(
            timeout + AFTER_TIMEOUT,
            timeout + 5 * MINUTE,
            random,
            altered(None),
        ),
        Fault::GatewayTimeout => {
            let after = between(10, timeout - SECOND);
            let reply = other(after, page(504, "504 Gateway Time-out"));
            late(10, timeout + AFTER_TIMEOUT, random, reply)
        }
        Fault::Slow => late(SECOND, timeout - SECOND, random, altered(None)),
        Fault::ErrorAfterwards | Fault::CutBody | Fault::OddLifetime => {
            carried_out(altered(Some(fault)))
        }
        Fault::ServerError => {
            let mut event = match between(0, 3) {
                0 => error(500, "null"),
                1 => page(502, "Bad Gateway"),
                _ => page(503, "Maintenance"),
            };
            if between(0, 2) == 0 {
                retry_after(&mut event, now, random);
            }
            never(other(back, event))
        }
        Fault::RequestTimeout => never(other(back, page(408, "Request Time-out"))),
        Fault::RateLimited => {
            let mut event = error(429, "null");
            match between(0, 2) {
                0 => retry_after(&mut event, now, random),
                1 => {
                    let reset = now / 1000 + random.u64(0..7200);
                    event["headers"]["x-ratelimit-reset"] = json!(reset.to_string());
                }
                _ => {}
            }
            never(other(back, event))
        }
        Fault::HtmlPage => never(other(back, page(200, "One moment, please"))),
        Fault::Firewall => never(other(back, page(403, "Attention Required!"))),
        _ => never(other(
            back,
            json!({"status": 301, "headers": {"location": "https://elsewhere.example/"}, "body": ""}),
        )),
    }
}

/// Mautic is done at some time between two, be it that the request queued or that it took long.
fn late(from: u64, to: u64, random: &mut Rng, reply: Reply) -> Course {
    let done = random.u64(from..=to);
    let works = if random.bool() {
        random.u64(0..done)
    } else {
        done.min(50)
    };
    Course {
        arrives: Some(done - works),
        works,
        reply,
    }
}

/// What a fault makes of Mautic's answer after it was carried out.
pub(crate) fn altered(answer: Value, fault: Fault, random: &mut Rng) -> Value {
    match fault {
        Fault::ErrorAfterwards => error(500, "null"),
        Fault::CutBody => {
            let mut answer = answer;
            let body = answer["body"].as_str().unwrap_or_default();
            answer["body"] = json!(body[..body.len() / 2]);
            answer
        }
        _ => {
            let mut answer = answer;
            let body = answer["body"].as_str().unwrap_or_default();
            if let Ok(mut body) = serde_json::from_str::<Value>(body)
                && body.get("expires_in").is_some()
            {
                let odd = [
                    json!("3600"),
                    json!(0),
                    json!(-5),
                    Value::Null,
                    json!(u64::MAX),
                ];
                body["expires_in"] = pick(random, &odd).clone();
                answer["body"] = json!(body.to_string());
            }
            answer
        }
    }
}

pub(crate) fn timed_out() -> Value {
    curl(28, "Operation timed out")
}

fn curl(number: u32, message: &str) -> Value {
    json!({"error_kind": "http_request_failed",
        "error_message": format!("cURL error {number}: {message}")})
}

fn page(status: u16, title: &str) -> Value {
    json!({"status": status, "headers": {"content-type": "text/html; charset=UTF-8"},
        "body": format!("<!DOCTYPE html><html><head><title>{title}</title></head></html>")})
}

/// Lets an answer say when to come again: in seconds, sensible or not, or as a date. The date is
/// repeated in a header that no core reads, for the one who judges.
fn retry_after(event: &mut Value, now: u64, random: &mut Rng) {
    let values = [
        "0",
        "5",
        "120",
        "1800",
        "3600",
        "86400",
        "99999999999",
        "soon",
        "-1",
    ];
    let headers = &mut event["headers"];
    match random.usize(..values.len() + 3) {
        choice if choice < values.len() => headers["retry-after"] = json!(values[choice]),
        _ => {
            let at = (now / 1000 + random.u64(0..7200)).saturating_sub(600);
            headers["retry-after"] = json!(http_date(at));
            headers["simulated-at"] = json!(at);
        }
    }
}

/// The date of RFC 9110 §5.6.7, from Unix seconds.
fn http_date(at: u64) -> String {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let (mut day, mut year) = (at / 86_400, 1970);
    while day >= 365 + u64::from(leap(year)) {
        day -= 365 + u64::from(leap(year));
        year += 1;
    }
    let february = 28 + u64::from(leap(year));
    let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while day >= lengths[month] {
        day -= lengths[month];
        month += 1;
    }
    let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][(at / 86_400 % 7) as usize];
    format!(
        "{weekday}, {:02} {} {year} {:02}:{:02}:{:02} GMT",
        day + 1,
        MONTHS[month],
        at / 3600 % 24,
        at / 60 % 60,
        at % 60
    )
}
