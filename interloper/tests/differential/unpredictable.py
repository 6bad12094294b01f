"""Encodings that are no cases, because the manual leaves open what they do. Each rule names its section.

A rule is a section, the rows of the decoder's table it concerns, and a condition on the fields of the pattern. The
recorder prints how many encodings each rule removed.
"""

import re


def special(*registers):
    return any(register in (13, 15) for register in registers)


def count(bits):
    return bin(bits).count("1")


def data_processing(f, register):
    """The tables A5-10 and A5-24: register 15 selects another instruction with its own conditions."""
    op, d, n, s = f["o"], f["d"], f["n"], f["s"]
    additive = op in (8, 13)
    if register and special(f["m"]) and not (op == 2 and n == 15 and not s):
        return True
    if d == 15 and s and op in (0, 4, 8, 13):
        return n == 15 or n == 13 and not additive
    if n == 15 and op in (2, 3):
        if register and op == 2 and not s and f["i"] == 0 and f["t"] == 0:
            return d == 15 or f["m"] == 15 or d == 13 and f["m"] == 13
        return special(d) or register and special(f["m"])
    shifted = register and (f["t"] != 0 or f["i"] > 3)
    return d == 15 or d == 13 and not (additive and n == 13 and not shifted) or n == 15 or n == 13 and not additive


def indexed(f):
    return "w" in f and (f["w"] == 1 or f["p"] == 0)


def single(f, load):
    size = f["z"]
    if load and f["t"] == 15 and size != 2:
        return indexed(f)
    return (
        (f["t"] == 13 and size != 2)
        or (not load and f["t"] == 15)
        or (indexed(f) and f["n"] == f["t"])
        or ("m" in f and special(f["m"]))
    )


ARM = [
    ("A7.7.4 ADD (register): both registers 15", r"ADD \(register\) T2", lambda f: f["d"] == 15 and f["m"] == 15),
    ("A7.7.28 CMP (register): two low registers, or 15", r"CMP \(register\) T2",
     lambda f: 15 in (f["n"], f["m"]) or f["n"] < 8 and f["m"] < 8),
    ("A7.7.19, A7.7.20 BX, BLX: register 15", r"BL?X ", lambda f: f["m"] == 15),
    ("A7.7.101, A7.7.99 PUSH, POP: no register", r"PUSH|POP", lambda f: not f["l"] and not f["m"]),
    ("A7.7.41, A7.7.159 LDM, STM T1: no register", r"(LDM|STM) T1", lambda f: not f["l"]),
    ("A7.7.159 STM T1: base stored, and not first", r"STM T1",
     lambda f: f["l"] >> f["n"] & 1 and f["l"] & ((1 << f["n"]) - 1)),
    ("B5.2.1 CPS: no mask", r"CPS", lambda f: not f["i"] and not f["f"]),
    ("A7.7.38 IT: condition 15, or 14 for several", r"IT T1",
     lambda f: f["c"] == 15 or f["c"] == 14 and count(f["m"]) != 1),
    ("B5.2.3 MSR: register 13 or 15, or a mask of the DSP extension", r"MSR", lambda f: special(f["n"]) or f["m"] != 2),
    ("B5.2.2 MRS: register 13 or 15", r"MRS", lambda f: special(f["d"])),
    ("A5.3.2 constant: a repeated byte of zero", r"Data processing \(modified", lambda f: 1 <= f["i"] >> 8 <= 3 and not f["i"] & 0xFF),
    ("A5.3.1 data processing: register 13 or 15", r"Data processing \(modified", lambda f: data_processing(f, False)),
    ("A5.3.11 data processing: register 13 or 15", r"Data processing \(shifted", lambda f: data_processing(f, True)),
    ("A7.7.7 ADR: register 13 or 15", r"ADR T[23]", lambda f: special(f["d"])),
    ("A7.7.3, A7.7.174 ADD, SUB T4: register 13 or 15", r"(ADD|SUB) \(immediate\) T4",
     lambda f: f["d"] == 15 or f["d"] == 13 and f["n"] != 13),
    ("A7.7.76, A7.7.79 MOV, MOVT: register 13 or 15", r"MOV \(immediate\) T3|MOVT", lambda f: special(f["d"])),
    ("A7.7.152, A7.7.213 SSAT, USAT: register 13 or 15", r"SSAT|USAT", lambda f: special(f["d"], f["n"])),
    ("A7.7.126, A7.7.193 SBFX, UBFX: register 13 or 15, or beyond bit 31", r"SBFX|UBFX",
     lambda f: special(f["d"], f["n"]) or f["i"] + f["w"] > 31),
    ("A7.7.13, A7.7.14 BFC, BFI: register 13 or 15, or the first bit above the last", r"BFC",
     lambda f: special(f["d"]) or f["n"] == 13 or f["w"] < f["i"]),
    ("A7.7.68 and others, shift by register: register 13 or 15", r"LSL, LSR", lambda f: special(f["d"], f["n"], f["m"])),
    ("A7.7.182 and others, extend: register 13 or 15", r"[SU]XT[BH] T2", lambda f: special(f["d"], f["m"])),
    ("A7.7.113 and others, reverse: register 13 or 15, or two sources", r"REV.* T2|RBIT|CLZ",
     lambda f: special(f["d"], f["m"]) or f["n"] != f["m"]),
    ("A7.7.84, A7.7.74, A7.7.75 multiply: register 13 or 15", r"MUL T2|ML[AS]",
     lambda f: special(f["d"], f["n"], f["m"]) or special(f.get("a", 0))),
    ("A7.7.149 and others, long multiply: register 13 or 15, or one target twice", r"[SU]M[UL][LA]L",
     lambda f: special(f["l"], f["h"], f["n"], f["m"]) or f["l"] == f["h"]),
    ("A7.7.127, A7.7.195 SDIV, UDIV: register 13 or 15", r"[SU]DIV", lambda f: special(f["d"], f["n"], f["m"])),
    ("A7.7.41, A7.7.42 LDM: one register, 13, 15 with 14, or the base that changes", r"LDM T2|LDMDB",
     lambda f: f["n"] == 15 or count(f["l"]) < 2 or f["l"] & 0x2000 or f["l"] >> 14 == 3 or f["w"] and f["l"] >> f["n"] & 1),
    ("A7.7.159, A7.7.160 STM: one register, 13 or 15, or the base that changes", r"STM T2|STMDB",
     lambda f: f["n"] == 15 or count(f["l"]) < 2 or f["l"] & 0xA000 or f["w"] and f["l"] >> f["n"] & 1),
    ("A7.7.52 and others, LDREX; C2.4 LDA, LDAEX, STL of Armv8-M: register 13 or 15", r"LDREX|LDA|STL[BH]? ", lambda f: special(f["t"]) or f["n"] == 15),
    ("A7.7.167 and others, STREX; C2.4 STLEX of Armv8-M: register 13 or 15, or the result over an operand", r"STREX|STLEX",
     lambda f: special(f["d"], f["t"]) or f["n"] == 15 or f["d"] in (f["n"], f["t"])),
    ("A7.7.185 TBB, TBH: register 13 or 15", r"TB[BH]", lambda f: f["n"] == 13 or special(f["m"])),
    ("A7.7.50 LDRD: register 13 or 15, one target twice, or the base that changes", r"LDRD",
     lambda f: (f["p"] or f["w"]) and (special(f["t"], f["d"]) or f["t"] == f["d"] or f["w"] and f["n"] in (15, f["t"], f["d"]))),
    ("A7.7.166 STRD: register 13 or 15, or the base that changes", r"STRD",
     lambda f: (f["p"] or f["w"]) and (special(f["t"], f["d"]) or f["n"] == 15 or f["w"] and f["n"] in (f["t"], f["d"]))),
    ("A7.7.161 and others, store: register 13 or 15, or the base that changes", r"STR, STRB",
     lambda f: f["z"] != 3 and f["n"] != 15 and not ("w" in f and not f["w"] and not f["p"]) and single(f, False)),
    ("A7.7.43 and others, load: register 13 or 15, or the base that changes", r"LDR, LDRB",
     lambda f: f["z"] != 3 and not (f["g"] and f["z"] == 2) and not ("w" in f and not f["w"] and not f["p"]) and single(f, True)),
]

# What no row decodes, and Unicorn executes all the same; by encoding.
ARM_FOREIGN = [
    ("A7.7.19, A7.7.20 BX, BLX: bits that should be zero", 0xFF00, 0x4700, 16),
    ("A5.3 bits that should be zero or one", 0xE0000000, 0xE0000000, 32),
]
ARMV6M_FOREIGN = [
    ("DDI 0419 A5.2: not in Armv6-M, but in Unicorn's Cortex-M0", 0, 0, 16),
    ("DDI 0419 A5.3: not in Armv6-M, but in Unicorn's Cortex-M0", 0, 0, 32),
]
RISCV_FOREIGN = [
    ("F, D: LOAD-FP, STORE-FP, MADD to NMADD, OP-FP", 0x7F, 0x07, 32),
    ("F, D", 0x7F, 0x27, 32),
    ("F, D", 0x73, 0x43, 32),
    ("F, D", 0x7F, 0x53, 32),
    ("F, D: C.FLD, C.FLDSP, C.FSD, C.FSDSP", 0x6001, 0x2000, 16),
    ("F: C.FLW, C.FLWSP, C.FSW, C.FSWSP", 0x6001, 0x6000, 16),
    ("RV32C: reserved, and executed by Unicorn", 0xE003, 0x8000, 16),
    ("RV32C: shifts by 32 and more are for custom extensions", 0x1003, 0x1001, 16),
    ("RV32C: shifts by 32 and more are for custom extensions", 0x1003, 0x1002, 16),
    ("Volume II: SRET, SFENCE.VMA and others of supervisor mode", 0x7F, 0x73, 32),
]

# What the machine refuses although it is defined, or what one instruction in Unicorn cannot show.
ARM_OTHER = [
    ("WFE, WFI, SEV, YIELD: end a run in Unicorn", r"WFE|WFI|SEV", lambda f: True),
    ("YIELD: ends a run in Unicorn", r"NOP, YIELD", lambda f: f["o"] in (1, 2, 3, 4)),
    ("A5.3.11 PKHBT, PKHTB: of the DSP extension, but in Unicorn", r"Data processing \(shifted", lambda f: f["o"] == 6),
    ("A7.7.153, A7.7.214 SSAT16, USAT16: of the DSP extension, but in Unicorn", r"SSAT|USAT",
     lambda f: f["h"] and not f["i"]),
    ("A5.3.6 doubleword exclusives and those of Armv8-M: not in Armv7-M, but in Unicorn", r"LDRD|STRD",
     lambda f: not f["p"] and not f["w"]),
    ("A7.7.161 and others, store relative to the program counter: undefined, but executed by Unicorn", r"STR, STRB",
     lambda f: f["n"] == 15),
    ("special registers outside the model: process stack, CONTROL", r"M[SR][SR] T1",
     lambda f: f["s"] not in (0, 1, 2, 3, 5, 7, 8, 16, 17, 18, 19)),
]

ARMV6M = [
    ("DDI 0419 B5.2: FAULTMASK and BASEPRI are not in Armv6-M", r"CPS|M[SR][SR] T1",
     lambda f: f.get("f") or f.get("s", 0) >= 17),
]

RISCV = [
    ("Volume II, 3.1: CSRs with fields that differ between chips; Unicorn keeps bit 0 of mepc", r"CSR",
     lambda f: f["c"] not in (0x340, 0x342)),
    ("EBREAK: ends a run in Unicorn", r"EBREAK|C\.EBREAK", lambda f: True),
    ("WFI, MRET: end a run in Unicorn, or leave machine mode", r"WFI|MRET", lambda f: True),
]


def find(rules, name, fields):
    """The first rule that removes an encoding."""
    return next((rule for rule, rows, condition in rules if re.match(rows, name) and condition(fields)), None)


def foreign(rules, encoding, bits):
    """The first rule that explains why Unicorn executes what no row decodes."""
    return next((rule for rule, mask, value, width in rules if width == bits and encoding & mask == value), None)
