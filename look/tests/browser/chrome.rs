//! A page in headless Chromium.

use core::{
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::Duration,
};
use std::{
    ffi::OsStr,
    fs,
    path::PathBuf,
    process::id,
    sync::{Arc, Mutex},
};

use anyhow::{Context, Result};
use headless_chrome::{
    Browser, LaunchOptions, Tab,
    browser::tab::point::Point,
    protocol::cdp::{
        Emulation::{
            MediaFeature, SetDeviceMetricsOverride, SetEmulatedMedia, SetFocusEmulationEnabled,
        },
        Log, Network, Runtime,
        types::Event,
    },
};
use serde::de::DeserializeOwned;
use serde_json::Value;

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
    browser: Browser,
    pub(crate) html: String,
    /// What it is about, as `schema.json` describes it.
    pub(crate) record: String,
    /// The page with the first examples only: in this one, faults are planted.
    pub(crate) small: String,
}

/// How many examples a page needs for every check to find something to complain about.
const FEW: usize = 2;

/// The page's own form of the record, as JSON.
fn record_of(html: &str) -> &str {
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
        let browser = Browser::new(LaunchOptions {
            // The only page that it opens is this repository's; the sandbox does not run as root.
            sandbox: false,
            idle_browser_timeout: Duration::from_secs(300),
            args: vec![
                OsStr::new("--proxy-server=127.0.0.1:1"),
                OsStr::new("--disable-quic"),
            ],
            ..LaunchOptions::default()
        })?;
        let small = with_few_examples(&html)?;
        Ok(Self {
            browser,
            html,
            record,
            small,
        })
    }

    /// Opens the page.
    pub(crate) fn page(&self, display: Display) -> Page {
        self.open(&self.html, display)
    }

    /// Opens another page.
    pub(crate) fn open(&self, html: &str, display: Display) -> Page {
        let tab = self.browser.new_tab().unwrap();
        let focused = SetFocusEmulationEnabled { enabled: true };
        tab.call_method(focused).unwrap();
        let file = write(html);
        let url = format!("file://{}", file.display());
        let page = Page {
            events: listen(&tab, &url),
            url,
            tab,
            file,
        };
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

/// A tab with a page in it.
pub(crate) struct Page {
    tab: Arc<Tab>,
    url: String,
    file: PathBuf,
    /// Requests, errors and refusals since the page was opened.
    events: Arc<Mutex<Vec<String>>>,
}

impl Page {
    /// Loads the page anew, at another fragment.
    pub(crate) fn visit(&self, fragment: &str) {
        // A navigation that changes the fragment only does not load.
        self.navigate("about:blank");
        self.events.lock().unwrap().clear();
        self.navigate(&format!("{}{fragment}", self.url));
    }

    fn navigate(&self, url: &str) {
        let tab = self.tab.navigate_to(url).unwrap();
        tab.wait_until_navigated().unwrap();
    }

    pub(crate) fn display(&self, display: Display) {
        let metrics = SetDeviceMetricsOverride {
            width: display.width,
            height: display.height,
            device_scale_factor: 1.0,
            mobile: display.width < 600,
            scale: None,
            screen_width: None,
            screen_height: None,
            position_x: None,
            position_y: None,
            dont_set_visible_size: None,
            screen_orientation: None,
            viewport: None,
            display_feature: None,
            device_posture: None,
        };
        self.tab.call_method(metrics).unwrap();
        self.media("screen", display);
    }

    pub(crate) fn media(&self, media: &str, display: Display) {
        let feature = |name: &str, value: &str| MediaFeature {
            name: name.to_owned(),
            value: value.to_owned(),
        };
        let features = vec![
            feature("prefers-color-scheme", display.scheme),
            feature("prefers-reduced-motion", display.motion),
        ];
        let emulated = SetEmulatedMedia {
            media: Some(media.to_owned()),
            features: Some(features),
        };
        self.tab.call_method(emulated).unwrap();
    }

    /// The value of the body of a function.
    pub(crate) fn run<T: DeserializeOwned>(&self, body: &str) -> T {
        let wrapped = format!("JSON.stringify((() => {{ {body} }})() ?? null)");
        let result = self.tab.evaluate(&wrapped, false).unwrap();
        let json = match result.value {
            Some(serde_json::Value::String(json)) => json,
            _ => panic!("{:?}", result.description),
        };
        serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error}: {json}"))
    }

    pub(crate) fn text(&self, expression: &str) -> String {
        self.run(&format!("return {expression};"))
    }

    /// The fragment of the address, which follows a move when it rests.
    pub(crate) fn fragment(&self) -> String {
        self.run("return current.link;")
    }

    pub(crate) fn press(&self, key: &str) {
        self.tab.press_key(key).unwrap();
    }

    pub(crate) fn focus(&self, selector: &str) {
        self.run::<()>(&format!("document.querySelector('{selector}').focus();"));
    }

    /// The middle of an element, scrolled into view.
    fn middle(&self, selector: &str) -> Point {
        let (x, y) = self.run(&format!(
            "const it = document.querySelector('{selector}');
             const shown = () => {{ const box = it.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; }};
             if (shown()[1] < 0 || shown()[1] > innerHeight) it.scrollIntoView({{ block: 'center', behavior: 'instant' }});
             return shown();"
        ));
        Point { x, y }
    }

    pub(crate) fn hover(&self, selector: &str) {
        self.tab.move_mouse_to_point(self.middle(selector)).unwrap();
    }

    pub(crate) fn click(&self, selector: &str) {
        self.tab.click_point(self.middle(selector)).unwrap();
    }

    pub(crate) fn events(&self) -> Vec<String> {
        // Events travel on the connection that answers: after an answer, the earlier ones have arrived.
        self.run::<()>("");
        self.events.lock().unwrap().clone()
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // What is left over lies in the directory for such files.
        drop(fs::remove_file(&self.file));
        drop(self.tab.close_target());
    }
}

fn write(html: &str) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("page-{}-{}.html", id(), COUNT.fetch_add(1, Relaxed));
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&file, html).unwrap();
    file
}

/// Collects what a page that is in order never causes.
fn listen(tab: &Tab, page: &str) -> Arc<Mutex<Vec<String>>> {
    let events = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&events);
    let page = page.to_owned();
    let listener = move |event: &Event| {
        let text = match event {
            Event::NetworkRequestWillBeSent(it) => {
                let url = &it.params.request.url;
                if *url == page {
                    return;
                }
                format!("requests {url}")
            }
            Event::LogEntryAdded(it) => format!("logs {}", it.params.entry.text),
            Event::RuntimeExceptionThrown(it) => {
                format!("throws {:?}", it.params.exception_details)
            }
            _ => return,
        };
        seen.lock().unwrap().push(text);
    };
    let _listener = tab.add_event_listener(Arc::new(listener)).unwrap();
    tab.call_method(Log::Enable(None)).unwrap();
    tab.call_method(Runtime::Enable(None)).unwrap();
    tab.call_method(Network::Enable {
        max_total_buffer_size: None,
        max_resource_buffer_size: None,
        max_post_data_size: None,
        report_direct_socket_traffic: None,
        enable_durable_messages: None,
    })
    .unwrap();
    events
}
