# Encrypted evidence: the password comes from a file or from the terminal, unseen, and is told nowhere.
. "$HERE/begin"
export EXHIBIT_PASSWORD=tulip  # the environment is not asked
expect 0 "$TOOLS/make_backup" tulip a.ab note.txt
expect 0 "$TOOLS/make_backup" tulip b.ab other.txt

# Without a terminal and without a file: what would open it is named.
expect 1 setsid "$EXHIBIT" files a.ab
says stderr "a.ab: is encrypted"
says stderr "is needed; --password-file FILE"

# A file, in order, with the line ends of any system; stdin; a descriptor.
printf 'rose\r\n\r\ntulip\r\n' >passwords
expect 0 "$EXHIBIT" files a.ab --password-file passwords
says stderr "unlocked"
says stdout "app:com.example.letters/files/note.txt"
expect 0 sh -c '"$EXHIBIT" files a.ab --password-file - <passwords'
expect 0 sh -c '"$EXHIBIT" files a.ab --password-file /dev/fd/3 3<passwords'
printf 'rose\niris' >wrong
expect 1 "$EXHIBIT" files a.ab --password-file wrong
says stderr "is wrong (2 tried)"
expect 1 "$EXHIBIT" files a.ab --password-file nowhere
says stderr "--password-file nowhere: No such file"
: >none
expect 1 "$EXHIBIT" files a.ab --password-file none
says stderr "no password in it"

# The case tells that one was used, and not which.
expect 0 "$EXHIBIT" examine a.ab --case c.exhibit --label A --password-file passwords --quiet
expect 0 "$EXHIBIT" show c.exhibit --audit
says stdout 'unlocked_with_a_secret":["a.ab"]'
[ "$(grep -c tulip c.exhibit)" = 0 ] || fail "the password is in the case"

# On a terminal: asked up to three times.
expect 0 "$TOOLS/at_terminal" rose iris tulip -- "$EXHIBIT" files a.ab
says stdout "Password of a.ab"
says stdout "That is wrong."
says stdout "note.txt"
says stdout "[typing is seen]"
grep -q 'rose\|tulip$' stdout && fail "what is typed is shown"
expect 1 "$TOOLS/at_terminal" rose iris daisy tulip -- "$EXHIBIT" files a.ab
says stdout "is wrong (3 tried)"
expect 1 "$TOOLS/at_terminal" "" -- "$EXHIBIT" files a.ab
says stdout "is needed"
# Two locked with the same: asked once.
expect 0 "$TOOLS/at_terminal" tulip -- "$EXHIBIT" examine a.ab b.ab --case d.exhibit --quiet
[ "$(grep -c "Password of" stdout)" = 1 ] || { cat stdout; fail "asked more than once"; }
# Ctrl-C leaves the terminal and the folder as they were.
expect 130 "$TOOLS/at_terminal" ^C -- "$EXHIBIT" examine a.ab --case e.exhibit
says stdout "Interrupted. e.exhibit was not changed."
says stdout "[typing is seen]"
[ ! -e e.exhibit ] || fail "a case was made"
expect 130 "$TOOLS/at_terminal" ^C -- "$EXHIBIT" files a.ab
says stdout "[typing is seen]"
