#!/usr/bin/env python3
"""Records what Unicorn, that is QEMU's decoder, does with single instructions.

    python3 -m venv venv && venv/bin/pip install unicorn==2.1.4
    venv/bin/python interloper/tests/differential/record.py

writes `armv6m.txt`, `armv7m.txt`, `armv8m.txt` (what Armv7-M has not) and `rv32imac.txt` beside this file. The test `differential` of the package
replays them; it needs neither Unicorn nor QEMU. A line is

    <code> <seed> <outcome>

`code`: halfwords in the order of memory. One instruction, or several of which the last is meant: an `IT` before it, a
load that reserves before a store that needs the reservation, a write of a special register before a read of it.
`seed`: of the state before, see `State`; hexadecimal.
`outcome`: what changed, in hexadecimal. `3=7` register 3; `n=4` flags NZCVQ; `p=` the program counter, unless it
is behind the code; `@1fc=` the word at this offset of the RAM. Or `!` and a fault.

Encodings come from the tables of the machine's decoder, so that no row is without cases, and at random, so that rows
that are missing or too wide show. `unpredictable.py` tells which of them are no cases.
"""

import random
import re
import struct
import sys
from pathlib import Path

from unicorn import *
from unicorn.arm_const import *
from unicorn.riscv_const import *
from unpredictable import ARM, ARM_FOREIGN, ARM_OTHER, ARMV6M, ARMV6M_FOREIGN, RISCV, RISCV_FOREIGN, find, foreign

HERE = Path(__file__).parent
MACHINE = HERE.parent.parent / "src/machine"
CODE, RAM, SIZE = 0x800, 0x2000_0000, 0x1000
PATTERN = 0x9E37_79B9
MASK = 0xFFFF_FFFF
CASES = 20_000
SHARE_AT_RANDOM = 0.2

FLASH_WORDS = [~(i * PATTERN) & MASK for i in range(SIZE // 4)]
RAM_WORDS = [i * PATTERN & MASK for i in range(SIZE // 4)]
VALUES = [0, 1, 2, 31, 32, 33, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, MASK, 0x101]
SMALL = [0, 1, 2, 3, 4, 8, 12, 16]


class State:
    """The state before an instruction, from a seed, by splitmix64. The Rust side computes the same."""

    def __init__(self, isa, seed):
        self.state = seed
        first = self.next()
        self.flags = first & 31
        memory = first >> 8 & 1
        self.registers = [self.address() if memory else self.value() for _ in range(isa.registers)]
        self.registers[isa.sp] = RAM + 0x200 + (first >> 9 & 1) * isa.sp_step
        if isa.zero is not None:
            self.registers[isa.zero] = 0

    def next(self):
        self.state = self.state + 0x9E37_79B9_7F4A_7C15 & 2**64 - 1
        z = self.state
        z = (z ^ z >> 30) * 0xBF58_476D_1CE4_E5B9 & 2**64 - 1
        z = (z ^ z >> 27) * 0x94D0_49BB_1331_11EB & 2**64 - 1
        return z ^ z >> 31

    def value(self):
        x = self.next()
        return VALUES[(x >> 8) % 16] if x & 3 else x >> 32

    def address(self):
        x = self.next()
        if x & 1:
            return RAM + 0x100 + 4 * (x >> 8 & 63) + ((x >> 16 & 3) if x >> 4 & 7 == 0 else 0)
        return SMALL[(x >> 8) % 8]


class Arm:
    registers, sp, sp_step, zero = 15, 13, 4, None
    cases, share_at_random = CASES, SHARE_AT_RANDOM
    cpus = {6: UC_CPU_ARM_CORTEX_M0, 7: UC_CPU_ARM_CORTEX_M3, 8: UC_CPU_ARM_CORTEX_M33}

    def __init__(self, profile):
        self.profile = profile
        self.rules = ARM + ARM_OTHER + (ARMV6M if profile == 6 else [])
        self.foreign = ARMV6M_FOREIGN if profile == 6 else ARM_FOREIGN
        cpu = self.cpus[profile]
        self.uc = Uc(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS)
        self.uc.ctl_set_cpu_model(cpu)
        self.numbers = [UC_ARM_REG_R0 + i for i in range(13)] + [UC_ARM_REG_SP, UC_ARM_REG_LR]
        self.pc = UC_ARM_REG_PC
        rows = []
        for file in ["narrow", "wide", "data", "transfer"]:
            text = (MACHINE / f"arm/decode/{file}.rs").read_text()
            rows += re.findall(r'^\s*Armv([678])M\s+"([^"]+)"\s+"([^"]+)"', text, re.M)
        self.rows = [(name, pattern) for since, name, pattern in rows if int(since) <= profile]
        if profile == 8:
            # The machine executes the cases of Armv7-M as Armv8-M, too.
            self.rows = [(name, pattern) for since, name, pattern in rows if int(since) == 8]
            self.cases, self.share_at_random = 2_400, 0

    def begin(self, state):
        self.uc.reg_write(UC_ARM_REG_XPSR, state.flags << 27 | 1 << 24)
        self.uc.reg_write(UC_ARM_REG_PRIMASK, 0)
        if self.profile >= 7:
            self.uc.reg_write(UC_ARM_REG_BASEPRI, 0)
            self.uc.reg_write(UC_ARM_REG_FAULTMASK, 0)

    def refuses_unaligned(self, name):
        """A3.2.1; on Armv6-M always. Unicorn performs these accesses."""
        return self.profile == 6 or re.match(r"LDM|STM|LDRD|STRD|LDREX|STREX|LDA|STL", name)

    def reserved(self, name, encoding, registers):
        """The address and size of an exclusive store."""
        if not re.match("STREX|STLEX", name):
            return None
        offset = 4 * (encoding & 0xFF) if name == "STREX T1" else 0
        return registers[encoding >> 16 & 15] + offset, {"T": 4, "B": 1, "H": 2}[name.replace(" ", "")[5]]

    def adjust(self, name, pattern, encoding, bits):
        """Fewer encodings that a rule removes."""
        if name in ("MSR T1", "MRS T1"):
            encoding = encoding & ~0xFF | random.choice([0, 1, 2, 3, 5, 8, 16, 17, 18, 19])
        if name == "MSR T1":
            encoding = encoding & ~0xC00 | 0x800
        if bits == 32 and not re.match(r"B|UDF", name):
            for letter in "dntmalh":
                place = [k for k, bit in enumerate(reversed(pattern.replace(" ", ""))) if bit == letter]
                if len(place) == 4 and random.random() < 0.9 and encoding >> place[0] & 15 in (13, 15):
                    encoding = encoding & ~(15 << place[0]) | random.randrange(13) << place[0]
        if re.match(r"REV.* T2|RBIT|CLZ", name):
            encoding = encoding & ~0xF0000 | (encoding & 15) << 16
        if name in ("LDM T2", "LDMDB T1", "STM T2", "STMDB T1"):
            encoding &= ~0x2000 & ~(0x8000 if name[0] == "S" or random.random() < 0.8 else 0x4000)
        return encoding, bits

    def start(self, code):
        return CODE | 1

    def flags(self):
        return self.uc.reg_read(UC_ARM_REG_XPSR) >> 27

    def halfwords(self, encoding, bits):
        return [encoding] if bits == 16 else [encoding >> 16, encoding & 0xFFFF]

    def wide(self, halfword):
        return halfword >> 11 >= 29

    def at_random(self):
        first = random.getrandbits(16)
        if not self.wide(first):
            return first, 16
        # Registers 13 and 15 are rarely allowed: most encodings without them.
        second = random.getrandbits(16)
        if random.random() < 0.5:
            first = first & 0xFFF0 | random.randrange(13)
        return first << 16 | second, 32

    def sequence(self, name, encoding, bits):
        """Instructions that make this one meaningful, or several in one block."""
        code = self.halfwords(encoding, bits)
        rn, rt = encoding >> 16 & 15, random.randrange(8)
        if re.match("STREX|STLEX", name):
            size = {
                "STREX T1": 0xE8500F00 | encoding & 0xFF, "STREXB T1": 0xE8D00F4F, "STREXH T1": 0xE8D00F5F,
                "STLEX T1": 0xE8D00FEF, "STLEXB T1": 0xE8D00FCF, "STLEXH T1": 0xE8D00FDF,
            }[name]
            if random.random() < 0.8 and rt != rn:
                return self.halfwords(size | rn << 16 | rt << 12, 32) + code
        if name == "CLREX T1" and random.random() < 0.9:
            rn = random.randrange(4)
            load = 0xE8500F00 | rn << 16 | 4 << 12
            store = 0xE8400000 | rn << 16 | 5 << 12 | 6 << 8
            return self.halfwords(load, 32) + code + self.halfwords(store, 32)
        if name == "MSR T1":
            return code + self.halfwords(0xF3EF8000 | random.randrange(8) << 8 | encoding & 0xFF, 32)
        if name == "CPS T1":
            mask = random.choice([16, 19] if self.profile == 7 else [16])
            return code + self.halfwords(0xF3EF8000 | random.randrange(8) << 8 | mask, 32)
        if name == "IT T1":
            # As many instructions as the block has: MOV or ADD of a constant.
            many = 4 - (encoding & -encoding & 15).bit_length() + 1
            return code + [random.choice([0x2000, 0x3000]) | random.getrandbits(11) for _ in range(many)]
        if self.profile == 7 and not re.match(r"B |BL|BX|CB|TB|IT|CPS|BKPT|UDF|SVC|POP|LDM|WF|SEV", name):
            if random.random() < 0.25 and "1111" != f"{encoding >> 12 & 15:04b}":
                condition = random.randrange(14)
                return [0xBF08 | condition << 4] + code
        return code


class Riscv:
    registers, sp, sp_step, zero = 32, 2, 16, 0
    cases, share_at_random = CASES, SHARE_AT_RANDOM
    rules, foreign = RISCV, RISCV_FOREIGN

    def __init__(self):
        self.uc = Uc(UC_ARCH_RISCV, UC_MODE_RISCV32)
        self.numbers = [UC_RISCV_REG_X0 + i for i in range(32)]
        self.pc = UC_RISCV_REG_PC
        self.rows = []
        for file in ["base", "compressed"]:
            text = (MACHINE / f"riscv/decode/{file}.rs").read_text()
            self.rows += re.findall(r'^\s*"([^"]+)"\s+"([^"]+)"', text, re.M)

    def begin(self, state):
        pass

    def refuses_unaligned(self, name):
        """Volume I, 2.6 leaves it to the chip; the machine has none. Unicorn performs these accesses."""
        return True

    def reserved(self, name, encoding, registers):
        """The address and size of a conditional store."""
        return (registers[encoding >> 15 & 31], 4) if name == "SC.W" else None

    def adjust(self, name, pattern, encoding, bits):
        """Fewer encodings that a rule removes."""
        if name.startswith("CSR"):
            encoding = encoding & 0xFFFFF | random.choice([0x340, 0x342]) << 20
        return encoding, bits

    def start(self, code):
        return CODE

    def flags(self):
        return 0

    def halfwords(self, encoding, bits):
        return [encoding] if bits == 16 else [encoding & 0xFFFF, encoding >> 16]

    def wide(self, halfword):
        return halfword & 3 == 3

    def at_random(self):
        word = random.getrandbits(32)
        return (word, 32) if word & 3 == 3 else (word & 0xFFFF, 16)

    def sequence(self, name, encoding, bits):
        code = self.halfwords(encoding, bits)
        rs1 = encoding >> 15 & 31
        if name == "SC.W" and random.random() < 0.8:
            rd = random.choice([register for register in (0, 5, 6) if register != rs1])
            return self.halfwords(0x1000_202F | rs1 << 15 | rd << 7, 32) + code
        if name.startswith("CSR"):
            return code + self.halfwords(encoding & 0xFFF0_0000 | 0x2073 | random.randrange(5, 8) << 7, 32)
        return code


def example(pattern):
    """An encoding with random fields."""
    bits = pattern.replace(" ", "")
    return int("".join(bit if bit in "01" else random.choice("01") for bit in bits), 2), len(bits)


def fields(pattern, encoding):
    """The fields by letter, or nothing where a fixed bit differs."""
    bits = pattern.replace(" ", "")
    out = {}
    for bit, value in zip(bits, f"{encoding:0{len(bits)}b}"):
        if bit in "01":
            if bit != value:
                return None
        else:
            out[bit] = out.get(bit, 0) << 1 | int(value)
    return out


# By the number of the error, and by the number of the exception: of Arm, of RISC-V.
FAULTS = {
    UC_ERR_READ_UNMAPPED: "load",
    UC_ERR_WRITE_UNMAPPED: "store",
    UC_ERR_WRITE_PROT: "read-only",
    UC_ERR_INSN_INVALID: "undefined",
}
ARM_EXCEPTIONS = {2: "call", 4: "unaligned", 7: "breakpoint"}
RISCV_EXCEPTIONS = {2: "undefined", 4: "unaligned", 6: "unaligned", 8: "call", 11: "call"}
PREFETCH_ABORT = 3


class Recorder:
    def __init__(self, isa):
        self.isa, uc = isa, isa.uc
        uc.mem_map(0, SIZE, UC_PROT_READ | UC_PROT_EXEC)
        uc.mem_map(RAM, SIZE)
        self.flash = struct.pack(f"<{SIZE // 4}I", *FLASH_WORDS)
        self.ram = struct.pack(f"<{SIZE // 4}I", *RAM_WORDS)
        uc.hook_add(UC_HOOK_INTR, self.on_interrupt)
        uc.hook_add(UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE, self.on_access)
        uc.hook_add(UC_HOOK_MEM_READ_INVALID | UC_HOOK_MEM_WRITE_INVALID, self.on_access)
        self.fresh = uc.context_save()

    def on_interrupt(self, uc, number, _):
        self.interrupt = number
        uc.emu_stop()

    def instructions(self, code):
        count, at = 0, 0
        while at < len(code):
            at += 2 if self.isa.wide(code[at]) else 1
            count += 1
        return count

    def run(self, name, encoding, code, seed):
        isa, uc = self.isa, self.isa.uc
        state = State(isa, seed)
        exclusive = isa.reserved(name, encoding, state.registers)
        if exclusive is not None and (exclusive[0] % exclusive[1] or not RAM <= exclusive[0] < RAM + SIZE):
            return None  # Whether a store that fails without a reservation checks its address is left open.
        uc.context_restore(self.fresh)
        uc.mem_write(0, self.flash)
        uc.mem_write(CODE, struct.pack(f"<{len(code)}H", *code))
        uc.mem_write(RAM, self.ram)
        for number, value in zip(isa.numbers, state.registers):
            uc.reg_write(number, value)
        isa.begin(state)
        uc.ctl_remove_cache(CODE, CODE + 32)
        self.interrupt, self.unaligned = None, False
        end = CODE + 2 * len(code)
        arm = isa.registers == 15
        # A block ends behind its last instruction; its instructions are not counted alike everywhere.
        in_block = arm and code[0] >> 8 == 0xBF and code[0] & 15 != 0
        try:
            if in_block:
                uc.emu_start(isa.start(code), end)
            else:
                uc.emu_start(isa.start(code), 0xFFFF_FFFE, count=self.instructions(code))
        except UcError as error:
            if self.unaligned and isa.refuses_unaligned(name):
                return "!unaligned"
            if error.errno in FAULTS:
                return "!" + FAULTS[error.errno]
            # The branch was executed; where it leads there is no code.
            if error.errno != UC_ERR_FETCH_UNMAPPED:
                raise
        if self.unaligned and isa.refuses_unaligned(name):
            return "!unaligned"
        exceptions = ARM_EXCEPTIONS if arm else RISCV_EXCEPTIONS
        if self.interrupt is not None and not (arm and self.interrupt == PREFETCH_ABORT):
            return "!" + exceptions.get(self.interrupt, f"exception-{self.interrupt}")
        out = []
        for k, (number, before) in enumerate(zip(isa.numbers, state.registers)):
            after = uc.reg_read(number) & MASK
            if after != before:
                out.append(f"{k}={after:x}")
        if arm and isa.flags() != state.flags:
            out.append(f"n={isa.flags():x}")
        if arm and uc.reg_read(isa.numbers[isa.sp]) & 3:
            return None  # B1.4.1: the lowest bits of the stack pointer are zero; Unicorn keeps them.
        pc = uc.reg_read(isa.pc) & MASK
        if arm and pc & 1 == 0 and uc.reg_read(UC_ARM_REG_XPSR) >> 24 & 1 == 0:
            return "!undefined"
        if pc != end:
            out.append(f"p={pc:x}")
        ram = struct.unpack(f"<{SIZE // 4}I", uc.mem_read(RAM, SIZE))
        out += [f"@{4 * i:x}={v:x}" for i, (v, old) in enumerate(zip(ram, RAM_WORDS)) if v != old]
        return " ".join(out)

    def on_access(self, uc, access, address, size, value, _):
        self.unaligned |= address % size != 0


def row_of(isa, encoding, bits):
    for name, pattern in isa.rows:
        if len(pattern.replace(" ", "")) == bits:
            found = fields(pattern, encoding)
            if found is not None:
                return name, found
    return None, None


def record(isa, path):
    recorder = Recorder(isa)
    lines, removed, odd = set(), {}, {}

    def attempt(encoding, bits, wanted):
        name, found = row_of(isa, encoding, bits)
        if wanted is not None and name != wanted:
            return False
        if name is not None:
            rule = find(isa.rules, name, found)
            if rule is not None:
                removed[rule] = removed.get(rule, 0) + 1
                return False
        code = isa.sequence(name or "", encoding, bits)
        tolerant = random.random() < 0.1
        for _ in range(1 if tolerant else 8):
            seed = random.getrandbits(16)
            outcome = recorder.run(name or "", encoding, code, seed)
            if outcome is not None and not outcome.startswith("!"):
                break
        if outcome is None:
            return False
        if name is None and outcome != "!undefined":
            rule = foreign(isa.foreign, encoding, bits)
            if rule is not None:
                removed[rule] = removed.get(rule, 0) + 1
                return False
        if "exception" in outcome:
            odd.setdefault(outcome, {}).setdefault(name, f"{encoding:x}")
            return False
        lines.add("".join(f"{h:04x}" for h in code) + f" {seed:x} {outcome}".rstrip())
        return True

    for name, pattern in isa.rows:
        quota, tries = int(isa.cases * (1 - isa.share_at_random)) // len(isa.rows), 0
        before = len(lines)
        while len(lines) - before < quota and tries < 20 * quota:
            tries += 1
            attempt(*isa.adjust(name, pattern, *example(pattern)), name)
        print(f"{len(lines) - before:5} {name}")
    while isa.share_at_random and len(lines) < isa.cases:
        attempt(*isa.at_random(), None)
    path.write_text("".join(line + "\n" for line in sorted(lines)))
    print(path.name, len(lines), "cases;", path.stat().st_size, "bytes; removed:")
    for rule, many in sorted(removed.items()):
        print(f"{many:7} {rule}")
    print("exceptions:", odd)


def main():
    random.seed(1)
    record(Arm(6), HERE / "armv6m.txt")
    record(Arm(7), HERE / "armv7m.txt")
    record(Riscv(), HERE / "rv32imac.txt")
    random.seed(8)
    record(Arm(8), HERE / "armv8m.txt")


if __name__ == "__main__":
    main()
