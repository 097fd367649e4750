# Exit statuses: 0 done, 1 could not, 2 usage, 3 done with problems. What exists is not overwritten.
. "$HERE/begin"
expect 0 "$EXHIBIT" --version
expect 2 "$EXHIBIT"
expect 2 "$EXHIBIT" examine
expect 2 "$EXHIBIT" exmine x
expect 1 "$EXHIBIT" examine nowhere.zip --case c.exhibit
says stderr "exhibit: nowhere.zip"
[ ! -e c.exhibit ] || fail "a case was made of nothing"

expect 0 "$EXHIBIT" examine "$PHONE" --case c.exhibit --label A
expect 1 "$EXHIBIT" examine "$PHONE" --case c.exhibit --label A
says stderr 'an exhibit "A" is in the case already'
expect 1 "$EXHIBIT" examine "$PHONE" --case c.exhibit --label B
says stderr 'this evidence is in the case already, as "A"'
expect 0 "$EXHIBIT" examine "$PHONE" --case c.exhibit --label A --replace
expect 1 "$EXHIBIT" show nowhere.exhibit
expect 1 "$EXHIBIT" show c.exhibit ffffffffffff
expect 1 "$EXHIBIT" show c.exhibit --kind nonsense
says stderr 'no kind "nonsense"'
expect 1 "$EXHIBIT" examine "$PHONE" --case d.exhibit --parsers ios.nonsense
says stderr 'no parser is named "ios.nonsense"'

# An id is told as a UUID, and found by any part of its beginning.
id=$("$EXHIBIT" show c.exhibit --kind Voicemail --json | head -1 | sed 's/.*"id":"\([^"]*\)".*/\1/')
expect 0 "$EXHIBIT" show c.exhibit "$(echo "$id" | cut -c1-12)"
says stdout "$id"
expect 0 "$EXHIBIT" export c.exhibit --format jsonl --to c.jsonl --quiet
expect 1 "$EXHIBIT" export c.exhibit --format jsonl --to c.jsonl
expect 1 "$EXHIBIT" export c.exhibit --format xml --to c.xml
says stderr 'there are jsonl, csv and summary'
expect 0 "$EXHIBIT" export c.exhibit --format csv --to csv --quiet
[ -s csv/message.csv ] || fail "no message.csv"

# An export with secrets stands in the audit log, one without does not.
entries=$("$EXHIBIT" show c.exhibit --audit | wc -l)
expect 0 "$EXHIBIT" export c.exhibit --format jsonl --to secrets.jsonl --secrets --quiet
[ "$("$EXHIBIT" show c.exhibit --audit | wc -l)" = $((entries + 1)) ] || fail "no audit line"
expect 0 "$EXHIBIT" show c.exhibit --audit
says stdout '"with_secrets":true'

# A damaged file costs that file, and the status says so.
cp -r "$PHONE" damaged
find damaged -name sms.db -exec sh -c 'head -c 5000 "$1" >"$1.cut" && mv "$1.cut" "$1"' _ {} \;
expect 3 "$EXHIBIT" examine damaged --case damaged.exhibit
says stdout "sms.db"
