@ Interrupts on a Cortex-M, for a trace. Every access to a device is `str r1, [r0]`.
@ Priorities: irq 0 0xc0, irq 1 0x80, irq 2 0x40, irq 3 0x00.

.equ NVIC_ISER, 0xe000e100
.equ NVIC_ISPR, 0xe000e200
.equ NVIC_IPR0, 0xe000e400
.equ DATA, 0x20000000

.macro device register, value
    ldr r0, =\register
    ldr r1, =\value
    str r1, [r0]
.endm

.macro pend irqs
    device NVIC_ISPR, \irqs
.endm

.syntax unified
.section .vectors, "a"
    .word 0x20001000
    .word reset
    .rept 14
    .word hang
    .endr
    .word irq0
    .word irq1
    .word irq2
    .word irq3

.text
.thumb_func
hang:
    b hang

.global reset
.thumb_func
reset:
    device NVIC_IPR0, 0x004080c0
    device NVIC_ISER, 0b1111
    ldr r7, =DATA
    movs r4, #0
    str r4, [r7]
    str r4, [r7, #4]

    @ One handler, and the registers that it may change.
    movs r2, #22
    movs r3, #33
    mov r12, r3
    cmp r2, r3
    pend 0b0001
    adds r2, r2, r3
    mov r4, r12
    pend 0b0001
    bcc 1f
    movs r4, #99
1:
    @ A stack that is no multiple of eight.
    push {r4}
    pend 0b0100
    pop {r5}

    @ Three at once: the highest priority first.
    pend 0b0111

    @ Irq 0 is preempted: it pends irq 2, which pends irq 1, which waits for irq 2.
    movs r6, #1
    str r6, [r7, #8]
    pend 0b0001
    movs r6, #0
    str r6, [r7, #8]

    @ PRIMASK.
    cpsid i
    mrs r4, primask
    pend 0b1001
    movs r4, #1
    wfi
    adds r4, #1
    cpsie i
    adds r4, #1
    mrs r5, primask
    movs r6, #1
    msr primask, r6
    pend 0b0010
    movs r6, #0
    msr primask, r6
    adds r4, #1

    @ Events.
    sev
    wfe
    pend 0b0001
    wfe

    @ A call that is interrupted, and loads and stores of several registers.
    bl function
    ldr r6, =function
    blx r6
    adds r0, r7, #0
    movs r1, #1
    movs r2, #2
    movs r3, #3
    adds r0, #16
    stm r0!, {r1, r2, r3}
    adds r0, r7, #0
    adds r0, #16
    ldm r0!, {r3, r4, r5}
    b more
.pool

.thumb_func
function:
    push {r4, lr}
    movs r4, #7
    pend 0b0001
    adds r4, r4, r0
    pop {r4, pc}

@ Counts; pends irq 2 in the part with preemption.
.thumb_func
irq0:
    mrs r3, ipsr
    ldr r2, =DATA
    ldr r1, [r2]
    adds r1, #1
    str r1, [r2]
    ldr r1, [r2, #8]
    cmp r1, #0
    beq 1f
    pend 0b0100
    movs r3, #5
1:
.ifdef ARMV7M
    @ The monitor is open at the entry, and at the return.
    ldr r2, =DATA + 64
    strex r3, r1, [r2]
    ldrex r1, [r2]
.endif
    bx lr

@ Pends itself and irq 0, once; both wait for its return.
.thumb_func
irq1:
    push {r4, r5, lr}
    ldr r4, =DATA
    ldr r5, [r4, #4]
    adds r5, #1
    str r5, [r4, #4]
    mov r12, r5
    cmp r5, #1
    bne 1f
    pend 0b0011
    mrs r5, ipsr
1:
    pop {r4, r5, pc}

@ Pends irq 1, which waits, in the part with preemption.
.thumb_func
irq2:
    push {r4, lr}
    ldr r4, =DATA
    ldr r1, [r4, #8]
    cmp r1, #0
    beq 1f
    pend 0b0010
    movs r4, #9
1:
    pop {r4, pc}

@ Masked by itself in the middle, to no avail: PRIMASK outlives its return otherwise.
.thumb_func
irq3:
    cpsid i
    movs r1, #3
    movs r2, #3
    cpsie i
    bx lr
.pool
