# Nothing under the evidence is opened for writing, and no file of it changes.
. "$HERE/begin"
zip=ios/ileapp/josh_ios15_ffs/josh_ios15_ffs.zip
needs $zip
command -v strace >/dev/null || { echo "strace not there"; exit 77; }
before=$(cd "$EVIDENCE" && sha256sum $zip ios/plaso/imessage_chat.db)
for source in $zip ios/plaso; do
  strace -f -e trace=open,openat,openat2,creat,unlink,unlinkat,rename,renameat,renameat2,truncate,ftruncate \
    -o trace "$EXHIBIT" examine "$EVIDENCE/$source" --case "$(basename $source).exhibit" --quiet >stdout 2>stderr
  status=$?
  [ $status = 1 ] && grep -q 'PTRACE\|not permitted' stderr && { echo "strace is not allowed here"; exit 77; }
  [ $status = 0 ] || { cat stderr; fail "examine under strace: status $status"; }
  grep -F "$(basename $source)" trace | grep -E 'O_RDONLY' >/dev/null || fail "the trace does not show the evidence"
  if grep -F "$EVIDENCE" trace | grep -E 'O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|unlink|rename|truncate'; then
    fail "evidence opened for writing"
  fi
done
[ "$before" = "$(cd "$EVIDENCE" && sha256sum $zip ios/plaso/imessage_chat.db)" ] || fail "the evidence changed"
