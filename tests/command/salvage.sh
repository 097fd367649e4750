# A ZIP that was cut: --salvage reads what is whole of it by its local heads, and says so.
. "$HERE/begin"
expect 0 "$TOOLS/make_zip" phone.zip "$PHONE"
size=$(wc -c <phone.zip)
head -c $((size - 200)) phone.zip >cut.zip
head -c $((size / 2)) phone.zip >half.zip

expect 1 "$EXHIBIT" examine cut.zip --case c.exhibit
says stderr "ZIP without central directory"
says stderr "--salvage"
[ ! -e c.exhibit ] || fail "a case was made"

# All members are whole: all artefacts are there, and where they come from is told.
artefacts() { grep -E '^(total|Message|ledger)' stdout; }
expect 0 "$EXHIBIT" examine phone.zip --salvage --case whole.exhibit
artefacts >whole
! grep -q salvaged stdout || fail "a sound ZIP was salvaged"
expect 3 "$EXHIBIT" examine cut.zip --salvage --case c.exhibit
artefacts | cmp - whole || fail "the cut ZIP gives other artefacts"
says stdout "zip, salvaged"
says stdout "salvaged: expected the central directory of the ZIP"
expect 0 "$EXHIBIT" files cut.zip --salvage 'home:Library/SMS/sms.db' --cat
cmp stdout "$(find "$PHONE" -name sms.db)" || fail "--cat gives other bytes"

# Half of it: the member that was cut is named, and stays closed.
expect 0 "$EXHIBIT" files half.zip --salvage
says stdout "private/var"
expect 3 "$EXHIBIT" examine half.zip --salvage --case half.exhibit
says stdout "truncated: expected a member inside the archive"
