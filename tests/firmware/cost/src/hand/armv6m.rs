//! Armv6-M: PRIMASK around loads and stores.

#![allow(unsafe_code, reason = "assembly")]

super::functions! {
    "hand_fetch_add": [
        "mrs r2, primask",
        "cpsid i",
        "ldr r3, [r0]",
        "adds r1, r1, r3",
        "str r1, [r0]",
        "msr primask, r2",
        "mov r0, r3",
        "bx lr",
    ]
    "hand_allocate": [
        "mrs r2, primask",
        "cpsid i",
        "ldr r3, [r0]",
        "cmp r3, r1",
        "bhs 1f",
        "adds r1, r3, #1",
        "str r1, [r0]",
        "msr primask, r2",
        "mov r0, r3",
        "bx lr",
        "1: msr primask, r2",
        "movs r0, #0",
        "mvns r0, r0",
        "bx lr",
    ]
    "hand_record": [
        "mrs r2, primask",
        "cpsid i",
        "ldr r3, [r0]",
        "adds r3, #1",
        "str r3, [r0]",
        "ldr r3, [r0, #4]",
        "adds r3, r3, r1",
        "str r3, [r0, #4]",
        "ldr r3, [r0, #8]",
        "cmp r3, r1",
        "bhs 1f",
        "str r1, [r0, #8]",
        "1: msr primask, r2",
        "bx lr",
    ]
    "hand_load": [
        "ldrb r0, [r0]",
        "bx lr",
    ]
}
