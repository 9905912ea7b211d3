//! The committed corpus once more: every input that `cargo fuzz` found worth keeping, with the same checks.

#[path = "src/lib.rs"]
#[allow(dead_code, unreachable_pub)]
mod fuzz;

use fuzz::{Target, answer, bodies, whole};

fn replay(target: Target) {
    let inputs = target.corpus();
    assert!(inputs.len() >= 10, "only {} inputs", inputs.len());
    for (name, input) in inputs {
        println!("{}/{name}", target.name());
        target.attack(&input);
        for message in target.messages(&input) {
            assert_eq!(answer(&message), answer(&message), "the core is pure");
        }
    }
}

#[test]
fn messages() {
    replay(Target::Message);
}

#[test]
fn redirects() {
    replay(Target::Redirect);
}

#[test]
fn token_answers() {
    replay(Target::Token);
}

#[test]
fn api_answers() {
    replay(Target::Identity);
}

#[test]
fn pages() {
    replay(Target::Page);
}

#[test]
fn large_messages() {
    for (name, message) in bodies().into_iter().chain(whole()) {
        println!("{name}");
        Target::Message.step(&message);
    }
}
