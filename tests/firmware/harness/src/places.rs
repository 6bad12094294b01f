//! Where the interrupts landed and what came of it, by address.

use crate::order::{Outcome, Verdict};

/// One address.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place {
    /// Of the instruction before which the interrupt came.
    pub(crate) address: u32,
    pub(crate) landings: u32,
    pub(crate) failures: u32,
    /// The extra answers seen, a bit each.
    pub(crate) extras: u32,
}

/// The first landing that failed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failure {
    pub(crate) ticks: [u32; 2],
    pub(crate) address: u32,
    pub(crate) outcome: Outcome,
}

/// The addresses of one case.
#[derive(Debug)]
pub(crate) struct Places {
    /// A hash table; a place without landings is free.
    slots: [Place; Self::SIZE],
    pub(crate) landings: u32,
    pub(crate) failures: u32,
    pub(crate) extras: u32,
    pub(crate) first_failure: Option<Failure>,
    /// A hash of all that happened, in order.
    pub(crate) digest: u32,
}

impl Places {
    const SIZE: usize = 512;

    pub(crate) const fn new() -> Self {
        const FREE: Place = Place {
            address: 0,
            landings: 0,
            failures: 0,
            extras: 0,
        };
        Self {
            slots: [FREE; Self::SIZE],
            landings: 0,
            failures: 0,
            extras: 0,
            first_failure: None,
            digest: 0,
        }
    }

    pub(crate) fn clear(&mut self) {
        // Not `fill`: a call of memset for all of them would be most of the host's trace.
        for place in &mut self.slots {
            if place.landings > 0 {
                *place = Place::default();
            }
        }
        (self.landings, self.failures, self.extras) = (0, 0, 0);
        self.first_failure = None;
        self.digest = 0;
    }

    /// Notes a landing; false where there is no room for another address.
    pub(crate) fn note(
        &mut self,
        address: u32,
        ticks: [u32; 2],
        outcome: &Outcome,
        verdict: Verdict,
    ) -> bool {
        let Some(place) = self.place(address) else {
            return false;
        };
        place.address = address;
        place.landings += 1;
        let extras = match verdict {
            Verdict::Extra(extras) => extras,
            _ => 0,
        };
        place.extras |= extras;
        let wrong = u32::from(verdict == Verdict::Wrong);
        place.failures += wrong;
        self.landings += 1;
        self.failures += wrong;
        self.extras |= extras;
        if wrong != 0 {
            self.first_failure.get_or_insert(Failure {
                ticks,
                address,
                outcome: *outcome,
            });
        }
        for word in [
            address,
            ticks[0],
            ticks[1],
            extras,
            wrong,
            outcome.state as u32,
        ] {
            self.digest = (self.digest ^ word)
                .wrapping_mul(0x0100_0193)
                .rotate_left(5);
        }
        true
    }

    fn place(&mut self, address: u32) -> Option<&mut Place> {
        let start = (address as usize / 2) % Self::SIZE;
        let mut probes = (start..Self::SIZE).chain(0..start);
        let slots = &self.slots;
        let at = probes.find(|at| slots[*at].landings == 0 || slots[*at].address == address)?;
        self.slots.get_mut(at)
    }

    /// The places, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Place> {
        self.slots.iter().filter(|place| place.landings > 0)
    }
}
