//! Codes, tokens and consents.

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, bad_request, not_found};
use crate::model::{CODE_LIFETIME, Client, Code, Time, Token};
use crate::random;
use crate::server::StandIn;

pub(super) fn router() -> Router<StandIn> {
    Router::new()
        .route("/tokens", get(tokens).post(plant_token))
        .route(
            "/consents",
            get(consents).post(give_consent).delete(withdraw_consent),
        )
}

async fn tokens(State(stand_in): State<StandIn>) -> Json<Value> {
    let inner = stand_in.lock();
    let database = &inner.mautic.database;
    Json(json!({
        "codes": database.codes, "access_tokens": database.access_tokens, "refresh_tokens": database.refresh_tokens,
        "counts": {
            "codes": database.codes.len(), "access_tokens": database.access_tokens.len(),
            "refresh_tokens": database.refresh_tokens.len(),
        },
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum TokenKind {
    Code,
    Access,
    Refresh,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewToken {
    kind: TokenKind,
    client_id: String,
    /// A user name; without one the token is of the client itself.
    user: Option<String>,
    value: Option<String>,
    redirect_uri: Option<String>,
    expires_in: Option<Time>,
    scope: Option<String>,
}

async fn plant_token(State(stand_in): State<StandIn>, Json(new): Json<NewToken>) -> Answer {
    let mut inner = stand_in.lock();
    let now = inner.mautic.now();
    let database = &mut inner.mautic.database;
    let client = database
        .client(&new.client_id)
        .ok_or_else(|| not_found("client"))?
        .clone();
    let user = match &new.user {
        Some(name) => Some(
            database
                .user_named(name)
                .ok_or_else(|| not_found("user"))?
                .id,
        ),
        None => None,
    };
    let value = new.value.unwrap_or_else(random::token);
    database.codes.retain(|code| code.value != value);
    database.access_tokens.retain(|token| token.value != value);
    database.refresh_tokens.retain(|token| token.value != value);
    let token = |lifetime: Time| Token {
        value: value.clone(),
        client: client.id,
        user,
        expires_at: now + new.expires_in.unwrap_or(lifetime),
        scope: new.scope.clone(),
    };
    match new.kind {
        TokenKind::Access => {
            let token = token(database.settings.access_token_lifetime());
            database.access_tokens.push(token);
        }
        TokenKind::Refresh => {
            let token = token(database.settings.refresh_token_lifetime());
            database.refresh_tokens.push(token);
        }
        TokenKind::Code => {
            let registered = client.redirect_uris.first().cloned();
            let redirect_uri = new.redirect_uri.clone().or(registered).unwrap_or_default();
            let token = token(CODE_LIFETIME);
            let user = token
                .user
                .ok_or_else(|| bad_request("a code needs a user"))?;
            let (client, expires_at) = (client.id, token.expires_at);
            database.codes.push(Code {
                value: token.value,
                client,
                user,
                redirect_uri,
                expires_at,
                scope: token.scope,
            });
        }
    }
    inner.save();
    Ok(Json(json!({"value": value})))
}

async fn consents(State(stand_in): State<StandIn>) -> Json<Value> {
    let inner = stand_in.lock();
    let database = &inner.mautic.database;
    let named = |&(user, client): &(u32, u32)| {
        let user = database.user(user).map(|user| user.username.clone());
        let client = database.client_by_number(client).map(Client::public_id);
        json!({"user": user, "client_id": client})
    };
    Json(database.consents.iter().map(named).collect())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Consent {
    user: String,
    client_id: String,
}

async fn give_consent(State(stand_in): State<StandIn>, Json(consent): Json<Consent>) -> Answer {
    set_consent(&stand_in, &consent, true)
}

async fn withdraw_consent(State(stand_in): State<StandIn>, Json(consent): Json<Consent>) -> Answer {
    set_consent(&stand_in, &consent, false)
}

fn set_consent(stand_in: &StandIn, consent: &Consent, given: bool) -> Answer {
    let mut inner = stand_in.lock();
    let database = &mut inner.mautic.database;
    let user = database
        .user_named(&consent.user)
        .ok_or_else(|| not_found("user"))?
        .id;
    let client = database
        .client(&consent.client_id)
        .ok_or_else(|| not_found("client"))?
        .id;
    if given {
        database.consents.insert((user, client));
    } else {
        database.consents.remove(&(user, client));
    }
    inner.save();
    Ok(Json(json!({"given": given})))
}
