//! What a call costs that does nothing: the frame, in every other figure too.

use crate::measure::cost;

pub(super) fn all() {
    cost!(1, "nothing", || {}, ());
}
