# Interrupts of a hart in machine mode, for a trace. Every access to a device is `sw t1, 0(t0)`.
# `mstatus` is read in handlers only: after `mret` QEMU 7.2 leaves user mode in `MPP`, which this hart does not have.

.equ MSIP, 0x02000000
.equ MTIMECMP, 0x02004000
.equ DATA, 0x80010000

.macro device register, value
    li t0, \register
    li t1, \value
    sw t1, 0(t0)
.endm

.option arch, +a, +m, +zicsr
.section .vectors, "ax"
.global reset
reset:
    csrci mstatus, 8
    csrw mie, zero
    li sp, DATA + 0x1000
    li s0, DATA
    sw zero, 0(s0)
    sw zero, 4(s0)
    la t2, direct
    csrw mtvec, t2
    device MTIMECMP + 4, -1
    device MTIMECMP, -1
    li t2, 0x88
    csrw mie, t2
    csrr t3, mie

    # Enabled while it is pending, and pending while it is enabled.
    device MSIP, 1
    li a0, 1
    csrsi mstatus, 8
    li a0, 2
    device MSIP, 1
    li a0, 3

    # Disabled; `wfi` ends all the same.
    csrci mstatus, 8
    device MSIP, 1
    wfi
    li a0, 4
    csrsi mstatus, 8
    li a0, 5

    # Only one of the two is enabled in `mie`.
    li t2, 0x8
    csrc mie, t2
    device MSIP, 1
    li a0, 6
    csrs mie, t2
    li a0, 7

    # Both at once; the timer's handler lets the other one preempt it.
    csrci mstatus, 8
    device MTIMECMP + 4, 0
    device MTIMECMP, 0
    li t2, 1
    sw t2, 8(s0)
    csrsi mstatus, 8
    li a0, 8
    sw zero, 8(s0)

    # Atomic operations.
    addi s1, s0, 64
    li t2, 5
    amoswap.w t3, t2, (s1)
    amoadd.w t3, t2, (s1)
    amomaxu.w t3, s1, (s1)
    sw t2, 0(s1)
1:
    lr.w t3, (s1)
    addi t3, t3, 1
    sc.w t4, t3, (s1)
    bnez t4, 1b

    # A reservation across an interrupt.
    li t0, MSIP
    li t1, 1
    lr.w t3, (s1)
    sw t1, 0(t0)
    addi t3, t3, 1
    sc.w t4, t3, (s1)

    # Scratch and the other registers of machine mode.
    li t2, 0x12345678
    csrw mscratch, t2
    csrrw t3, mscratch, zero
    csrr t3, mcause
    csrr t3, mhartid

    # A vectored table.
    la t2, vectored + 1
    csrw mtvec, t2
    device MSIP, 1
    li a0, 9
    jal function
    li t0, 0x100000
    li t1, 0x5555
    sw t1, 0(t0)
2:
    j 2b

function:
    addi sp, sp, -16
    sw ra, 12(sp)
    device MSIP, 1
    mul a0, a0, a0
    lw ra, 12(sp)
    addi sp, sp, 16
    ret

# Saves what it changes; counts software interrupts, and lets them preempt the timer's.
.p2align 2
direct:
    addi sp, sp, -32
    sw t0, 0(sp)
    sw t1, 4(sp)
    sw t2, 8(sp)
    sw t3, 12(sp)
    csrr t2, mepc
    sw t2, 16(sp)
    csrr t2, mstatus
    sw t2, 20(sp)
    csrr t2, mcause
    slli t2, t2, 1
    srli t2, t2, 1
    li t3, 7
    beq t2, t3, timer
    device MSIP, 0
    lw t2, 0(s0)
    addi t2, t2, 1
    sw t2, 0(s0)
leave:
    lw t2, 20(sp)
    csrw mstatus, t2
    lw t2, 16(sp)
    csrw mepc, t2
    lw t3, 12(sp)
    lw t2, 8(sp)
    lw t1, 4(sp)
    lw t0, 0(sp)
    addi sp, sp, 32
    mret

timer:
    device MTIMECMP + 4, -1
    device MTIMECMP, -1
    csrsi mstatus, 8
    device MSIP, 1
    lw t2, 4(s0)
    addi t2, t2, 1
    sw t2, 4(s0)
    csrci mstatus, 8
    j leave

.p2align 6
vectored:
    .option push
    .option norvc
    j 2b
    j 2b
    j 2b
    j direct
    .option pop
