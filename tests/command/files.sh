# files: device paths, who reads them, and the content of one.
. "$HERE/begin"
expect 0 "$EXHIBIT" files "$PHONE"
says stdout "home:Library/SMS/sms.db"
expect 0 "$EXHIBIT" files "$PHONE" 'home:Library/SMS/*'
says stdout "ios.sms"
expect 0 "$EXHIBIT" files "$PHONE" 'home:Library/SMS/sms.db' --cat
cmp stdout "$(find "$PHONE" -name sms.db)" || fail "--cat gives other bytes"
expect 0 "$EXHIBIT" files "$PHONE" sms.db --json
says stdout '"parsers":["ios.sms"]'
expect 1 "$EXHIBIT" files "$PHONE" 'home:nothing'
