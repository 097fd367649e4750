# files --extract: content with its hashes, in new files below one folder and nowhere else.
. "$HERE/begin"
expect 0 "$EXHIBIT" files "$PHONE" --extract out
[ "$(stat -c %a out out/files.jsonl out/home/Library/SMS/sms.db | tr '\n' ' ')" = "700 600 600 " ] || fail "modes"
cmp out/home/Library/SMS/sms.db "$(find "$PHONE" -name sms.db)" || fail "other bytes"
written=$(find out -type f ! -name files.jsonl | wc -l)
[ "$(find "$PHONE" -type f | wc -l)" = "$written" ] || fail "$written files"
[ "$(wc -l <out/files.jsonl)" = "$written" ] || fail "the list is not whole"
sed -E 's/.*"written":"([^"]*)","sha256":"([0-9a-f]*)".*/\2  out\/\1/' out/files.jsonl | sha256sum --quiet -c ||
  fail "a hash does not hold"

# Nothing that exists is touched, and never the evidence.
expect 1 "$EXHIBIT" files "$PHONE" --extract out
says stderr "not an empty folder"
expect 1 "$EXHIBIT" files "$PHONE" --extract missing/out
mkdir -p ev/data/data/com.example.a/files
expect 1 "$EXHIBIT" files ev --extract ev/out
says stderr "never written to"
[ ! -e ev/out ] || fail "written into the evidence"
expect 1 "$EXHIBIT" files "$PHONE" home:nothing --extract none
[ ! -e none ] || fail "a folder for nothing"
expect 2 "$EXHIBIT" files "$PHONE" --extract none --cat

# Names that would do harm, or stand in each other's way on another file system.
cd ev/data/data/com.example.a/files || exit 1
esc=$(printf '\033')
echo one >note; echo two >NOTE; mkdir Box box; echo b1 >Box/f; echo b2 >box/f
echo e >"red${esc}[31m"; echo l >"$(printf 'L%.0s' $(seq 250))"
ln -s /etc/passwd link; ln -s .. up; mkfifo pipe; touch -d 2020-02-03T04:05:06Z note
cd "$WORK" || exit 1
mkdir empty
expect 0 "$EXHIBIT" files ev --extract empty --json --quiet
says stdout '{"folder":"empty","files":6,'
f=empty/app/com.example.a/files
[ "$(cat $f/NOTE $f/note~2 $f/Box/f $f/box~2/f | tr '\n' ' ')" = "two one b1 b2 " ] || { find empty; fail "names"; }
[ "$(stat -c %Y $f/note~2)" = 1580702706 ] || fail "not the time of the evidence"
[ -z "$(find empty -type l -o -type p)" ] || fail "a link or a pipe was made"
says empty/files.jsonl '"type":"symlink","size":11'
says empty/files.jsonl '"target":"/etc/passwd"'
[ -e "$f/red<U+001B>[31m" ] || { ls $f; fail "a control character"; }

# A ZIP can hold worse: names that lead elsewhere, two of one name, content that is damaged.
expect 0 "$TOOLS/make_zip" phone.zip
expect 3 "$EXHIBIT" files phone.zip --extract broken
says stderr "not read: data/data/com.example.a/files/broken"
says broken/files.jsonl '"problem":'
[ "$(cat $(find broken -name good))" = good ] || fail "what is sound is not there"
[ -z "$(find broken -name 'broken' -type f)" ] || fail "what is broken is there"
[ "$(cat $(find broken -name 'twice*' | sort) | tr '\n' ' ')" = "firstsecond" ] || { find broken; fail "two of one name"; }
[ -z "$(find . -name outside -o -name above | grep -v '^./broken/')" ] || fail "a file outside the folder"
[ "$(find broken -name outside -o -name above | wc -l)" = 2 ] || { find broken; fail "a file is missing"; }

# A folder that takes no more, and Ctrl-C: what was half written goes, and what is there is told.
mkdir -p large/data/data/com.example.a/files
truncate -s 3G large/data/data/com.example.a/files/large
echo small >large/data/data/com.example.a/files/a
expect 1 sh -c 'trap "" XFSZ; ulimit -f 4096; exec "$EXHIBIT" files large --extract full'
says stderr "full/app/com.example.a/files/large: File too large. full holds 1 files"
says stderr "files.jsonl.partial tells which"
[ "$(ls full/app/com.example.a/files)" = a ] || { ls full/app/com.example.a/files; fail "half a file is left"; }
[ ! -e full/files.jsonl ] || fail "the list says that it is whole"
"$EXHIBIT" files large --extract stopped >stdout 2>stderr &
pid=$!
for wait in 1 2 3 4 5 6 7 8 9 10; do [ -s stopped/app/com.example.a/files/large ] && break; sleep 0.1; done
kill -INT $pid
wait $pid
status=$?
[ $status = 130 ] || { cat stdout stderr; fail "status $status, not 130"; }
says stderr "Interrupted. stopped holds 1 files, app/com.example.a/files/large was removed half written"
[ "$(ls stopped/app/com.example.a/files)" = a ] || fail "half a file is left"
rm -r large
