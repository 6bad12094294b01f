// error[E0597]
//! The value's destructor may read the borrowed value.
use indivisible::pool::Pool;

struct Prints<'a>(&'a String);

impl Drop for Prints<'_> {
    fn drop(&mut self) {
        println!("{}", self.0);
    }
}

fn main() {
    let pool = Pool::<Prints<'_>, 4>::new();
    let _handle;
    let text = String::new();
    _handle = pool.try_alloc(Prints(&text)).ok();
}
