# A module given on the command line reads like a built-in one; a wrong one is refused with its place.
. "$HERE/begin"
mkdir -p phone/private/var/mobile/Library
command -v sqlite3 >/dev/null || { echo "sqlite3 not there"; exit 77; }
sqlite3 phone/private/var/mobile/Library/murmur.db \
  "CREATE TABLE note(id INTEGER PRIMARY KEY, body TEXT, at REAL); INSERT INTO note VALUES(7,'the pier at nine',704736730.5);"
cat >murmur.toml <<'M'
[parser]
name    = "ios.murmur"
title   = "Murmur"
files   = ["home:Library/murmur.db"]
seen_on = []
notes   = "An invented app."

[[query]]
kind  = "Note"
table = "note"
sql   = "SELECT _row, body AS text, apple_time(at) AS modified_at FROM note"
M
expect 0 "$EXHIBIT" parsers check murmur.toml
expect 0 "$EXHIBIT" parsers check murmur.toml --evidence phone
says stdout '"text":"the pier at nine","modified_at":"2023-05-02T16:12:10.500000Z"'
expect 0 "$EXHIBIT" examine phone --case c.exhibit --parsers ./murmur.toml
says stdout "Note "
expect 0 "$EXHIBIT" show c.exhibit --search pier
says stdout "the pier at nine"
sed 's/modified_at/modifed_at/' murmur.toml >wrong.toml
expect 1 "$EXHIBIT" parsers check wrong.toml
says stdout 'wrong.toml:11: query 1: column "modifed_at": no field of Note; nearest: modified_at'
expect 1 "$EXHIBIT" examine phone --case d.exhibit --parsers ./wrong.toml
