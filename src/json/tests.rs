//! The limits of what is read, and that what is printed is what serde prints.

use super::{Json, MAX_DEPTH, MAX_VALUES, parse, print};

#[test]
fn what_is_too_deep_is_no_json() {
    let depth = usize::from(MAX_DEPTH);
    let nested = |depth| ["[".repeat(depth), "]".repeat(depth)].concat();
    assert!(parse(&nested(depth)).is_some());
    assert_eq!(parse(&nested(depth + 1)), None);
    assert_eq!(parse(&"{\"a\":".repeat(60_000)), None);
}

#[test]
fn what_has_too_many_values_is_no_json() {
    // The end of the list is one more.
    let list = |zeros: usize| ["[", &"0,".repeat(zeros - 1), "0]"].concat();
    let most = MAX_VALUES as usize - 1;
    assert!(parse(&list(most)).is_some());
    assert_eq!(parse(&list(most + 1)), None);
    let objects = ["[", &"{\"a\":{}},".repeat(most / 2 + 1), "0]"].concat();
    assert_eq!(parse(&objects), None);
}

#[test]
fn prints_as_serde_json_does() {
    let all: String = (0..=0x80_u8)
        .map(char::from)
        .chain("é€😀".chars())
        .collect();
    let tree = || {
        Json::Object(vec![
            ("text".into(), Json::Text(all.clone().into())),
            (
                all.clone().into(),
                Json::List(vec![Json::Null, Json::Bool(true)]),
            ),
            ("empty".into(), Json::List(Vec::new())),
            (
                "numbers".into(),
                Json::List([0, 7, -1, 10, i64::MAX, i64::MIN].map(Json::Integer).into()),
            ),
        ])
    };
    let printed = String::from_utf8(print(tree())).unwrap();
    assert_eq!(printed, serde_json::to_string(&tree()).unwrap());
    assert_eq!(parse(&printed), Some(tree()));
}
