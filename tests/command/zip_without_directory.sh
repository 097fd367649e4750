# A ZIP that was cut before its central directory: status 1, saying so.
. "$HERE/begin"
zip=ios/ileapp/josh_ios15_ffs/josh_ios15_ffs.zip
needs $zip
head -c 2000000 "$EVIDENCE/$zip" >cut.zip
expect 1 "$EXHIBIT" examine cut.zip --case c.exhibit
says stderr "central directory"
[ ! -e c.exhibit ] || fail "a case was made"
