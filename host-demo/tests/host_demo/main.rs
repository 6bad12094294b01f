//! The demo as a process: what it prints, what it reads, and how it ends.

mod checksum;
mod interrupted;
mod live;
mod process;
mod signals;
mod stop_flag;
mod terminal;
mod tour;
mod verify;
