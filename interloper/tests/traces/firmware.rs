//! The frame of the firmware in `armv6m.s`, `armv7m.s` and `rv32imac.s`.

#![no_std]
#![no_main]

#[cfg(target_arch = "riscv32")]
core::arch::global_asm!(include_str!("rv32imac.s"), options(raw));
#[cfg(all(target_arch = "arm", not(armv7m)))]
core::arch::global_asm!(include_str!("armv6m.s"), include_str!("armv6m-end.s"), options(raw));
#[cfg(all(target_arch = "arm", armv7m))]
core::arch::global_asm!(".set ARMV7M, 1", include_str!("armv6m.s"), include_str!("armv7m.s"), options(raw));

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
