// error[E0277]: with zero to spare
use indivisible::race::OnceNonZero;

static KEY: OnceNonZero<u32> = OnceNonZero::new();

fn main() {
    KEY.get();
}
