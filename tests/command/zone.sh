# --zone: of what is shown and exported, and of wall clocks that wrote no zone. JSON is the same in every zone.
. "$HERE/begin"
command -v sqlite3 >/dev/null || { echo "sqlite3 not there"; exit 77; }
[ -e /usr/share/zoneinfo/Europe/Berlin ] || { echo "no time zones on this machine"; exit 77; }
mkdir -p phone/private/var/mobile/Library
# 2: the hour that was shown twice. 3: one that never was. 4: absolute, 2023-05-01T12:34:56Z.
sqlite3 phone/private/var/mobile/Library/z.db "CREATE TABLE n(id INTEGER PRIMARY KEY, wall TEXT, at INTEGER, t TEXT);
  INSERT INTO n VALUES(1, '2023:07:01 14:00:00', NULL, 'summer'), (2, '2023:10:29 02:30:00', NULL, 'twice'),
  (3, '2023:03:26 02:30:00', NULL, 'never'), (4, NULL, 1682944496, 'absolute');"
cat >zone.toml <<'M'
[parser]
name    = "ios.zone"
title   = "Zone"
files   = ["home:Library/z.db"]
seen_on = []
notes   = "An invented app."

[[query]]
kind  = "Note"
table = "n"
sql   = "SELECT _row, t AS text, coalesce(exif_time(wall, ''), unix_time(at, 's')) AS created_at FROM n"
M
expect 0 "$EXHIBIT" examine phone --case local.exhibit --parsers ./zone.toml
says stdout "3 local times without zone"
expect 0 "$EXHIBIT" show local.exhibit --kind Note
says stdout "2023-07-01 14:00:00 local"
says stdout "2023-05-01 12:34:56Z"
expect 0 "$EXHIBIT" show local.exhibit --kind Note --zone Europe/Berlin
says stdout "2023-07-01 14:00:00 local"
says stdout "2023-05-01 14:34:56+02:00"
expect 0 "$EXHIBIT" show local.exhibit --kind Note --json
cp stdout plain.jsonl
expect 0 "$EXHIBIT" show local.exhibit --kind Note --json --zone Europe/Berlin
cmp stdout plain.jsonl || fail "JSON changes with the zone"

expect 0 "$EXHIBIT" examine phone --case assumed.exhibit --parsers ./zone.toml --zone Europe/Berlin
expect 0 "$EXHIBIT" show assumed.exhibit --kind Note --json
says stdout '"created_at":"2023-07-01T14:00:00+02:00","created_at.zone":"assumed","created_at.zone_name":"Europe/Berlin"'
says stdout '"created_at":"2023-10-29T02:30:00+02:00"'
says stdout '{"name":"created_at.candidates","value":"2023-10-29T00:30:00Z; 2023-10-29T01:30:00Z"}'
says stdout '"created_at":"2023-03-26T02:30:00+01:00"'
says stdout '{"name":"created_at.candidates","value":"2023-03-26T01:30:00Z; 2023-03-26T00:30:00Z"}'
says stdout '"created_at":"2023-05-01T12:34:56Z"'
expect 0 "$EXHIBIT" show assumed.exhibit --kind Note
says stdout "2023-07-01 12:00:00Z"
expect 0 "$EXHIBIT" show assumed.exhibit --audit
says stdout '"time_zone":"Europe/Berlin"'
# The id of an artefact does not hang on what somebody assumes.
ids() { "$EXHIBIT" show "$1" --json --kind Note | sed 's/.*"id":"\([^"]*\)".*/\1/' | sort; }
[ "$(ids local.exhibit)" = "$(ids assumed.exhibit)" ] || fail "ids change with the zone"

expect 0 "$EXHIBIT" export assumed.exhibit --format csv --to csv --zone America/New_York --quiet
says csv/note.csv "2023-05-01T08:34:56-04:00"
says csv/timeline.csv "2023-07-01T08:00:00-04:00"
expect 0 "$EXHIBIT" export assumed.exhibit --format jsonl --to plain.stream --quiet
expect 0 "$EXHIBIT" export assumed.exhibit --format jsonl --to zone.stream --zone America/New_York --quiet
cmp plain.stream zone.stream || fail "the stream changes with the zone"

expect 2 "$EXHIBIT" show local.exhibit --zone Europe/Belrin
says stderr "nearest: Europe/Berlin"
expect 2 "$EXHIBIT" examine phone --case none.exhibit --zone ../../etc/passwd
expect 2 "$EXHIBIT" export local.exhibit --format csv --to none --zone tzdata.zi
[ ! -e none.exhibit ] && [ ! -e none ] || fail "something was made in no zone"

# Chats say in which zone their days are.
expect 0 "$EXHIBIT" examine "$PHONE" --case nell.exhibit
expect 0 "$EXHIBIT" show nell.exhibit --kind Message
says stdout " times UTC --"
expect 0 "$EXHIBIT" show nell.exhibit --kind Message --zone Asia/Kolkata
says stdout " times Asia/Kolkata +05:30 --"
