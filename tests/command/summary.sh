# The summary of a real phone, whole. Size of the case and time differ from run to run.
. "$HERE/begin"
zip=ios/ileapp/josh_ios15_ffs/josh_ios15_ffs.zip
needs $zip
expect 0 "$EXHIBIT" examine "$EVIDENCE/$zip" --case phone.exhibit --quiet
[ ! -s stderr ] || { cat stderr; fail "--quiet says something"; }
sed -E 's/^(case .*exhibit  )[0-9.]+ [KMG]B(  content .*)  [0-9.]+ s$/\1SIZE\2  TIME/' stdout >summary.txt
diff "$HERE/josh_ios15_summary.txt" summary.txt || fail "the summary differs"
