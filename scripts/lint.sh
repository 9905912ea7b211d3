#!/usr/bin/env bash
# mago over the plugin's PHP: its linter with WordPress' rules, and its analyzer with the real WordPress beside it.
# mago.toml says what it looks for. Then what is known against the crates and packages that we use. Nothing is changed.
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$ROOT/scripts/fetch.sh"

WORK=$OUT/lint
GENERATED=$WORK/generated

# What the sources name and no file of theirs declares: WP-CLI's classes, out of its archive, the core under the
# name that the plugin knows it by, and what wp-config.php may define.
generate() {
	local file
	rm -rf "$WORK"
	mkdir -p "$GENERATED/core"
	php -r '
		foreach ( new RecursiveIteratorIterator( new Phar( $argv[1] ) ) as $file ) {
			$name = substr( (string) $file, strlen( "phar://$argv[1]/" ) );
			if ( preg_match( "~^vendor/wp-cli/(wp-cli/php|php-cli-tools/lib)/.*\.php$~", $name ) ) {
				is_dir( dirname( "$argv[2]/$name" ) ) || mkdir( dirname( "$argv[2]/$name" ), 0777, true );
				copy( (string) $file, "$argv[2]/$name" );
			}
		}' "$(wordpress_dir)/wp-cli/wp-cli.phar" "$GENERATED/wp-cli"
	for file in "$ROOT"/php-bridge/runtime/*.php; do
		sed 's/\bWasm2Php\b/Connector_For_Mautic\\Wasm/' "$file" >"$GENERATED/core/$(basename "$file")"
	done
	printf '<?php\nnamespace Connector_For_Mautic\\Wasm;\n\nclass Core extends Module {}\n' >"$GENERATED/core/core.php"
	printf '<?php\ndefine( "DISABLE_WP_CRON", (bool) $argc );\ndefine( "ALTERNATE_WP_CRON", (bool) $argc );\n' >"$GENERATED/wp-config.php"
	sed "s#\"WORDPRESS/#\"$(wordpress_dir)/latest/wordpress/#g; s#\"GENERATED\"#\"$GENERATED\"#" "$ROOT/mago.toml" >"$WORK/mago.toml"
}
mago() { "$(mago_dir)/bin/mago" --workspace "$ROOT" --config "$WORK/mago.toml" "$@" --minimum-fail-level note; }

# One that has to be found, so that a configuration that looks at nothing does not pass.
finds() {
	! printf '<?php\n%s\n' "$2" | mago "$1" --stdin-input wp-plugin/includes/class-offender.php
}

steps 5
step 'preparing' generate
status=0
step 'lint' mago lint || status=1
step 'analyze' mago analyze || status=1
step 'lint finds an offender' finds lint "echo \$_GET['a'];" || status=1
step 'analyze finds an offender' finds analyze 'echo esc_html( not_a_function( 1 ) );' || status=1
steps 0
"$ROOT/scripts/audit.sh" || status=1
exit $status
