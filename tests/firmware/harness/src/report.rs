//! Runs the cases that the host asks for, and tells it what came of them.
//!
//! The host's arguments: `depth=2`; `op=TEXT`, only operations whose name has it; `skip=I.J`, not these
//! cases.
//!
//! One line each, the fields separated by tabs:
//!
//! ```text
//! case     index object main handler second variant kind waits of    what follows is about it
//! extra    bit name                                            an answer that has to come
//! place    address landings failures extras
//! failure  ticks ticks address answer answer answer state      the first
//! end      landings failures extras digest
//! hang     ticks ticks address address                         where main was, and where time ran out
//! done                                                         all cases were run
//! ```

use semihosting::{experimental::env::args, println, process::exit};

use crate::{
    board,
    case::{Case, Group, Kind},
    landing::{Form, Landing, Plan, Second, land},
    object::Held,
    order::{Orders, Verdict},
    places::Places,
};

/// What the host wants.
#[derive(Clone, Copy, Debug, Default)]
struct Request<'a> {
    depth: u32,
    op: &'a str,
    skip: &'a str,
}

impl Request<'_> {
    fn skips(&self, index: usize) -> bool {
        let mut skipped = self.skip.split('.');
        !self.skip.is_empty() && skipped.any(|it| it.parse() == Ok(index))
    }
}

/// The exit code of a hang.
const HANG: i32 = 3;

/// How many landings in a row after the end of the operation end the sweep.
const ENOUGH_AFTER: u32 = 3;
/// How many landings in a row at one address do: main sleeps there until it is interrupted.
const ENOUGH_THERE: u32 = 64;
/// No operation takes as many ticks.
const LONGEST: u32 = 5000;

static PLACES: Held<Places> = Held::holding(Places::new());

/// Sweeps every case of the groups, and ends the program.
pub fn run(groups: &[&'static [Group]]) -> ! {
    let Ok(arguments) = args::<512>() else {
        panic!("no arguments from the host");
    };
    let mut request = Request {
        depth: 1,
        ..Request::default()
    };
    for argument in (&arguments).into_iter().flatten() {
        match argument.split_once('=') {
            Some(("depth", "2")) => request.depth = 2,
            Some(("op", op)) => request.op = op,
            Some(("skip", skip)) => request.skip = skip,
            _ => {}
        }
    }
    assert!(
        request.depth == 1 || board::HAS_SECOND,
        "this board has no second interrupt"
    );
    board::start();

    let all = groups.iter().flat_map(|groups| groups.iter());
    let cases = all.flat_map(|group| group.cases(request.depth));
    for (index, case) in cases.enumerate() {
        if is_named(&case, request.op) && !request.skips(index) {
            for variant in 0..case.setting.variants {
                sweep(index, &case, variant, request);
            }
        }
    }
    println!("done");
    exit(0)
}

/// Whether `object::operation` has the text.
fn is_named(case: &Case, wanted: &str) -> bool {
    let main = match case.kind {
        Kind::Planted { of } | Kind::Deep { of } => of,
        _ => case.parties[0].name,
    };
    if wanted.is_empty() {
        return true;
    }
    match wanted.split_once("::") {
        Some((object, op)) => case.object.contains(object) && main.contains(op),
        None => case.object.contains(wanted) || main.contains(wanted),
    }
}

fn sweep(index: usize, case: &Case, variant: u32, request: Request<'_>) {
    announce(index, case, variant, request.depth);
    PLACES.with(Places::clear);
    let orders = Orders::of(case, variant, request.depth);
    if request.depth == 1 {
        once(case, variant, &orders);
    } else {
        for form in [Form::Nested, Form::After] {
            twice(case, variant, &orders, form);
        }
    }
    PLACES.with(tell);
}

/// Every first interrupt, and no second.
fn once(case: &Case, variant: u32, orders: &Orders) {
    let (mut after, mut there, mut last) = (0, 0, 0);
    for ticks in 1..LONGEST {
        let plan = Plan {
            first: ticks,
            second: None,
        };
        let landing = land(case, variant, plan);
        note(case, orders, 1, plan, &landing);
        let [address, _] = landing.addresses;
        after = if landing.too_late[0] { after + 1 } else { 0 };
        there = if address == last { there + 1 } else { 0 };
        last = address;
        if after == ENOUGH_AFTER || there == ENOUGH_THERE {
            return;
        }
    }
    panic!("the operation does not end");
}

/// Every first interrupt with every second.
fn twice(case: &Case, variant: u32, orders: &Orders, form: Form) {
    let mut after = 0;
    for first in 1..LONGEST {
        let mut second_after = 0;
        for ticks in 1..LONGEST {
            let plan = Plan {
                first,
                second: Some(Second { form, ticks }),
            };
            let landing = land(case, variant, plan);
            note(case, orders, 2, plan, &landing);
            second_after = if landing.too_late[1] {
                second_after + 1
            } else {
                0
            };
            if second_after == ENOUGH_AFTER {
                after = if landing.too_late[0] { after + 1 } else { 0 };
                break;
            }
        }
        if after == ENOUGH_AFTER {
            return;
        }
    }
    panic!("the operation does not end");
}

fn note(case: &Case, orders: &Orders, depth: u32, plan: Plan, landing: &Landing) {
    let form = plan.second.map(|second| second.form);
    let before = |a: usize, b: usize| match (a, b) {
        (0, 1) => landing.too_late[0],
        (0, 2) => form == Some(Form::After) && landing.too_late[1] || landing.too_late[0],
        (1, 2) => form == Some(Form::After),
        _ => false,
    };
    let verdict = if landing.late {
        Verdict::Wrong
    } else {
        orders.judge(case, depth, &landing.outcome, before)
    };
    let ticks = [plan.first, plan.second.map_or(0, |second| second.ticks)];
    let address = landing.addresses[depth as usize - 1];
    let noted = PLACES.with(|places| places.note(address, ticks, &landing.outcome, verdict));
    assert!(noted == Some(true), "more addresses than there is room for");
}

fn announce(index: usize, case: &Case, variant: u32, depth: u32) {
    let [main, first, second] = case.parties.map(|op| op.name);
    let (kind, of) = match case.kind {
        Kind::Right => ("right", "-"),
        Kind::Hangs => ("hangs", "-"),
        Kind::Planted { of } => ("planted", of),
        Kind::Deep { of } => ("deep", of),
    };
    let object = case.object;
    let waits = if case.waits { "waits" } else { "-" };
    println!(
        "case\t{index}\t{object}\t{main}\t{first}\t{second}\t{variant}\t{kind}\t{waits}\t{of}"
    );
    // Deeper, an answer of the second handler would stand for the first's.
    if depth == 1 {
        for (bit, extra) in case.extras_of(0).chain(case.extras_of(1)) {
            println!("extra\t{bit}\t{}", extra.name);
        }
    }
}

fn tell(places: &mut Places) {
    for place in places.iter() {
        println!(
            "place\t{:x}\t{}\t{}\t{:x}",
            place.address, place.landings, place.failures, place.extras
        );
    }
    if let Some(failure) = places.first_failure {
        let [first, second] = failure.ticks;
        let [main, handler, nested] = failure.outcome.answers;
        println!(
            "failure\t{first}\t{second}\t{:x}\t{main:x}\t{handler:x}\t{nested:x}\t{:x}",
            failure.address, failure.outcome.state
        );
    }
    println!(
        "end\t{}\t{}\t{:x}\t{:x}",
        places.landings, places.failures, places.extras, places.digest
    );
}

/// Reports that nothing goes on any more, and ends the program.
pub(crate) fn hang(plan: Plan, main: u32, stuck: u32) -> ! {
    let second = plan.second.map_or(0, |second| second.ticks);
    println!("hang\t{}\t{second}\t{main:x}\t{stuck:x}", plan.first);
    exit(HANG)
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    println!("panic\t{info}");
    exit(101)
}
