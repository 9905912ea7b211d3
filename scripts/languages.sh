#!/usr/bin/env bash
# The plugin's words in other languages, with the WP-CLI that is fetched for the tests.
#
#   languages.sh build PLUGIN   into the built PLUGIN: the POT of its sources, and of each .po what
#                               WordPress reads
#   languages.sh update         brings the .po files in wp-plugin/languages up to the sources: new
#                               strings come empty, those that are gone go
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$ROOT/scripts/fetch.sh"

POT=languages/$SLUG.pot

i18n() { php -d display_errors=stderr "$(wordpress_dir)/wp-cli/wp-cli.phar" --allow-root --no-color i18n "$@"; }

# pot SOURCES POT [OPTION…]. Dates and years would make each build another one.
pot() {
	mkdir -p "$(dirname "$2")"
	i18n make-pot "$@" --slug="$SLUG" --domain="$SLUG" --skip-js --exclude=includes/core,languages \
		--file-comment='This file is distributed under the GPL-2.0-or-later.' \
		--headers='{"POT-Creation-Date":"1980-01-01T00:00:00+00:00","Last-Translator":"","Language-Team":"","Report-Msgid-Bugs-To":""}'
}

case ${1-} in
build)
	pot "$2" "$2/$POT"
	i18n make-mo "$2/languages"
	i18n make-php "$2/languages"
	# One string a line, for whoever reads it.
	for file in "$2"/languages/*.l10n.php; do
		php -r 'file_put_contents( $argv[1], "<?php\nreturn " . var_export( require $argv[1], true ) . ";\n" );' "$file"
	done
	;;
update)
	# Without lines, which move with every change.
	pot "$ROOT/wp-plugin" "$OUT/$SLUG.pot" --no-location
	for po in "$ROOT"/wp-plugin/languages/*.po; do
		i18n update-po "$OUT/$SLUG.pot" "$po"
	done
	;;
*) die 'usage: languages.sh build PLUGIN | update' ;;
esac
