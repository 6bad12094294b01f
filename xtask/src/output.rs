//! Tables and result files, the same for every command.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use comfy_table::{Row, Table, presets::UTF8_FULL_CONDENSED};
use serde_json::Value;

/// A table with this head.
pub(crate) fn table(head: impl Into<Row>) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_header(head);
    table
}

/// Writes a result for scripts to read.
pub(crate) fn write_json(path: &Path, result: &Value) -> Result<()> {
    fs::write(path, format!("{result:#}\n"))
        .with_context(|| format!("cannot write {}", path.display()))
}
