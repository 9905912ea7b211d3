//! Roles, users and clients.

use axum::Json;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, patch};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Answer, bad_request, changed, not_found};
use crate::model::{Client, Role, User};
use crate::server::StandIn;
use crate::{random, seed};

pub(super) fn router() -> Router<StandIn> {
    Router::new()
        .route("/roles", get(roles).post(put_role))
        .route("/users", get(users).post(add_user))
        .route("/users/{username}", patch(change_user).delete(delete_user))
        .route("/clients", get(clients).post(add_client))
        .route("/clients/{id}", patch(change_client).delete(delete_client))
}

async fn roles(State(stand_in): State<StandIn>) -> Json<Vec<Role>> {
    Json(stand_in.lock().mautic.database.roles.clone())
}

/// Adds a role, or replaces the one with its id.
async fn put_role(State(stand_in): State<StandIn>, Json(mut role): Json<Role>) -> Json<Role> {
    let mut inner = stand_in.lock();
    role.added = role.added.or_else(|| Some(inner.mautic.now()));
    inner
        .mautic
        .database
        .roles
        .retain(|known| known.id != role.id);
    inner.mautic.database.roles.push(role.clone());
    inner.save();
    Json(role)
}

async fn users(State(stand_in): State<StandIn>) -> Json<Vec<User>> {
    Json(stand_in.lock().mautic.database.users.clone())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewUser {
    username: String,
    password: String,
    role: u32,
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
}

async fn add_user(State(stand_in): State<StandIn>, Json(new): Json<NewUser>) -> Answer {
    let mut inner = stand_in.lock();
    let now = inner.mautic.now();
    let database = &mut inner.mautic.database;
    if database.user_named(&new.username).is_some() {
        return Err(bad_request("there is a user of that name"));
    }
    if database.role(new.role).is_none() {
        return Err(not_found("role"));
    }
    let user = User {
        id: database.users.iter().map(|user| user.id).max().unwrap_or(0) + 1,
        email: new
            .email
            .unwrap_or_else(|| format!("{}@example.test", new.username)),
        first_name: new.first_name.unwrap_or_else(|| new.username.clone()),
        last_name: new.last_name.unwrap_or_else(|| "User".to_owned()),
        username: new.username,
        password: new.password,
        role: new.role,
        published: true,
        added: Some(now),
        last_login: None,
    };
    database.users.push(user.clone());
    inner.save();
    Ok(Json(json!(user)))
}

async fn change_user(
    State(stand_in): State<StandIn>,
    Path(username): Path<String>,
    Json(changes): Json<Map<String, Value>>,
) -> Answer {
    let mut inner = stand_in.lock();
    let users = &mut inner.mautic.database.users;
    let user = users
        .iter_mut()
        .find(|user| user.username == username)
        .ok_or_else(|| not_found("user"))?;
    *user = changed(user, changes)?;
    let answer = Json(json!(user));
    inner.save();
    Ok(answer)
}

async fn delete_user(State(stand_in): State<StandIn>, Path(username): Path<String>) -> Answer {
    let mut inner = stand_in.lock();
    let database = &mut inner.mautic.database;
    let id = database
        .user_named(&username)
        .ok_or_else(|| not_found("user"))?
        .id;
    database.delete_user(id);
    inner.save();
    Ok(Json(json!({"deleted": username})))
}

/// A client with the id that Mautic shows beside its parts.
fn client_json(client: &Client) -> Value {
    let mut body = json!(client);
    body["client_id"] = client.public_id().into();
    body
}

async fn clients(State(stand_in): State<StandIn>) -> Json<Vec<Value>> {
    Json(
        stand_in
            .lock()
            .mautic
            .database
            .clients
            .iter()
            .map(client_json)
            .collect(),
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewClient {
    client_id: Option<String>,
    secret: Option<String>,
    name: Option<String>,
    redirect_uris: Vec<String>,
    grants: Option<Vec<String>>,
}

async fn add_client(State(stand_in): State<StandIn>, Json(new): Json<NewClient>) -> Answer {
    let mut inner = stand_in.lock();
    let database = &mut inner.mautic.database;
    let (id, random_id) = match new.client_id {
        Some(public_id) => seed::split_public_id(&public_id).map_err(bad_request)?,
        None => (
            database
                .clients
                .iter()
                .map(|client| client.id)
                .max()
                .unwrap_or(0)
                + 1,
            random::client_key(),
        ),
    };
    if database.client_by_number(id).is_some() {
        return Err(bad_request("there is a client of that number"));
    }
    let secret = new.secret.unwrap_or_else(random::client_key);
    let mut client = seed::client(id, random_id, secret, new.redirect_uris);
    client.name = new.name.unwrap_or(client.name);
    client.grants = new.grants.unwrap_or(client.grants);
    database.clients.push(client.clone());
    inner.save();
    Ok(Json(client_json(&client)))
}

async fn change_client(
    State(stand_in): State<StandIn>,
    Path(id): Path<String>,
    Json(changes): Json<Map<String, Value>>,
) -> Answer {
    let mut inner = stand_in.lock();
    let clients = &mut inner.mautic.database.clients;
    let client = clients
        .iter_mut()
        .find(|client| client.public_id() == id)
        .ok_or_else(|| not_found("client"))?;
    *client = changed(client, changes)?;
    let answer = Json(client_json(client));
    inner.save();
    Ok(answer)
}

async fn delete_client(State(stand_in): State<StandIn>, Path(id): Path<String>) -> Answer {
    let mut inner = stand_in.lock();
    let number = inner
        .mautic
        .database
        .client(&id)
        .ok_or_else(|| not_found("client"))?
        .id;
    inner.mautic.database.delete_client(number);
    inner.save();
    Ok(Json(json!({"deleted": id})))
}
