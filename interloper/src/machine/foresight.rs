//! What [`Core::peek`] returns, compared with what [`Core::step_as`] does, for every recorded instruction.
//!
//! An explorer leaves out landings because of what `peek` returns, so it must never return too
//! little.

use super::{
    Choice, Choices, Core, Event, FaultKind, Memory,
    differential::{self, Recording, Tested},
};

/// Calls `check` before each instruction of each case, until one faults. With `hides`, each
/// instruction is taken for one that touches nothing.
fn every_instruction<C: Tested>(
    recording: &Recording<C>,
    hides: bool,
    mut check: impl FnMut(&C, &Memory) -> Result<(), String>,
) {
    for case in recording.cases() {
        let (mut core, mut memory) = recording.start(&case);
        let addresses = case.addresses::<C>();
        if hides {
            addresses.iter().for_each(|&address| core.hide(address));
        }
        for _ in addresses {
            check(&core, &memory).unwrap_or_else(|error| panic!("{}: {error}", case.line));
            if core.step(&mut memory).is_err() {
                break;
            }
        }
    }
}

fn state<C: Core>(core: &C, memory: &Memory) -> (u64, u64) {
    (core.hash(), memory.hash())
}

/// The access is that of the step; what is not a plain step concerns scheduling; a peek changes
/// nothing.
fn foresees<C: Tested>(recording: &Recording<C>, hides: bool) {
    every_instruction(recording, hides, |core, memory| {
        let (mut core, mut memory) = (core.clone(), memory.clone());
        let before = state(&core, &memory);
        let peek = core.peek(&mut memory);
        if state(&core, &memory) != before {
            return Err("the peek changed the state".into());
        }
        match core.step(&mut memory) {
            Ok(Event::Step) if peek.access == memory.access() => Ok(()),
            Ok(Event::Step) => Err(format!("{:?} was not foreseen", memory.access())),
            // Where the stack ends is for the step to find out.
            Err(fault) if matches!(fault.kind, FaultKind::StackOverflow { .. }) => Ok(()),
            _ if peek.scheduling => Ok(()),
            other => Err(format!("{other:?} was not foreseen")),
        }
    });
}

/// Stopped anywhere, and continued at once, a transfer does what it does in one go. Returns how
/// many were stopped.
fn continues<C: Tested>(recording: &Recording<C>) -> u32 {
    let mut stopped = 0;
    every_instruction(recording, false, |core, memory| {
        let Choices::Multiple { words, resumes, .. } = core.peek(&mut memory.clone()).choices
        else {
            return Ok(());
        };
        let (mut whole, mut after_whole) = (core.clone(), memory.clone());
        if whole.step(&mut after_whole).is_err() {
            return Ok(());
        }
        let ways = [false, true].into_iter().filter(|&way| resumes || !way);
        for (after, resumes) in
            (1..words).flat_map(|after| ways.clone().map(move |way| (after, way)))
        {
            let (mut core, mut memory) = (core.clone(), memory.clone());
            let pc = core.pc();
            let choice = Choice::Interrupted { after, resumes };
            let stop = core.step_as(&mut memory, choice);
            if stop != Ok(Event::Step) || core.pc() != pc {
                return Err(format!("{choice:?} did not stop: {stop:?}"));
            }
            let _ = core.step(&mut memory);
            if state(&core, &memory) != state(&whole, &after_whole) {
                return Err(format!("{choice:?} has another result"));
            }
            stopped += 1;
        }
        Ok(())
    });
    stopped
}

/// A store that fails spuriously changes a register and nothing else. Returns how many failed.
fn fails_spuriously<C: Tested>(recording: &Recording<C>) -> u32 {
    let mut failed = 0;
    every_instruction(recording, false, |core, memory| {
        let (mut core, mut memory) = (core.clone(), memory.clone());
        if core.peek(&mut memory).choices != Choices::Exclusive {
            return Ok(());
        }
        let before = memory.hash();
        let event = core.step_as(&mut memory, Choice::ExclusiveFails);
        failed += 1;
        let intact =
            event == Ok(Event::Step) && memory.hash() == before && !memory.access().writes();
        if intact {
            Ok(())
        } else {
            Err("the failed store changed memory".into())
        }
    });
    failed
}

#[test]
fn a_peek_foresees_the_step() {
    foresees(&differential::armv6m(), false);
    foresees(&differential::armv7m(), false);
    foresees(&differential::armv8m(), false);
    foresees(&differential::rv32imac(), false);
}

#[test]
#[should_panic(expected = "was not foreseen")]
fn a_hidden_access_is_found_on_arm() {
    foresees(&differential::armv7m(), true);
}

#[test]
#[should_panic(expected = "was not foreseen")]
fn a_hidden_access_is_found_on_riscv() {
    foresees(&differential::rv32imac(), true);
}

#[test]
fn a_stopped_transfer_continues() {
    for stopped in [
        continues(&differential::armv6m()),
        continues(&differential::armv7m()),
    ] {
        assert!(stopped > 1000, "{stopped}");
    }
}

#[test]
fn an_exclusive_store_that_fails_changes_no_memory() {
    let failed = [
        fails_spuriously(&differential::armv7m()),
        fails_spuriously(&differential::rv32imac()),
    ];
    assert!(failed.into_iter().all(|failed| failed > 20), "{failed:?}");
}
