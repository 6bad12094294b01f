//! Every scenario, with interrupts as the other party.

#![cfg_attr(target_os = "none", no_std, no_main)]

embedded_demo::program!(tour);
