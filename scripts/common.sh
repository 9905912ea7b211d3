# Sourced by every script: where things are, how progress and failures are shown, and how what was
# started in the background ends.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/connector-for-mautic
TARGET=${CARGO_TARGET_DIR:-$ROOT/target}
DIST=$ROOT/dist
SLUG=connector-for-mautic
# What this tree builds and tests; two trees do not meet in it, as they do in the cache.
OUT=$TARGET/$SLUG
mkdir -p "$CACHE" "$OUT"
# One log for a command and all scripts that it calls.
if [ -z "${BUILD_LOG-}" ]; then
	export BUILD_LOG=$OUT/build.log
	: >"$BUILD_LOG"
fi
LOG=$BUILD_LOG

say() { printf '%s\n' "$*"; }
die() {
	printf 'error: %s\n' "$*" >&2
	exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

# Each command in the background is the leader of a process group of its own, so that ending it
# ends its workers too, which PHP's own server for one leaves behind.
groups=()
background() {
	set -m
	"$@" </dev/null &
	set +m
	groups+=($!)
}
end_group() {
	kill -- "-$1" 2>/dev/null || true
	wait "$1" 2>/dev/null || true
}
end_groups() {
	local group
	for group in "${groups[@]}"; do end_group "$group"; done
	groups=()
}
trap end_groups EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# steps COUNT, then COUNT times `step LABEL COMMAND...`: progress on the screen, output in the log,
# of which the end is shown if the command fails.
steps_total=0 steps_done=0
steps() { steps_total=$1 steps_done=0; }
step() {
	local label=$1 started=$SECONDS status=0 first pid
	shift
	steps_done=$((steps_done + 1))
	[ "$steps_total" = 0 ] || label+=" ($steps_done/$steps_total)"
	printf '%s … ' "$label"
	printf '=== %s\n' "$label" >>"$LOG"
	first=$(wc -l <"$LOG")
	background "$@" >>"$LOG" 2>&1
	pid=${groups[-1]}
	if [ -t 1 ]; then
		while kill -0 "$pid" 2>/dev/null; do
			printf '\r%s … %d s ' "$label" $((SECONDS - started))
			sleep 0.5
		done
		printf '\r%s … ' "$label"
	fi
	wait "$pid" || status=$?
	unset 'groups[-1]'
	if [ $status = 0 ]; then
		printf '%d s\n' $((SECONDS - started))
	else
		printf 'FAILED after %d s\n' $((SECONDS - started))
		tail -n +$((first + 1)) "$LOG" | tail -n 60 | sed 's/^/    /' >&2
		printf '    (all of it: %s)\n' "$LOG" >&2
	fi
	return $status
}

# "PASSED FAILED" out of what the test runners print at their ends. A test that was skipped has failed, unless ONLY some
# were asked for.
count() {
	awk -v only="${ONLY-}" '
		/^test result: / { passed += $4; failed += $6 }
		/^# pass /       { passed += $3 }
		/^# (fail|cancelled) / { failed += $3 }
		/^# (skipped|todo) / && only == "" { failed += $3 }
		/^OK \([0-9]+ test/ { passed += substr($2, 2) }
		/^Tests: [0-9]+, / {
			bad = 0
			for (i = 3; i < NF; i += 2) if ($i !~ /^Assertions:/) bad += $(i + 1)
			passed += $2 - bad; failed += bad
		}
		/^[0-9]+ passed, [0-9]+ failed$/ { passed += $1; failed += $3 }
		END { print passed + 0, failed + 0 }
	' "$1"
}
