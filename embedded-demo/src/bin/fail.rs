//! Fails as a line from the UART commands, for the tests of the runner.

#![cfg_attr(target_os = "none", no_std, no_main)]

embedded_demo::program!(fail);
