//! Draws the progress of a handler on the UART, from a main that sleeps in between.

#![cfg_attr(target_os = "none", no_std, no_main)]

embedded_demo::program!(live);
