//! The page, in Chromium.
//!
//! Each check of a page has a planted fault that it must find: a page with one thing changed.

mod checks;
mod chrome;
mod moves;
mod protocol;

use std::{env, fs, process::ExitCode, sync::Arc};

use anyhow::{Context, Result};
use checks::{
    MOST, MOST_COMPRESSED, contrast, drawn, focus, names, silent, size, sizes, still, width,
};
use chrome::{Chrome, record_of};
use libtest_mimic::{Arguments, Trial};
use serde_json::Value;

type Test = (&'static str, fn(&Chrome));

/// Functions under their names.
macro_rules! tests {
    ($($path:path,)*) => { [$((stringify!($path), $path),)*] };
}

fn main() -> Result<ExitCode> {
    let tests: [Test; 27] = tests![
        every_landing_of_every_example_is_drawn,
        a_landing_that_is_not_drawn_is_found,
        the_page_requests_nothing,
        a_request_is_found,
        texts_and_marks_have_contrast,
        a_low_contrast_is_found,
        nothing_is_wider_than_the_window,
        what_is_too_wide_is_found,
        everything_has_a_name,
        what_has_no_name_is_found,
        the_keyboard_reaches_everything_and_shows_where_it_is,
        a_focus_that_does_not_show_is_found,
        nothing_moves_by_itself,
        what_moves_by_itself_is_found,
        the_page_is_small,
        a_large_page_is_found,
        moves::arrow_keys_move_the_interrupt,
        moves::a_key_moves_to_the_next_wrong_landing_and_around,
        moves::keys_that_the_page_does_not_use_stay_the_browser_s,
        moves::the_pointer_moves_the_interrupt_and_nothing_else,
        moves::buttons_move_the_interrupt_on_a_telephone,
        moves::every_version_has_a_link_and_opens_there,
        moves::the_overview_leads_to_a_version,
        moves::a_link_to_what_does_not_exist_is_harmless,
        moves::the_switch_changes_the_colours,
        moves::paper_shows_every_instruction,
        moves::how_long_a_move_takes,
    ];
    let arguments = Arguments::from_args();
    if arguments.list {
        let names = tests.map(|(name, _)| Trial::test(name, || Ok(())));
        return Ok(libtest_mimic::run(&arguments, names.into()).exit_code());
    }
    let chrome = Chrome::new(written("INDIVISIBLE_PAGE")?, written("INDIVISIBLE_RECORD")?)
        .context("Chromium does not start; `cargo xtask test --only page` installs it")?;
    let chrome = Arc::new(chrome);
    let trials = tests.map(|(name, test)| {
        let chrome = Arc::clone(&chrome);
        Trial::test(name, move || {
            test(&chrome);
            Ok(())
        })
    });
    Ok(libtest_mimic::run(&arguments, trials.into()).exit_code())
}

/// What `cargo xtask look --json` writes.
fn written(variable: &str) -> Result<String> {
    let path = env::var(variable).with_context(|| {
        format!("{variable} names no file; `cargo xtask test --only page` writes it")
    })?;
    fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))
}

fn is_in_order(chrome: &Chrome, check: fn(&Chrome, &str) -> Vec<String>) {
    let complaints = check(chrome, &chrome.html);
    let some: Vec<_> = complaints.iter().take(20).collect();
    assert!(
        complaints.is_empty(),
        "{} complaints: {some:#?}",
        complaints.len()
    );
}

#[track_caller]
fn finds(chrome: &Chrome, check: fn(&Chrome, &str) -> Vec<String>, planted: &str, word: &str) {
    assert_ne!(planted, chrome.small, "nothing is planted");
    let complaints = check(chrome, planted);
    assert!(
        complaints.iter().any(|it| it.contains(word)),
        "{word:?} is not in {complaints:?}"
    );
}

fn every_landing_of_every_example_is_drawn(chrome: &Chrome) {
    is_in_order(chrome, drawn);
    let cases = |record: &str| {
        let record: Value = serde_json::from_str(record).unwrap();
        record["cases"].as_array().unwrap().len()
    };
    assert_eq!(cases(record_of(&chrome.html)), cases(&chrome.record));
}

fn a_landing_that_is_not_drawn_is_found(chrome: &Chrome) {
    let missing =
        "<script>document.querySelector('#examples [data-landing=\"2\"]').remove();</script>";
    finds(chrome, drawn, &chrome.with(missing), "no mark");
    let other = "<script>document.querySelector('#examples [data-landing] use[href=\"#wrong\"]').setAttribute('href', '#ok');</script>";
    finds(chrome, drawn, &chrome.with(other), "another mark");
    let no_handler = chrome.changed("active.push(step.lane);", "rows.pop();");
    finds(chrome, drawn, &no_handler, "0 × enter");
    let no_word = chrome.changed("const changes = row.stores", "const changes = !row.stores");
    finds(chrome, drawn, &no_word, "does not change its word");
}

fn the_page_requests_nothing(chrome: &Chrome) {
    is_in_order(chrome, silent);
}

fn a_request_is_found(chrome: &Chrome) {
    let image = "<img src=\"http://example.invalid/it.png\" alt=\"\">";
    finds(chrome, silent, &chrome.with(image), "example.invalid");
    let allowed = chrome
        .with(image)
        .replacen("default-src 'none'", "default-src *", 1);
    finds(
        chrome,
        silent,
        &allowed,
        "requests http://example.invalid/it.png",
    );
    let fetching = "<script>fetch('http://example.invalid/it');</script>";
    finds(chrome, silent, &chrome.with(fetching), "example.invalid");
    finds(
        chrome,
        silent,
        &chrome.with("<script>missing();</script>"),
        "throws",
    );
}

fn texts_and_marks_have_contrast(chrome: &Chrome) {
    is_in_order(chrome, contrast);
}

fn a_low_contrast_is_found(chrome: &Chrome) {
    let style = |rule: &str| chrome.styled(rule);
    finds(
        chrome,
        contrast,
        &style(".summary { color: #999; }"),
        "light screen",
    );
    finds(chrome, contrast, &style(".asks { opacity: .5; }"), "< 4.5");
    finds(
        chrome,
        contrast,
        &style(".cross { stroke: #e99; }"),
        "mark wrong",
    );
    let dark = style("@media (prefers-color-scheme: dark) { .where { color: #666; } }");
    finds(chrome, contrast, &dark, "dark screen");
}

fn nothing_is_wider_than_the_window(chrome: &Chrome) {
    is_in_order(chrome, width);
}

fn what_is_too_wide_is_found(chrome: &Chrome) {
    let rule = ".asks { width: 460px; }";
    finds(chrome, width, &chrome.styled(rule), "390:");
    let rule = "footer { margin-right: -900px; width: 2000px; max-width: none; }";
    finds(chrome, width, &chrome.styled(rule), "1280:");
}

fn everything_has_a_name(chrome: &Chrome) {
    is_in_order(chrome, names);
}

fn what_has_no_name_is_found(chrome: &Chrome) {
    finds(chrome, names, &chrome.with("<button></button>"), "no name");
    finds(
        chrome,
        names,
        &chrome.with("<svg></svg>"),
        "a picture is read",
    );
    finds(
        chrome,
        names,
        &chrome.with("<p id=\"title\"></p>"),
        "two elements are title",
    );
    let mute = chrome.changed("'aria-valuetext'", "'data-text'");
    finds(chrome, names, &mute, "a slider at");
}

fn the_keyboard_reaches_everything_and_shows_where_it_is(chrome: &Chrome) {
    is_in_order(chrome, focus);
}

fn a_focus_that_does_not_show_is_found(chrome: &Chrome) {
    let rule = "button:focus-visible { outline: none; }";
    finds(chrome, focus, &chrome.styled(rule), "BUTTON does not show");
    let away = chrome.changed("role=\"slider\" tabindex=\"0\"", "role=\"slider\"");
    finds(chrome, focus, &away, "does not reach slider");
}

fn nothing_moves_by_itself(chrome: &Chrome) {
    is_in_order(chrome, still);
}

fn what_moves_by_itself_is_found(chrome: &Chrome) {
    let rule = ".cell { transition: color 1s; }";
    finds(chrome, still, &chrome.styled(rule), "SPAN.cell");
}

fn the_page_is_small(chrome: &Chrome) {
    let (plain, compressed) = sizes(&chrome.html);
    println!("page: {plain} of {MOST} bytes; {compressed} of {MOST_COMPRESSED}, compressed");
    is_in_order(chrome, size);
}

fn a_large_page_is_found(chrome: &Chrome) {
    finds(
        chrome,
        size,
        &chrome.with(&"<!-- -->".repeat(MOST / 8)),
        "of 300000 bytes",
    );
    // Hexadecimal digits of a sequence that does not repeat: two to a byte.
    let mut state = 1_u32;
    let noise: String = (0..2 * MOST_COMPRESSED)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from_digit(state >> 28, 16).unwrap()
        })
        .collect();
    finds(chrome, size, &chrome.with(&noise), "compressed");
}
