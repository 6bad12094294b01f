//! Increments by both cores, of which the wrong counters lose some.

#![cfg_attr(target_os = "none", no_std, no_main)]

embedded_demo::program!(lost_updates);
