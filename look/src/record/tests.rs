//! What the record must hold, and what its schema must refuse.

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Value, json};

use super::{Kind, Look, Verdict};
use crate::testing::look;

/// The compiler whose code has these landings; that of another may have more or fewer.
const RUSTC: &str = "1.96.0";
/// The landings that no order explains: example, target, how many.
const WRONG: &[(&str, usize, usize)] = &[
    ("stop-store", 0, 4),
    ("progress-store", 0, 4),
    ("sleep-gap", 0, 4),
    ("lazy-flag", 0, 2),
    ("increment-store", 0, 2),
    ("increment-store", 1, 2),
    ("statistics-words", 0, 1),
    ("peak-store", 0, 4),
    ("shards-sum", 0, 1),
    ("assert-id-assert", 0, 20),
    ("last-id-check", 0, 4),
    ("aba-untagged", 0, 2),
    ("aba-untagged", 1, 5),
    ("aba-twice-untagged", 0, 1),
    ("update-effect", 0, 11),
    ("update-effect", 1, 8),
    ("key-store", 0, 6),
    ("once-spin", 0, 14),
    ("latest-words", 0, 2),
    ("reason-store", 0, 4),
];

fn schema() -> (Schemas, SchemaIndex) {
    let schema: Value = serde_json::from_str(include_str!("../../schema.json")).unwrap();
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler
        .add_resource("file:///schema.json", schema)
        .unwrap();
    let index = compiler
        .compile("file:///schema.json", &mut schemas)
        .unwrap();
    (schemas, index)
}

fn fits(record: &Value) -> Result<(), String> {
    let (schemas, index) = schema();
    schemas
        .validate(record, index)
        .map_err(|error| error.to_string())
}

#[test]
fn every_wrong_version_is_wrong_somewhere_and_no_right_one_anywhere() {
    let mut wrong = Vec::new();
    for case in &look().cases {
        for build in &case.builds {
            let found = build
                .landings
                .iter()
                .filter(|it| it.kind == Verdict::Wrong)
                .count();
            assert_eq!(
                found > 0,
                case.kind == Kind::Wrong,
                "{} on {}",
                case.id,
                build.target
            );
            assert_eq!(found, build.counts.wrong, "{}", case.id);
            if found > 0 {
                wrong.push((case.id.as_str(), build.target, found));
            }
        }
    }
    let without_counts = |all: &[(&'static str, usize, usize)]| {
        let names = all.iter().map(|&(id, target, _)| (id, target));
        names.collect::<Vec<_>>()
    };
    assert_eq!(without_counts(&wrong), without_counts(WRONG));
    if look().rustc == RUSTC {
        assert_eq!(wrong, WRONG);
    }
}

#[test]
fn a_landing_is_one_run_of_every_lane() {
    for case in &look().cases {
        for build in &case.builds {
            for landing in &build.landings {
                let run = build.executed(landing);
                let lanes = landing.at.len() + 1;
                assert!(
                    (0..lanes).all(|lane| run.iter().any(|it| it.lane == lane))
                        || landing.kind == Verdict::Wrong,
                    "{}",
                    case.id
                );
                assert!(
                    landing
                        .at
                        .iter()
                        .zip(&landing.taken)
                        .all(|(at, taken)| at <= taken),
                    "{}",
                    case.id
                );
            }
            let points = build.landings.iter().filter(|it| it.at.len() == 1).count();
            assert!(
                points == 0 || points == build.ends + 1,
                "{}: a point is missing",
                case.id
            );
        }
    }
}

#[test]
fn each_version_of_the_library_masks_what_it_must() {
    let build = |id: &str, target| {
        let case = look().cases.iter().find(|case| case.id == id).unwrap();
        case.builds
            .iter()
            .find(|build| build.target == target)
            .unwrap()
    };
    // Load and store alone.
    for id in [
        "latest-slots",
        "statistics-sharded",
        "shards-sharded",
        "lazy-racy",
    ] {
        assert_eq!(build(id, 0).counts.masked, 0, "{id}");
    }
    // One section on a Cortex-M0, an exclusive store on a Cortex-M3.
    for id in [
        "increment-add",
        "stop-take",
        "key-once",
        "last-id-allocator",
    ] {
        assert!(
            build(id, 0).counts.masked > 0 && build(id, 1).counts.masked == 0,
            "{id}"
        );
    }
}

#[test]
fn the_record_fits_its_schema() {
    let record = serde_json::to_value(look()).unwrap();
    fits(&record).unwrap();
    assert_eq!(&serde_json::from_value::<Look>(record).unwrap(), look());
}

#[test]
fn a_record_of_another_shape_is_refused() {
    let record = serde_json::to_value(look()).unwrap();
    let planted: [(&str, &str, Value); 6] = [
        ("/schema", "another version", json!(1)),
        ("/cases/0/kind", "an unknown kind", json!("doubtful")),
        (
            "/cases/0/builds/0/steps/0/3",
            "an unknown happening",
            json!("sleep"),
        ),
        (
            "/cases/0/builds/0/code/0/0",
            "an address that is a text",
            json!("0x0"),
        ),
        (
            "/cases/0/builds/0/landings/0/run/0",
            "a segment of three",
            json!([0, 0, 0]),
        ),
        (
            "/targets/0",
            "a field too many",
            json!({ "id": "a", "core": "b", "cycles": true, "speed": 1 }),
        ),
    ];
    for (at, what, value) in planted {
        let mut other = record.clone();
        *other.pointer_mut(at).unwrap() = value;
        assert!(fits(&other).is_err(), "{what} passes");
    }
    let mut missing = record;
    missing["cases"][0]["builds"][0]
        .as_object_mut()
        .unwrap()
        .remove("counts");
    assert!(fits(&missing).is_err(), "a build without counts passes");
}

#[test]
fn the_page_keeps_its_size() {
    let len = serde_json::to_string(look()).unwrap().len();
    assert!(len < 520_000, "the record has {len} bytes");
}
