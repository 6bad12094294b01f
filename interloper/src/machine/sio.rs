//! The single-cycle I/O block of the RP2040: the number of the core, and spin locks (datasheet,
//! 2.3.1).

use core::ops::RangeInclusive;

use super::hash::mix;

const CPUID: u32 = 0xd000_0000;
const SPINLOCKS: RangeInclusive<u32> = 0xd000_0100..=0xd000_017c;

/// The spin locks that are claimed, a bit each.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sio {
    claimed: u32,
}

impl Sio {
    /// What a core loads, and the state after it where it changes.
    pub(super) fn load(self, address: u32, id: u32) -> Option<(u32, Option<Self>)> {
        if address == CPUID {
            return Some((id, None));
        }
        let lock = lock(address)?;
        let free = self.claimed & lock == 0;
        Some((
            if free { lock } else { 0 },
            Some(Self {
                claimed: self.claimed | lock,
            }),
        ))
    }

    /// The state after a store.
    pub(super) fn store(self, address: u32) -> Option<Self> {
        Some(Self {
            claimed: self.claimed & !lock(address)?,
        })
    }

    /// The spin locks that are claimed, a bit each.
    pub(super) fn claimed(self) -> u32 {
        self.claimed
    }

    pub(super) fn hash(self) -> u64 {
        mix(CPUID, self.claimed)
    }
}

fn lock(address: u32) -> Option<u32> {
    (SPINLOCKS.contains(&address) && address.is_multiple_of(4)).then(|| 1 << (address >> 2 & 31))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spin_lock_is_claimed_by_a_load_and_released_by_a_store() {
        let free = Sio::default();
        let (value, claimed) = free.load(0xd000_0104, 1).unwrap();
        let claimed = claimed.unwrap();
        assert_eq!(value, 2);
        assert_ne!(claimed.hash(), free.hash());
        assert_eq!(claimed.load(0xd000_0104, 0).unwrap().0, 0, "it is claimed");
        assert_eq!(
            claimed.load(0xd000_0100, 0).unwrap().0,
            1,
            "another one is free"
        );
        assert_eq!(claimed.store(0xd000_0104).unwrap().hash(), free.hash());
    }

    #[test]
    fn the_number_of_the_core_is_its_own() {
        let (id, after) = Sio::default().load(0xd000_0000, 1).unwrap();
        assert!(id == 1 && after.is_none());
    }

    #[test]
    fn there_are_32_spin_locks() {
        for outside in [0xd000_00fc, 0xd000_0101, 0xd000_0180] {
            assert!(
                Sio::default().load(outside, 0).is_none()
                    && Sio::default().store(outside).is_none()
            );
        }
    }
}

#[cfg(test)]
mod two_cores {
    use crate::machine::{Arm, Core, Event, Flash, Memory, Profile};

    const CODE: u32 = 0x100;
    const RAM: u32 = 0x2000_0000;

    /// Adds one to a word: `claims` is what follows the load of the spin lock.
    fn program(claims: [u16; 2]) -> Flash {
        let code = [
            0x6801, // ldr r1, [r0]
            claims[0], claims[1], 0x6813, // ldr r3, [r2]
            0x3301, // adds r3, #1
            0x6013, // str r3, [r2]
            0x6001, // str r1, [r0]
            0x4770, // bx lr
        ];
        Flash::new(
            CODE,
            code.iter()
                .flat_map(|halfword| halfword.to_le_bytes())
                .collect::<Vec<_>>(),
        )
    }

    /// The word after both cores have executed the program, in turns of one instruction.
    fn run(flash: &Flash) -> Option<u32> {
        let mut memory = Memory::new(flash.clone(), RAM..RAM + 0x200).with_sio();
        let mut cores = [0, 1].map(|id| {
            let mut core = Arm::new(Profile::Armv6M, flash).with_id(id);
            core.boot(CODE, RAM + 0x80 * (id + 1)..RAM + 0x80 * (id + 2));
            core.set_register(0, 0xd000_0100);
            core.set_register(2, RAM);
            Some(core)
        });
        while cores.iter().any(Option::is_some) {
            for running in &mut cores {
                if let Some(core) = running
                    && let Event::Return { .. } = core.step(&mut memory).expect("no fault")
                {
                    *running = None;
                }
            }
        }
        memory.word(RAM)
    }

    #[test]
    fn a_spin_lock_excludes_the_other_core() {
        assert_eq!(
            run(&program([0x2900, 0xd0fc])),
            Some(2),
            "cmp r1, #0; beq to the load"
        );
        assert_eq!(
            run(&program([0xbf00, 0xbf00])),
            Some(1),
            "a core that ignores the lock"
        );
    }
}
