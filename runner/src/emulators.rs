//! QEMU's programs: those in the directories of `PATH`, and those that set-up has unpacked.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
};

/// Where set-up unpacks them if their installation would remove other packages: programs in `bin`.
#[must_use]
pub fn unpacked() -> PathBuf {
    crate::root().join("target/qemu")
}

/// Adds the directory of the unpacked emulators, if there is one, to the end of the `PATH` of `command` and of the programs
/// that it starts. An emulator that is installed comes first. An empty `PATH` stays empty.
pub fn make_available(command: &mut Command) {
    let path = env::var_os("PATH").unwrap_or_default();
    append(&unpacked().join("bin"), &path, command);
}

fn append(bin: &Path, path: &OsStr, command: &mut Command) {
    if path.is_empty() || !bin.exists() {
        return;
    }
    let others = env::split_paths(path).filter(|it| it != bin);
    // A directory whose name has a colon cannot be in `PATH`: set-up then reports that the emulators are missing.
    if let Ok(path) = env::join_paths(others.chain([bin.to_owned()])) {
        command.env("PATH", path);
    }
}

#[cfg(test)]
mod tests {
    use super::append;
    use crate::command::{text, works};
    use std::{
        env,
        ffi::OsStr,
        fs::{self, Permissions, remove_dir_all},
        os::unix::fs::PermissionsExt,
        process::{Command, id},
    };

    #[test]
    fn an_unpacked_program_is_found_by_the_command_and_by_what_it_starts() {
        let bin = env::temp_dir().join(format!("emulators-{}", id()));
        let started = |program: &str, args: &[&str]| {
            let mut command = Command::new(program);
            append(&bin, &env::var_os("PATH").unwrap(), &mut command);
            text(command.args(args))
        };
        assert!(started("emulator-unheard-of", &[]).is_err());
        fs::create_dir_all(&bin).unwrap();
        let program = bin.join("emulator-unheard-of");
        fs::write(&program, "#!/bin/sh\necho unpacked\n").unwrap();
        fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
        assert_eq!(started("emulator-unheard-of", &[]).unwrap(), "unpacked");
        let nested = ["-c", "emulator-unheard-of"];
        assert_eq!(started("sh", &nested).unwrap(), "unpacked");
        // An installed program comes first.
        let shadowed = bin.join("true");
        fs::write(&shadowed, "#!/bin/sh\necho unpacked\n").unwrap();
        fs::set_permissions(&shadowed, Permissions::from_mode(0o755)).unwrap();
        assert_eq!(started("true", &[]).unwrap(), "");
        assert!(!works(&mut Command::new("emulator-unheard-of")));
        let mut without = Command::new("emulator-unheard-of");
        append(&bin, OsStr::new(""), without.env("PATH", ""));
        assert!(!works(&mut without));
        remove_dir_all(bin).unwrap();
    }
}
