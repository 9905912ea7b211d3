//! The control interface under `/_stand-in/`: JSON in, JSON out, no authentication.

mod records;
mod tokens;

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{delete, get, post};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::faults::Fault;
use crate::model::{Settings, Time};
use crate::server::StandIn;

type Answer = Result<Json<Value>, (StatusCode, String)>;

/// The routes.
pub(crate) fn router() -> Router<StandIn> {
    Router::new()
        .merge(records::router())
        .merge(tokens::router())
        .route("/settings", get(settings).patch(change_settings))
        .route("/clock", get(clock).post(move_clock))
        .route("/contacts", post(add_contacts).delete(delete_contacts))
        .route("/rate-limit", delete(clear_rate_limit))
        .route(
            "/faults",
            get(faults).post(order_fault).delete(clear_faults),
        )
        .route("/requests", get(requests).delete(clear_requests))
        .route("/reset", post(reset))
}

fn bad_request(message: impl Into<String>) -> (StatusCode, String) {
    (StatusCode::BAD_REQUEST, message.into())
}

fn not_found(what: &str) -> (StatusCode, String) {
    (StatusCode::NOT_FOUND, format!("no such {what}"))
}

/// A record with some of its members replaced. Unknown members are refused by name.
fn changed<T: serde::Serialize + serde::de::DeserializeOwned>(
    record: &T,
    changes: Map<String, Value>,
) -> Result<T, (StatusCode, String)> {
    let Ok(Value::Object(mut members)) = serde_json::to_value(record) else {
        return Err(bad_request("not a record"));
    };
    for (name, value) in changes {
        if !members.contains_key(&name) {
            return Err(bad_request(format!("there is no \"{name}\" to change")));
        }
        members.insert(name, value);
    }
    serde_json::from_value(Value::Object(members)).map_err(|error| bad_request(error.to_string()))
}

async fn settings(State(stand_in): State<StandIn>) -> Json<Settings> {
    Json(stand_in.lock().mautic.database.settings.clone())
}

async fn change_settings(
    State(stand_in): State<StandIn>,
    Json(changes): Json<Map<String, Value>>,
) -> Answer {
    let mut inner = stand_in.lock();
    inner.mautic.database.settings = changed(&inner.mautic.database.settings, changes)?;
    inner.save();
    Ok(Json(json!(inner.mautic.database.settings)))
}

async fn clock(State(stand_in): State<StandIn>) -> Json<Value> {
    let inner = stand_in.lock();
    Json(json!({"offset": inner.mautic.clock_offset, "now": inner.mautic.now()}))
}

/// Sets how far the clock is ahead, or moves it on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
enum Move {
    Offset(Time),
    Advance(Time),
}

async fn move_clock(State(stand_in): State<StandIn>, Json(wanted): Json<Move>) -> Json<Value> {
    {
        let mut inner = stand_in.lock();
        match wanted {
            Move::Offset(seconds) => inner.mautic.clock_offset = seconds,
            Move::Advance(seconds) => inner.mautic.clock_offset += seconds,
        }
    }
    clock(State(stand_in)).await
}

/// How many contacts there shall be more.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct More {
    count: u32,
}

async fn add_contacts(State(stand_in): State<StandIn>, Json(more): Json<More>) -> StatusCode {
    let mut inner = stand_in.lock();
    for _ in 0..more.count {
        inner.mautic.add_contact_of_nobody();
    }
    inner.save();
    StatusCode::NO_CONTENT
}

async fn delete_contacts(State(stand_in): State<StandIn>) -> StatusCode {
    stand_in.lock().mautic.database.contacts.clear();
    StatusCode::NO_CONTENT
}

async fn clear_rate_limit(State(stand_in): State<StandIn>) -> StatusCode {
    stand_in.lock().mautic.rate_limiter.clear();
    StatusCode::NO_CONTENT
}

async fn faults(State(stand_in): State<StandIn>) -> Json<Value> {
    Json(json!(stand_in.lock().faults.list()))
}

async fn order_fault(State(stand_in): State<StandIn>, Json(fault): Json<Fault>) -> StatusCode {
    stand_in.lock().faults.order(fault);
    StatusCode::NO_CONTENT
}

async fn clear_faults(State(stand_in): State<StandIn>) -> StatusCode {
    stand_in.lock().faults.clear();
    StatusCode::NO_CONTENT
}

async fn requests(State(stand_in): State<StandIn>) -> Json<Value> {
    Json(json!(stand_in.lock().log.entries()))
}

async fn clear_requests(State(stand_in): State<StandIn>) -> StatusCode {
    stand_in.lock().log.clear();
    StatusCode::NO_CONTENT
}

async fn reset(State(stand_in): State<StandIn>) -> StatusCode {
    let mut inner = stand_in.lock();
    inner.reset();
    inner.save();
    StatusCode::NO_CONTENT
}
