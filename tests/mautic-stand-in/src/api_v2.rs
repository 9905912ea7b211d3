//! `/api/v2`, which Mautic 7 has from API Platform: only as far as it answers otherwise.

use serde_json::{Map, Value, json};

use crate::api::date;
use crate::authenticate::Caller;
use crate::errors;
use crate::exchange::{self, Incoming, Reply, set_header};
use crate::mautic::Mautic;
use crate::session::Area;

/// The entry point's resources, as Mautic 7.0.0 lists them.
const RESOURCES: &str = include_str!("api_v2_resources.json");

impl Mautic {
    pub(crate) fn api_v2(&mut self, request: &Incoming, path: &str) -> Reply {
        if let Err(refusal) = self.authenticate_v2(request) {
            return *refusal;
        }
        let Some(resource) = path.strip_prefix("/api/v2").filter(|_| request.is_get()) else {
            return errors::not_found(request);
        };
        match resource {
            "" => self.linked_data(request, &entry_point()),
            "/emails" => self.linked_data(request, &collection("Email", "emails", &[])),
            "/contacts" => {
                let members: Vec<Value> = self
                    .database
                    .contacts
                    .iter()
                    .map(|contact| self.member(contact))
                    .collect();
                self.linked_data(request, &collection("Contacts", "contacts", &members))
            }
            _ if resource.starts_with("/emails/") || resource.starts_with("/contacts/") => {
                errors::error(404, "Not Found", None)
            }
            _ => errors::not_found(request),
        }
    }

    /// A login in Mautic's own pages is enough here; a valid Bearer token may not be.
    fn authenticate_v2(&mut self, request: &Incoming) -> Result<(), Box<Reply>> {
        let refusal = match self.authenticate(request, "text/html; charset=UTF-8") {
            Ok(authenticated) => {
                let user_tokens = self.database.settings.version.api_v2_takes_user_tokens();
                let takes = match authenticated.caller {
                    Caller::User(_) => authenticated.token.is_none() || user_tokens,
                    Caller::Client(_) => false,
                };
                if takes {
                    return Ok(());
                }
                Box::new(exchange::json(
                    401,
                    &json!({"message": "Invalid credentials."}),
                ))
            }
            Err(refusal) => refusal,
        };
        let bare = request.header("authorization").is_none();
        if bare
            && self
                .logged_in(&self.sessions.of(request), Area::Main)
                .is_some()
        {
            return Ok(());
        }
        Err(refusal)
    }

    fn member(&self, contact: &crate::model::Contact) -> Value {
        let iri = format!("/api/v2/contacts/{}", contact.id);
        let mut member = json!({"@id": iri, "@type": "Contacts", "id": contact.id});
        for name in ["firstname", "lastname", "email"] {
            if let Some(value) = contact.fields.get(name) {
                member[name] = value.clone();
            }
        }
        let tags: Map<String, Value> = contact
            .tags
            .iter()
            .map(|tag| {
                (
                    tag.clone(),
                    format!("/api/v2/tags/{}", self.tag_number(tag)).into(),
                )
            })
            .collect();
        member["points"] = 0.into();
        member["dateIdentified"] = date(contact.added).into();
        member["tags"] = if tags.is_empty() {
            json!([])
        } else {
            tags.into()
        };
        member
    }

    /// JSON-LD, or its bare members for a client that asks for plain JSON.
    fn linked_data(&self, request: &Incoming, body: &Value) -> Reply {
        let plain = request.header("accept") == Some("application/json");
        let mut reply = exchange::json(
            200,
            if plain {
                body.get("member").unwrap_or(body)
            } else {
                body
            },
        );
        let content_type = if plain {
            "application/json; charset=utf-8"
        } else {
            "application/ld+json; charset=utf-8"
        };
        set_header(&mut reply, "content-type", content_type);
        let docs = self.site.url("/api/v2/docs.jsonld");
        let link = format!("<{docs}>; rel=\"http://www.w3.org/ns/hydra/core#apiDocumentation\"");
        set_header(&mut reply, "link", &link);
        reply
    }
}

fn entry_point() -> Value {
    let resources: Map<String, Value> =
        serde_json::from_str(RESOURCES).expect("the list of resources is JSON");
    let mut body =
        json!({"@context": "/api/v2/contexts/Entrypoint", "@id": "/api/v2", "@type": "Entrypoint"});
    for (name, iri) in resources {
        body[name] = iri;
    }
    body
}

fn collection(context: &str, resource: &str, members: &[Value]) -> Value {
    json!({
        "@context": format!("/api/v2/contexts/{context}"), "@id": format!("/api/v2/{resource}"),
        "@type": "Collection", "totalItems": members.len(), "member": members,
    })
}
