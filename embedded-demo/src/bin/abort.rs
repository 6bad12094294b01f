//! Asks for one ID too many, and is ended.

#![cfg_attr(target_os = "none", no_std, no_main)]

embedded_demo::program!(abort);
