//! Works until the UART receives `stop`.

#![cfg_attr(target_os = "none", no_std, no_main)]

embedded_demo::program!(stop_flag);
