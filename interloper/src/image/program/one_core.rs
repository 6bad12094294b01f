
struct Section;
critical_section::set_impl!(Section);

// SAFETY: on one core, masked interrupts keep every other party from running until `release`. `acquire`
// returns whether they were enabled, so that an inner section leaves them masked.
unsafe impl critical_section::Impl for Section {
    unsafe fn acquire() -> bool {
        mask()
    }

    unsafe fn release(were_enabled: bool) {
        if were_enabled {
            unmask()
        }
    }
}
