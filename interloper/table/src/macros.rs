//! `object!`.

/// Declares an object, the operations on it, and what must hold of them.
///
/// ```text
/// object! {
///     queue: Queue<u8, 2> = Queue::new(),                      // a const expression
///     reset  |queue| { queue.enqueue(1).ok(); },
///     main   fn dequeue(queue) -> Option<u8> { queue.dequeue() },
///     irq(1) fn enqueue(queue) -> bool { queue.enqueue(9).is_ok() },
///     state  |queue| drain(queue),
/// }
/// ```
///
/// The first clause names the object, and with it the module that the macro makes. Parameters of operations and
/// closures are names of objects and handles of the table, without types.
///
/// | clause | meaning |
/// |---|---|
/// | `object name: T = e` | a further object; parties get `&'static T` |
/// | `handle name: T = e` | a value that one party of a run may hold; parties get `&'static mut T` |
/// | <code>reset \|x\| e</code> | prepares everything; gets `&'static mut T` of each. `e` must not need a destructor |
/// | <code>reset name \|x\| e</code> | one of several ways to prepare it: a variant |
/// | `main fn f(x) -> R { … }` | an operation that is interrupted |
/// | `irq(p) fn f(x) -> R { … }` | an interrupt handler of priority `p`; a smaller number preempts a larger one. `p` is the value of 8 bits that `BASEPRI` is compared with: the number of a HAL, shifted to the left where the chip implements fewer bits |
/// | `core fn f(x) -> R { … }` | an operation on the other core |
/// | `main core irq(1, 2) fn f(x) …` | all of these |
/// | `… fn f(x) = [a -> R { … }, b -> S { … }]` | several calls, each with an answer of its own |
/// | `… { … } extra PATTERN in [g, h]` | an answer outside every order, allowed while `g` or `h` is in progress: the call has done nothing. It must occur, in each role of the operation that meets `g` or `h`: a `try_lock` that `main` gets and only a handler is refused needs one operation for each role |
/// | `… { … } extra PATTERN in [g, h] elsewhere` | the same, while `g` or `h` is in progress on the other core |
/// | `… { … } when { e }` | the interrupt is enabled while `e` is true |
/// | `… { … } sleeps` | where the operation waits, it sleeps: a run in which it alone executes instructions, and repeats a state without a `WFI` or `WFE` that sleeps, fails. It must sleep in some run. The rule also holds for its wrong versions |
/// | `… { … } wrong for g, caught by [h]` | a wrong version of `g`: it is judged by what `g` may answer, and interrupting it with `h` must fail. Where several parties catch it, any of them left out must let it pass |
/// | <code>state \|x\| e</code> | what is left at the end; compared by its `Debug` text |
/// | <code>always \|x\| e, "message"</code> | must be true after every return. Where `e` needs a critical section that the other core is in, after the next return at which it does not |
/// | <code>finally \|x\| e, "message"</code> | must be true at the end |
/// | `wakes task` | no lost wake-up of this [`Task`](crate::Task) |
/// | `known [f, g], "where it is described"` | this pair fails, and that is known |
/// | `restarts [start, end]` | a handler that interrupts from address `start` up to `end` returns to `start`: a restartable sequence |
/// | `handlers 3` | at most so many handlers take part in a run, in place of the number for all objects |
///
/// Answers are compared by their `Debug` texts. They are never dropped.
#[macro_export]
macro_rules! object {
    ($name:ident : $type:ty = $value:expr, $($rest:tt)*) => {
        mod $name {
            #[allow(unused_imports, reason = "a table may need nothing of its surroundings")]
            use super::*;
            $crate::__clause!([] object $name: $type = $value, $($rest)*);
        }
    };
}

/// Expands the first clause and goes on with the rest; `$n` has a token for each clause before.
#[doc(hidden)]
#[macro_export]
macro_rules! __clause {
    ([$($n:tt)*]) => {};
    ([$($n:tt)*] object $name:ident : $type:ty = $value:expr $(, $($rest:tt)*)?) => {
        $crate::__item!([$($n)*] Object $name $type, $value);
        $crate::__clause!([$($n)* .] $($($rest)*)?);
    };
    ([$($n:tt)*] handle $name:ident : $type:ty = $value:expr $(, $($rest:tt)*)?) => {
        $crate::__item!([$($n)*] Handle $name $type, $value);
        $crate::__clause!([$($n)* .] $($($rest)*)?);
    };
    ([$($n:tt)*] reset |$($arg:ident),* $(,)?| $body:expr $(, $($rest:tt)*)?) => {
        $crate::__reset!([$($n)*] "", [$($arg)*] $body);
        $crate::__clause!([$($n)* .] $($($rest)*)?);
    };
    ([$($n:tt)*] reset $name:ident |$($arg:ident),* $(,)?| $body:expr $(, $($rest:tt)*)?) => {
        $crate::__reset!([$($n)*] stringify!($name), [$($arg)*] $body);
        $crate::__clause!([$($n)* .] $($($rest)*)?);
    };
    ([$($n:tt)*] state |$($arg:ident),* $(,)?| $body:expr $(, $($rest:tt)*)?) => {
        const _: () = {
            extern "C" fn state() {
                $crate::__bind!(party $($arg)*);
                $crate::show_state($body);
            }
            $crate::__record!([$($n)*] State, state);
        };
        $crate::__clause!([$($n)* .] $($($rest)*)?);
    };
    ([$($n:tt)*] always |$($arg:ident),* $(,)?| $body:expr, $message:literal $(, $($rest:tt)*)?) => {
        $crate::__check!([$($n)*] Always [$($arg)*] $body, $message);
        $crate::__clause!([$($n)* .] $($($rest)*)?);
    };
    ([$($n:tt)*] finally |$($arg:ident),* $(,)?| $body:expr, $message:literal $(, $($rest:tt)*)?) => {
        $crate::__check!([$($n)*] Finally [$($arg)*] $body, $message);
        $crate::__clause!([$($n)* .] $($($rest)*)?);
    };
    ([$($n:tt)*] wakes $task:ident $(, $($rest:tt)*)?) => {
        $crate::__check!([$($n)*] Finally [$task] !$task.is_lost(),
            "lost wake-up: the future is pending, its waker was not called, and a poll would be ready");
        $crate::__clause!([$($n)* .] $($($rest)*)?);
    };
    ([$($n:tt)*] restarts [$start:expr, $end:expr] $(, $($rest:tt)*)?) => {
        const _: () = {
            static RESTART: $crate::record::Restart = $crate::record::Restart { start: $start, end: $end };
            $crate::__record!([$($n)*] Restarts, &raw const RESTART);
        };
        $crate::__clause!([$($n)* .] $($($rest)*)?);
    };
    ([$($n:tt)*] handlers $most:literal $(, $($rest:tt)*)?) => {
        const _: () = {
            static MOST: u32 = $most;
            $crate::__record!([$($n)*] Handlers, &raw const MOST);
        };
        $crate::__clause!([$($n)* .] $($($rest)*)?);
    };
    ([$($n:tt)*] known [$($party:ident),* $(,)?], $reason:literal $(, $($rest:tt)*)?) => {
        const _: () = {
            static KNOWN: $crate::record::Known = $crate::record::Known {
                parties: $crate::__texts!($($party)*),
                reason: $crate::record::Text::new($reason),
            };
            $crate::__record!([$($n)*] Known, &raw const KNOWN);
        };
        $crate::__clause!([$($n)* .] $($($rest)*)?);
    };
    ([$($n:tt)*] $($party:tt)*) => {
        $crate::__party!([$($n)*] [] $($party)*);
    };
}

/// An object or a handle.
#[doc(hidden)]
#[macro_export]
macro_rules! __item {
    ([$($n:tt)*] $kind:ident $name:ident $type:ty, $value:expr) => {
        // A module of its own: a `let` must not shadow a static in scope.
        mod $name {
            #[allow(unused_imports, reason = "a table may need nothing of its surroundings")]
            use super::super::*;
            #[allow(non_upper_case_globals, reason = "the static has the name that the table gives it")]
            pub(super) static $name: $crate::$kind<$type> = $crate::$kind::new($value);
            pub(super) type Type = $type;
        }
        const _: () = {
            static ITEM: $crate::record::Item = $crate::record::Item {
                name: $crate::record::Text::new(stringify!($name)),
                start: $name::$name.start(),
                len: ::core::mem::size_of::<$name::Type>(),
                exclusive: $crate::$kind::<$name::Type>::EXCLUSIVE,
            };
            $crate::__record!([$($n)*] Item, &raw const ITEM);
        };
    };
}

/// Binds each name to the item of that name.
#[doc(hidden)]
#[macro_export]
macro_rules! __bind {
    ($how:ident $($arg:ident)*) => { $(
        // SAFETY: the host runs a reset or a check while no party runs, and no two parties at once that name the same
        // handle.
        #[allow(unused_variables, unused_unsafe, reason = "a clause may use some of the items only")]
        let $arg = unsafe { $arg::$arg.$how() };
    )* };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __texts {
    ($($name:ident)*) => {
        $crate::record::List::new(const { &[$($crate::record::Text::new(stringify!($name))),*] })
    };
}

/// Puts a record into the section that the host reads.
#[doc(hidden)]
#[macro_export]
macro_rules! __record {
    ([$($n:tt)*] $kind:ident, $payload:expr) => {
        #[used]
        #[unsafe(link_section = ".interloper")]
        static RECORD: &$crate::record::Record = &$crate::record::Record {
            version: $crate::record::VERSION,
            kind: $crate::record::Kind::$kind,
            order: <[&str]>::len(&[$(stringify!($n)),*]) as u32,
            object: $crate::record::Text::new(module_path!()),
            payload: $payload as *const ::core::ffi::c_void,
        };
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __reset {
    ([$($n:tt)*] $name:expr, [$($arg:ident)*] $body:expr) => {
        const _: () = {
            extern "C" fn reset() {
                $crate::__bind!(reset $($arg)*);
                let _ = $body;
            }
            static RESET: $crate::record::Reset =
                $crate::record::Reset { name: $crate::record::Text::new($name), run: reset };
            $crate::__record!([$($n)*] Reset, &raw const RESET);
        };
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __check {
    ([$($n:tt)*] $kind:ident [$($arg:ident)*] $body:expr, $message:literal) => {
        const _: () = {
            extern "C" fn holds() -> u32 {
                $crate::__bind!(party $($arg)*);
                let holds: bool = $body;
                u32::from(holds)
            }
            static CHECK: $crate::record::Check = $crate::record::Check {
                message: $crate::record::Text::new($message),
                holds,
            };
            $crate::__record!([$($n)*] $kind, &raw const CHECK);
        };
    };
}

/// An operation: first its roles, each with its index, then its calls, then what follows them.
#[doc(hidden)]
#[macro_export]
macro_rules! __party {
    ([$($n:tt)*] [$($role:tt)*] main $($rest:tt)*) => {
        $crate::__party!([$($n)*] [$($role)* ($crate::record::MAIN)] $($rest)*);
    };
    ([$($n:tt)*] [$($role:tt)*] core $($rest:tt)*) => {
        $crate::__party!([$($n)*] [$($role)* ($crate::record::CORE)] $($rest)*);
    };
    ([$($n:tt)*] [$($role:tt)*] irq($($priority:literal),* $(,)?) $($rest:tt)*) => {
        $crate::__party!([$($n)*] [$($role)* $(($crate::record::irq($priority)))*] $($rest)*);
    };
    ([$($n:tt)*] [] fn $name:ident $($rest:tt)*) => {
        ::core::compile_error!(concat!("the operation `", stringify!($name),
            "` has no role: `main fn` is interrupted, `irq(1) fn` interrupts it, `core fn` runs on the other core"));
    };
    // One call: it has the name of the party.
    ([$($n:tt)*] [$($role:tt)*] fn $name:ident($($arg:ident),* $(,)?) $(-> $answer:ty)? $body:block $($rest:tt)*) => {
        $crate::__tail!([$($n)*] [$($role)*] $name [$($arg)*] [] [] [$name [$(-> $answer)?] $body] [] {0} $($rest)*);
    };
    ([$($n:tt)*] [$($role:tt)*] fn $name:ident($($arg:ident),* $(,)?) = [$($calls:tt)*] $($rest:tt)*) => {
        $crate::__calls!([$($n)*] [$($role)*] $name [$($arg)*] [] { $($calls)* } $($rest)*);
    };
}

/// Several calls, each with its extras.
#[doc(hidden)]
#[macro_export]
macro_rules! __calls {
    ($n:tt $roles:tt $name:ident $args:tt [$($done:tt)*]
        { $call:ident $(-> $answer:ty)? $body:block $(extra $pattern:pat in [$($during:ident),* $(,)?])* $(, $($more:tt)*)? } $($rest:tt)*) => {
        $crate::__calls!($n $roles $name $args
            [$($done)* [$call [$(-> $answer)?] $body $([{$pattern} {0} $($during)*])*]] { $($($more)*)? } $($rest)*);
    };
    ($n:tt $roles:tt $name:ident $args:tt [$($done:tt)*] {} $($rest:tt)*) => {
        $crate::__tail!($n $roles $name $args [] [$($done)*] [] [] {0} $($rest)*);
    };
}

/// `extra`, `when`, `sleeps`, `wrong for`; then the next clause.
#[doc(hidden)]
#[macro_export]
macro_rules! __tail {
    ($n:tt $roles:tt $name:ident $args:tt $wrong:tt $done:tt [$($one:tt)+] $when:tt $sleeps:tt
        extra $pattern:pat in [$($during:ident),* $(,)?] elsewhere $($rest:tt)*) => {
        $crate::__tail!($n $roles $name $args $wrong $done [$($one)* [{$pattern} {1} $($during)*]] $when $sleeps $($rest)*);
    };
    ($n:tt $roles:tt $name:ident $args:tt $wrong:tt $done:tt [$($one:tt)+] $when:tt $sleeps:tt
        extra $pattern:pat in [$($during:ident),* $(,)?] $($rest:tt)*) => {
        $crate::__tail!($n $roles $name $args $wrong $done [$($one)* [{$pattern} {0} $($during)*]] $when $sleeps $($rest)*);
    };
    ($n:tt $roles:tt $name:ident $args:tt $wrong:tt $done:tt $one:tt [] $sleeps:tt when $when:block $($rest:tt)*) => {
        $crate::__tail!($n $roles $name $args $wrong $done $one [$when] $sleeps $($rest)*);
    };
    ($n:tt $roles:tt $name:ident $args:tt $wrong:tt $done:tt $one:tt $when:tt {0} sleeps $($rest:tt)*) => {
        $crate::__tail!($n $roles $name $args $wrong $done $one $when {1} $($rest)*);
    };
    ($n:tt $roles:tt $name:ident $args:tt [] $done:tt $one:tt $when:tt $sleeps:tt
        wrong for $right:ident, caught by [$($by:ident),* $(,)?] $($rest:tt)*) => {
        $crate::__tail!($n $roles $name $args [$right $($by)*] $done $one $when $sleeps $($rest)*);
    };
    ([$($n:tt)*] $roles:tt $name:ident $args:tt $wrong:tt [$($calls:tt)*] [] $when:tt $sleeps:tt $(, $($rest:tt)*)?) => {
        $crate::__emit!([$($n)*] $roles $name $args $wrong $when $sleeps $($calls)*);
        $crate::__clause!([$($n)* .] $($($rest)*)?);
    };
    ([$($n:tt)*] $roles:tt $name:ident $args:tt $wrong:tt [] $one:tt $when:tt $sleeps:tt $(, $($rest:tt)*)?) => {
        $crate::__emit!([$($n)*] $roles $name $args $wrong $when $sleeps $one);
        $crate::__clause!([$($n)* .] $($($rest)*)?);
    };
}

/// The record of a party.
#[doc(hidden)]
#[macro_export]
macro_rules! __emit {
    ([$($n:tt)*] [$($role:tt)*] $name:ident [$($arg:ident)*] [$($right:ident $($by:ident)*)?] [$($when:block)?] {$sleeps:literal}
        $($call:tt)*) => {
        const _: () = {
            static PARTY: $crate::record::Party = $crate::record::Party {
                name: $crate::record::Text::new(stringify!($name)),
                roles: $crate::record::List::new(const { &[$($role),*] }),
                calls: $crate::__emit!(@calls [$($role)*] [$($arg)*] $($call)*),
                uses: $crate::__texts!($($arg)*),
                when: $crate::__emit!(@when [$($arg)*] $($when)?),
                sleeps: $sleeps,
                right: $crate::record::Text::new(concat!($(stringify!($right))?)),
                caught_by: $crate::__texts!($($($by)*)?),
            };
            $crate::__record!([$($n)*] Party, &raw const PARTY);
        };
    };
    (@calls $roles:tt $args:tt $($call:tt)*) => {
        $crate::record::List::new(const { &[$($crate::__call!($roles $args $call)),*] })
    };
    (@when $args:tt) => { None };
    (@when [$($arg:ident)*] $when:block) => {{
        extern "C" fn when() -> u32 {
            $crate::__bind!(party $($arg)*);
            let is_enabled: bool = $when;
            u32::from(is_enabled)
        }
        Some(when)
    }};
}

/// The record of a call, with its functions: one copy for each role, since one role may interrupt another.
#[doc(hidden)]
#[macro_export]
macro_rules! __call {
    ($roles:tt [$($arg:ident)*]
        [$name:ident [$(-> $answer:ty)?] $body:block $([{$pattern:pat} {$elsewhere:literal} $($during:ident)*])*]) => {{
        type __Returned = $crate::__call!(@answer $($answer)?);
        static __ANSWERS: [$crate::Answer<__Returned>; $crate::__call!(@count $roles)] =
            [const { $crate::Answer::new() }; $crate::__call!(@count $roles)];
        // A method, so that `$body` may call a function of the same name.
        struct __Operation;
        impl __Operation {
            #[inline]
            fn $name() -> __Returned {
                $crate::__bind!(party $($arg)*);
                $body
            }
        }
        extern "C" fn __run<const ROLE: usize>() {
            __ANSWERS[ROLE].put(__Operation::$name());
        }
        // The one place that needs `Debug`: rustc's error points to the type in the table, and there is no other.
        extern "C" fn __show<const ROLE: usize>() {
            // SAFETY: the host calls it after `__run`.
            $crate::show::<$crate::__call!(@answer $($answer)?)>(unsafe { __ANSWERS[ROLE].get() });
        }
        $crate::record::Call {
            name: $crate::record::Text::new(stringify!($name)),
            run: $crate::__call!(@roles Entry __run $roles),
            show: $crate::__call!(@roles Entry __show $roles),
            extras: $crate::record::List::new(const { &[$({
                extern "C" fn __matches<const ROLE: usize>() -> u32 {
                    // SAFETY: the host calls it after `__run`.
                    u32::from(matches!(unsafe { __ANSWERS[ROLE].get() }, $pattern))
                }
                $crate::record::Extra {
                    pattern: $crate::record::Text::new(stringify!($pattern)),
                    during: $crate::__texts!($($during)*),
                    matches: $crate::__call!(@roles Condition __matches $roles),
                    elsewhere: $elsewhere,
                }
            }),*] }),
        }
    }};
    (@count [$($role:tt)*]) => { [$(stringify!($role)),*].len() };
    (@answer) => { () };
    (@answer $answer:ty) => { $answer };
    (@roles $type:ident $function:ident [$($role:tt)*]) => {
        $crate::__call!(@each $type $function [] [] $($role)*)
    };
    (@each $type:ident $function:ident [$($done:expr,)*] [$($i:tt)*] $role:tt $($rest:tt)*) => {
        $crate::__call!(@each $type $function
            [$($done,)* $function::<{ 0 $($i)* }> as $crate::record::$type,] [$($i)* + 1] $($rest)*)
    };
    (@each $type:ident $function:ident [$($done:expr,)*] [$($i:tt)*]) => {
        $crate::record::List::new(const { &[$($done),*] })
    };
}
