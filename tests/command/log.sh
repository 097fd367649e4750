# --log FILE: JSON lines, in a file that did not exist.
. "$HERE/begin"
expect 0 "$EXHIBIT" examine "$PHONE" --case c.exhibit --label 'A "1"' --log run.log
says run.log '"level":"info","text":"A \"1\": examines '
says run.log '"level":"debug","text":"ios.sms private/var/mobile/Library/SMS/sms.db: begins"}'
says run.log '"level":"debug","text":"ios.sms private/var/mobile/Library/SMS/sms.db: ends"}'
says run.log 'ends with status 0'
grep -vE '^\{"at":"20[0-9-]{8}T[0-9:]{8}\.[0-9]{3}Z","level":"(error|warning|info|debug)","text":".*"\}$' run.log && fail "not one line a message"
expect 1 "$EXHIBIT" show c.exhibit --log run.log
says stderr "run.log"
expect 1 "$EXHIBIT" show nowhere.exhibit --log failed.log
says failed.log '"level":"error"'
