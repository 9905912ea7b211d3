//! What the recordings do not hold: sub-folder, state file, control interface, faults.

use std::io::{Read as _, Write as _};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use mautic_stand_in::{Options, StandIn};
use serde_json::{Value, json};
use tower::ServiceExt as _;

const CALLBACK: &str = "http://127.0.0.1:8080/wp-admin/admin.php";

fn options() -> Options {
    Options {
        version: "7.0.0".parse().expect("a version"),
        site_url: "http://localhost:8081".to_owned(),
        base_path: None,
        admin_password: "mautic".to_owned(),
        client_id: Some("1_abc".to_owned()),
        client_secret: Some("secret".to_owned()),
        redirect_uris: vec![CALLBACK.to_owned()],
        control: true,
        state: None,
        log: None,
    }
}

fn router(options: &Options) -> Router {
    StandIn::new(options).expect("a stand-in").router()
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }

    /// The type of Mautic's error.
    fn error(&self) -> String {
        self.json()["errors"][0]["type"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}

async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    let body = String::from_utf8(body.into()).expect("UTF-8");
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body,
    }
}

async fn get(router: &Router, target: &str) -> Answer {
    send(
        router,
        Request::get(target).body(Body::empty()).expect("a request"),
    )
    .await
}

async fn get_with(router: &Router, target: &str, name: &str, value: &str) -> Answer {
    let request = Request::get(target).header(name, value).body(Body::empty());
    send(router, request.expect("a request")).await
}

async fn post(router: &Router, target: &str, pairs: &[(&str, &str)]) -> Answer {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    let request = Request::post(target).header("content-type", "application/x-www-form-urlencoded");
    send(router, request.body(Body::from(form)).expect("a request")).await
}

async fn control(router: &Router, method: &str, path: &str, body: Value) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(format!("/_stand-in/{path}"));
    let request = request
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()));
    let answer = send(router, request.expect("a request")).await;
    assert!(
        answer.status < 300,
        "{method} {path}: {} {}",
        answer.status,
        answer.body
    );
    answer
}

async fn client_credentials(router: &Router) -> Answer {
    let grant = [
        ("grant_type", "client_credentials"),
        ("client_id", "1_abc"),
        ("client_secret", "secret"),
    ];
    post(router, "/oauth/v2/token", &grant).await
}

/// Plants a token for `admin`.
async fn plant(router: &Router, kind: &str, value: &str) {
    let token = json!({"kind": kind, "client_id": "1_abc", "user": "admin", "value": value});
    control(router, "POST", "tokens", token).await;
}

async fn refresh(router: &Router, token: &str) -> Answer {
    let client = [("client_id", "1_abc"), ("client_secret", "secret")];
    let grant = [("grant_type", "refresh_token"), ("refresh_token", token)];
    post(router, "/oauth/v2/token", &[client, grant].concat()).await
}

#[tokio::test]
async fn without_control_there_is_no_control_interface() {
    let router = router(&Options {
        control: false,
        ..options()
    });
    assert_eq!(get(&router, "/_stand-in/settings").await.status, 404);
}

#[tokio::test]
async fn a_sub_folder_is_in_every_redirect_and_nothing_is_outside_of_it() {
    let site_url = "http://localhost:8081/mautic".to_owned();
    let router = router(&Options {
        site_url,
        ..options()
    });
    let target = "/mautic/oauth/v2/authorize?client_id=1_abc&response_type=code&state=s";
    let answer = get(&router, target).await;
    assert_eq!(
        answer.header("location"),
        "http://localhost:8081/mautic/oauth/v2/authorize_login"
    );
    assert!(
        answer.header("set-cookie").contains("path=/mautic/;"),
        "{}",
        answer.header("set-cookie")
    );
    let cookie = answer
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap_or_default()
        .to_owned();
    let check = Request::post("/mautic/oauth/v2/authorize_login_check")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("cookie", cookie)
        .body(Body::from("_username=admin&_password=mautic"));
    let answer = send(&router, check.expect("a request")).await;
    assert_eq!(
        answer.header("location"),
        format!("http://localhost:8081{target}")
    );
    assert_eq!(get(&router, "/oauth/v2/token").await.status, 404);
    assert_eq!(
        get(&router, "/mautic/oauth/v2/token").await.error(),
        "invalid_request"
    );
    let message = &get(&router, "/mautic//oauth/v2/token").await.json()["errors"][0]["message"];
    assert_eq!(message, "Requested URL not found: /mautic//oauth/v2/token");
}

#[tokio::test]
async fn a_double_slash_is_not_found() {
    let answer = get(&router(&options()), "//oauth/v2/token?a=b").await;
    assert_eq!(answer.status, 404);
    let message = &answer.json()["errors"][0]["message"];
    assert_eq!(message, "Requested URL not found: //oauth/v2/token?a=b");
}

#[tokio::test]
async fn the_clock_moves_and_lifetimes_can_be_set() {
    let router = router(&options());
    control(
        &router,
        "PATCH",
        "settings",
        json!({"access_token_minutes": 2, "refresh_token_days": 1}),
    )
    .await;
    plant(&router, "refresh", "first").await;
    let issued = refresh(&router, "first").await.json();
    assert_eq!(issued["expires_in"], 120);
    let bearer = format!(
        "Bearer {}",
        issued["access_token"].as_str().expect("a token")
    );
    let call = || get_with(&router, "/api/users/self", "authorization", &bearer);
    assert_eq!(call().await.status, 200);
    control(&router, "POST", "clock", json!({"advance": 119})).await;
    assert_eq!(call().await.status, 200);
    control(&router, "POST", "clock", json!({"advance": 3})).await;
    assert_eq!(
        (call().await.status, call().await.error()),
        (401, "invalid_grant".to_owned())
    );
    control(&router, "POST", "clock", json!({"offset": 86_500})).await;
    let second = issued["refresh_token"].as_str().expect("a token");
    let message = refresh(&router, second).await.json()["errors"][0]["message"].clone();
    assert_eq!(message, "Refresh token has expired");
}

#[tokio::test]
async fn a_fraction_of_a_minute_is_some_seconds() {
    let router = router(&options());
    let settings = json!({"access_token_minutes": 0.1});
    control(&router, "PATCH", "settings", settings).await;
    plant(&router, "refresh", "first").await;
    assert_eq!(refresh(&router, "first").await.json()["expires_in"], 6);
}

#[tokio::test]
async fn the_log_file_has_every_request_of_every_run() {
    let file = std::env::temp_dir().join(format!("mautic-stand-in-{}.log", std::process::id()));
    let options = Options {
        log: Some(file.clone()),
        ..options()
    };
    client_credentials(&router(&options)).await;
    get(&router(&options), "/api/users/self").await;
    let text = std::fs::read_to_string(&file).expect("the log can be read");
    let entries: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect();
    let seen: Vec<_> = entries
        .iter()
        .map(|entry| (&entry["path"], &entry["status"]))
        .collect();
    assert_eq!(
        seen,
        [
            (&json!("/oauth/v2/token"), &json!(200)),
            (&json!("/api/users/self"), &json!(401))
        ]
    );
    std::fs::remove_file(&file).expect("the file is there");
}

#[tokio::test]
async fn an_unknown_setting_or_member_is_refused_by_name() {
    let router = router(&options());
    let request = Request::patch("/_stand-in/settings").header("content-type", "application/json");
    let request = request
        .body(Body::from(r#"{"api_enable": false}"#))
        .expect("a request");
    let answer = send(&router, request).await;
    assert_eq!(
        (answer.status, answer.body.contains("api_enable")),
        (400, true)
    );
}

#[tokio::test]
async fn the_state_file_keeps_clients_and_tokens() {
    let file = std::env::temp_dir().join(format!("mautic-stand-in-{}.json", std::process::id()));
    let options = Options {
        state: Some(file.clone()),
        ..options()
    };
    let first = router(&options);
    let token = client_credentials(&first).await.json()["access_token"].clone();
    let bearer = format!("Bearer {}", token.as_str().expect("a token"));
    drop(first);
    // The second start may make up a client id: the kept client stays.
    let second = router(&Options {
        client_id: None,
        client_secret: None,
        ..options.clone()
    });
    let answer = get_with(&second, "/api/users/self", "authorization", &bearer).await;
    assert_eq!(answer.status, 200);
    assert_eq!(client_credentials(&second).await.status, 200);
    std::fs::write(&file, "{").expect("the file can be written");
    let error = StandIn::new(&options)
        .err()
        .expect("a broken file is refused");
    assert!(error.contains("mautic-stand-in-"), "{error}");
    std::fs::remove_file(&file).expect("the file is there");
}

#[tokio::test]
async fn reset_goes_back_to_the_start() {
    let router = router(&options());
    control(&router, "PATCH", "settings", json!({"api_enabled": false})).await;
    control(&router, "POST", "clock", json!({"advance": 60})).await;
    control(
        &router,
        "POST",
        "faults",
        json!({"path": "/oauth", "kind": "drop"}),
    )
    .await;
    control(&router, "POST", "reset", Value::Null).await;
    assert_eq!(client_credentials(&router).await.status, 200);
    assert_eq!(
        control(&router, "GET", "clock", Value::Null).await.json()["offset"],
        0
    );
}

#[tokio::test]
async fn the_log_has_parameter_names_and_bodies() {
    let router = router(&options());
    client_credentials(&router).await;
    let log = control(&router, "GET", "requests", Value::Null)
        .await
        .json();
    assert_eq!(log[0]["path"], "/oauth/v2/token");
    assert_eq!(
        log[0]["body_names"],
        json!(["grant_type", "client_id", "client_secret"])
    );
    assert_eq!(
        log[0]["body"],
        "grant_type=client_credentials&client_id=1_abc&client_secret=secret"
    );
    assert_eq!(log[0]["status"], 200);
    assert_eq!(log.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn faults_answer_instead_of_mautic_as_often_as_ordered() {
    let router = router(&options());
    let fault = json!({
        "path": "/oauth/v2/token", "method": "POST", "times": 2, "kind": "respond", "status": 503,
        "headers": {"content-type": "text/html", "retry-after": "7"}, "body": "<p>", "bytes": 9,
    });
    control(&router, "POST", "faults", fault).await;
    assert_eq!(get(&router, "/oauth/v2/token").await.status, 400);
    for _ in 0..2 {
        let answer = client_credentials(&router).await;
        assert_eq!((answer.status, answer.body.as_str()), (503, "<p><p><p>"));
        assert_eq!(
            (answer.header("content-type"), answer.header("retry-after")),
            ("text/html", "7")
        );
    }
    assert_eq!(client_credentials(&router).await.status, 200);
}

#[tokio::test]
async fn faults_patch_the_answer_and_strip_the_header() {
    let router = router(&options());
    let patch =
        json!({"path": "/token", "kind": "patch", "members": {"expires_in": "3600", "scope": []}});
    control(&router, "POST", "faults", patch).await;
    let token = client_credentials(&router).await.json();
    assert_eq!(
        (&token["expires_in"], &token["scope"]),
        (&json!("3600"), &json!([]))
    );
    let bearer = format!(
        "Bearer {}",
        token["access_token"].as_str().expect("a token")
    );
    control(
        &router,
        "POST",
        "faults",
        json!({"path": "/api", "kind": "strip_authorization"}),
    )
    .await;
    let call = || get_with(&router, "/api/users/self", "authorization", &bearer);
    assert_eq!(call().await.error(), "access_denied");
    assert_eq!(call().await.status, 200);
}

/// Over a socket, since that is what breaks.
#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_connection_gives_no_answer_and_a_lost_answer_has_had_its_effect() {
    let router = router(&options());
    plant(&router, "refresh", "precious").await;
    control(
        &router,
        "POST",
        "faults",
        json!({"path": "/token", "kind": "drop"}),
    )
    .await;
    control(
        &router,
        "POST",
        "faults",
        json!({"path": "/token", "kind": "lose_answer"}),
    )
    .await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(axum::serve(listener, router.clone()).into_future());
    let body =
        "grant_type=refresh_token&refresh_token=precious&client_id=1_abc&client_secret=secret";
    let request = format!(
        "POST /oauth/v2/token HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    for access_tokens in [0, 1] {
        let request = request.clone();
        let answer = tokio::task::spawn_blocking(move || {
            let mut stream = std::net::TcpStream::connect(address).expect("a connection");
            stream
                .write_all(request.as_bytes())
                .expect("the request goes out");
            let mut answer = Vec::new();
            // A reset connection is no answer either.
            let _ = stream.read_to_end(&mut answer);
            answer
        });
        assert_eq!(answer.await.expect("a thread").len(), 0);
        let counts = control(&router, "GET", "tokens", Value::Null).await.json()["counts"].clone();
        assert_eq!(counts["access_tokens"], access_tokens);
    }
    assert_eq!(refresh(&router, "precious").await.error(), "invalid_grant");
}

#[tokio::test]
async fn a_web_server_that_keeps_the_header_leaves_the_query_and_the_log_alone() {
    let router = router(&options());
    plant(&router, "access", "token-of-ada").await;
    let bearer = "Bearer token-of-ada";
    let on = json!({"strips_authorization": true, "basic_enabled": true});
    control(&router, "PATCH", "settings", on).await;
    let answer = get_with(&router, "/api/users/self", "authorization", bearer).await;
    assert_eq!(
        (answer.status, answer.error().as_str()),
        (401, "access_denied")
    );
    let basic = "Basic YWRtaW46bWF1dGlj"; // admin:mautic
    let answer = get_with(&router, "/api/users/self", "authorization", basic).await;
    assert_eq!(
        (answer.status, answer.error().as_str()),
        (401, "access_denied")
    );
    let answer = get(&router, "/api/users/self?access_token=token-of-ada").await;
    assert_eq!(answer.status, 200);

    let log = get(&router, "/_stand-in/requests").await.json();
    assert_eq!(log[0]["headers"], json!([["authorization", bearer]]));
    assert_eq!(log[2]["headers"], json!([]));
    assert_eq!(log[2]["status"], 200);
}

#[tokio::test]
async fn many_contacts_can_be_made_and_are_listed_page_by_page() {
    let router = router(&options());
    plant(&router, "access", "token-of-ada").await;
    control(&router, "POST", "contacts", json!({"count": 250})).await;
    let page = "/api/contacts?access_token=token-of-ada&orderBy=id&start=200&limit=100";
    let body = get(&router, page).await.json();
    assert_eq!(body["total"], "250");
    let contacts = body["contacts"].as_object().expect("an object");
    assert_eq!(
        contacts.keys().next().map(String::as_str),
        Some("201"),
        "keyed by id, in order"
    );
    assert_eq!(contacts.len(), 50);
    assert_eq!(
        contacts["250"]["fields"]["all"]["email"],
        "contact-250@example.test"
    );
    let answer = get(&router, "/api/contacts?access_token=token-of-ada&orderBy=x").await;
    assert_eq!(answer.status, 500);
}

#[tokio::test]
async fn a_file_is_taken_and_an_image_is_public() {
    let router = router(&options());
    plant(&router, "access", "token-of-ada").await;
    let upload = async |folder: &str, name: &str, contents: &[u8]| {
        let mut body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: image/png\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(contents);
        body.extend_from_slice(b"\r\n--b--\r\n");
        let request = Request::post(format!("/api/files/{folder}/new?access_token=token-of-ada"))
            .header("content-type", "multipart/form-data; boundary=b");
        send(&router, request.body(Body::from(body)).expect("a request")).await
    };
    // More than web frameworks take unasked, and no text.
    let picture = vec![b'~'; 3 << 20];
    let answer = upload("images", "logo.png", &picture).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("mautic-version"), "7.0.0");
    let file = &answer.json()["file"];
    let name = file["name"].as_str().expect("a name");
    assert_eq!(
        file["link"],
        format!("http://localhost:8081/media/images/{name}")
    );
    let public = get(&router, &format!("/media/images/{name}")).await;
    assert_eq!((public.status, public.body.len()), (200, picture.len()));
    let list = "/api/files/images?access_token=token-of-ada";
    assert_eq!(get(&router, list).await.json(), json!({"files": [name]}));

    assert_eq!(upload("images", "shell.php", b"<?php").await.status, 406);
    assert_eq!(upload("etc", "a.png", b"x").await.status, 406);
    assert!(
        upload("assets", "a.pdf", b"x").await.json()["file"]["link"].is_null(),
        "assets have no public address"
    );
}

#[tokio::test]
async fn what_stands_in_front_gets_in_the_way_in_its_own_manner() {
    let router = router(&options());
    let at = "http://localhost:8081/oauth/v2/token";
    let index = "http://localhost:8081/index.php/oauth/v2/token";
    // Name, and for GET and POST of the token endpoint the status, with the address that a GET is sent to.
    let fronts = [
        ("none", 400, "", 200),
        ("tls_proxy", 301, at, 404),
        ("https_only", 400, "", 404),
        ("index_redirect", 302, index, 302),
        ("no_rewrite", 404, "", 404),
        ("loses_bodies", 400, "", 400),
        ("firewall", 403, "", 403),
        ("cloudflare", 403, "", 403),
        ("maintenance", 503, "", 503),
    ];
    for (front, status, location, posted) in fronts {
        control(&router, "PATCH", "settings", json!({"front": front})).await;
        let answer = get(&router, "/oauth/v2/token").await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (status, location),
            "{front}"
        );
        assert_eq!(client_credentials(&router).await.status, posted, "{front}");
        let behind = get(&router, "/index.php/oauth/v2/token").await.status;
        match front {
            "index_redirect" | "no_rewrite" => assert_eq!(behind, 400, "{front}"),
            "none" | "https_only" | "loses_bodies" => assert_eq!(behind, 301, "{front}"),
            _ => assert_eq!(behind, status, "{front}"),
        }
    }
    control(&router, "PATCH", "settings", json!({"front": "cloudflare"})).await;
    assert_eq!(get(&router, "/").await.header("cf-mitigated"), "challenge");
}

#[tokio::test]
async fn a_clock_that_is_wrong_shows_in_the_date() {
    let router = router(&options());
    assert_eq!(
        get(&router, "/oauth/v2/token").await.header("date"),
        "",
        "the server adds it"
    );
    control(&router, "POST", "clock", json!({"offset": 3600})).await;
    let date = get(&router, "/oauth/v2/token")
        .await
        .header("date")
        .to_owned();
    assert!(date.ends_with(" GMT"), "{date}");
}
