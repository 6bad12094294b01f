// error[E0446]: `Inner`
indivisible::words! {
    struct Inner { at: u64 }
}

indivisible::words! {
    pub struct Outer { inner: Inner }
}

fn main() {}
