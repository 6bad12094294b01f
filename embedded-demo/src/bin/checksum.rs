//! Checks the firmware's own flash image, block by block, in four interrupts.

#![cfg_attr(target_os = "none", no_std, no_main)]

embedded_demo::program!(checksum);
