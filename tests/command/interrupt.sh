# Ctrl-C: the case stays as it was, nothing half made is left, and the command dies by the signal.
. "$HERE/begin"
mkdir -p phone/private/var/mobile/Library
command -v sqlite3 >/dev/null || { echo "sqlite3 not there"; exit 77; }
sqlite3 phone/private/var/mobile/Library/big.db "CREATE TABLE n(id INTEGER PRIMARY KEY, t TEXT);
  WITH RECURSIVE i(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM i WHERE x < 3000000) INSERT INTO n SELECT x, 'text ' || x FROM i;"
cat >big.toml <<'M'
[parser]
name    = "ios.big"
title   = "Big"
files   = ["home:Library/big.db"]
seen_on = []
notes   = "An invented app."

[[query]]
kind  = "Note"
table = "n"
sql   = "SELECT _row, t AS text FROM n"
M
"$EXHIBIT" examine phone --case c.exhibit --parsers ./big.toml >stdout 2>stderr &
pid=$!
sleep 1
kill -INT $pid
wait $pid
status=$?
[ $status = 130 ] || { cat stdout stderr; fail "status $status, not 130"; }
says stderr "Interrupted. c.exhibit was not changed."
[ -z "$(ls | grep exhibit)" ] || { ls; fail "something is left"; }
