//! QEMU's programs: those that `PATH` finds, and those that set-up has unpacked.

use core::iter;
use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// Where set-up unpacks them if their installation would remove other packages: programs in `bin`.
#[must_use]
pub fn unpacked() -> PathBuf {
    crate::root().join("target/qemu")
}

/// Makes `command`, and the programs that it starts, find the unpacked emulators, if there are any.
pub fn make_available(command: &mut Command) {
    prefer(&unpacked().join("bin"), command);
}

fn prefer(bin: &Path, command: &mut Command) {
    if !bin.exists() {
        return;
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let others = env::split_paths(&path).filter(|it| it != bin);
    // A directory whose name has a colon cannot be in `PATH`: set-up then reports that the emulators are missing.
    if let Ok(path) = env::join_paths(iter::once(bin.to_owned()).chain(others)) {
        command.env("PATH", path);
    }
}

#[cfg(test)]
mod tests {
    use super::prefer;
    use crate::command::{text, works};
    use std::{
        env,
        fs::{self, Permissions, remove_dir_all},
        os::unix::fs::PermissionsExt,
        process::{Command, id},
    };

    #[test]
    fn an_unpacked_program_is_found_by_the_command_and_by_what_it_starts() {
        let bin = env::temp_dir().join(format!("emulators-{}", id()));
        let started = |program: &str, args: &[&str]| {
            let mut command = Command::new(program);
            prefer(&bin, &mut command);
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
        // What `PATH` has is found as before.
        assert!(started("true", &[]).is_ok());
        assert!(!works(&mut Command::new("emulator-unheard-of")));
        remove_dir_all(bin).unwrap();
    }
}
