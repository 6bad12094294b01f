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
    write(path, &format!("{result:#}\n"))
}

/// Writes to a file that the user has named. It may be a link or a device, which [`runner::replace`] would put a file in the
/// place of.
pub(crate) fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::write;
    use std::{env, fs, os::unix::fs::symlink, process::id};

    #[test]
    fn a_link_that_the_user_names_stays_a_link() {
        let dir = env::temp_dir().join(format!("write-{}", id()));
        let (file, link) = (dir.join("file"), dir.join("link"));
        fs::create_dir_all(&dir).unwrap();
        symlink(&file, &link).unwrap();
        write(&link, "content").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(file).unwrap(), "content");
        fs::remove_dir_all(dir).unwrap();
    }
}
