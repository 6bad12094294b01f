//! Chromium's DevTools protocol, over the two pipes of `--remote-debugging-pipe`: a browser ends with the test program,
//! however that ends.
//!
//! | to the browser | from the browser |
//! |---|---|
//! | a command: `id`, `sessionId`, `method`, `params` | its answer: the same `id`, `result` or `error` |
//! | | an event: `sessionId`, `method`, `params` |
//!
//! A thread reads, and hands each message to its session. What a session has received by the time of an answer,
//! the page had sent before it.

use core::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};
use std::{
    collections::HashMap,
    io::{self, BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

use anyhow::{Context, Result, bail};
use runner::browser;
use serde_json::{Value, json};

/// Only a browser that hangs takes longer for an answer.
const LIMIT: Duration = Duration::from_secs(60);

/// The browser's pipes are its file descriptors 3 and 4.
const WITH_PIPES: &str = r#"exec "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#;

const ARGUMENTS: [&str; 14] = [
    "--headless",
    "--remote-debugging-pipe",
    // The only page that it opens is this repository's; the sandbox does not run as root.
    "--no-sandbox",
    // Nothing reaches a network.
    "--proxy-server=127.0.0.1:1",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--no-first-run",
    "--password-store=basic",
];

/// Where the messages of each session go.
type Sessions = Arc<Mutex<HashMap<String, Sender<Value>>>>;

/// A browser, and the session of the browser as a whole.
pub(crate) struct Connection {
    child: Child,
    commands: Arc<Commands>,
    sessions: Sessions,
    whole: Mutex<Session>,
}

/// The sending end.
struct Commands {
    pipe: Mutex<ChildStdin>,
    next: AtomicU64,
}

/// What a tab sends and receives.
pub(crate) struct Session {
    /// Empty for the browser as a whole.
    id: String,
    commands: Arc<Commands>,
    messages: Receiver<Value>,
}

impl Connection {
    /// Starts the browser; its profile is in `dir`.
    pub(crate) fn new(dir: &Path) -> Result<Self> {
        let name = browser::installed().context("no browser is installed")?;
        let mut child = Command::new("sh")
            .args(["-c", WITH_PIPES, "sh", name])
            .args(ARGUMENTS)
            .arg(format!("--user-data-dir={}", dir.display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let pipe = child.stdin.take().context("the child has a pipe")?;
        let messages = child.stdout.take().context("the child has a pipe")?;
        let commands = Arc::new(Commands {
            pipe: Mutex::new(pipe),
            next: AtomicU64::new(1),
        });
        let sessions = Sessions::default();
        let whole = Session::new(String::new(), &commands, &sessions);
        let receivers = Arc::clone(&sessions);
        thread::spawn(move || hand_out(messages, &receivers));
        let connection = Self {
            child,
            commands,
            sessions,
            whole: Mutex::new(whole),
        };
        connection.call("Browser.getVersion", json!({}))?;
        Ok(connection)
    }

    /// Carries out a command for the browser as a whole.
    pub(crate) fn call(&self, method: &str, params: Value) -> Result<Value> {
        let whole = self.whole.lock().unwrap_or_else(PoisonError::into_inner);
        whole.call(method, params, |_| ())
    }

    /// The session of a new tab, and the tab's name.
    pub(crate) fn tab(&self) -> Result<(Session, String)> {
        let created = self.call("Target.createTarget", json!({ "url": "about:blank" }))?;
        let target = text(&created["targetId"])?;
        let attach = json!({ "targetId": target, "flatten": true });
        let attached = self.call("Target.attachToTarget", attach)?;
        let id = text(&attached["sessionId"])?;
        Ok((Session::new(id, &self.commands, &self.sessions), target))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // It fails for a browser that has ended; the second one ends what the first one does not.
        drop(self.call("Browser.close", json!({})));
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Session {
    fn new(id: String, commands: &Arc<Commands>, sessions: &Sessions) -> Self {
        let (sender, messages) = channel();
        let mut sessions = sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.insert(id.clone(), sender);
        Self {
            id,
            commands: Arc::clone(commands),
            messages,
        }
    }

    /// Sends a command and returns the result; `event` is called with each event that arrives before it.
    pub(crate) fn call(
        &self,
        method: &str,
        params: Value,
        mut event: impl FnMut(&Value),
    ) -> Result<Value> {
        let id = self.commands.send(&self.id, method, params)?;
        loop {
            let mut message = self.receive().with_context(|| method.to_owned())?;
            if message["id"] != id {
                event(&message);
            } else if message["error"].is_null() {
                return Ok(message["result"].take());
            } else {
                bail!("{method}: {}", message["error"]);
            }
        }
    }

    /// Waits for the next message.
    pub(crate) fn receive(&self) -> Result<Value> {
        let message = self.messages.recv_timeout(LIMIT);
        message.context("the browser has ended or hangs")
    }
}

impl Commands {
    /// Returns the command's number.
    fn send(&self, session: &str, method: &str, params: Value) -> io::Result<u64> {
        let id = self.next.fetch_add(1, Relaxed);
        let mut command = json!({ "id": id, "method": method, "params": params });
        if !session.is_empty() {
            command["sessionId"] = session.into();
        }
        let mut pipe = self.pipe.lock().unwrap_or_else(PoisonError::into_inner);
        pipe.write_all(format!("{command}\0").as_bytes())?;
        Ok(id)
    }
}

/// Reads until the browser ends; then every session's messages end.
fn hand_out(messages: ChildStdout, sessions: &Sessions) {
    for message in BufReader::new(messages).split(0).map_while(Result::ok) {
        let Ok(message) = serde_json::from_slice::<Value>(&message) else {
            break;
        };
        let id = message["sessionId"].as_str().unwrap_or_default();
        let sessions = sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(session) = sessions.get(id) {
            // Fails for a tab that has been closed.
            drop(session.send(message));
        }
    }
    sessions
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clear();
}

fn text(value: &Value) -> Result<String> {
    let text = value.as_str().context("the answer has another form")?;
    Ok(text.to_owned())
}
