# Encrypted evidence is decrypted in memory: the case alone is written, and no plain file appears beside it or in a
# folder for temporary files.
. "$HERE/begin"
command -v strace >/dev/null || { echo "strace not there"; exit 77; }
mkdir temporary
TMPDIR=$WORK/temporary; export TMPDIR
expect 0 "$TOOLS/make_backup" tulip letters.ab letter.note
expect 0 "$TOOLS/make_itunes_backup" tulip backup "Feed the heron."
printf 'tulip\n' >passwords

# left TEXT: the files in which it stands.
left() { grep -rlaF -- "$1" "$WORK"; }

for source in letters.ab backup; do
  strace -f -o trace -e trace=open,openat,openat2,creat,memfd_create,mkdir,mkdirat,mknod,mknodat,link,linkat,symlink,symlinkat,rename,renameat,renameat2 \
    "$EXHIBIT" examine $source --case $source.exhibit --password-file passwords --quiet >stdout 2>stderr
  status=$?
  [ $status = 1 ] && grep -q 'PTRACE\|not permitted' stderr && { echo "strace is not allowed here"; exit 77; }
  [ $status = 0 ] || { cat stderr; fail "examine under strace: status $status"; }
  grep -F "\"$source" trace | grep -F O_RDONLY >/dev/null || fail "the trace does not show the evidence"
  grep -F "$source.exhibit.partial\", O_RDWR|O_CREAT" trace >/dev/null || fail "the trace does not show the case"
  # Whatever can be written to, but for the case and what it is called until it is whole.
  grep -E 'O_WRONLY|O_RDWR|O_CREAT|O_TMPFILE|creat\(|memfd_create|mkdir|mknod|link|rename' trace |
    grep -vE "\"($WORK/)?$source\.exhibit(\.partial)?(-journal|-wal|-shm)?\"" |
    grep -vE '"/dev/(null|tty)"|= -1 E|exit' >others
  [ ! -s others ] || { cat others; fail "something else was written"; }
done
[ -z "$(ls -A temporary)" ] || { ls -A temporary; fail "temporary files are left"; }
for text in "Water the garden." "Feed the heron."; do
  [ -z "$(left "$text")" ] || { left "$text"; fail "plain text of the evidence is on disk"; }
done

# The texts were there to be found.
expect 0 "$EXHIBIT" show letters.ab.exhibit --audit
says stdout unlocked_with_a_secret
expect 0 "$EXHIBIT" files letters.ab --extract from_letters --password-file passwords
expect 0 "$EXHIBIT" files backup --extract from_backup --password-file passwords
[ -n "$(left "Water the garden.")" ] && [ -n "$(left "Feed the heron.")" ] || fail "the texts cannot be found at all"
