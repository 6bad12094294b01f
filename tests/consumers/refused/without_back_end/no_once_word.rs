// error[E0432]: OnceWord
#![no_std]
use indivisible::race::OnceWord;

pub static KEY: OnceWord<bool> = OnceWord::new();
