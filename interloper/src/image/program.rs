//! The program around a table: a manifest, a `main.rs` and a linker script.

use std::path::Path;

use toml::{Table, Value, toml};

use super::front_matter::{CriticalSection, FrontMatter};

/// `main.rs` of a program without a runtime: the host calls the functions of the table itself.
pub(super) fn main_rs(file: &Path, front: &FrontMatter, cores: bool) -> String {
    let section = match front.options.critical_section {
        CriticalSection::Own => "",
        CriticalSection::Provided if cores => TWO_CORES,
        CriticalSection::Provided => ONE_CORE,
    };
    let masks = if section.is_empty() { "" } else { MASKS };
    format!(
        "#![no_std]
#![no_main]
#[path = {file:?}]
mod table;
#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {{
    interloper_table::panicked(info)
}}
{section}{masks}"
    )
}

/// The sections of one core: interrupts are masked.
const ONE_CORE: &str = "
struct Section;
critical_section::set_impl!(Section);
unsafe impl critical_section::Impl for Section {
    unsafe fn acquire() -> bool { mask() }
    unsafe fn release(were_enabled: bool) { if were_enabled { unmask() } }
}
";

/// The sections of two cores: interrupts are masked, then a lock is taken. The lock has an owner, because sections
/// nest. Without a compare-and-swap it is a spin lock of the RP2040, which a load claims and a store releases.
const TWO_CORES: &str = "
use core::sync::atomic::{AtomicU8, Ordering, compiler_fence};
static OWNER: AtomicU8 = AtomicU8::new(0);
struct Section;
critical_section::set_impl!(Section);
unsafe impl critical_section::Impl for Section {
    // 2: nested; 1: interrupts were enabled; 0: they were not.
    unsafe fn acquire() -> u8 {
        let me = number() + 1;
        let were_enabled = mask();
        if OWNER.load(Ordering::Acquire) == me {
            if were_enabled { unmask() }
            return 2;
        }
        while !lock() {
            if were_enabled {
                unmask();
                mask();
            }
        }
        OWNER.store(me, Ordering::Relaxed);
        were_enabled as u8
    }
    unsafe fn release(token: u8) {
        if token == 2 { return }
        OWNER.store(0, Ordering::Relaxed);
        unlock();
        if token == 1 { unmask() }
    }
}
fn number() -> u8 { unsafe { (0xd000_0000 as *const u32).read_volatile() as u8 } }
#[cfg(target_has_atomic = \"8\")]
mod spin {
    use super::*;
    static LOCK: AtomicU8 = AtomicU8::new(0);
    pub fn lock() -> bool { LOCK.compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed).is_ok() }
    pub fn unlock() { LOCK.store(0, Ordering::Release) }
}
#[cfg(not(target_has_atomic = \"8\"))]
mod spin {
    use super::*;
    const LOCK: *mut u32 = 0xd000_017c as *mut u32;
    pub fn lock() -> bool {
        let claimed = unsafe { LOCK.read_volatile() } != 0;
        compiler_fence(Ordering::Acquire);
        claimed
    }
    pub fn unlock() {
        compiler_fence(Ordering::Release);
        unsafe { LOCK.write_volatile(1) }
    }
}
use spin::{lock, unlock};
";

const MASKS: &str = "
/// Masks interrupts, and tells whether they were enabled.
#[cfg(target_arch = \"arm\")]
#[inline(always)]
fn mask() -> bool {
    let before: u32;
    unsafe { core::arch::asm!(\"mrs {}, PRIMASK\", \"cpsid i\", out(reg) before) }
    before & 1 == 0
}
#[cfg(target_arch = \"arm\")]
#[inline(always)]
fn unmask() { unsafe { core::arch::asm!(\"cpsie i\") } }
#[cfg(target_arch = \"riscv32\")]
#[inline(always)]
fn mask() -> bool {
    let before: u32;
    unsafe { core::arch::asm!(\"csrrci {}, mstatus, 8\", out(reg) before) }
    before & 8 != 0
}
#[cfg(target_arch = \"riscv32\")]
#[inline(always)]
fn unmask() { unsafe { core::arch::asm!(\"csrsi mstatus, 8\") } }
";

/// `Cargo.toml`.
///
/// The profile is that of small firmware; the table may change it.
pub(super) fn manifest(name: &str, front: &FrontMatter, cores: bool) -> String {
    let state = if cores {
        "restore-state-u8"
    } else {
        "restore-state-bool"
    };
    let mut manifest = toml! {
        [package]
        version = "0.0.0"
        edition = "2024"
        publish = false

        [workspace]

        [profile.release]
        codegen-units = 1
        debug = 2
        lto = "fat"
        opt-level = "s"
        panic = "abort"
    };
    let mut generated = Table::new();
    let bin = table([("name", name.into()), ("path", "main.rs".into())]);
    generated.insert("bin".into(), vec![bin].into());
    generated.insert("package".into(), table([("name", name.into())]));
    let mut dependencies = vec![("interloper-table", interloper_table())];
    if front.options.critical_section == CriticalSection::Provided {
        let features = vec![Value::from(state)];
        let section = table([("version", "1.2".into()), ("features", features.into())]);
        dependencies.push(("critical-section", section));
    }
    generated.insert("dependencies".into(), table(dependencies));
    merge(&mut manifest, &generated);
    merge(&mut manifest, &front.manifest);
    manifest.to_string()
}

/// The same version as that of this crate: beside it in a checkout, else from the registry.
fn interloper_table() -> Value {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("table");
    if beside.join("Cargo.toml").exists() {
        table([("path", beside.display().to_string().into())])
    } else {
        table([("version", concat!("=", env!("CARGO_PKG_VERSION")).into())])
    }
}

fn table<'a>(entries: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    let entries = entries
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value));
    entries.collect::<Table>().into()
}

fn merge(into: &mut Table, from: &Table) {
    for (key, value) in from {
        match (into.get_mut(key), value) {
            (Some(Value::Table(into)), Value::Table(from)) => merge(into, from),
            _ => _ = into.insert(key.clone(), value.clone()),
        }
    }
}
