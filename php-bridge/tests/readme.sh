#!/usr/bin/env bash
# Runs the examples of README.md word for word: each block of commands, in a copy of this folder, must
# end with the text that stands behind it. Code that is shown must be that of the files.
#
# usage: readme.sh FOLDER; FOLDER is made anew. `wasm2php` is found by PATH. A function `cargo` may be
# exported where the plain command has no target for WebAssembly.
set -euo pipefail
bridge=$(cd "$(dirname "$0")/.." && pwd)
folder=$1
rm -rf "$folder"
mkdir -p "$folder/blocks"
cp -R "$bridge/examples" "$folder/examples"

# One file for each fenced block of the section, named by its number and language.
awk -v folder="$folder/blocks" '
	/^## / { inside = $0 == "## In a minute" }
	inside && /^```./ { file = sprintf("%s/%02d.%s", folder, ++count, substr($0, 4)); printf "" >file; next }
	/^```$/ { file = "" }
	file { print >file }
' "$bridge/README.md"

run=0
cd "$folder/blocks"
for block in *; do
	case $block in
	*.sh)
		output=$(cd "$folder" && PATH=$PATH bash -euo pipefail "$folder/blocks/$block")
		run=$((run + 1))
		;;
	*.text)
		expected=$(cat "$block")
		if [ "$(tail -n "$(wc -l <"$block")" <<<"$output")" != "$expected" ]; then
			printf 'not the text of the README, %s, but:\n%s\n' "$expected" "$output" >&2
			exit 1
		fi
		;;
	*)
		find "$folder/examples" -type f -name "*.${block#*.}" -exec cmp -s "$block" {} \; -print | grep -q . ||
			{ printf 'no file of examples/ is the block %s\n' "$block" >&2 && exit 1; }
		;;
	esac
done
[ $run = 2 ] || { printf '%d blocks of commands, not 2\n' $run >&2 && exit 1; }
