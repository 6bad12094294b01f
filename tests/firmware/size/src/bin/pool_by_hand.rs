//! Boxes that main fills and the handler empties, and the other way round: a stack of numbers in a masked
//! cell.

#![no_std]
#![no_main]

use core::cell::{RefCell, UnsafeCell};
use cortex_m_rt::{entry, exception};
use critical_section::Mutex;
use size_firmware::{input, output};

struct Free {
    count: usize,
    indices: [u8; 4],
}

static FREE: Mutex<RefCell<Free>> = Mutex::new(RefCell::new(Free {
    count: 4,
    indices: [0, 1, 2, 3],
}));

struct Boxes([UnsafeCell<[u32; 4]>; 4]);

#[allow(unsafe_code, reason = "that is how it is written by hand")]
// SAFETY: an index has one owner, which took it off `FREE`.
unsafe impl Sync for Boxes {}

static BOXES: Boxes = Boxes([const { UnsafeCell::new([0; 4]) }; 4]);

#[inline]
fn take() -> Option<u8> {
    critical_section::with(|section| {
        let mut free = FREE.borrow_ref_mut(section);
        let last = free.count.checked_sub(1)?;
        free.count = last;
        free.indices.get(last).copied()
    })
}

#[inline]
fn give_back(index: u8) {
    critical_section::with(|section| {
        let mut free = FREE.borrow_ref_mut(section);
        let count = free.count;
        if let Some(place) = free.indices.get_mut(count) {
            *place = index;
            free.count = count + 1;
        }
    });
}

fn use_a_box() {
    let Some(index) = take() else {
        return;
    };
    if let Some(place) = BOXES.0.get(usize::from(index)) {
        #[allow(unsafe_code, reason = "that is how it is written by hand")]
        // SAFETY: the index is ours until it is given back.
        let value = unsafe { &mut *place.get() };
        *value = [input(); 4];
        value[1] = input();
        output(value[2]);
    }
    give_back(index);
}

#[entry]
fn main() -> ! {
    loop {
        use_a_box();
    }
}

#[exception]
fn SysTick() {
    use_a_box();
}
