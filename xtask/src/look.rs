//! `look` and `land`: the examples with an interrupt before each instruction, as a page and in the terminal.

use std::{
    env,
    io::{IsTerminal, stdout},
    path::{self, Path, PathBuf},
};

use anyhow::{Result, bail};
use look::{
    Toolchain,
    land::{self, LEGEND, Paint},
    record::Look,
};

use runner::{
    replace,
    toolchain::{self, local_config, target_dir},
};

use crate::{
    output::write,
    progress::during,
    setup::{self, Say},
};

/// Where the page is written unless the user names a file.
#[must_use]
pub fn default_page() -> PathBuf {
    target_dir().join("look/indivisible.html")
}

/// The picture of the README, and the landing that it draws.
const PICTURE: &str = "docs/landing.svg";
const PICTURED: &str = "increment-store";

/// Writes the page to `file`, and prints its path; with `svg`, the picture of the README as well.
pub fn look(file: Option<&Path>, json: Option<&Path>, svg: bool) -> Result<()> {
    let look = record(|_| true)?;
    if svg {
        let scene = land::find(&look, PICTURED, None)?;
        replace(&runner::root().join(PICTURE), &look::svg::svg(&scene))?;
    }
    if let Some(json) = json {
        write(json, &serde_json::to_string(&look)?)?;
    }
    write_page(&look, file)
}

/// Writes the page, and prints its path.
pub fn write_page(look: &Look, file: Option<&Path>) -> Result<()> {
    let page = look::page::page(look)?;
    let file = match file {
        Some(file) => {
            write(file, &page)?;
            path::absolute(file)?
        }
        None => {
            let file = default_page();
            replace(&file, &page)?;
            file
        }
    };
    println!("every landing of every example: file://{}", file.display());
    Ok(())
}

/// Runs the examples that are chosen.
pub fn record(is_chosen: impl Fn(&str) -> bool) -> Result<Look> {
    setup::targets(Say::Changes)?;
    let toolchain = Toolchain {
        scratch: target_dir().join("look"),
        rustc: local_config().exists().then(toolchain::rustc),
    };
    during("running every landing", || {
        look::some(&toolchain, is_chosen)
    })
}

/// Draws one landing of an example; without a name, lists the examples.
pub fn land(example: Option<&str>, address: Option<u32>) -> Result<()> {
    let paint = paint();
    let Some(example) = example else {
        print!("{}", land::lines(&record(|_| true)?, paint));
        println!("\n{LEGEND}");
        return Ok(());
    };
    if !land::names().iter().any(|name| name == example) {
        bail!("{}", land::unknown(example));
    }
    let look = record(|name| name == example)?;
    let scene = land::find(&look, example, address)?;
    print!("{}", land::picture(&scene, paint));
    if let Some(error) = land::error(&scene, paint) {
        println!("\n{error}");
    }
    Ok(())
}

/// Colours on a terminal whose user has not set `NO_COLOR`.
#[must_use]
pub fn paint() -> Paint {
    let no_color = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    Paint::new(stdout().is_terminal(), no_color)
}

/// Reads an address of a point: hexadecimal, with or without `0x`.
pub fn address(text: &str) -> Result<u32, String> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    u32::from_str_radix(digits, 16)
        .map_err(|error| format!("{text:?} is no hexadecimal number: {error}"))
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn addresses_are_hexadecimal() {
        assert_eq!(address("0x8000010"), Ok(0x800_0010));
        assert_eq!(address("8000010"), Ok(0x800_0010));
        assert!(address("main").unwrap_err().contains("hexadecimal"));
    }
}
