//! `rollcall up` opens the browser for a person at a terminal of this machine's desktop, and shows nobody else what lets in.

use super::at_terminal::pty;
use super::{Desk, SMALL};
use reqwest::{Client, redirect};
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A program that keeps what it was asked to open, in the place of the desktop's.
const OPENER: &str =
    "#!/bin/sh\nprintf '%s\\n' \"$#\" \"$@\" >\"$ASKED.part\"\nmv \"$ASKED.part\" \"$ASKED\"\n";

/// `rollcall up`, started in a terminal.
struct Started {
    child: Child,
    /// What it has said until it was ready.
    said: Vec<String>,
    /// Where the desktop's opener says what it was asked.
    asked: PathBuf,
    /// Held open: without it the program has no terminal any more.
    terminal: BufReader<File>,
}

impl Started {
    fn new(desk: &Desk, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let folder = desk.folder.path();
        let opener = folder.join("xdg-open");
        std::fs::write(&opener, OPENER).unwrap();
        std::fs::set_permissions(&opener, std::fs::Permissions::from_mode(0o700)).unwrap();
        let asked = folder.join("asked");
        let (terminal, end) = pty();
        let mut command = desk.command(&[&["up", "--port", "0", "--every", "never"], arguments].concat());
        at_a_desktop(&mut command, folder, &asked);
        command.envs(environment.iter().copied());
        let child =
            command.stdin(end.try_clone().unwrap()).stdout(end).stderr(Stdio::null()).spawn().unwrap();
        drop(command);
        let mut terminal = BufReader::new(terminal);
        let mut said = Vec::new();
        while !said.last().is_some_and(|line: &String| line.contains("End with Ctrl-C")) {
            let mut line = String::new();
            assert!(terminal.read_line(&mut line).unwrap() > 0, "{said:?}");
            said.push(line.trim_end().to_owned());
        }
        Self { child, said, asked, terminal }
    }

    /// Ends it as Ctrl-C does. Answers with what it has said since it was ready.
    fn ended(mut self) -> String {
        let kill = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(kill.unwrap().success());
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        let mut said = String::new();
        // A terminal whose program has ended is read with an error in the place of an end.
        while self.terminal.read_line(&mut said).is_ok_and(|bytes| bytes > 0) {}
        said
    }

    /// The token, as the terminal shows it.
    fn token(&self) -> &str {
        self.said.iter().find_map(|line| line.split_once("/?token=")).unwrap().1
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The surroundings of a person who sits in front of this machine, whoever runs the tests.
fn at_a_desktop(command: &mut Command, folder: &Path, asked: &Path) {
    let path = std::env::var("PATH").unwrap();
    command.env("PATH", format!("{}:{path}", folder.display())).env("ASKED", asked).env("DISPLAY", ":0");
    for name in ["CI", "SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", "WAYLAND_DISPLAY"] {
        command.env_remove(name);
    }
}

async fn waited_for(path: &Path) -> String {
    let began = Instant::now();
    loop {
        if let Ok(text) = std::fs::read_to_string(path) {
            return text;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "nothing was opened");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn browser_gets_a_private_file_with_a_code_that_counts_once() {
    let desk = Desk::new(SMALL);
    let up = Started::new(&desk, &[], &[]);
    // One argument, which everybody on the machine may read: a file's name.
    let asked = waited_for(&up.asked).await;
    let [count, file] = asked.lines().collect::<Vec<_>>()[..] else { panic!("{asked:?}") };
    assert_eq!((count, Path::new(file)), ("1", desk.data().join("console.html").as_path()));
    assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    let page = std::fs::read_to_string(file).unwrap();
    assert!(!page.contains(up.token()), "the token stands in no page, nor in the browser's history");
    let link = page.split("0;url=").nth(1).unwrap().split('"').next().unwrap();
    assert!(link.starts_with("http://127.0.0.1:"), "{link}");
    let client = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
    let get = |url: String, cookie: Option<String>| {
        let request = client.get(url).header("accept", "text/html");
        cookie.into_iter().fold(request, |request, cookie| request.header("cookie", cookie)).send()
    };
    // A browser that comes from a file keeps the cookie from a redirect: a page leads on.
    let entered = get(link.to_owned(), None).await.unwrap();
    assert_eq!(
        (entered.status().as_u16(), &entered.headers()["refresh"]),
        (200, &"0;url=/console".parse().unwrap())
    );
    let cookie = entered.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let console = format!("{}/console", link.split("/?").next().unwrap());
    assert_eq!(get(console.clone(), Some(cookie)).await.unwrap().status(), 200);
    // Whoever finds the link later is shown the page for people without a session.
    let again = get(link.to_owned(), None).await.unwrap();
    assert!(again.headers().get("set-cookie").is_none() && again.status() == 303);
    assert_eq!(get(console, None).await.unwrap().status(), 401);
    let file = PathBuf::from(file);
    assert!(up.ended().contains("The console opens in the browser"));
    assert!(!file.exists(), "nothing is left of it");
}

#[tokio::test]
async fn no_browser_is_opened_where_nobody_would_see_it() {
    let elsewhere = [("SSH_CONNECTION", "192.0.2.1 5000 192.0.2.2 22")];
    for (arguments, environment) in [
        (&["--no-open"][..], &[][..]),
        (&[], &elsewhere),
        (&[], &[("CI", "true")]),
        (&[], &[("DISPLAY", "")]),
    ] {
        let desk = Desk::new(SMALL);
        let up = Started::new(&desk, arguments, environment);
        let asked = up.asked.clone();
        let said = up.ended();
        assert!(!said.contains("browser"), "{said}");
        assert!(!asked.exists(), "{arguments:?} {environment:?}");
    }
}
