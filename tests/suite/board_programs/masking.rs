//! On a Cortex-M0, an operation of loads and stores masks no interrupt, with any back end.

use super::back_end::BACK_ENDS;

const LOAD_STORE: [&str; 13] = [
    "stop_flag",
    "progress_split",
    "progress_write",
    "progress_read",
    "racy_once",
    "latest_split",
    "latest_publish",
    "latest_read",
    "latest_read_within",
    "sharded_split",
    "sharded_record",
    "sharded_snapshot",
    "sharded_mean",
];

/// Operations in which the search must find masking.
const READ_MODIFY_WRITE: [&str; 4] = ["allocate", "record", "advance", "claim"];

#[test]
fn loads_and_stores_mask_nothing_and_changes_do() {
    for back_end in BACK_ENDS {
        let name = back_end.name;
        let code = back_end.code("masking");
        for function in LOAD_STORE {
            let at = code.find("load_store", function);
            let at = at.unwrap_or_else(|| panic!("{name}: {function} is not there"));
            assert_eq!(code.findings(at), [""; 0], "{name}: {function}");
        }
        for function in READ_MODIFY_WRITE {
            let at = code.find("read_modify_write", function);
            assert_eq!(at.is_some(), back_end.exists, "{name}: {function}");
            let findings = at.map(|at| code.findings(at));
            assert_ne!(findings, Some(vec![]), "{name}: {function}");
        }
    }
}
