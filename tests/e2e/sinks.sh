# Where an archive goes can fail in many ways: each is told for what it is, with status 8; no log is gone, no header is stamped, and nothing
# that is not complete has the name of an archive.
. "$(dirname "$0")/common.inc"

set=$data/clean-4k
cp -r "$set/files" instance
had=$(find instance -name 'edb[0-9]*.log' | wc -l)

nothing_happened() {
    [ "$(find instance -name 'edb[0-9]*.log' | wc -l)" -ge "$had" ] || fail "logs were deleted"
    [ -z "$(find . -name '*.ese.tar.zst*')" ] || fail "something of an archive is left: $(find . -name '*.ese.tar.zst*')"
    expect_status 9 "$ESEBACKUP" incremental --instance instance --to-command 'cat >/dev/null'
    expect_text -560
}

# A file that may not grow any more, as on a full disk or beyond a quota.
expect_status 8 bash -c 'ulimit -f 300; trap "" XFSZ; exec "$ESEBACKUP" full --instance instance --out full.ese.tar.zst'
expect_text 'full.ese.tar.zst.*: (File too large|No space)'
nothing_happened

# A disk that is full.
if [ "$(id -u)" -eq 0 ] && mkdir disk && mount -t tmpfs -o size=300k tmpfs disk 2>/dev/null; then
    trap 'umount "$TEST_DIR/disk"' EXIT
    expect_status 8 "$ESEBACKUP" full --instance instance --out disk/
    expect_text 'disk/.*No space left on device.*JET_errDiskFull'
    [ -z "$(ls -A disk)" ] || fail "something is left on the full disk"
    nothing_happened
    "$ESEBACKUP" full --quiet --copy --instance instance --out good.ese.tar.zst
    expect_status 8 "$ESEBACKUP" restore good.ese.tar.zst --to disk/restored
    expect_text 'there is room for'
    rm good.ese.tar.zst
fi
expect_status 8 bash -c '"$ESEBACKUP" full --instance instance --out - >/dev/full'
expect_text 'standard output.*No space left on device'
nothing_happened

# Directories that are not there, or not to be written to.
expect_status 8 "$ESEBACKUP" full --instance instance --out no/such/directory/x.ese.tar.zst
nothing_happened

# A reader that goes early; one that takes little at a time gets everything.
expect_status 8 bash -c 'set -o pipefail; "$ESEBACKUP" full --instance instance --out - | head -c 1000 >/dev/null'
expect_text 'standard output.*Broken pipe'
nothing_happened
"$ESEBACKUP" full --copy --instance instance --out - 2>err | python3 -c '
import os, sys
while True:
    some = os.read(0, 777)
    if not some: break
    sys.stdout.buffer.write(some)' >slow.zst
"$ESEBACKUP" verify --quiet - <slow.zst
grep -q 'everything committed before' err || fail "what is said to people is not on standard error"

# Commands that fail, at once, in the middle, at the end, by a signal, and with their input closed.
for command in 'exit 1' 'head -c 1000 >/dev/null' 'head -c 1000 >/dev/null; exit 3' 'cat >/dev/null; exit 1' 'cat >/dev/null; kill -KILL $$' \
               'exec <&-; sleep 0.2' 'cat | false' 'no-such-program'; do
    expect_status 8 "$ESEBACKUP" full --instance instance --to-command "$command"
    expect_text 'the command (ended with exit status|was ended by signal|closed its input)'
    nothing_happened
done

# An archive is not shown to a person.
if command -v script >/dev/null; then
    status=0
    script -qec '"$ESEBACKUP" full --instance instance --out -' /dev/null >out 2>&1 </dev/null || status=$?
    [ $status -eq 2 ] || { cat out; fail "an archive was written to a terminal ($status)"; }
    expect_text 'standard output is a terminal'
    nothing_happened
fi
