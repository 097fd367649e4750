# The same evidence gives the same bytes, whatever the number of threads, and from its folder as from its ZIP.
. "$HERE/begin"
zip=ios/ileapp/josh_ios15_ffs/josh_ios15_ffs.zip
needs $zip
command -v unzip >/dev/null || { echo "unzip not there"; exit 77; }
for jobs in 1 2 8; do
  expect 0 "$EXHIBIT" examine "$EVIDENCE/$zip" --case $jobs.exhibit --label KA/1 --jobs $jobs --quiet
  expect 0 "$EXHIBIT" export $jobs.exhibit --format jsonl --to $jobs.jsonl --quiet
  expect 0 "$EXHIBIT" export $jobs.exhibit --format csv --to $jobs.csv --quiet
done
cmp 1.jsonl 2.jsonl && cmp 1.jsonl 8.jsonl || fail "JSONL differs"
diff -r 1.csv 2.csv && diff -r 1.csv 8.csv || fail "CSV differs"
unzip -q "$EVIDENCE/$zip" -d folder
expect 0 "$EXHIBIT" examine folder --case folder.exhibit --label KA/1 --quiet
expect 0 "$EXHIBIT" export folder.exhibit --format jsonl --to folder.jsonl --quiet
grep '^{"kind"' 1.jsonl >zip.artefacts && grep '^{"kind"' folder.jsonl >folder.artefacts || fail "no artefacts"
cmp zip.artefacts folder.artefacts || fail "artefacts differ between ZIP and folder"
