//! `FreeList` and `Pool`: the owner of an index has exclusive access to its memory, and sees the last owner's
//! writes.

use indivisible::pool::{FreeList, Handle, Pool, Slot};
use loom::cell::UnsafeCell;
use models::weak::Model;

/// A list, and one cell of memory for each index.
struct Guarded {
    list: FreeList<2>,
    memory: [UnsafeCell<u32>; 2],
}

#[allow(unsafe_code, reason = "loom checks each access")]
// SAFETY: the list promises exclusive access; loom's cells check it in each execution.
unsafe impl Sync for Guarded {}

fn guarded() -> Guarded {
    Guarded {
        list: FreeList::new(),
        memory: [0; 2].map(UnsafeCell::new),
    }
}

/// Both indices are raw.
fn all_raw() -> Guarded {
    let guarded = guarded();
    while guarded.list.pop().map(Slot::into_raw).is_some() {}
    guarded
}

#[allow(unsafe_code, reason = "loom checks each access")]
impl Guarded {
    /// The owner of an index writes its memory.
    fn write(&self, slot: &Slot<'_, 2>) {
        // SAFETY: loom fails the model if any other access is not ordered with this write.
        self.memory[slot.index()].with_mut(|value| unsafe { *value += 1 });
    }

    /// Pops, writes, pushes.
    fn turn(&self) -> &'static str {
        let Some(slot) = self.list.pop() else {
            return "empty";
        };
        self.write(&slot);
        drop(slot);
        "turn"
    }

    /// Pops and writes, and keeps the slot.
    fn keep<const N: usize>(&self) -> String {
        let mut kept = 0;
        for _ in 0..N {
            if let Some(slot) = self.list.pop() {
                self.write(&slot);
                core::mem::forget(slot);
                kept += 1;
            }
        }
        kept.to_string()
    }

    /// Pops, writes, and turns the slot into a raw index.
    fn send(&self) -> &'static str {
        let Some(slot) = self.list.pop() else {
            return "empty";
        };
        self.write(&slot);
        let _ = slot.into_raw();
        "sent"
    }

    /// Pushes a raw index.
    fn take_back(&self, index: usize) {
        let slot = self.list.from_raw(index);
        self.write(slot.as_ref().expect("it is in raw form"));
    }

    /// Tries every number.
    fn receive(&self) -> String {
        let received = (0..2).filter(|index| match self.list.from_raw(*index) {
            Some(slot) => {
                self.write(&slot);
                true
            }
            None => false,
        });
        received.count().to_string()
    }

    /// The number of free indices at the end.
    fn free(&self) -> String {
        let slots: Vec<_> = core::iter::from_fn(|| self.list.pop()).collect();
        for slot in &slots {
            self.write(slot);
        }
        if let [one, other] = &slots[..] {
            assert_ne!(one.index(), other.index(), "an index is free twice");
        }
        assert!(slots.len() <= 2, "an index is free twice");
        let free = slots.len();
        slots.into_iter().for_each(core::mem::forget);
        format!("{free} left")
    }
}

#[test]
fn two_turns_have_an_index_each() {
    Model::new("FreeList: pop, drop | pop, drop", guarded)
        .actor(Guarded::turn)
        .actor(Guarded::turn)
        .last(Guarded::free)
        .check(&["turn, turn, 2 left"], [2_400, 67]);
}

#[test]
fn a_pop_synchronizes_with_the_push() {
    Model::new("FreeList: pop, drop | pop, pop", guarded)
        .actor(Guarded::turn)
        .actor(Guarded::keep::<2>)
        .last(Guarded::free)
        .preemptions(3, 4)
        .check(
            &["turn, 1, 1 left", "turn, 2, 0 left", "empty, 2, 0 left"],
            [270, 70],
        );
}

/// The third context sees the first one's writes, although a pop changes the head in between: each is Release.
#[test]
fn a_push_is_seen_through_a_later_pop() {
    Model::new("FreeList: pop, drop | pop | pop", guarded)
        .actor(Guarded::turn)
        .actor(Guarded::keep::<1>)
        .actor(Guarded::keep::<1>)
        .last(Guarded::free)
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

/// A pop uncovers an index that another context pushed, below the popped one: the third context reads the
/// link of that index without having loaded the word that published it.
#[test]
fn a_link_is_seen_through_a_later_pop() {
    Model::new("FreeList, none free: drop | drop, pop | pop", all_raw)
        .actor(|guarded: &Guarded| {
            guarded.take_back(0);
            "back"
        })
        .actor(|guarded: &Guarded| {
            guarded.take_back(1);
            guarded.keep::<1>()
        })
        .actor(Guarded::keep::<1>)
        .preemptions(1, 2)
        .last(Guarded::free)
        .check(
            &[
                "back, 0, 1, 1 left",
                "back, 1, 0, 1 left",
                "back, 1, 1, 0 left",
            ],
            [400, 250],
        );
}

#[test]
fn from_raw_synchronizes_with_into_raw() {
    Model::new(
        "FreeList: pop, into_raw | from_raw, drop | from_raw, drop",
        guarded,
    )
    .actor(Guarded::send)
    .actor(Guarded::receive)
    .actor(Guarded::receive)
    .preemptions(2, 3)
    .last(|guarded: &Guarded| format!("{}, {}", guarded.receive(), guarded.free()))
    .check(
        &[
            "sent, 0, 0, 1, 2 left",
            "sent, 1, 0, 0, 2 left",
            "sent, 0, 1, 0, 2 left",
        ],
        [1, 1],
    );
}

/// Allocates, writes, reads its own write, and ends with the handle.
fn use_a_box(pool: &Pool<u32, 1>, end: fn(Handle<'_, u32, 1>)) -> String {
    match pool.try_alloc(1) {
        Ok(mut handle) => {
            *handle += 1;
            let value = (*handle).to_string();
            end(handle);
            value
        }
        Err(value) => format!("no box for {value}"),
    }
}

fn drop_a_box(pool: &Pool<u32, 1>) -> String {
    use_a_box(pool, |handle| drop(handle))
}

fn move_out_of_a_box(pool: &Pool<u32, 1>) -> String {
    use_a_box(pool, |handle| assert_eq!(Handle::into_inner(handle), 2))
}

#[test]
fn a_box_goes_from_one_context_to_the_next() {
    Model::new("Pool of 1: alloc, free | alloc, free", Pool::<u32, 1>::new)
        .actor(drop_a_box)
        .actor(move_out_of_a_box)
        .last(drop_a_box)
        .check(
            &["2, 2, 2", "no box for 1, 2, 2", "2, no box for 1, 2"],
            [600, 60],
        );
}
