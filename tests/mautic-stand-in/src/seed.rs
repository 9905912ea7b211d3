//! What a fresh stand-in has: an administrator, a role for them, one API credential.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Client, Database, Role, Settings, User};
use crate::random;
use crate::version::Version;

/// How to set up a stand-in.
#[derive(Clone, Debug)]
pub struct Options {
    /// The Mautic version to play.
    pub version: Version,
    /// Mautic's `site_url`, which redirects are built from.
    pub site_url: String,
    /// The folder it is served at, if not the path of the site URL.
    pub base_path: Option<String>,
    /// The password of the user `admin`.
    pub admin_password: String,
    /// Client id, `1_…`; made up if absent.
    pub client_id: Option<String>,
    /// Client secret; made up if absent.
    pub client_secret: Option<String>,
    /// The redirect URIs registered for the client.
    pub redirect_uris: Vec<String>,
    /// Whether `/_stand-in/` is served.
    pub control: bool,
    /// The file that keeps the state across restarts.
    pub state: Option<std::path::PathBuf>,
    /// The file that gets a line for each request.
    pub log: Option<std::path::PathBuf>,
}

/// The role of administrators.
pub(crate) const ADMINISTRATOR: u32 = 1;

/// The database of a fresh installation.
pub(crate) fn database(options: &Options) -> Result<Database, String> {
    let administrator = Role {
        id: ADMINISTRATOR,
        name: "Administrator".to_owned(),
        admin: true,
        permissions: BTreeMap::new(),
        description: Some("Full system access".to_owned()),
        added: None,
    };
    let admin = User {
        id: 1,
        username: "admin".to_owned(),
        password: options.admin_password.clone(),
        first_name: "Ada".to_owned(),
        last_name: "Admin".to_owned(),
        email: "admin@example.test".to_owned(),
        role: ADMINISTRATOR,
        published: true,
        added: None,
        last_login: None,
    };
    let mut database = Database {
        settings: Settings::new(options.version.clone()),
        roles: vec![administrator],
        users: vec![admin],
        clients: Vec::new(),
        codes: Vec::new(),
        access_tokens: Vec::new(),
        refresh_tokens: Vec::new(),
        consents: BTreeSet::new(),
        contacts: Vec::new(),
    };
    configure(&mut database, options)?;
    Ok(database)
}

/// Puts what was asked for at the start into a database, new or kept.
pub(crate) fn configure(database: &mut Database, options: &Options) -> Result<(), String> {
    database.settings.version = options.version.clone();
    if let Some(admin) = database.users.first_mut() {
        admin.password.clone_from(&options.admin_password);
    }
    let Some(id) = &options.client_id else {
        if database.clients.is_empty() {
            let secret = options
                .client_secret
                .clone()
                .unwrap_or_else(random::client_key);
            let uris = options.redirect_uris.clone();
            database
                .clients
                .push(client(1, random::client_key(), secret, uris));
        } else if let Some(first) = database.clients.first_mut() {
            add_missing(&mut first.redirect_uris, &options.redirect_uris);
            first.secret = options
                .client_secret
                .clone()
                .unwrap_or_else(|| first.secret.clone());
        }
        return Ok(());
    };
    if let Some(known) = database
        .clients
        .iter_mut()
        .find(|client| client.public_id() == *id)
    {
        add_missing(&mut known.redirect_uris, &options.redirect_uris);
        known.secret = options
            .client_secret
            .clone()
            .unwrap_or_else(|| known.secret.clone());
        return Ok(());
    }
    let (number, random_id) = split_public_id(id)?;
    let secret = options
        .client_secret
        .clone()
        .unwrap_or_else(random::client_key);
    database.delete_client(number);
    database.clients.insert(
        0,
        client(number, random_id, secret, options.redirect_uris.clone()),
    );
    Ok(())
}

/// A credential made by an administrator.
pub(crate) fn client(
    id: u32,
    random_id: String,
    secret: String,
    redirect_uris: Vec<String>,
) -> Client {
    let grants = ["authorization_code", "refresh_token", "client_credentials"];
    Client {
        id,
        random_id,
        secret,
        name: "WordPress".to_owned(),
        redirect_uris,
        grants: grants.map(str::to_owned).to_vec(),
        role: Some(ADMINISTRATOR),
    }
}

/// Number and random part of a client id.
pub(crate) fn split_public_id(public_id: &str) -> Result<(u32, String), String> {
    let parts = public_id
        .split_once('_')
        .and_then(|(id, random)| Some((id.parse().ok()?, random.to_owned())));
    parts.ok_or_else(|| {
        format!(
            "the client id \"{public_id}\" is not a number, an underscore and letters or digits"
        )
    })
}

fn add_missing(known: &mut Vec<String>, wanted: &[String]) {
    for uri in wanted {
        if !known.contains(uri) {
            known.push(uri.clone());
        }
    }
}
