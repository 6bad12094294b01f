// error[E0277]: never wakes a waiter
use indivisible::{
    stop::StopReason,
    wait::{Polling, std::ThreadSlot},
};

static STOP: StopReason<bool, ThreadSlot> = StopReason::with_unparker(ThreadSlot::new());

fn main() {
    let _ = STOP.wait(&Polling);
}
