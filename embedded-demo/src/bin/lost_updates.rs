//! Increments by both cores, some of which get lost.

#![cfg_attr(target_os = "none", no_std, no_main)]

embedded_demo::program!(lost_updates);
