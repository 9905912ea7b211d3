//! Small modules with the PHP that they give, one beside the other.
//!
//! `REWRITE=1 cargo test` writes the PHP anew; read the difference before it is committed.

use std::path::Path;
use std::{env, fs};

use wasm2php::{Options, compile};

#[test]
fn output_is_what_is_committed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut count = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let source = entry.unwrap().path();
        if source
            .extension()
            .is_none_or(|extension| extension != "wat")
        {
            continue;
        }
        let name = source.file_stem().unwrap().to_str().unwrap();
        let wasm = wat::parse_file(&source).unwrap();
        let files = compile(&wasm, &options(name)).unwrap();
        assert_eq!(files[0].name, format!("{name}-example.php"));
        let golden = source.with_extension("php");
        if env::var_os("REWRITE").is_some() {
            fs::write(&golden, &files[0].text).unwrap();
        }
        let expected = fs::read_to_string(&golden).unwrap_or_default();
        assert_eq!(files[0].text, expected, "{}", golden.display());
        assert_eq!(
            compile(&wasm, &options(name)).unwrap(),
            files,
            "not the same twice"
        );
        count += 1;
    }
    assert!(count > 0);
}

fn options(name: &str) -> Options {
    let capital = name[..1].to_uppercase() + &name[1..];
    Options {
        namespace: "Golden".to_owned(),
        source: Some(format!("{name}.wasm")),
        guard: Some("ABSPATH".to_owned()),
        ..Options::new(format!("{capital}_Example"))
    }
}
