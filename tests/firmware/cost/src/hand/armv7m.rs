//! Armv7-M: exclusive loads and stores, and nothing masked. A record is three changes, as in every
//! version for this architecture.

#![allow(unsafe_code, reason = "assembly")]

super::functions! {
    "hand_fetch_add": [
        "1: ldrex r2, [r0]",
        "add r3, r2, r1",
        "strex r12, r3, [r0]",
        "cmp r12, #0",
        "bne 1b",
        "mov r0, r2",
        "bx lr",
    ]
    "hand_allocate": [
        "1: ldrex r2, [r0]",
        "cmp r2, r1",
        "bhs 2f",
        "adds r3, r2, #1",
        "strex r12, r3, [r0]",
        "cmp r12, #0",
        "bne 1b",
        "mov r0, r2",
        "bx lr",
        "2: clrex",
        "mov r0, #-1",
        "bx lr",
    ]
    "hand_record": [
        "1: ldrex r2, [r0]",
        "adds r2, #1",
        "strex r3, r2, [r0]",
        "cmp r3, #0",
        "bne 1b",
        "2: ldrex r2, [r0, #4]",
        "add r2, r1",
        "strex r3, r2, [r0, #4]",
        "cmp r3, #0",
        "bne 2b",
        "3: ldr r2, [r0, #8]",
        "cmp r2, r1",
        "bhs 5f",
        "4: ldrex r2, [r0, #8]",
        "cmp r2, r1",
        "bhs 5f",
        "strex r3, r1, [r0, #8]",
        "cmp r3, #0",
        "bne 4b",
        "5: bx lr",
    ]
    "hand_load": [
        "ldrb r0, [r0]",
        "bx lr",
    ]
}
