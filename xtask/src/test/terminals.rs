//! Pseudo-terminals for tests on a machine that has mounted none, such as a bare chroot.

use std::{path::Path, process::Command};

/// Where the kernel's pseudo-terminals are mounted.
const DEVPTS: &str = "/dev/pts";

/// Mounts them, and becomes the command that its arguments are. Without the first line, the mount would propagate to
/// other namespaces; in a chroot, `/` is no mount point, and `/dev` is one.
const MOUNT: &str = r#"
{ mount --make-rprivate / || mount --make-rprivate /dev; } 2>/dev/null &&
    mount -t devpts -o ptmxmode=0666 devpts /dev/pts ||
    echo 'no pseudo-terminals: mount devpts at /dev/pts' >&2
exec "$@"
"#;

/// `command` as it is where there are pseudo-terminals. Otherwise in a mount namespace of its own, with pseudo-terminals
/// that end with it: nothing outside sees the mount, and only `root` may make it.
pub(super) fn with_terminals(command: Command) -> Command {
    let are_mounted = Path::new(DEVPTS).join("ptmx").exists();
    if are_mounted || !cfg!(target_os = "linux") {
        command
    } else {
        in_a_namespace(&command)
    }
}

fn in_a_namespace(command: &Command) -> Command {
    let mut wrapper = Command::new("unshare");
    wrapper
        .args(["--mount", "--propagation", "unchanged"])
        .args(["sh", "-c", MOUNT, "sh"])
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => wrapper.env(name, value),
            None => wrapper.env_remove(name),
        };
    }
    if let Some(dir) = command.get_current_dir() {
        wrapper.current_dir(dir);
    }
    wrapper
}

#[cfg(test)]
mod tests {
    use super::*;
    use runner::command::text;

    #[test]
    fn a_namespace_keeps_the_command_its_environment_and_its_directory() {
        let mut command = Command::new("sh");
        command
            .args(["-c", "echo \"$1 $VALUE $(pwd)\"", "sh", "one two"])
            .env("VALUE", "three")
            .current_dir("/");
        let wrapper = in_a_namespace(&command);
        let args: Vec<_> = wrapper.get_args().skip_while(|it| *it != MOUNT).collect();
        let mut without_namespace = Command::new("sh");
        // The mount is left out, as an ordinary user may not make it.
        without_namespace
            .args(["-c", "exec \"$@\""])
            .args(&args[1..])
            .envs(
                wrapper
                    .get_envs()
                    .filter_map(|(name, value)| Some((name, value?))),
            )
            .current_dir(wrapper.get_current_dir().unwrap());
        assert_eq!(text(&mut without_namespace).unwrap(), "one two three /");
    }
}
