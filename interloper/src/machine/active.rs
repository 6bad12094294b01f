//! The interrupts that are active on one core, innermost last.

use super::{FaultKind, Interrupt, MAX_DEPTH, hash::sum};

/// An active interrupt and the stack pointer of the code that it interrupted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) interrupt: Interrupt,
    pub(super) sp: u32,
}

/// A stack of [`Entry`] without allocation, for a core to be cloned by copying it.
#[derive(Clone, Debug, Default)]
pub(super) struct Active {
    entries: [Option<Entry>; MAX_DEPTH],
    depth: usize,
}

impl Active {
    pub(super) fn push(&mut self, entry: Entry) -> Result<(), FaultKind> {
        *self.entries.get_mut(self.depth).ok_or(FaultKind::TooDeep)? = Some(entry);
        self.depth += 1;
        Ok(())
    }

    pub(super) fn pop(&mut self) -> Option<Entry> {
        self.depth = self.depth.checked_sub(1)?;
        self.entries[self.depth].take()
    }

    #[inline]
    pub(super) fn last(&self) -> Option<Entry> {
        self.entries[self.depth.checked_sub(1)?]
    }

    #[inline]
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// The highest priority among the active interrupts, as a number that none of them preempts.
    pub(super) fn priority(&self) -> Option<u8> {
        self.entries
            .iter()
            .flatten()
            .map(|entry| entry.interrupt.priority)
            .min()
    }

    /// The terms of the active interrupts, from the place `first` on.
    pub(super) fn hash(&self, first: u32) -> u64 {
        sum(
            first,
            self.entries
                .iter()
                .flatten()
                .map(|entry| u32::from(entry.interrupt.number) + 1),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: u8, priority: u8) -> Entry {
        Entry {
            interrupt: Interrupt {
                number,
                priority,
                handler: 0,
            },
            sp: 0,
        }
    }

    #[test]
    fn the_highest_priority_counts_wherever_it_is() {
        let mut active = Active::default();
        assert_eq!(active.priority(), None);
        active.push(entry(0, 0x40)).unwrap();
        active.push(entry(1, 0x80)).unwrap();
        assert_eq!((active.priority(), active.depth()), (Some(0x40), 2));
        assert_eq!(active.pop().unwrap().interrupt.number, 1);
        assert_eq!(active.last().unwrap().interrupt.number, 0);
    }

    #[test]
    fn the_order_of_entries_is_part_of_the_hash() {
        let [mut one, mut other] = [Active::default(), Active::default()];
        for number in [0, 1] {
            one.push(entry(number, 0)).unwrap();
            other.push(entry(1 - number, 0)).unwrap();
        }
        assert_ne!(one.hash(0), other.hash(0));
    }

    #[test]
    fn depth_is_bounded() {
        let mut active = Active::default();
        for number in 0..MAX_DEPTH as u8 {
            active.push(entry(number, 0)).unwrap();
        }
        assert_eq!(active.push(entry(9, 0)), Err(FaultKind::TooDeep));
        (0..MAX_DEPTH).for_each(|_| assert!(active.pop().is_some()));
        assert!(active.pop().is_none());
    }
}
