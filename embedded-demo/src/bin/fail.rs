//! Fails in the way that the UART asks for; for the tests of the runner.

#![cfg_attr(target_os = "none", no_std, no_main)]

embedded_demo::program!(fail);
