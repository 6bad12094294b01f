//! `checksum` against the system's sha256sum.

use std::{
    ffi::{OsStr, OsString},
    fs::{self, File, Permissions},
    os::unix::{
        ffi::{OsStrExt, OsStringExt},
        fs::{PermissionsExt, symlink},
        net::UnixListener,
    },
    path::Path,
    process::{Command, Stdio},
};

use tempfile::TempDir;

use crate::{
    process::{Ended, host_demo, run, watched},
    verify::{accepted, sha256sum},
};

const HOSTILE: &[&[u8]] = &[
    b" leading space",
    b"#comment",
    b"*binary",
    b"-",
    b"--workers",
    b"back\\slash",
    b"back\\nslash n",
    b"bell\x07",
    b"new\nline",
    b"new\nline and back\\slash",
    b"not text \xff\xfe",
    b"trailing newline\n",
    b"\\",
    b"a\tb",
    "grün".as_bytes(),
];

fn write(folder: &Path, name: &[u8], content: impl AsRef<[u8]>) {
    fs::write(folder.join(OsStr::from_bytes(name)), content).unwrap();
}

fn checksum<S: AsRef<OsStr>>(folder: &Path, paths: &[S]) -> Ended {
    let mut command = host_demo(&["checksum", "--"]);
    run(command.args(paths).current_dir(folder), b"")
}

fn folder(names: &[&[u8]]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in names {
        write(folder.path(), name, name);
    }
    folder
}

#[test]
fn hostile_names_are_listed_as_by_sha256sum() {
    let folder = folder(HOSTILE);
    write(folder.path(), b"empty", b"");
    write(folder.path(), b"large", vec![7; 1_000_000]);
    let mut names = [HOSTILE, &[b"empty", b"large"]].concat();
    names.sort();
    let names = names
        .into_iter()
        .map(|name| OsString::from_vec([b"./", name].concat()));

    let ended = checksum(folder.path(), &["."]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let theirs = sha256sum(folder.path(), names);
    assert_eq!(
        ended.stdout.escape_ascii().to_string(),
        theirs.escape_ascii().to_string()
    );
    assert!(accepted(folder.path(), &ended.stdout));
}

#[test]
fn a_carriage_return_is_escaped_where_sha256sum_does_so() {
    let folder = folder(&[b"carriage\rreturn"]);
    let ended = checksum(folder.path(), &["carriage\rreturn"]);
    assert!(
        ended.stdout.ends_with(b"  carriage\\rreturn\n"),
        "{ended:?}"
    );
    let theirs = sha256sum(folder.path(), ["carriage\rreturn"]);
    // Before coreutils 9 it was printed as it is.
    if theirs.starts_with(b"\\") {
        assert_eq!(ended.stdout, theirs);
        assert!(accepted(folder.path(), &ended.stdout));
    }
}

#[test]
fn every_mention_is_listed_in_the_order_of_bytes() {
    let folder = folder(&[b"a-b", b"b"]);
    fs::create_dir(folder.path().join("a")).unwrap();
    write(folder.path(), b"a/c", b"c");
    let ended = checksum(folder.path(), &["b", "a", "a-b", "a/c", "b"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let theirs = sha256sum(folder.path(), ["a-b", "a/c", "a/c", "b", "b"]);
    assert_eq!(ended.stdout, theirs);
}

/// A folder with one regular file, and one of each other kind.
fn obstacles() -> (TempDir, UnixListener) {
    let folder = folder(&[b"file"]);
    let path = folder.path();
    let mkfifo = Command::new("mkfifo").arg(path.join("fifo")).status();
    assert!(mkfifo.unwrap().success());
    let socket = UnixListener::bind(path.join("socket")).unwrap();
    symlink("nowhere", path.join("dangling")).unwrap();
    symlink(".", path.join("loop")).unwrap();
    symlink("file", path.join("link")).unwrap();
    (folder, socket)
}

#[test]
fn other_kinds_of_files_are_reported_and_the_rest_listed() {
    let (folder, _socket) = obstacles();
    let ended = checksum(folder.path(), &["."]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(ended.stdout, sha256sum(folder.path(), ["./file"]));
    for said in [
        r#""./fifo": a FIFO, not a regular file"#,
        r#""./socket": a socket, not a regular file"#,
        "1 listed, 2 failed, 3 symbolic links not followed",
    ] {
        assert!(ended.stderr.contains(said), "{said}: {}", ended.stderr);
    }
}

#[test]
fn other_kinds_of_files_are_reported_by_their_given_names() {
    let (folder, _socket) = obstacles();
    let given = ["fifo", "vanished", "dangling", "/dev/null", "-", "link"];
    let ended = checksum(folder.path(), &given);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(ended.stdout, sha256sum(folder.path(), ["link"]));
    for (name, why) in [
        ("fifo", "a FIFO"),
        ("vanished", "No such file"),
        ("dangling", "No such file"),
        ("/dev/null", "a device"),
        ("-", "write ./-"),
    ] {
        let said = format!("{name:?}: {why}");
        assert!(ended.stderr.contains(&said), "{said}: {}", ended.stderr);
    }
}

/// To open a device may have any effect; the opening of a FIFO can be watched.
#[cfg(target_os = "linux")]
#[test]
fn other_kinds_of_files_are_never_opened() {
    use core::mem::MaybeUninit;
    use rustix::fs::inotify::{CreateFlags, Reader, WatchFlags, add_watch, init};

    let (folder, _socket) = obstacles();
    let fifo = folder.path().join("fifo");
    let watch = init(CreateFlags::NONBLOCK).unwrap();
    add_watch(&watch, &fifo, WatchFlags::OPEN).unwrap();
    let mut buffer = [MaybeUninit::uninit(); 1024];
    let mut opened = || Reader::new(&watch, &mut buffer).next().is_ok();

    let ended = checksum(folder.path(), &["."]);
    assert!(ended.stderr.contains("a FIFO"), "{ended:?}");
    assert!(!opened());
    // The watch works: it reports this opening.
    let _fifo = File::options().read(true).write(true).open(&fifo).unwrap();
    assert!(opened());
}

#[test]
fn a_link_to_a_folder_is_followed_where_it_is_given() {
    let (folder, _socket) = obstacles();
    fs::create_dir(folder.path().join("inner")).unwrap();
    write(folder.path(), b"inner/x", b"x");
    symlink("inner", folder.path().join("outer")).unwrap();
    let ended = checksum(folder.path(), &["outer"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.stdout, sha256sum(folder.path(), ["outer/x"]));
}

#[test]
fn a_file_without_permission_is_reported() {
    // Nothing is unreadable for root.
    if rustix::process::geteuid().is_root() {
        return;
    }
    let folder = folder(&[b"open", b"shut"]);
    let shut = File::open(folder.path().join("shut")).unwrap();
    shut.set_permissions(Permissions::from_mode(0o000)).unwrap();
    let ended = checksum(folder.path(), &["."]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(ended.stdout, sha256sum(folder.path(), ["./open"]));
    assert!(ended.stderr.contains(r#""./shut": Permission denied"#));
}

#[test]
fn statistics_count_every_file() {
    let folder = folder(&[b"1", b"333", b"55555"]);
    let ended = checksum(folder.path(), &["."]);
    let said = "bytes a file: 3 files, mean 3 B, peak 5 B\n";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("time a file: 3 files, "),
        "{}",
        ended.stderr
    );
}

#[test]
fn an_empty_folder_is_an_empty_list() {
    let ended = checksum(folder(&[]).path(), &["."]);
    assert_eq!((ended.code, ended.stdout), (Some(0), Vec::new()));
}

#[test]
fn any_number_of_workers_gives_the_same_list() {
    let folder = folder(HOSTILE);
    let names = ["1", "2", "100000", "18446744073709551615"];
    let lists = names.map(|workers| {
        let mut command = host_demo(&["checksum", "--workers", workers, "."]);
        let ended = run(command.current_dir(folder.path()), b"");
        assert_eq!(ended.code, Some(0), "{ended:?}");
        ended.stdout
    });
    assert!(
        lists
            .iter()
            .all(|list| *list == lists[0] && !list.is_empty())
    );
}

#[test]
fn a_closed_pipe_ends_the_process_without_a_panic() {
    let folder = folder(HOSTILE);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let child = host_demo(&["checksum", "."])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(writer.try_clone().unwrap())
        .stderr(writer)
        .spawn()
        .unwrap();
    assert_eq!(watched(child).join().unwrap().code(), Some(128 + 13));
}
