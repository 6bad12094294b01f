//! Cycles of a Cortex-M0 whose memory never makes it wait (its Technical Reference Manual, table 3-1).

/// The cycles of an instruction; `taken` for a branch that is taken.
pub(crate) fn of(assembly: &str, taken: bool) -> u32 {
    let mnemonic = assembly.split(' ').next().unwrap_or_default();
    let listed = assembly
        .split_once('{')
        .map_or(0, |(_, list)| list.matches(',').count() as u32 + 1);
    match mnemonic {
        "pop" if assembly.contains("pc") => 3 + listed,
        "push" | "pop" | "ldm" | "stm" => 1 + listed,
        "bl" | "mrs" | "msr" | "dsb" | "dmb" | "isb" => 4,
        "bx" | "blx" | "b" => 3,
        "wfi" | "wfe" => 2,
        _ if mnemonic.starts_with("ldr") || mnemonic.starts_with("str") => 2,
        _ if mnemonic.len() == 3 && mnemonic.starts_with('b') && mnemonic != "bic" && taken => 3,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn cycles_are_those_of_the_manual() {
        for (assembly, taken, cycles) in [
            ("movs r0, #17", false, 1),
            ("ldr r0, [r1]", false, 2),
            ("strb r0, [r1]", false, 2),
            ("push {r4, r7, lr}", false, 4),
            ("pop {r4, r7, pc}", false, 6),
            ("pop {r4, r7}", false, 3),
            ("bne 0x1000", true, 3),
            ("bne 0x1000", false, 1),
            ("bics r0, r1", false, 1),
            ("b 0x1000", false, 3),
            ("bl 0x1000", false, 4),
            ("bx lr", false, 3),
            ("cpsid i", false, 1),
            ("mrs r0, primask", false, 4),
            ("dmb sy", false, 4),
        ] {
            assert_eq!(of(assembly, taken), cycles, "{assembly}");
        }
    }
}
