#!/usr/bin/env bash
# WordPress with the plugin, and a stand-in for Mautic beside it, until Ctrl-C. The site stays in
# .demo; removing that folder starts anew.
set -euo pipefail
. "$(dirname "$0")/common.sh"

WORDPRESS_PORT=${DEMO_PORT:-8080}
MAUTIC_PORT=${DEMO_MAUTIC_PORT:-8081}
# Two names of this machine, so that Mautic is another site than WordPress, as in life.
WORDPRESS_URL=http://127.0.0.1:$WORDPRESS_PORT
MAUTIC_URL=http://localhost:$MAUTIC_PORT
DEMO=$ROOT/.demo

listens() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
check_port() {
	! listens "$1" || die "port $1 is in use. Stop what listens there, or choose another port: $2=$(($1 + 100)) ./build.sh demo"
}
# start NAME PORT COMMAND...: in the background, until it listens.
start() {
	local name=$1 port=$2 log=$DEMO/$1.log tries=0
	shift 2
	background "$@" >"$log" 2>&1
	until listens "$port"; do
		tries=$((tries + 1))
		if [ $tries = 100 ] || ! kill -0 "${groups[-1]}" 2>/dev/null; then
			tail -n 20 "$log" >&2
			die "$name did not start (see $log)"
		fi
		sleep 0.1
	done
}

check_port "$WORDPRESS_PORT" DEMO_PORT
check_port "$MAUTIC_PORT" DEMO_MAUTIC_PORT
"$ROOT/scripts/plugin.sh"
mkdir -p "$DEMO"
[ -f "$DEMO/password" ] || openssl rand -hex 6 >"$DEMO/password"
password=$(cat "$DEMO/password")

steps 2
step 'compiling the Mautic stand-in' cargo build --locked --package mautic-stand-in
step 'preparing WordPress' "$ROOT/scripts/site.sh" install "$DEMO/site" "$WORDPRESS_URL" "$password" sqlite
start mautic "$MAUTIC_PORT" "$TARGET/debug/mautic-stand-in" \
	--listen "127.0.0.1:$MAUTIC_PORT" --site-url "$MAUTIC_URL" --state "$DEMO/mautic.json" \
	--client-id 1_demo --client-secret demo-secret --admin-password mautic \
	--redirect-uri "$WORDPRESS_URL/wp-admin/admin.php"
start wordpress "$WORDPRESS_PORT" "$ROOT/scripts/site.sh" serve "$DEMO/site" "127.0.0.1:$WORDPRESS_PORT"

cat <<TEXT

WordPress       $WORDPRESS_URL/wp-admin/admin.php?page=$SLUG
  user          admin
  password      $password

Mautic          $MAUTIC_URL (a stand-in; its base URL to enter in WordPress)
  user          admin
  password      mautic
  client ID     1_demo
  client secret demo-secret

To try a Mautic of your own, enter its base URL, client ID and client secret instead; the redirect
URI to register there stands on the page. Ctrl-C stops everything; the site is kept in .demo.
TEXT
wait -n || true
die "a server ended by itself; see $DEMO/wordpress.log and $DEMO/mautic.log"
