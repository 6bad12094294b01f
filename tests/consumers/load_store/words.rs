//! The values that `Latest` publishes, the same on every target.
#![no_std]

use core::num::NonZero;
use indivisible::{latest::Latest, wait::Polling};

indivisible::words! {
    /// A struct of fields, in one line.
    #[derive(Debug, PartialEq)]
    pub struct Reading { pub at: u64, pub millivolts: u16, state: Option<State>, trace: [(i64, bool); 3] }
}

indivisible::words! { #[derive(Debug, PartialEq)] pub struct State { letter: char, id: NonZero<u64> } }

static READING: Latest<Reading> = Latest::new();
static WIDE: Latest<(u64, u32), Polling, 4> = Latest::with_unparker(Polling);

macro_rules! published {
    ($($name:ident: $Value:ty = $value:expr;)*) => {
        $( pub static $name: Latest<$Value> = Latest::new(); )*

        pub fn all() -> bool {
            $( let _: Option<$Value> = $name.read(); )*
            $( Latest::<$Value>::new_with($value).read() == Some($value) )&&*
        }
    };
}

published! {
    U64: u64 = 1 << 40;
    I64: i64 = -1;
    U128: u128 = 1 << 100;
    F64: f64 = 0.5;
    CHAR: char = 'x';
    BOOL: bool = true;
    NON_ZERO: NonZero<u64> = NonZero::<u64>::MAX;
    OPTION: Option<u64> = Some(1);
    PAIR: (u64, u32) = (1 << 40, 2);
    FOUR: (u64, f64, char, Option<bool>) = (1, 2.0, '3', None);
    WIDE_ARRAY: [u64; 1] = [1 << 40];
    ARRAY: [(u8, Option<i64>); 2] = [(1, None), (2, Some(-1))];
    NESTED: ([[u16; 9]; 2], (u64, (u8, f32))) = ([[1; 9]; 2], (2, (3, 4.0)));
}

pub fn reading() -> (Option<Reading>, Option<(u64, u32)>) {
    (READING.read(), WIDE.read())
}
