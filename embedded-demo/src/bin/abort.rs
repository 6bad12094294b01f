//! Allocates one ID too many, which ends the program.

#![cfg_attr(target_os = "none", no_std, no_main)]

embedded_demo::program!(abort);
