@ What Armv7-M adds: BASEPRI, FAULTMASK, exclusive accesses, IT blocks.

.text
.thumb_func
more:
    @ BASEPRI: irq 1 and 0 wait, irq 2 does not.
    movs r2, #0x80
    msr basepri, r2
    pend 0b0111
    movs r4, #1
    mrs r5, basepri
    movs r2, #0x40
    msr basepri_max, r2
    movs r2, #0xc0
    msr basepri_max, r2
    mrs r5, basepri
    pend 0b1100
    movs r4, #2
    movs r2, #0
    msr basepri, r2
    movs r4, #3

    @ FAULTMASK holds off all of them.
    cpsid f
    mrs r5, faultmask
    pend 0b1000
    movs r4, #4
    cpsie f
    movs r4, #5

    @ An exclusive pair is broken by an interrupt, and not by a masked one.
    ldr r6, =DATA + 64
    movs r2, #0
    str r2, [r6]
2:
    ldrex r2, [r6]
    adds r2, #1
    cmp r2, #2
    bge 3f
    strex r3, r2, [r6]
    cmp r3, #0
    bne hang
    b 2b
3:
    ldr r0, =NVIC_ISPR
    movs r1, #1
    ldrex r2, [r6]
    str r1, [r0]
    adds r2, #1
    strex r3, r2, [r6]
    cmp r3, #1
    bne hang
    cpsid i
    ldr r0, =NVIC_ISPR
    movs r1, #1
    ldrexb r2, [r6]
    str r1, [r0]
    adds r2, #1
    strexb r3, r2, [r6]
    cpsie i
    ldrexh r2, [r6]
    clrex
    strexh r3, r2, [r6]

    @ An interrupt in the middle of an IT block.
    ldr r0, =NVIC_ISPR
    movs r1, #1
    movs r5, #0
    cmp r5, #0
    ittet eq
    moveq r5, #1
    streq r1, [r0]
    movne r5, #2
    addeq r5, #4
    cmp r5, #5
    bne hang
    ite ne
    strne r1, [r0]
    addeq r5, #1

    @ Wide instructions, a table branch, a pair with a base that changes.
    movw r2, #0x1234
    movt r2, #0x5678
    ubfx r3, r2, #8, #12
    bfi r2, r3, #4, #8
    udiv r3, r2, r3
    movs r2, #1
    tbb [pc, r2]
4:
    .byte (5f - 4b) / 2
    .byte (6f - 4b) / 2
5:
    b hang
6:
    add r6, #32
    strd r2, r3, [r6, #-8]!
    ldrd r4, r5, [r6], #16
    ldr r0, =0x18
    ldr r1, =0x20026
    bkpt 0xab
.pool
