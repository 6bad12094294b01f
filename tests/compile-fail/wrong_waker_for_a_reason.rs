// error[E0277]: never wakes a waiter
use indivisible::{
    stop::StopSignal,
    wait::{Polling, thread::ThreadSlot},
};

static STOP: StopSignal<bool, ThreadSlot> = StopSignal::with_unparker(ThreadSlot::new());

fn main() {
    let _ = STOP.wait(&Polling);
}
