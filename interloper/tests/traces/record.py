#!/usr/bin/env python3
"""Records whole runs in QEMU, with interrupts: `python3 interloper/tests/traces/record.py [rustc]`.

For each firmware here, writes `<name>.bin`, the code, and `<name>.txt`, a line for each instruction that QEMU executed:
the program counter, and the registers that differ from the line before, all before the instruction is executed. The
compiler needs the targets; QEMU's machines are `microbit`, `mps2-an385` and `virt`. The test `traces` of the package
replays the runs, and needs neither.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ARM = "qemu-system-arm"
RISCV = "qemu-system-riscv32"
# Machine mode alone, so that mstatus.MPP has one value, as in the machine.
HART = "rv32,u=false,s=false,h=false"
FIRMWARES = [
    ("armv6m", "thumbv6m-none-eabi", 0, [], [ARM, "-M", "microbit", "-semihosting"]),
    ("armv7m", "thumbv7m-none-eabi", 0, ["--cfg=armv7m"], [ARM, "-M", "mps2-an385", "-semihosting"]),
    ("rv32imac", "riscv32imac-unknown-none-elf", 0x8000_0000, [], [RISCV, "-M", "virt", "-bios", "none", "-cpu", HART]),
]


def build(rustc, target, base, flags, into):
    script = into / "link.x"
    script.write_text(
        f"ENTRY(reset) SECTIONS {{ . = {base:#x}; .text : {{ KEEP(*(.vectors)) *(.text .text.*) }}"
        " /DISCARD/ : { *(.ARM.exidx .ARM.exidx.* .eh_frame) } }"
    )
    elf, image = into / "firmware.elf", into / "firmware.bin"
    subprocess.run(
        [rustc, HERE / "firmware.rs", "--edition=2024", "--target", target, "-Cpanic=abort", "-Copt-level=1",
         f"-Clink-arg=-T{script}", "-Clink-arg=--entry=reset", "-o", elf, *flags], check=True)
    subprocess.run(
        [rustc, HERE / "firmware.rs", "--edition=2024", "--target", target, "-Cpanic=abort", "-Copt-level=1",
         f"-Clink-arg=-T{script}", "-Clink-arg=--oformat=binary", "-o", image, *flags], check=True)
    return elf, image.read_bytes()


def run(command, elf, into):
    log = into / "log"
    subprocess.run(
        [*command, "-nographic", "-monitor", "none", "-serial", "none", "-icount", "shift=4", "-singlestep",
         "-d", "cpu,exec,nochain", "-D", log, "-kernel", elf], check=False, timeout=20, stdin=subprocess.DEVNULL)
    return log.read_text()


def states(log, arm):
    """The registers, and the program counter; of Arm without register 15, but with the flags in its place."""
    # A block that an interrupt stops before its first instruction is shown, and not executed.
    for dump in re.split(r"(?=R00=)" if arm else r"(?= pc  )", log)[1:]:
        if "Stopped execution of TB chain" in dump:
            continue
        if arm:
            registers = [int(value, 16) for value in re.findall(r"R\d\d=([0-9a-f]{8})", dump)[:16]]
            flags = int(re.search(r"XPSR=([0-9a-f]{8})", dump)[1], 16) >> 28
            yield registers[:15] + [flags], registers[15]
        else:
            registers = [int(value, 16) for value in re.findall(r"x\d+/\S+\s+([0-9a-f]{8})", dump)[:32]]
            yield registers, int(re.search(r"pc\s+([0-9a-f]{8})", dump)[1], 16)


def main():
    rustc = sys.argv[1] if len(sys.argv) > 1 else "rustc"
    for name, target, base, flags, command in FIRMWARES:
        with tempfile.TemporaryDirectory() as into:
            into = Path(into)
            elf, image = build(rustc, target, base, flags, into)
            log = run(command, elf, into)
        lines, last, last_line = [], None, None
        for registers, pc in states(log, target.startswith("thumb")):
            # The boot code of a machine is not the firmware's.
            if last is None and not base <= pc < base + len(image):
                continue
            # An access to a device is begun twice, the second time alone in its block.
            if (registers, pc) == last_line:
                continue
            last_line = registers, pc
            changed = [f"{k}={v:x}" for k, v in enumerate(registers) if last is None or v != last[k]]
            lines.append(" ".join([f"{pc:x}", *changed]))
            last = registers
        (HERE / f"{name}.bin").write_bytes(image)
        (HERE / f"{name}.txt").write_text("\n".join(lines) + "\n")
        print(name, len(image), "bytes of code,", len(lines), "instructions")


if __name__ == "__main__":
    main()
