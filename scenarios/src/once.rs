//! A step in the first round of a loop.

/// `f` at the first call, and nothing at the others: the other side comes in between once.
pub(crate) fn once(f: impl FnOnce()) -> impl FnMut() {
    let mut f = Some(f);
    move || {
        if let Some(f) = f.take() {
            f();
        }
    }
}
