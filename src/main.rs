//! The `phantom` command.

fn main() {
    println!("phantomos {}", env!("CARGO_PKG_VERSION"));
}
