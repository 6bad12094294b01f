// error[E0277]: with zero to spare
use indivisible::race::OnceWord;

static KEY: OnceWord<u32> = OnceWord::new();

fn main() {
    KEY.get();
}
