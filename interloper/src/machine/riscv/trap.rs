//! Interrupts: *The RISC-V Instruction Set Manual, Volume II*, "Machine-Level ISA".
//!
//! A handler is a function. Before and after it runs the code that such a function needs, and which
//! assembly of a runtime provides on a chip: it saves and restores the registers that a call may
//! change, `mepc` and `mstatus`. The machine executes this trampoline as one step with the trap,
//! and as one with the return.

use super::{RA, Reservation, Riscv, SP};
use crate::machine::{Core, Event, FaultKind, Interrupt, Memory, active::Entry};

/// The registers that a call may change.
const SAVED: [usize; 16] = [1, 5, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17, 28, 29, 30, 31];
/// 16 registers, `mepc` and `mstatus`; a multiple of 16 bytes, as the calling convention requires.
const FRAME: u32 = 80;
const MEPC: u32 = 64;
const MSTATUS: u32 = 68;

/// Where a handler returns to.
pub(super) const TRAMPOLINE: u32 = 0xffff_ff10;

const INTERRUPT: u32 = 1 << 31;
const MACHINE_EXTERNAL: u8 = 11;

/// The bit of an interrupt in `mie`. Those without one come through the interrupt controller.
pub(super) fn bit(number: u8) -> u8 {
    if number < 32 {
        number
    } else {
        MACHINE_EXTERNAL
    }
}

impl Riscv {
    /// Takes an interrupt as the hart alone does: it continues at the address in `mtvec`, until the
    /// program's own handler executes `MRET`. [`depth`](Core::depth) does not count it.
    pub fn trap(&mut self, number: u8) {
        let cause = bit(number);
        self.csrs.mepc = self.pc;
        self.csrs.mcause = INTERRUPT | u32::from(cause);
        self.csrs.previously_enabled = self.csrs.enabled;
        self.csrs.enabled = false;
        self.end_reservation();
        let base = self.csrs.mtvec & !0b11;
        let vectored = self.csrs.mtvec & 0b11 == 1;
        self.pc = if vectored {
            base.wrapping_add(4 * u32::from(cause))
        } else {
            base
        };
    }

    /// `MRET`.
    pub(super) fn machine_return(&mut self) {
        self.csrs.enabled = self.csrs.previously_enabled;
        self.csrs.previously_enabled = true;
        self.end_reservation();
        self.pc = self.csrs.mepc;
    }

    fn end_reservation(&mut self) {
        if self.reservation == Reservation::Cleared {
            self.reserved = None;
        }
    }

    /// A trap and the first half of the trampoline. The registers that it saved are zero in the
    /// handler.
    pub(super) fn take(
        &mut self,
        memory: &mut Memory,
        interrupt: Interrupt,
    ) -> Result<(), FaultKind> {
        let sp = self.registers[SP];
        let frame = sp.wrapping_sub(FRAME);
        self.trap(interrupt.number);
        self.set_sp(memory, frame)?;
        for (address, register) in (frame..).step_by(4).zip(SAVED) {
            memory.store_word(address, self.registers[register])?;
            self.registers[register] = 0;
        }
        memory.store_word(frame.wrapping_add(MEPC), self.csrs.mepc)?;
        memory.store_word(frame.wrapping_add(MSTATUS), self.csrs.mstatus())?;
        self.active.push(Entry { interrupt, sp })?;
        self.registers[RA] = TRAMPOLINE;
        self.pc = interrupt.handler & !1;
        Ok(())
    }

    /// The second half of the trampoline, and `MRET`.
    pub(super) fn leave(&mut self, memory: &mut Memory) -> Result<Event, FaultKind> {
        let entry = self.active.pop().ok_or(FaultKind::ExceptionReturn)?;
        let answer = self.answer();
        let frame = self.registers[SP];
        for (address, register) in (frame..).step_by(4).zip(SAVED) {
            self.registers[register] = memory.load_word(address, self.id)?;
        }
        self.csrs.mepc = memory.load_word(frame.wrapping_add(MEPC), self.id)?;
        self.csrs
            .set_mstatus(memory.load_word(frame.wrapping_add(MSTATUS), self.id)?);
        self.machine_return();
        if self.active.depth() == 0 {
            // Outside handlers they mean nothing, and would tell apart executions that are
            // otherwise the same.
            (
                self.csrs.mepc,
                self.csrs.mcause,
                self.csrs.previously_enabled,
            ) = (0, 0, false);
        }
        self.set_sp(memory, frame.wrapping_add(FRAME))?;
        Ok(Event::ExceptionReturn {
            number: entry.interrupt.number,
            answer,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            Reservation::Cleared,
            testing::{CODE, DATA, Machine, STACK, interrupt},
        },
        *,
    };

    const RET: u32 = 0x0000_8067;
    const MRET: u32 = 0x3020_0073;
    const ENABLE: u32 = 0x3004_6073; // csrsi mstatus, 8
    const DISABLE: u32 = 0x3004_7073; // csrci mstatus, 8
    const CAUSE: u32 = 0x3420_2573; // csrr a0, mcause

    #[test]
    fn a_function_returns_its_answer() {
        let mut machine = Machine::new(Cleared, &[0x0070_0513, RET]); // li a0, 7
        machine.steps(1);
        assert_eq!(machine.step(), Ok(Event::Return { answer: 7 }));
    }

    #[test]
    fn entry_and_return_are_inverse() {
        let mut machine = Machine::new(Cleared, &[0x0000_0013, CAUSE, RET]);
        for register in (1..32).filter(|&register| register != SP) {
            machine.hart.registers[register] = register as u32;
        }
        let (before, memory) = (machine.hart.hash(), machine.memory.hash());
        machine.enter(7, CODE + 4);
        assert_eq!(
            (machine.hart.depth(), machine.hart.entry_sp()),
            (1, Some(STACK.end))
        );
        assert_eq!(machine.hart.registers[10], 0);
        assert!(machine.hart.masked());
        machine.steps(1);
        let answer = u64::from(INTERRUPT | 7);
        assert_eq!(
            machine.step(),
            Ok(Event::ExceptionReturn { number: 7, answer })
        );
        assert_eq!(
            (machine.hart.hash(), machine.memory.hash()),
            (before, memory)
        );
    }

    #[test]
    fn a_handler_is_preempted_once_it_enables_interrupts() {
        let mut machine = Machine::new(Cleared, &[ENABLE, RET]);
        machine.enter(1, CODE);
        assert!(!machine.hart.can_take(interrupt(2)));
        machine.steps(1);
        assert!(machine.hart.can_take(interrupt(2)));
        machine.enter(2, CODE + 4);
        machine.returns(1);
        assert!(
            !machine.hart.masked(),
            "the outer handler goes on with interrupts enabled"
        );
        machine.returns(1);
        assert!(!machine.hart.masked());
    }

    #[test]
    fn interrupts_wait_for_mstatus_and_mie() {
        let mut machine = Machine::new(Cleared, &[DISABLE, 0x3045_1073]); // csrw mie, a0
        machine.hart.registers[10] = 1 << 7;
        machine.steps(1);
        assert!(!machine.hart.can_take(interrupt(7)) && machine.hart.wakes(interrupt(7)));
        machine.steps(1);
        assert!(!machine.hart.wakes(interrupt(3)) && machine.hart.wakes(interrupt(7)));
        assert!(
            !machine.hart.wakes(interrupt(40)),
            "through the external interrupt"
        );
    }

    #[test]
    fn a_trap_goes_through_mtvec_and_back() {
        for (mode, handler) in [(0, CODE + 4), (1, CODE + 4 + 4 * 7)] {
            let mut code = [0x0000_0013; 9];
            code[(handler - CODE) as usize / 4] = MRET;
            let mut machine = Machine::new(Cleared, &code);
            machine.hart.csrs.mtvec = (CODE + 4) | mode;
            machine.hart.trap(7);
            assert_eq!((machine.hart.pc, machine.hart.csrs.mepc), (handler, CODE));
            assert!(machine.hart.masked());
            machine.steps(1);
            assert_eq!(machine.hart.pc, CODE);
            assert!(!machine.hart.masked());
        }
    }

    #[test]
    fn the_frame_must_fit_the_stack() {
        let mut machine = Machine::new(Cleared, &[RET]);
        machine.hart.registers[SP] = STACK.start + 64;
        let fault = machine
            .hart
            .enter(&mut machine.memory, interrupt(1))
            .unwrap_err();
        assert!(matches!(fault.kind, FaultKind::StackOverflow { .. }));
        assert_eq!(machine.memory.word(DATA), Some(0));
    }
}
