//! Keeps the stack small: PHP pays for each page of memory.

fn main() {
    println!("cargo::rustc-link-arg-cdylib=-zstack-size=32768");
}
