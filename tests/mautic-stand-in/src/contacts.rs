//! `/api/contacts`: list, one, new.

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::api::date;
use crate::authenticate::Caller;
use crate::contact_query;
use crate::errors;
use crate::exchange::{self, Incoming, Reply, set_header, text};
use crate::mautic::Mautic;
use crate::model::Contact;

/// A contact field of a fresh Mautic.
#[derive(Deserialize)]
struct Field {
    id: u32,
    group: String,
    label: String,
    alias: String,
    #[serde(rename = "type")]
    kind: String,
    properties: Value,
    /// The same properties serialized by PHP, as lists show them.
    php_properties: String,
    fixed: String,
    default: Value,
}

static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("contact_fields.json")).expect("the list of fields is JSON")
});

/// Lists show raw database rows; a contact that was just made shows what Mautic has in memory.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Fetched,
    Made,
}

impl Mautic {
    pub(crate) fn contact_list(&self, request: &Incoming, caller: &Caller) -> Reply {
        if !self.may(caller, "lead:leads", &["view", "viewown", "viewother"]) {
            return errors::forbidden();
        }
        let Ok((page, total)) = contact_query::page(&self.database.contacts, &request.query) else {
            return errors::server_error();
        };
        let minimal = text(&request.query, "minimal").is_some_and(|value| value != "0");
        let contacts: Map<String, Value> = page
            .into_iter()
            .map(|contact| {
                let mut body = self.contact_json(contact, Shape::Fetched);
                if minimal {
                    body.retain(|name, _| !AFTER_FIELDS.contains(&name.as_str()));
                }
                (contact.id.to_string(), Value::Object(body))
            })
            .collect();
        // The total is a string, as the database driver gives it.
        exchange::json(
            200,
            &json!({"total": total.to_string(), "contacts": contacts}),
        )
    }

    pub(crate) fn one_contact(&self, id: u32, caller: &Caller) -> Reply {
        let Some(contact) = self
            .database
            .contacts
            .iter()
            .find(|contact| contact.id == id)
        else {
            return errors::controller_error(404, "Item was not found.", &json!([]));
        };
        if !self.may(caller, "lead:leads", &["view", "viewown", "viewother"]) {
            return errors::forbidden();
        }
        exchange::json(
            200,
            &json!({"contact": self.contact_json(contact, Shape::Fetched)}),
        )
    }

    pub(crate) fn new_contact(&mut self, request: &Incoming, caller: &Caller) -> Reply {
        if !self.may(caller, "lead:leads", &["create"]) {
            return errors::forbidden();
        }
        let given = |alias: &str| text(&request.form, alias).filter(|value| !value.is_empty());
        if let Some(email) = given("email").filter(|email| !is_email(email)) {
            let message = format!("{email} is invalid.");
            let details = json!({"email": [message.as_str()]});
            return errors::controller_error(400, &format!("email: {message}"), &details);
        }
        let fields: Map<String, Value> = FIELDS
            .iter()
            .filter_map(|field| Some((field.alias.clone(), Value::String(given(&field.alias)?))))
            .collect();
        let tags = match request.form.get("tags") {
            Some(Value::Array(tags)) => tags
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            Some(Value::String(tags)) => tags.split(',').map(|tag| tag.trim().to_owned()).collect(),
            _ => Vec::new(),
        };
        let id = self.next_contact();
        let contact = Contact {
            id,
            added: self.now(),
            created_by: caller.id(),
            created_by_user: caller.full_name(),
            fields,
            tags,
        };
        self.database.contacts.push(contact.clone());
        let mut reply = exchange::json(
            201,
            &json!({"contact": self.contact_json(&contact, Shape::Made)}),
        );
        set_header(
            &mut reply,
            "location",
            &format!("{}/api/contacts/{id}", self.site.base_path()),
        );
        reply
    }

    fn next_contact(&self) -> u32 {
        let last = self.database.contacts.last();
        last.map_or(1, |contact| contact.id + 1)
    }

    /// A contact with an e-mail address that has its number, for tests that need many.
    pub(crate) fn add_contact_of_nobody(&mut self) {
        let id = self.next_contact();
        let email = Value::String(format!("contact-{id}@example.test"));
        self.database.contacts.push(Contact {
            id,
            added: self.now(),
            created_by: None,
            created_by_user: String::new(),
            fields: Map::from_iter([("email".to_owned(), email)]),
            tags: Vec::new(),
        });
    }

    fn contact_json(&self, contact: &Contact, shape: Shape) -> Map<String, Value> {
        let modified = self.database.settings.version.fills_modified_at_creation();
        let mut groups = Map::new();
        let mut all = Map::from_iter([("id".to_owned(), Value::String(contact.id.to_string()))]);
        for field in FIELDS.iter() {
            let value = contact
                .fields
                .get(&field.alias)
                .cloned()
                .unwrap_or_default();
            let group = groups.entry(&field.group).or_insert_with(|| json!({}));
            group[field.alias.as_str()] = field_json(field, &value, shape);
            let value = if field.alias == "points" {
                json!(0)
            } else {
                value
            };
            all.insert(field.alias.clone(), value);
        }
        groups.insert("personal".to_owned(), json!([]));
        groups.insert("professional".to_owned(), json!([]));
        groups.insert("all".to_owned(), Value::Object(all));
        let tags: Vec<Value> = contact
            .tags
            .iter()
            .map(|tag| json!({"id": self.tag_number(tag), "tag": tag, "description": null}))
            .collect();
        let body = json!({
            "isPublished": true,
            "dateAdded": date(contact.added),
            "dateModified": modified.then(|| date(contact.added)),
            "createdBy": contact.created_by,
            "createdByUser": contact.created_by_user,
            "modifiedBy": contact.created_by.filter(|_| modified),
            "modifiedByUser": modified.then_some(&contact.created_by_user),
            "id": contact.id,
            "points": 0,
            "color": null,
            "fields": groups,
            "lastActive": null,
            "owner": null,
            "ipAddresses": [],
            "tags": tags,
            "utmtags": if shape == Shape::Made { Value::Null } else { json!([]) },
            "stage": null,
            "dateIdentified": date(contact.added),
            "preferredProfileImage": null,
            "doNotContact": [],
            "frequencyRules": [],
        });
        match body {
            Value::Object(body) => body,
            _ => unreachable!("built as an object"),
        }
    }

    /// Tags are numbered in the order in which they were first used.
    pub(crate) fn tag_number(&self, tag: &str) -> usize {
        let mut known: Vec<&str> = Vec::new();
        for used in self
            .database
            .contacts
            .iter()
            .flat_map(|contact| &contact.tags)
        {
            if !known.contains(&used.as_str()) {
                known.push(used);
            }
        }
        known
            .iter()
            .position(|known| *known == tag)
            .unwrap_or(known.len())
            + 1
    }
}

/// What `minimal=1` leaves out.
const AFTER_FIELDS: [&str; 10] = [
    "lastActive",
    "owner",
    "ipAddresses",
    "tags",
    "utmtags",
    "stage",
    "dateIdentified",
    "preferredProfileImage",
    "doNotContact",
    "frequencyRules",
];

fn field_json(field: &Field, value: &Value, shape: Shape) -> Value {
    let normalized = if value.is_null() {
        json!("")
    } else {
        value.clone()
    };
    match shape {
        Shape::Made => json!({
            "id": field.id, "group": field.group, "label": field.label, "alias": field.alias, "type": field.kind,
            "properties": field.properties, "value": value, "normalizedValue": normalized,
        }),
        Shape::Fetched => {
            // Points live in a column of their own, which is never null.
            let points = field.alias == "points";
            json!({
                "id": field.id.to_string(), "label": field.label, "alias": field.alias, "type": field.kind,
                "group": field.group, "object": "lead", "is_fixed": field.fixed,
                "properties": field.php_properties, "default_value": field.default,
                "value": if points { json!(0) } else { value.clone() },
                "normalizedValue": if points { json!(0) } else { normalized },
            })
        }
    }
}

/// As far as tests need it: something, an at sign, a host with a dot.
fn is_email(text: &str) -> bool {
    text.split_once('@')
        .is_some_and(|(local, host)| !local.is_empty() && host.contains('.'))
}
