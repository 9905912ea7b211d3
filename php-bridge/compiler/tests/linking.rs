//! Modules linked with each other and with PHP, as `linking/check.php` does it: what the official
//! suite does not reach, such as functions of the host and the errors of linking. `WASM2PHP_PHP` names
//! another PHP than `php`.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use wasm2php::{Options, compile};

#[test]
fn modules_and_php_link() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/linking");
    for hot in [true, false] {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("linking-{hot}"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for class in ["Plain", "Host", "Recursion", "Caller"] {
            let path = source.join(class.to_lowercase()).with_extension("wat");
            let wasm = wat::parse_file(path).unwrap();
            let mut options = Options::new(class);
            if !hot {
                // Nothing runs: all functions are written for size, in the second file.
                options.hot = Some(format!("module {}\n", sha256(&wasm)));
            }
            for file in compile(&wasm, &options).unwrap() {
                fs::write(folder.join(file.name), file.text).unwrap();
            }
        }
        let php = env::var("WASM2PHP_PHP").unwrap_or_else(|_| "php".to_owned());
        let mut php = php.split_whitespace();
        let output = Command::new(php.next().expect("WASM2PHP_PHP is a command"))
            .args(php)
            .args(["-d", "memory_limit=128M"])
            .arg(source.join("check.php"))
            .arg(&folder)
            .output()
            .expect("these tests need php");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && text.ends_with(" passed, 0 failed\n"),
            "{text}{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    let hash = Sha256::digest(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
