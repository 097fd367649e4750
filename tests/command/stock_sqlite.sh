# A case is pleasant in stock sqlite3: the manual's example and every view.
. "$HERE/begin"
command -v sqlite3 >/dev/null || { echo "sqlite3 not there"; exit 77; }
expect 0 "$EXHIBIT" examine "$PHONE" --case c.exhibit --label NH/1 --quiet
expect 0 sqlite3 -box c.exhibit "select time, sender_name, text from message where text like '%pier%'"
says stdout "pier"
for view in $(sqlite3 c.exhibit "select name from sqlite_schema where type = 'view'"); do
  expect 0 sqlite3 c.exhibit "select * from \"$view\" limit 3"
done
[ "$(sqlite3 c.exhibit 'pragma application_id')" = 1163413570 ] || fail "application_id"
[ "$(sqlite3 c.exhibit 'select count(*) from ledger_check where difference <> 0')" = 0 ] || fail "the ledger does not add up"
expect 0 sqlite3 c.exhibit "pragma integrity_check"
says stdout ok
