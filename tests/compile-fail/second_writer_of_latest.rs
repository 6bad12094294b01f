// error[E0499]
use indivisible::latest::Latest;

fn main() {
    let mut latest = Latest::<u32>::new();
    let (mut one, _) = latest.split();
    let (mut other, _) = latest.split();
    one.publish(1);
    other.publish(2);
}
