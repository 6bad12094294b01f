.text
.thumb_func
more:
    ldr r0, =0x18
    ldr r1, =0x20026
    bkpt 0xab
.pool
