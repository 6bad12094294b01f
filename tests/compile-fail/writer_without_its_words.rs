// error[E0597]
use indivisible::latest::Latest;

fn main() {
    let mut writer = {
        let latest = Latest::<u32>::new();
        latest.claim()
    };
    if let Some(writer) = &mut writer {
        writer.publish(1);
    }
}
