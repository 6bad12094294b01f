//! `FreeList`: whoever pops an index has it alone, and sees what its last owner wrote.

use indivisible::tagged::{FreeIndex, FreeList};
use loom::cell::UnsafeCell;
use models::weak::Model;

/// A list, and the memory that its indices stand for.
struct Pool {
    list: FreeList<2>,
    memory: [UnsafeCell<u32>; 2],
}

#[allow(unsafe_code, reason = "loom checks each access")]
// SAFETY: claimed of the list, and checked by loom's cells in each execution.
unsafe impl Sync for Pool {}

fn pool() -> Pool {
    Pool {
        list: FreeList::new(),
        memory: [0; 2].map(UnsafeCell::new),
    }
}

#[allow(unsafe_code, reason = "loom checks each access")]
impl Pool {
    /// The owner of an index writes its memory.
    fn write(&self, index: &FreeIndex<'_, 2>) {
        // SAFETY: loom fails the model where any other access is not ordered with this.
        self.memory[index.get()].with_mut(|value| unsafe { *value += 1 });
    }

    /// Pops, writes, pushes; says whether it got an index.
    fn turn(&self) -> &'static str {
        let Some(index) = self.list.pop() else {
            return "empty";
        };
        self.write(&index);
        assert!(self.list.push(index).is_ok(), "the index is this list's");
        "turn"
    }

    /// Pops and writes, keeping what it pops.
    fn keep<const N: usize>(&self) -> String {
        let mut kept = 0;
        for _ in 0..N {
            if let Some(index) = self.list.pop() {
                self.write(&index);
                kept += 1;
            }
        }
        kept.to_string()
    }

    /// All that are free, in the end.
    fn free(&self) -> String {
        let mut free = Vec::new();
        while let Some(index) = self.list.pop() {
            assert!(!free.contains(&index.get()), "an index is free twice");
            self.write(&index);
            free.push(index.get());
        }
        format!("{} left", free.len())
    }
}

#[test]
fn two_turns_have_an_index_each() {
    Model::new("FreeList: pop, push | pop, push", pool)
        .actor(Pool::turn)
        .actor(Pool::turn)
        .last(Pool::free)
        .check(&["turn, turn, 2 left"], [2_400, 67]);
}

#[test]
fn an_index_comes_with_its_memory() {
    Model::new("FreeList: pop, push | pop, pop", pool)
        .actor(Pool::turn)
        .actor(Pool::keep::<2>)
        .last(Pool::free)
        .preemptions(3, 4)
        .check(
            &["turn, 1, 1 left", "turn, 2, 0 left", "empty, 2, 0 left"],
            [270, 70],
        );
}

/// The reader of the third change has to see what was written before the first: each is Release.
#[test]
fn a_push_is_seen_behind_a_pop() {
    Model::new("FreeList: pop, push | pop | pop", pool)
        .actor(Pool::turn)
        .actor(Pool::keep::<1>)
        .actor(Pool::keep::<1>)
        .last(Pool::free)
        .preemptions(2, 3)
        .check(
            &[
                "turn, 1, 1, 0 left",
                "turn, 0, 1, 1 left",
                "turn, 1, 0, 1 left",
                "empty, 1, 1, 0 left",
            ],
            [3_000, 470],
        );
}
