//! A stage in a process group of its own, which ends with the process that started it.

use core::time::Duration;
use std::{
    env,
    io::{self, IsTerminal, Read, pipe, stdout},
    os::unix::process::{CommandExt, parent_id},
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio, id},
    sync::{Mutex, PoisonError},
    thread,
};

use anyhow::{Context, Result};

use super::{
    lanes::{Outcome, Print},
    reason::Reason,
};

/// The exit code of a stage that lacks something; that of skipped tests in other test programs.
pub(super) const SKIPPED: u8 = 77;

/// The process groups of the running stages, and whether they are to stop.
static GROUPS: Mutex<(Vec<u32>, bool)> = Mutex::new((Vec::new(), false));

/// Runs the stage, and hands over what it prints on both streams.
pub(super) fn run(stage: &str, print: Print<'_>) -> Outcome {
    let ended = this_program()
        .context("this program has no path")
        .and_then(|program| {
            let mut command = Command::new(program);
            command.args(["stage", stage]);
            if stdout().is_terminal() {
                command.env("CARGO_TERM_COLOR", "always");
            }
            ended(command, print)
        });
    match ended {
        Ok((status, _)) if status.success() => Outcome::Passed,
        Ok((status, reason)) if status.code() == Some(SKIPPED.into()) => Outcome::Skipped(reason),
        Ok((_, reason)) => Outcome::Failed(reason),
        Err(error) => Outcome::Failed(format!("{error:#}")),
    }
}

/// The program of this process, also where a stage has built another one in its place.
fn this_program() -> io::Result<PathBuf> {
    let link = Path::new("/proc/self/exe");
    if link.exists() {
        return Ok(link.to_owned());
    }
    env::current_exe()
}

/// The exit status, and the reason for it if it is not success.
fn ended(mut command: Command, print: Print<'_>) -> Result<(ExitStatus, String)> {
    // One pipe for both streams keeps the order of what is written.
    let (mut output, end) = pipe()?;
    command
        .stdin(Stdio::null())
        .stdout(end.try_clone()?)
        .stderr(end)
        .process_group(0);
    let mut child = command.spawn().context("a stage does not start")?;
    // The pipe ends when its last writer does.
    drop(command);
    let group = child.id();
    let mut groups = GROUPS.lock().unwrap_or_else(PoisonError::into_inner);
    groups.0.push(group);
    if groups.1 {
        end_group(group);
    }
    drop(groups);
    let (mut buffer, mut reason) = ([0; 4096], Reason::default());
    while let length @ 1.. = output.read(&mut buffer)? {
        let bytes = &buffer[..length];
        reason.read(bytes);
        print(bytes);
    }
    let status = child.wait()?;
    let mut groups = GROUPS.lock().unwrap_or_else(PoisonError::into_inner);
    groups.0.retain(|it| *it != group);
    Ok((status, reason.end()))
}

/// Ends every running stage, and each that starts later.
pub(super) fn stop() {
    let mut groups = GROUPS.lock().unwrap_or_else(PoisonError::into_inner);
    groups.1 = true;
    groups.0.iter().copied().for_each(end_group);
}

/// Sends a signal to all processes of the group.
fn end_group(group: u32) {
    let mut kill = Command::new("sh");
    kill.args(["-c", "kill -TERM \"-$0\"", &group.to_string()]);
    // It fails for a group that has ended.
    kill.stderr(Stdio::null()).status().ok();
}

/// Ends this process, and those that it started, when the process that started it ends: a signal from the terminal
/// reaches that one only.
pub(super) fn end_with_the_parent() {
    let parent = parent_id();
    thread::spawn(move || {
        while parent_id() == parent {
            thread::sleep(Duration::from_secs(1));
        }
        end_group(id());
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use runner::command::text;
    use std::{fs, os::unix::fs::symlink, sync::mpsc::channel};

    fn sh(script: &str) -> Command {
        let mut sh = Command::new("sh");
        sh.args(["-c", script]);
        sh
    }

    #[test]
    fn both_streams_keep_their_order_and_have_the_reason() {
        let mut printed = Vec::new();
        let script = "echo one; echo two >&2; echo; echo 'xtask: three' >&2; echo; exit 77";
        let mut print = |bytes: &[u8]| printed.extend_from_slice(bytes);
        let (status, reason) = ended(sh(script), &mut print).unwrap();
        assert_eq!(printed, b"one\ntwo\n\nxtask: three\n\n");
        assert_eq!((status.code(), &*reason), (Some(77), "three"));
    }

    /// A copy of this program runs the test below, which puts another program in the copy's place.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_program_that_is_replaced_starts_itself() {
        const TEST: &str = "a_program_that_is_replaced_starts_itself";
        // Set for the copy.
        const REPLACED: &str = "INDIVISIBLE_REPLACED";
        let this = env::current_exe().unwrap();
        if env::var_os(REPLACED).is_some() {
            // A file that is written, and not renamed, could not be executed at once.
            fs::remove_file(&this).unwrap();
            symlink("/bin/false", &this).unwrap();
            let mut program = Command::new(this_program().unwrap());
            let listed = text(program.args(["--list", TEST])).unwrap();
            assert!(listed.contains(TEST), "{listed}");
            return;
        }
        let dir = env::temp_dir().join(format!("replaced-{}", id()));
        fs::create_dir_all(&dir).unwrap();
        let copy = dir.join("program");
        fs::copy(this, &copy).unwrap();
        let mut program = Command::new(&copy);
        program.arg(TEST).env(REPLACED, "1");
        let ran = text(&mut program);
        fs::remove_dir_all(dir).unwrap();
        assert!(ran.unwrap().contains("1 passed"));
    }

    /// The grandchild holds the pipe open: only its end is the end of the output.
    #[test]
    fn the_group_ends_with_what_the_stage_started() {
        let (begun, begin) = channel();
        let stage = thread::spawn(move || {
            let mut print = |bytes: &[u8]| begun.send(bytes.to_vec()).unwrap();
            ended(sh("sleep 1000 & echo $$; wait"), &mut print).unwrap()
        });
        let group = begin.recv().unwrap();
        let group = core::str::from_utf8(&group).unwrap().trim();
        end_group(group.parse().unwrap());
        let (status, _) = stage.join().unwrap();
        assert!(!status.success());
    }
}
