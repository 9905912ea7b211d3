# Sourced: which Rust builds what. rustup's 1.95 does all of it where rustup can download the
# target; else Debian's rustc-web, which brings no compiled std, compiles the wasm.

RUST=$(sed -n 's/^channel = "\(.*\)"/\1/p' "$ROOT/rust-toolchain.toml")
TRIPLE=wasm32-unknown-unknown
# rustup would otherwise fetch what rust-toolchain.toml lists and fail where it cannot.
export RUSTUP_AUTO_INSTALL=0

# The name of an installed rustup toolchain that is Rust $RUST, whatever it is called.
rustup_toolchain() {
	local name
	for name in "$RUST" $(rustup toolchain list --quiet 2>/dev/null | cut -d' ' -f1); do
		if rustup run "$name" rustc --version 2>/dev/null | grep -q "^rustc $RUST "; then
			printf '%s\n' "$name"
			return
		fi
	done
	return 1
}

if has rustup && RUSTUP_TOOLCHAIN=$(rustup_toolchain); then
	export RUSTUP_TOOLCHAIN
else
	unset RUSTUP_TOOLCHAIN
fi

# True if the Rust of the command line has std for wasm, compiled and as source.
rustup_has_wasm() {
	local sysroot
	sysroot=$(rustc --print sysroot 2>/dev/null) || return 1
	[ -d "$sysroot/lib/rustlib/$TRIPLE/lib" ] && [ -f "$sysroot/lib/rustlib/src/rust/library/Cargo.lock" ]
}
debian_has_wasm() {
	[ -x /usr/bin/cargo ] && has wasm-ld-22 && [ -f /usr/lib/rustlib/src/rust/library/Cargo.lock ] &&
		printf '%s\n' "$RUST" "$(/usr/bin/rustc --version | cut -d' ' -f2)" | sort -VC
}

# wasm_cargo ARGUMENTS...: cargo for the wasm target, with the Rust that can.
wasm_cargo() {
	if rustup_has_wasm; then
		cargo "$@" --target "$TRIPLE"
	else
		# std is compiled along; `test` is there for the tests in the browser.
		RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-22 \
			/usr/bin/cargo "$@" --target "$TRIPLE" -Zbuild-std=std,panic_abort
	fi
}
wasm_sysroot() {
	if rustup_has_wasm; then rustc --print sysroot; else /usr/bin/rustc --print sysroot; fi
}
wasm_rust() { { if rustup_has_wasm; then rustc --version; else /usr/bin/rustc --version; fi; } | cut -d' ' -f2; }
