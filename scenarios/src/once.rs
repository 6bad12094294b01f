//! A step in the first round of a loop.

/// Calls `f` at the first call only, for a step of the other side in one round of a loop.
pub(crate) fn once(f: impl FnOnce()) -> impl FnMut() {
    let mut f = Some(f);
    move || {
        if let Some(f) = f.take() {
            f();
        }
    }
}
