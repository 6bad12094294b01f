//! A page in headless Chromium.

use core::{
    cell::RefCell,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::id,
};

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::protocol::{Connection, Session};

/// How a page is shown.
#[derive(Clone, Copy)]
pub(crate) struct Display {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) scheme: &'static str,
    pub(crate) motion: &'static str,
}

pub(crate) const DESK: Display = Display {
    width: 1280,
    height: 900,
    scheme: "light",
    motion: "reduce",
};

pub(crate) const PHONE: Display = Display {
    width: 390,
    height: 844,
    ..DESK
};

pub(crate) const DARK: Display = Display {
    scheme: "dark",
    ..DESK
};

/// The browser of all tests, and the page that they are about.
pub(crate) struct Chrome {
    browser: Connection,
    profile: PathBuf,
    pub(crate) html: String,
    /// What it is about, as `schema.json` describes it.
    pub(crate) record: String,
    /// The page with the first examples only: in this one, faults are planted, and examples are moved.
    pub(crate) small: String,
}

/// How many examples a page needs for every check to find something to complain about.
const FEW: usize = 2;

/// The page's own form of the record, as JSON.
pub(crate) fn record_of(html: &str) -> &str {
    let begin = "<script type=\"application/json\" id=\"record\">";
    let (_, rest) = html.split_once(begin).expect("a record");
    rest.split_once("</script>").expect("an end").0
}

fn with_few_examples(html: &str) -> Result<String> {
    let json = record_of(html);
    let mut record: Value = serde_json::from_str(json)?;
    let groups = record["groups"].as_array_mut().context("groups")?;
    groups.truncate(FEW);
    let kept: Vec<Value> = groups.iter().map(|it| it["id"].clone()).collect();
    let cases = record["cases"].as_array_mut().context("cases")?;
    cases.retain(|it| kept.contains(&it["group"]));
    let small = serde_json::to_string(&record)?.replace('<', "\\u003c");
    Ok(html.replacen(json, &small, 1))
}

impl Chrome {
    pub(crate) fn new(html: String, record: String) -> Result<Self> {
        let profile = scratch("profile");
        let browser = Connection::new(&profile)?;
        let small = with_few_examples(&html)?;
        Ok(Self {
            browser,
            profile,
            html,
            record,
            small,
        })
    }

    /// Opens the page.
    pub(crate) fn page(&self, display: Display) -> Page<'_> {
        self.open(&self.html, display)
    }

    /// Opens the page with the first examples only, which loads in a fraction of the time.
    pub(crate) fn first(&self, display: Display) -> Page<'_> {
        self.open(&self.small, display)
    }

    /// Opens another page.
    pub(crate) fn open(&self, html: &str, display: Display) -> Page<'_> {
        let file = scratch("page").with_extension("html");
        fs::write(&file, html).unwrap();
        let (session, target) = self.browser.tab().unwrap();
        let page = Page {
            browser: &self.browser,
            session,
            target,
            url: format!("file://{}", file.display()),
            file,
            loaded: RefCell::default(),
            events: RefCell::default(),
        };
        for domain in ["Log", "Runtime", "Network", "Page"] {
            page.call(&format!("{domain}.enable"), json!({}));
        }
        page.call("Page.setLifecycleEventsEnabled", json!({ "enabled": true }));
        page.call(
            "Emulation.setFocusEmulationEnabled",
            json!({ "enabled": true }),
        );
        page.display(display);
        page.visit("");
        page
    }

    /// The small page with something added to the end of its body, where the scripts have run.
    pub(crate) fn with(&self, added: &str) -> String {
        self.small
            .replacen("</body>", &format!("{added}\n</body>"), 1)
    }

    /// The small page with a rule at the end of its style.
    pub(crate) fn styled(&self, rule: &str) -> String {
        self.small
            .replacen("</style>", &format!("{rule}\n</style>"), 1)
    }

    /// The small page with a piece of it replaced.
    pub(crate) fn changed(&self, from: &str, to: &str) -> String {
        assert!(self.small.contains(from), "{from:?} is not in the page");
        self.small.replace(from, to)
    }
}

impl Drop for Chrome {
    fn drop(&mut self) {
        // What is left over lies in the directory for such files.
        drop(fs::remove_dir_all(&self.profile));
    }
}

/// A tab with a page in it.
pub(crate) struct Page<'a> {
    browser: &'a Connection,
    session: Session,
    target: String,
    url: String,
    file: PathBuf,
    /// The loads that have ended, as the browser numbers them.
    loaded: RefCell<Vec<Value>>,
    /// Requests, errors and refusals since the page was opened.
    events: RefCell<Vec<String>>,
}

impl Page<'_> {
    fn call(&self, method: &str, params: Value) -> Value {
        let result = self.session.call(method, params, |event| self.note(event));
        result.unwrap_or_else(|error| panic!("{error:#}"))
    }

    /// Keeps the end of a load, and what a page that is in order never causes.
    fn note(&self, event: &Value) {
        let params = &event["params"];
        let text = match event["method"].as_str().unwrap_or_default() {
            "Page.lifecycleEvent" if params["name"] == "load" => {
                self.loaded.borrow_mut().push(params["loaderId"].clone());
                return;
            }
            "Network.requestWillBeSent" => {
                let url = params["request"]["url"].as_str().unwrap_or_default();
                if url == self.url {
                    return;
                }
                format!("requests {url}")
            }
            "Log.entryAdded" => format!("logs {}", params["entry"]["text"]),
            "Runtime.exceptionThrown" => format!("throws {}", params["exceptionDetails"]),
            _ => return,
        };
        self.events.borrow_mut().push(text);
    }

    /// Loads the page anew, at another fragment.
    pub(crate) fn visit(&self, fragment: &str) {
        // A navigation that changes the fragment only does not load.
        self.navigate("about:blank");
        self.events.borrow_mut().clear();
        self.navigate(&format!("{}{fragment}", self.url));
    }

    fn navigate(&self, url: &str) {
        let load = self.call("Page.navigate", json!({ "url": url }))["loaderId"].take();
        while !self.loaded.borrow().contains(&load) {
            self.note(&self.session.receive().unwrap());
        }
    }

    pub(crate) fn display(&self, display: Display) {
        let metrics = json!({
            "width": display.width,
            "height": display.height,
            "deviceScaleFactor": 1,
            "mobile": display.width < 600,
        });
        self.call("Emulation.setDeviceMetricsOverride", metrics);
        self.media("screen", display);
    }

    pub(crate) fn media(&self, media: &str, display: Display) {
        let features = json!([
            { "name": "prefers-color-scheme", "value": display.scheme },
            { "name": "prefers-reduced-motion", "value": display.motion },
        ]);
        let media = json!({ "media": media, "features": features });
        self.call("Emulation.setEmulatedMedia", media);
    }

    /// The value of the body of a function.
    pub(crate) fn run<T: DeserializeOwned>(&self, body: &str) -> T {
        let wrapped = format!("JSON.stringify((() => {{ {body} }})() ?? null)");
        let evaluated = self.call("Runtime.evaluate", json!({ "expression": wrapped }));
        let json = evaluated["result"]["value"].as_str();
        let json = json.unwrap_or_else(|| panic!("{evaluated:#}"));
        serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"))
    }

    pub(crate) fn text(&self, expression: &str) -> String {
        self.run(&format!("return {expression};"))
    }

    /// The fragment of the address, which follows a move when it rests.
    pub(crate) fn fragment(&self) -> String {
        self.run("return current.link;")
    }

    pub(crate) fn press(&self, key: &str) {
        let (code, number) = match key {
            "Tab" => (key.to_owned(), 9),
            "PageDown" => (key.to_owned(), 34),
            "End" => (key.to_owned(), 35),
            "Home" => (key.to_owned(), 36),
            "ArrowLeft" => (key.to_owned(), 37),
            "ArrowRight" => (key.to_owned(), 39),
            "ArrowDown" => (key.to_owned(), 40),
            letter => {
                let letter = letter.to_uppercase();
                (format!("Key{letter}"), letter.as_bytes()[0])
            }
        };
        let mut event = json!({ "type": "rawKeyDown", "key": key, "code": code, "windowsVirtualKeyCode": number });
        if key.len() == 1 {
            event["type"] = "keyDown".into();
            event["text"] = key.into();
        }
        self.call("Input.dispatchKeyEvent", event.clone());
        event["type"] = "keyUp".into();
        self.call("Input.dispatchKeyEvent", event);
    }

    pub(crate) fn focus(&self, selector: &str) {
        self.run::<()>(&format!("document.querySelector('{selector}').focus();"));
    }

    /// The middle of an element, scrolled into view.
    fn middle(&self, selector: &str) -> [f64; 2] {
        self.run(&format!(
            "const it = document.querySelector('{selector}');
             const shown = () => {{ const box = it.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; }};
             if (shown()[1] < 0 || shown()[1] > innerHeight) it.scrollIntoView({{ block: 'center', behavior: 'instant' }});
             return shown();"
        ))
    }

    fn mouse(&self, kind: &str, [x, y]: [f64; 2], button: &str) {
        let event = json!({ "type": kind, "x": x, "y": y, "button": button, "clickCount": 1 });
        self.call("Input.dispatchMouseEvent", event);
    }

    pub(crate) fn hover(&self, selector: &str) {
        self.mouse("mouseMoved", self.middle(selector), "none");
    }

    pub(crate) fn click(&self, selector: &str) {
        let middle = self.middle(selector);
        self.mouse("mouseMoved", middle, "none");
        self.mouse("mousePressed", middle, "left");
        self.mouse("mouseReleased", middle, "left");
    }

    pub(crate) fn events(&self) -> Vec<String> {
        // Events travel on the connection that answers: after an answer, the earlier ones have arrived.
        self.run::<()>("");
        self.events.borrow().clone()
    }
}

impl Drop for Page<'_> {
    fn drop(&mut self) {
        // What is left over lies in the directory for such files.
        drop(fs::remove_file(&self.file));
        let target = json!({ "targetId": self.target });
        drop(self.browser.call("Target.closeTarget", target));
    }
}

/// A path that no other test uses.
fn scratch(kind: &str) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("{kind}-{}-{}", id(), COUNT.fetch_add(1, Relaxed));
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}
