//! Every vector, by itself: the file is what Node and PHP are held to.

use std::fs;

use mautic_connector::step_json;
use serde_json::Value;

use crate::shell::vectors_folder;

#[test]
fn every_vector_gives_its_answer() {
    let mut count = 0;
    for entry in fs::read_dir(vectors_folder()).expect("the folder") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("a readable file");
        let vectors: Vec<Value> = serde_json::from_str(&text).expect("a list");
        for vector in vectors {
            let message = vector["message"].as_str().expect("a message");
            let answer = vector["answer"].as_str().expect("an answer");
            assert_eq!(
                step_json(message),
                answer,
                "{}: {}",
                path.display(),
                vector["name"]
            );
            count += 1;
        }
    }
    assert!(count > 100, "only {count} vectors");
}
