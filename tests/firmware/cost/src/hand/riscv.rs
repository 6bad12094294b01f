//! RISC-V without the A extension: MIE around loads and stores.

#![allow(unsafe_code, reason = "assembly")]

super::functions! {
    "hand_fetch_add": [
        "csrrci a2, mstatus, 8",
        "lw a3, 0(a0)",
        "add a1, a1, a3",
        "sw a1, 0(a0)",
        "andi a2, a2, 8",
        "csrs mstatus, a2",
        "mv a0, a3",
        "ret",
    ]
    "hand_allocate": [
        "csrrci a2, mstatus, 8",
        "lw a3, 0(a0)",
        "bgeu a3, a1, 1f",
        "addi a1, a3, 1",
        "sw a1, 0(a0)",
        "andi a2, a2, 8",
        "csrs mstatus, a2",
        "mv a0, a3",
        "ret",
        "1: andi a2, a2, 8",
        "csrs mstatus, a2",
        "li a0, -1",
        "ret",
    ]
    "hand_record": [
        "csrrci a2, mstatus, 8",
        "lw a3, 0(a0)",
        "addi a3, a3, 1",
        "sw a3, 0(a0)",
        "lw a3, 4(a0)",
        "add a3, a3, a1",
        "sw a3, 4(a0)",
        "lw a3, 8(a0)",
        "bgeu a3, a1, 1f",
        "sw a1, 8(a0)",
        "1: andi a2, a2, 8",
        "csrs mstatus, a2",
        "ret",
    ]
    "hand_load": [
        "lbu a0, 0(a0)",
        "ret",
    ]
}
