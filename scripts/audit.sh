#!/usr/bin/env bash
# What is known against the crates and npm packages of our lock files.
#
#   audit.sh                  cargo-deny by deny.toml over every Cargo.lock, npm audit over every package-lock.json
#   audit.sh refresh [CLONE]  brings scripts/advisories, the copy that serves where the network has none, up to
#                             RustSec's database, of the network or of a clone
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$ROOT/scripts/rust.sh"
. "$ROOT/scripts/fetch.sh"

WORK=$OUT/audit
DATABASE=https://github.com/RustSec/advisory-db
COPY=scripts/advisories
MAX_AGE=90 # days

cd "$ROOT"
locks() { git ls-files "$1" "*/$1"; }
clone() { GIT_TERMINAL_PROMPT=0 timeout 30 git clone --quiet --depth 1 "$DATABASE" "$1"; }

# The database of the network, or else the copy, as a git repository since cargo-deny takes nothing else.
fetch_advisories() {
	local date asked
	rm -rf "$WORK"
	mkdir -p "$WORK"
	if clone "$WORK/database"; then
		date=$(git -C "$WORK/database" log -1 --format=%cs)
		say "advisories of $date, from the network" >"$WORK/source"
	else
		date=$(cat "$COPY/date")
		cp -R "$COPY" "$WORK/database"
		git -C "$WORK/database" init --quiet --initial-branch=main
		git -C "$WORK/database" add .
		GIT_COMMITTER_DATE="$date 00:00 +0000" git -C "$WORK/database" -c user.name=copy -c user.email= -c commit.gpgsign=false \
			commit --quiet --date="$date 00:00 +0000" --message=copy
		say "advisories of $date, the copy in scripts/advisories: the network's are not to be had" >"$WORK/source"
		asked=$(locks Cargo.lock | xargs sed -n 's/^name = "\(.*\)"$/\1/p' | sort -u | grep -vxFf "$COPY/covers.txt" | paste -sd' ') || true
		[ -z "$asked" ] || say "warning: the copy was never asked about $asked; run scripts/audit.sh refresh" >>"$WORK/source"
	fi
	[ $((($(date +%s) - $(date -d "$date" +%s)) / 86400)) -le $MAX_AGE ] ||
		say "warning: they are older than $MAX_AGE days; run scripts/audit.sh refresh" >>"$WORK/source"
	sed "s#\"ADVISORIES\"#\"$WORK/advisories\"#" deny.toml >"$WORK/deny.toml"
}
# deny OPTION...: it takes the network's address of the database, which git translates.
deny() {
	GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="url.file://$WORK/database.insteadOf" GIT_CONFIG_VALUE_0=$DATABASE \
		"$(cargo_deny_dir)/cargo-deny" --config "$WORK/deny.toml" --workspace --locked "$@" check --hide-inclusion-graph \
		--allow unmatched-skip --allow unmatched-skip-root --allow unnecessary-skip # Each lock file has others of them.
}
# finds LINT PLANT: the graph of our own crates with something planted is refused for that, so that a configuration
# that looks at nothing does not pass.
finds() {
	[ -f "$WORK/graph.json" ] || cargo metadata --locked --all-features --format-version 1 >"$WORK/graph.json"
	node tests/supply/plant.mjs "$2" <"$WORK/graph.json" >"$WORK/$2.json"
	deny --metadata-path "$WORK/$2.json" >"$WORK/$2.txt" 2>&1 || true # It says why below.
	cat "$WORK/$2.txt"
	grep -q "^error\[$1\]" "$WORK/$2.txt"
}
audit_npm() { locks package-lock.json | xargs dirname | xargs node scripts/npm-audit.mjs | tee "$WORK/npm"; }

case ${1-} in
'')
	status=0
	step 'advisories' fetch_advisories
	sed 's/^/    /' "$WORK/source"
	for lock in $(locks Cargo.lock); do
		step "cargo deny, $lock" deny --manifest-path "${lock%lock}toml" || status=1
	done
	step 'cargo deny finds a vulnerable version' finds vulnerability vulnerable || status=1
	step 'cargo deny finds a licence' finds rejected licence || status=1
	step 'cargo deny finds a banned crate' finds banned banned || status=1
	step 'cargo deny finds a crate in two versions' finds duplicate duplicate || status=1
	step 'cargo deny finds a foreign source' finds source-not-allowed source || status=1
	step 'npm audit' audit_npm || status=1
	sed 's/^/    /' "$WORK/npm"
	exit $status
	;;
refresh)
	from=${2-$OUT/advisory-db}
	[ $# = 2 ] || { rm -rf "$from" && clone "$from"; } || die "the network has no $DATABASE; name a clone of it: audit.sh refresh CLONE"
	python3 scripts/advisories.py "$from" "$COPY" $(locks Cargo.lock)
	;;
*) die 'usage: audit.sh [refresh [CLONE]]' ;;
esac
