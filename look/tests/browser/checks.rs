//! What is checked on any page: each check returns its complaints.

use std::{collections::BTreeSet, io::Write};

use flate2::{Compression, write::GzEncoder};

use crate::chrome::{Chrome, DARK, DESK, Display, PHONE};

/// Every landing of every example has its mark, its place, its lanes, its words, its verdict and its answers.
pub(crate) fn drawn(chrome: &Chrome, html: &str) -> Vec<String> {
    let page = chrome.open(html, DESK);
    let expected = &chrome.record;
    page.run(&format!(
        "const expected = {expected}; {}",
        include_str!("drawn.js")
    ))
}

/// The page fetches no resource and throws no error, and its policy refuses no element.
pub(crate) fn silent(chrome: &Chrome, html: &str) -> Vec<String> {
    let page = chrome.open(html, DESK);
    let mut complaints = page.events();
    let fetched: Vec<String> =
        page.run("return performance.getEntriesByType('resource').map(it => it.name);");
    complaints.extend(fetched);
    if !html.contains(
        "content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline';",
    ) {
        complaints.push("another content security policy".to_owned());
    }
    complaints
}

/// 4.5 for text and 3 for marks: in each scheme, on paper, for each verdict.
pub(crate) fn contrast(chrome: &Chrome, html: &str) -> Vec<String> {
    let mut complaints = BTreeSet::new();
    for display in [DESK, DARK] {
        let page = chrome.open(html, display);
        for media in ["screen", "print"] {
            page.media(media, display);
            for kind in ["wrong", "masked", "again", "ok"] {
                page.run::<()>(&format!(
                    "for (const view of views) {{
                         const at = view.build.landings.findIndex(it => it.kind === '{kind}');
                         if (at >= 0) view.select(at);
                     }}"
                ));
                let found: Vec<String> = page.run(include_str!("contrast.js"));
                complaints.extend(
                    found
                        .into_iter()
                        .map(|it| format!("{} {media}: {it}", display.scheme)),
                );
            }
        }
    }
    complaints.into_iter().collect()
}

/// On a telephone and on a desk, nothing reaches beyond the window.
pub(crate) fn width(chrome: &Chrome, html: &str) -> Vec<String> {
    let in_display = |display: Display| {
        let page = chrome.open(html, display);
        let found: Vec<String> = page.run(include_str!("wide.js"));
        let label = move |it| format!("{}: {it}", display.width);
        found.into_iter().map(label)
    };
    [PHONE, DESK].into_iter().flat_map(in_display).collect()
}

/// Everything has a name, and nothing is read twice.
pub(crate) fn names(chrome: &Chrome, html: &str) -> Vec<String> {
    chrome.open(html, DESK).run(include_str!("names.js"))
}

/// What the keyboard reaches shows that it has the focus.
pub(crate) fn focus(chrome: &Chrome, html: &str) -> Vec<String> {
    let page = chrome.open(html, DESK);
    let mut complaints = Vec::new();
    let mut reached = BTreeSet::new();
    // From the top, and from the first slider on.
    for (start, tabs) in [("body", 8), ("#examples [role=slider]", 8)] {
        page.focus(start);
        for _ in 0..tabs {
            let (kind, shown): (String, bool) = page.run(
                "const it = document.activeElement;
                 const marked = it.type === 'radio' ? it.nextElementSibling : it;
                 const style = getComputedStyle(marked);
                 return [it.getAttribute('role') ?? it.tagName, style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2];",
            );
            if kind != "BODY" && !shown {
                complaints.push(format!("the focus of {kind} does not show"));
            }
            reached.insert(kind);
            page.press("Tab");
        }
    }
    for kind in ["A", "INPUT", "slider", "BUTTON"] {
        if !reached.contains(kind) {
            complaints.push(format!("the keyboard does not reach {kind}"));
        }
    }
    complaints
}

/// Nothing moves by itself where the user has set a preference for reduced motion.
pub(crate) fn still(chrome: &Chrome, html: &str) -> Vec<String> {
    let moving = "return [...document.querySelectorAll('html, body *')].filter(it => {
        const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(it);
        return transitionDuration.split(', ').some(it => parseFloat(it) > 0) || animationName !== 'none' || scrollBehavior === 'smooth';
    }).map(it => `${it.tagName}.${it.className}`).slice(0, 5);";
    chrome.open(html, DESK).run(moving)
}

pub(crate) const MOST: usize = 300_000;
pub(crate) const MOST_COMPRESSED: usize = 60_000;

/// The bytes of a page, and those that a server sends.
pub(crate) fn sizes(html: &str) -> (usize, usize) {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(html.as_bytes()).unwrap();
    (html.len(), encoder.finish().unwrap().len())
}

pub(crate) fn size(_: &Chrome, html: &str) -> Vec<String> {
    let (plain, compressed) = sizes(html);
    let mut complaints = Vec::new();
    if plain > MOST {
        complaints.push(format!("{plain} of {MOST} bytes"));
    }
    if compressed > MOST_COMPRESSED {
        complaints.push(format!(
            "{compressed} of {MOST_COMPRESSED} bytes, compressed"
        ));
    }
    complaints
}
