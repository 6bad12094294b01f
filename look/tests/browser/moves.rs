//! What moves an interrupt: keys, pointer, buttons, links.

use crate::chrome::{Chrome, DESK, PHONE, Page};

/// The link to a landing of the first version.
fn link(page: &Page<'_>, landing: usize) -> String {
    page.text(&format!(
        "`#${{views[0].group.id}}/${{views[0].version.id}}/{landing}`"
    ))
}

fn at(page: &Page<'_>) -> usize {
    page.run("return views[0].landing;")
}

fn last(page: &Page<'_>) -> usize {
    page.run("return views[0].build.landings.length - 1;")
}

const SLIDER: &str = "#examples [role=slider]";

pub(crate) fn arrow_keys_move_the_interrupt(chrome: &Chrome) {
    let page = chrome.first(DESK);
    page.focus(SLIDER);
    page.press("Home");
    assert_eq!(at(&page), 0);
    page.press("ArrowLeft");
    assert_eq!(at(&page), 0);
    page.press("ArrowRight");
    page.press("ArrowRight");
    assert_eq!(at(&page), 2);
    assert_eq!(page.fragment(), link(&page, 2));
    page.press("End");
    assert_eq!(at(&page), last(&page));
    page.press("ArrowRight");
    assert_eq!(at(&page), last(&page));
    page.press("ArrowLeft");
    assert_eq!(at(&page), last(&page) - 1);
}

pub(crate) fn a_key_moves_to_the_next_wrong_landing_and_around(chrome: &Chrome) {
    let page = chrome.first(DESK);
    let wrong: Vec<usize> = page.run(
        "return [...views[0].build.landings.keys()].filter(at => views[0].build.landings[at].kind === 'wrong');",
    );
    assert!(wrong.len() > 1, "{wrong:?}");
    page.focus(SLIDER);
    page.press("Home");
    let start = at(&page);
    let mut expected: Vec<_> = wrong.iter().copied().filter(|it| *it > start).collect();
    expected.extend(wrong.iter().copied().filter(|it| *it <= start));
    for landing in expected {
        page.press("n");
        assert_eq!(at(&page), landing);
    }
    page.click("#examples [data-move=wrong]");
    assert!(wrong.contains(&at(&page)));
}

pub(crate) fn keys_that_the_page_does_not_use_stay_the_browser_s(chrome: &Chrome) {
    let page = chrome.first(DESK);
    page.focus(SLIDER);
    let before = at(&page);
    for key in ["ArrowDown", "PageDown", "a"] {
        page.press(key);
        assert_eq!(at(&page), before, "{key}");
    }
}

pub(crate) fn the_pointer_moves_the_interrupt_and_nothing_else(chrome: &Chrome) {
    let page = chrome.first(DESK);
    for landing in [1, 3, 0] {
        page.hover(&format!("{SLIDER} [data-landing=\"{landing}\"]"));
        assert_eq!(at(&page), landing);
    }
    let tops = "return [...document.querySelectorAll('#examples .target .ins')].slice(0, 8).map(it => it.getBoundingClientRect().top);";
    for place in [4, 2] {
        page.hover(&format!("#examples [data-main=\"{place}\"] code"));
        assert_eq!(at(&page), place);
        let before: Vec<f64> = page.run(tops);
        page.hover(&format!("#examples [data-main=\"{}\"] code", place - 1));
        let after: Vec<f64> = page.run(tops);
        assert_eq!(before, after);
    }
}

pub(crate) fn buttons_move_the_interrupt_on_a_telephone(chrome: &Chrome) {
    let page = chrome.first(PHONE);
    let before = at(&page);
    page.click("#examples [data-move=\"1\"]");
    assert_eq!(at(&page), before + 1);
    page.click("#examples [data-move=\"-1\"]");
    page.click("#examples [data-move=\"-1\"]");
    assert_eq!(at(&page), before - 1);
    page.click(&format!("{SLIDER} [data-landing=\"0\"]"));
    assert_eq!(at(&page), 0);
    let heights: Vec<f64> =
        page.run("return [...document.querySelectorAll('#examples .target.shown [data-move]')].map(it => it.offsetHeight);");
    assert!(heights.iter().all(|it| *it >= 40.0), "{heights:?}");
}

/// Opens the link. Loading takes long, and the address may change without it.
fn follow(page: &Page<'_>, link: &str) {
    page.run::<()>(&format!(
        "history.replaceState(null, '', '{link}'); openLink();"
    ));
}

pub(crate) fn every_version_has_a_link_and_opens_there(chrome: &Chrome) {
    let page = chrome.page(DESK);
    let links: Vec<String> =
        page.run("return views.map(view => { view.select(1); return view.link; });");
    assert!(links.len() > 10);
    let is_there = |number: usize, link: &str| {
        let (landing, current, top): (usize, bool, f64) = page.run(&format!(
            "const view = views[{number}];
             return [view.landing, current === view && view.article.view === view, view.article.getBoundingClientRect().top];"
        ));
        assert_eq!((landing, current), (1, true), "{link}");
        assert!(top.abs() < 900.0, "{link} is at {top}");
    };
    for (number, link) in links.iter().enumerate() {
        follow(&page, link);
        is_there(number, link);
    }
    for number in [0, links.len() - 1] {
        page.visit(&links[number]);
        is_there(number, &links[number]);
    }
}

pub(crate) fn the_overview_leads_to_a_version(chrome: &Chrome) {
    let page = chrome.page(DESK);
    page.click("#overview .entry:nth-of-type(3) li a");
    let shown: bool = page.run(
        "const [, group, version] = location.hash.match(/#([^/]+)[/]([^/]+)/);
         const { top } = document.getElementById(`${group}/${version}`).getBoundingClientRect();
         return current.version.id === version && current.group.id === group && top >= 0 && top < innerHeight;",
    );
    assert!(shown);
}

pub(crate) fn a_link_to_what_does_not_exist_is_harmless(chrome: &Chrome) {
    let page = chrome.first(DESK);
    let start: Vec<usize> = page.run("return views.map(view => view.landing);");
    let is_as_at_the_start = |fragment: &str| {
        let now: Vec<usize> = page.run("return views.map(view => view.landing);");
        assert_eq!(now, start, "{fragment}");
        assert_eq!(page.events(), [""; 0], "{fragment}");
    };
    for fragment in ["#nothing/there/99", "#/", "#//"] {
        follow(&page, fragment);
        is_as_at_the_start(fragment);
    }
    let broken = "#%E0%A4%A";
    page.visit(broken);
    is_as_at_the_start(broken);
    let beyond = link(&page, 9999);
    follow(&page, &beyond);
    assert_eq!(at(&page), last(&page));
}

pub(crate) fn the_switch_changes_the_colours(chrome: &Chrome) {
    let page = chrome.first(DESK);
    let paper = |page: &Page<'_>| page.text("getComputedStyle(document.body).backgroundColor");
    let light = paper(&page);
    page.click(".theme label:nth-of-type(3)");
    let dark = paper(&page);
    assert_ne!(light, dark);
    page.click(".theme label:nth-of-type(2)");
    assert_eq!(paper(&page), light);
    page.media("print", DESK);
    assert_eq!(paper(&page), "rgb(255, 255, 255)");
}

pub(crate) fn paper_shows_every_instruction(chrome: &Chrome) {
    let page = chrome.page(DESK);
    page.media("print", DESK);
    let cut: usize = page.run(
        "return [...document.querySelectorAll('.listing')].filter(it => it.scrollHeight > it.clientHeight + 1).length;",
    );
    assert_eq!(cut, 0);
    let controls: usize = page.run("return [...document.querySelectorAll('.theme, button')].filter(it => it.getClientRects().length).length;");
    assert_eq!(controls, 0);
}

/// Printed only: a time on a shared machine decides nothing. The layout of the whole page takes long, so that some landings
/// of each view are enough.
pub(crate) fn how_long_a_move_takes(chrome: &Chrome) {
    let page = chrome.page(DESK);
    let (median, longest, moves): (f64, f64, usize) = page.run(
        "const times = views.flatMap(view => [...view.build.landings.keys()].filter(at => at % 16 === 0).map(at => {
             const begin = performance.now();
             move(view, at);
             document.body.offsetHeight;
             return performance.now() - begin;
         })).sort((a, b) => a - b);
         return [times[times.length >> 1], times.at(-1), times.length];",
    );
    println!(
        "a move with its layout: median {median:.1} ms, longest {longest:.1} ms; a frame is 16 ms"
    );
    assert!(moves > 20, "{moves} moves");
}
