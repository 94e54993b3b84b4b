//! `rollcall up`: the API, the watched inbox and the configuration's file in one process, which may be killed at any moment.

use super::drops::set_time;
use super::{Desk, SMALL, people, tester};
use reqwest::{Client, Method, StatusCode, header, redirect};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant, SystemTime};

/// The program at work.
pub(super) struct Up {
    child: Child,
    pub(super) url: String,
    pub(super) token: String,
    client: Client,
}

impl Up {
    pub(super) fn start(desk: &Desk, arguments: &[&str]) -> Self {
        Self::start_ticking(desk, "never", arguments)
    }

    fn start_ticking(desk: &Desk, every: &str, arguments: &[&str]) -> Self {
        let arguments = [&["up", "--port", "0", "--every", every], arguments].concat();
        let mut child =
            desk.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let link = lines.into_iter().find_map(|line| line.strip_prefix("Console  ").map(str::to_owned));
        let link = link.expect("it says where it is");
        let (url, token) = link.split_once("/?token=").unwrap();
        let client = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
        Self { child, url: url.to_owned(), token: token.to_owned(), client }
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let mut request = self.client.request(method, format!("{}{path}", self.url)).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.body(body.to_string());
        }
        let answer = request.send().await.unwrap();
        (answer.status(), serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default())
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        self.ask(Method::POST, path, Some(body)).await
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        let (status, body) = self.ask(Method::GET, path, None).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// The cookie that the printed link gives.
    async fn session(&self) -> String {
        let enter = self.client.get(format!("{}/?token={}", self.url, self.token)).send().await.unwrap();
        enter.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
    }

    /// Waits until so many runs have ended. Answers with the newest.
    pub(super) async fn ended(&self, runs: usize) -> Value {
        let began = Instant::now();
        loop {
            let page = self.get("/runs").await;
            let page = page["runs"].as_array().unwrap();
            if page.len() >= runs && page.iter().all(|run| !run["finished_at"].is_null()) {
                return page[0].clone();
            }
            assert!(began.elapsed() < Duration::from_secs(60), "{page:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Ends it as Ctrl-C does. Answers with its exit code.
    pub(super) fn interrupt(mut self) -> Option<i32> {
        let kill = std::process::Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(kill.unwrap().success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Renamed into place an hour after it was written: such a file counts as at rest (`drops` has those that do not).
fn drop_file(desk: &Desk, csv: &str) {
    let inbox = desk.data().join("s3/rollcall/inbox");
    std::fs::create_dir_all(&inbox).unwrap();
    let written = desk.file("written.csv", csv);
    set_time(written.as_ref(), SystemTime::now() - Duration::from_secs(3600));
    std::fs::rename(written, inbox.join("staff.csv")).unwrap();
}

#[tokio::test]
async fn a_dropped_file_is_synced_and_ctrl_c_ends_it_cleanly() {
    let desk = Desk::new(SMALL);
    let up = Up::start(&desk, &[]);
    drop_file(&desk, &people(&["ann", "ben", "cem", "dan"]));
    let first = up.ended(1).await;
    assert_eq!((&first["trigger"], &first["status"]), (&json!("drop"), &json!("completed")));
    assert_eq!(up.get("/licence").await["waiting"], 1);
    drop_file(&desk, &people(&["cem", "dan"]));
    assert_eq!(up.ended(2).await["status"], "held", "two of three are more than a fifth");
    let (status, asked) = up.ask(Method::POST, "/reset", Some(json!({}))).await;
    assert_eq!(status, 202, "{asked}");
    assert_eq!(up.ended(3).await["actor"], tester());
    assert_eq!(up.interrupt(), Some(0));
    // Started again nothing is done twice; what was dropped meanwhile is seen.
    let up = Up::start(&desk, &[]);
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(up.get("/runs").await["runs"].as_array().unwrap().len(), 3);
    drop(up);
    drop_file(&desk, &people(&["ann", "ben", "cem", "dan", "eva"]));
    let up = Up::start(&desk, &[]);
    up.ended(4).await;
    assert_eq!(up.get("/accounts?text=eva").await["accounts"][0]["reason"], "no_seat");
    drop(up);
    desk.assert_healthy();
}

#[tokio::test]
async fn only_who_has_the_token_comes_in_and_only_by_our_own_name() {
    let desk = Desk::new(SMALL);
    let up = Up::start(&desk, &[]);
    let url = format!("{}/runs", up.url);
    let cookie = up.session().await;
    let bearer = format!("Bearer {}", up.token);
    for (headers, status) in [
        (vec![], 401),
        (vec![("authorization", "Bearer ")], 401),
        (vec![("authorization", &bearer[..bearer.len() - 1])], 401),
        (vec![("authorization", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJib3NzIn0.")], 401),
        (vec![("authorization", &up.token)], 401),
        (vec![("cookie", &cookie)], 401),
        (vec![("authorization", &bearer), ("host", "evil.example.com")], 421),
        (vec![("authorization", &bearer)], 200),
    ] {
        let request =
            headers.iter().fold(up.client.get(&url), |request, (name, value)| request.header(*name, *value));
        assert_eq!(request.send().await.unwrap().status(), status, "{headers:?}");
    }
    let enter = |token: &str| up.client.get(format!("{}/?token={token}", up.url)).send();
    assert_eq!(enter("wrong").await.unwrap().status(), 401);
    // A person in a browser gets the console's page about it, and no session.
    for path in ["/", "/?token=wrong"] {
        let page = up.client.get(format!("{}{path}", up.url)).header(header::ACCEPT, "text/html,*/*;q=0.8");
        let answer = page.send().await.unwrap();
        assert_eq!(
            (answer.status(), &answer.headers()[header::LOCATION]),
            (StatusCode::SEE_OTHER, &"/console".parse().unwrap())
        );
        assert!(!answer.headers().contains_key(header::SET_COOKIE), "{path}");
    }
    let entered = enter(&up.token).await.unwrap();
    let cookie = entered.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let large = Client::new().post(format!("{}/reset", up.url)).bearer_auth(&up.token);
    assert_eq!(large.body(vec![b' '; (10 << 20) + 1]).send().await.unwrap().status(), 413);
    for path in ["/../etc/passwd", "/runs/%ff", "//runs", "/accounts/%2F/block"] {
        let answer = up.client.get(format!("{}{path}", up.url)).bearer_auth(&up.token).send().await.unwrap();
        assert!(answer.status().is_client_error(), "{path}: {}", answer.status());
    }
}

#[tokio::test]
async fn what_is_encoded_in_a_path_is_no_part_of_the_way() {
    let desk = Desk::new(SMALL);
    let up = Up::start(&desk, &[]);
    drop_file(&desk, &people(&["ann"]));
    up.ended(1).await;
    let before = up.get("/accounts").await;
    let id = before["accounts"][0]["id"].as_str().unwrap();
    // By hand: a client would take dots and double slashes for something else.
    let ask = |method: &str, path: &str, with: &str| {
        let (url, token) = (&up.url, &up.token);
        let host = url.strip_prefix("http://").unwrap();
        let mut stream = std::net::TcpStream::connect(host).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {url}\r\nAuthorization: Bearer {token}\r\n{with}\
             Content-Length: 0\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap().parse::<u16>().unwrap()
    };
    for path in [
        format!("/accounts/{id}%2Fblock"),
        format!("/accounts/{id}%2fblock"),
        format!("/accounts%2F{id}/block"),
        format!("/accounts%2f{id}%2Fblock"),
        format!("/%2Faccounts/{id}/block"),
        format!("//accounts/{id}/block"),
        format!("/accounts//{id}/block"),
        format!("/accounts/{id}//block"),
        format!("/accounts/{id}/block/"),
        format!("/accounts/{id}/block%2F"),
        format!("/accounts/{id}/block%00"),
        format!("/accounts/{id}%5Cblock"),
        format!("/accounts/{id}/%2e/block"),
        format!("/accounts/x/%2E%2e/{id}/block"),
        format!("/accounts/x/../{id}/block"),
        format!("/x/%2e%2e/accounts/{id}/block"),
        format!("/accounts/{id}%252Fblock"),
        String::from("/accounts/"),
        String::from("/reset/"),
        String::from("/%2Freset"),
    ] {
        assert_eq!(ask("POST", &path, ""), 404, "{path}");
    }
    assert_eq!(ask("GET", &format!("/accounts%2F{id}"), ""), 404);
    assert_eq!(ask("GET", "/runs%3Flimit=1", ""), 404);
    let cookie = format!("Cookie: {}\r\n", up.session().await);
    for path in [
        format!("/console/accounts/{id}%2Fblock"),
        format!("/console/accounts%2F{id}/block"),
        format!("/console//accounts/{id}/block"),
        format!("/console/accounts/{id}/block//"),
        format!("/console/x/%2e%2e/accounts/{id}/block"),
        String::from("/console%2Freset"),
    ] {
        assert_eq!(ask("POST", &path, &cookie), 404, "{path}");
    }
    assert_eq!(up.get("/accounts").await, before);
    assert_eq!(up.get("/runs").await["runs"].as_array().unwrap().len(), 1);
    // What need not be encoded may be: it is the same address.
    assert_eq!(ask("POST", &format!("/account%73/{id}/bloc%6B"), ""), 200);
}

#[tokio::test]
async fn only_the_consoles_own_pages_may_send_its_forms() {
    let desk = Desk::new(SMALL);
    let up = Up::start(&desk, &[]);
    let cookie = up.session().await;
    let port = up.url.rsplit_once(':').unwrap().1.to_owned();
    let (localhost, other_port) = (format!("http://localhost:{port}"), format!("http://127.0.0.1:1{port}"));
    let (secure, longer) = (format!("https://127.0.0.1:{port}"), format!("{}.evil.example", up.url));
    for (origin, status) in [
        (None, 403),
        (Some("null"), 403),
        (Some("https://evil.example.com"), 403),
        (Some(other_port.as_str()), 403),
        (Some(&secure), 403),
        (Some(&longer), 403),
        (Some(&up.url), 303),
        (Some(&localhost), 303),
    ] {
        let form = up.client.post(format!("{}/console/licence", up.url)).header("cookie", &cookie);
        let form = origin.into_iter().fold(form, |form, origin| form.header("origin", origin));
        let answer = form.body("limit=7").send().await.unwrap();
        assert_eq!(answer.status(), status, "{origin:?}");
        let limit = up.get("/licence").await["limit"].clone();
        assert_eq!(limit, if status == 303 { json!(7) } else { json!(3) }, "{origin:?}");
    }
    let form = up.client.post(format!("{}/console/licence", up.url)).header("origin", &up.url);
    assert_eq!(form.body("limit=9").send().await.unwrap().status(), 401, "without the session");
}

#[tokio::test]
async fn killed_in_the_middle_of_a_run_and_started_again_it_goes_on() {
    let desk = Desk::new(&SMALL.replace("seats = 3", "seats = 900"));
    let up = Up::start(&desk, &[]);
    let keys: Vec<String> = (0..2000).map(|number| format!("p{number:04}")).collect();
    drop_file(&desk, &people(&keys.iter().map(String::as_str).collect::<Vec<_>>()));
    let began = Instant::now();
    let run = loop {
        let page = up.get("/runs").await;
        if page["runs"][0]["status"] == "reconciling" {
            break page["runs"][0]["id"].clone();
        }
        assert!(
            began.elapsed() < Duration::from_secs(30) && page["runs"][0]["finished_at"].is_null(),
            "{page}"
        );
    };
    drop(up);
    let up = Up::start(&desk, &[]);
    let ended = up.ended(1).await;
    assert_eq!((&ended["id"], &ended["status"]), (&run, &json!("completed")), "{ended}");
    let licence = up.get("/licence").await;
    assert_eq!((&licence["used"], &licence["waiting"]), (&json!(900), &json!(1100)));
    drop(up);
    desk.assert_healthy();
}

#[tokio::test]
async fn the_schedule_reads_every_source_again_and_again() {
    let second = SMALL.split("[[source]]").nth(1).unwrap().replace("staff", "guests");
    let desk = Desk::new(&format!("{SMALL}[[source]]{second}"));
    let up = Up::start_ticking(&desk, "1s", &[]);
    let began = Instant::now();
    loop {
        let page = up.get("/runs").await;
        let runs = page["runs"].as_array().unwrap();
        let of = |source: &str| runs.iter().filter(|run| run["source"] == source).count();
        assert!(runs.iter().all(|run| run["trigger"] == "schedule"), "{page}");
        if of("staff") >= 2 && of("guests") >= 2 {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{page}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn configuration_over_the_api_and_in_the_file_are_one() {
    let desk = Desk::new(SMALL);
    let up = Up::start(&desk, &[]);
    let stored = up.get("/configuration").await;
    let text = format!("# Ours.\n{SMALL}");
    let put = up.client.put(format!("{}/configuration", up.url)).bearer_auth(&up.token);
    let put = put.header("if-match", stored["version"].as_str().unwrap()).body(text.clone());
    assert_eq!(put.send().await.unwrap().status(), 200);
    assert_eq!(std::fs::read_to_string(&desk.config).unwrap(), text);
    std::fs::write(&desk.config, text.replace("seats = 3", "seats = 4")).unwrap();
    let began = Instant::now();
    while up.get("/licence").await["limit"] != 4 {
        assert!(began.elapsed() < Duration::from_secs(60));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn the_api_does_not_overwrite_a_configuration_being_edited() {
    let desk = Desk::new(SMALL);
    let up = Up::start(&desk, &[]);
    let version = up.get("/configuration").await["version"].as_str().unwrap().to_owned();
    let half = SMALL.replace("seats = 3", "seats = ");
    std::fs::write(&desk.config, &half).unwrap();
    let put = up.client.put(format!("{}/configuration", up.url)).bearer_auth(&up.token);
    let put = put.header("if-match", version).body(format!("# Ours.\n{SMALL}")).send().await.unwrap();
    assert_eq!(put.status(), 412);
    assert!(put.text().await.unwrap().contains("mend its mistakes"));
    assert_eq!(std::fs::read_to_string(&desk.config).unwrap(), half);
}

#[cfg(unix)]
#[tokio::test]
async fn data_folder_is_private_and_the_cookie_is_not_the_token() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new(SMALL);
    let up = Up::start(&desk, &[]);
    let data = desk.data();
    assert_eq!(std::fs::metadata(data).unwrap().permissions().mode() & 0o777, 0o700);
    let cookie = up.session().await;
    assert!(cookie.starts_with("rollcall_session_") && !cookie.contains(&up.token), "{cookie}");
}

/// Cookies are of a host, whatever its port: a browser sends those of both to each.
#[tokio::test]
async fn two_installations_of_one_host_keep_their_sessions() {
    let desks = [Desk::new(SMALL), Desk::new(SMALL)];
    let ups = desks.each_ref().map(|desk| Up::start(desk, &[]));
    let cookies = [ups[0].session().await, ups[1].session().await];
    let names = cookies.each_ref().map(|cookie| cookie.split('=').next().unwrap());
    assert_ne!(names[0], names[1]);
    for up in &ups {
        let page = up.client.get(format!("{}/console", up.url)).header("cookie", cookies.join("; "));
        assert_eq!(page.send().await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn the_token_may_do_what_its_role_may() {
    let roles = "[roles]\nclaim = \"groups\"\npeople_administrator = [\"hr\"]\nsysadmin = [\"it\"]\n";
    let desk = Desk::new(&format!("{roles}{SMALL}"));
    for (role, runs, licence) in
        [("sysadmin", 200, 200), ("people_administrator", 200, 403), ("none", 403, 403)]
    {
        let up = Up::start(&desk, &["--as", role]);
        assert_eq!(up.ask(Method::GET, "/runs", None).await.0, runs, "{role}");
        assert_eq!(up.ask(Method::PUT, "/licence", Some(json!({ "limit": 3 }))).await.0, licence, "{role}");
    }
}
