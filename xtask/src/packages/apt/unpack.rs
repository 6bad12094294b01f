//! Unpacks Debian packages, with the libraries that they need, into a directory of this repository: nothing on the system
//! changes, and no root is needed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use runner::{command::run, replace_executable};

/// Unpacks every package in `packages` into `dir`, replacing what is there. `dir/bin` has the programs `programs`.
pub(super) fn unpack(packages: &Path, programs: &[&str], dir: &Path) -> Result<()> {
    let new = dir.with_extension("new");
    let root = new.join("root");
    make_empty(&new)?;
    fs::create_dir(&root)?;
    for package in entries(packages)? {
        run(Command::new("dpkg-deb")
            .arg("--extract")
            .args([&package, &root]))?;
    }
    keep(programs, &root.join("usr/bin"))?;
    let libraries = libraries(&root)?;
    for program in programs {
        replace_executable(
            &new.join("bin").join(program),
            &starter(program, &libraries),
        )?;
    }
    make_empty(dir)?;
    fs::rename(new, dir)?;
    Ok(())
}

/// Removes the other programs: a package of emulators has one for each processor.
fn keep(programs: &[&str], bin: &Path) -> Result<()> {
    for program in programs {
        ensure!(
            bin.join(program).exists(),
            "no package contains {program} where Debian's do"
        );
    }
    for program in entries(bin)? {
        if !programs.iter().any(|it| program.ends_with(it)) {
            fs::remove_file(program)?;
        }
    }
    Ok(())
}

/// The directories with libraries, relative to `root`: in Debian they have the name of the machine's type.
fn libraries(root: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for parent in ["usr/lib", "lib"].map(Path::new) {
        if !root.join(parent).exists() {
            continue;
        }
        for dir in entries(&root.join(parent))? {
            let name = dir.file_name().unwrap_or_default();
            if dir.is_dir() && name.to_string_lossy().contains("-linux-gnu") {
                found.push(parent.join(name));
            }
        }
    }
    Ok(found)
}

/// A script that starts the program with its libraries.
fn starter(program: &str, libraries: &[PathBuf]) -> String {
    let paths = libraries.iter().map(|it| format!("$root/{}", it.display()));
    let paths = paths.collect::<Vec<_>>().join(":");
    format!(
        "#!/bin/sh\n\
         root=${{0%/*}}/../root\n\
         export LD_LIBRARY_PATH=\"{paths}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}\"\n\
         exec \"$root/usr/bin/{program}\" \"$@\"\n"
    )
}

fn entries(dir: &Path) -> Result<Vec<PathBuf>> {
    let list = fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))?;
    let mut entries: Vec<_> = list.map(|it| Ok(it?.path())).collect::<Result<_>>()?;
    entries.sort();
    Ok(entries)
}

/// Makes the directory, without what an interrupted set-up has left in it.
pub(super) fn make_empty(dir: &Path) -> Result<()> {
    let make = || {
        if dir.exists() {
            fs::remove_dir_all(dir)?;
        }
        fs::create_dir_all(dir)
    };
    make().with_context(|| format!("cannot write to {}", dir.display()))
}
