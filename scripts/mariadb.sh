#!/usr/bin/env bash
# mariadb.sh FOLDER PORT: a private MariaDB on the loopback address, in the foreground. Its user
# `wordpress`, password `wordpress`, may do anything. FOLDER must be new.
set -euo pipefail
. "$(dirname "$0")/common.sh"

folder=$1 port=$2
mkdir -p "$folder"
folder=$(realpath "$folder")
# MariaDB refuses root unless told that it is meant.
options=(--no-defaults "--datadir=$folder/data" "--user=$(id -un)")
mariadb-install-db "${options[@]}" --auth-root-authentication-method=normal --skip-test-db
cat >"$folder/users.sql" <<'SQL'
CREATE USER wordpress@'127.0.0.1' IDENTIFIED BY 'wordpress';
GRANT ALL ON *.* TO wordpress@'127.0.0.1';
SQL
# Tests need no durability, and no name lookups: their user comes from an address.
exec mariadbd "${options[@]}" "--init-file=$folder/users.sql" "--socket=$folder/socket" \
	"--pid-file=$folder/pid" --bind-address=127.0.0.1 "--port=$port" --skip-name-resolve \
	--skip-log-bin --innodb-flush-log-at-trx-commit=0
