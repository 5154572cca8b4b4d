# Logs that stayed because an archive went through a pipe are deleted once it has arrived: only then, only those that are in it, and no
# header tells of a backup that nobody has.
. "$(dirname "$0")/common.inc"

logs() { (cd instance && find . -name 'edb[0-9]*.log' | sort | sed 's,^./,,' | tr '\n' ' '); }
unchanged() { [ "$before" = "$(cd instance && sha256sum edb[0-9]*.log)" ] || fail "logs were deleted or changed: $(logs)"; }

cp -r "$data/clean-4k/files" instance

# A copy, which is what a pipe gets without more, is none that logs are deleted for.
"$ESEBACKUP" full --instance instance --out - 2>/dev/null >copy.ese.tar.zst
before=$(cd instance && sha256sum edb[0-9]*.log)
expect_status 9 "$ESEBACKUP" truncate --instance instance --after copy.ese.tar.zst
expect_text 'this is a copy backup.*take the backup with --assume-durable'
unchanged

"$ESEBACKUP" full --instance instance --out - --assume-durable 2>/dev/null >full.ese.tar.zst
"$ESEBACKUP" incremental --instance instance --out - --assume-durable 2>/dev/null >inc.ese.tar.zst
before=$(cd instance && sha256sum edb[0-9]*.log)
last=$(logs | wc -w)
[ "$last" -eq 14 ] || fail "logs: $(logs)"

# What did not arrive whole or unharmed, or is of another instance.
head -c 300000 full.ese.tar.zst >cut.ese.tar.zst
expect_status 5 "$ESEBACKUP" truncate --instance instance --after cut.ese.tar.zst
unchanged
cp full.ese.tar.zst flipped.ese.tar.zst
printf 'damaged' | dd of=flipped.ese.tar.zst bs=1 seek=200000 conv=notrunc status=none
expect_status 4 "$ESEBACKUP" truncate --instance instance --after flipped.ese.tar.zst
unchanged
cp -r "$data/clean-8k/files" other
"$ESEBACKUP" full --instance other --out - --assume-durable 2>/dev/null >other.ese.tar.zst
expect_status 6 "$ESEBACKUP" truncate --instance instance --after other.ese.tar.zst
expect_text "other.ese.tar.zst: no log was deleted: the archive is of another instance, with the log signature"
# Whichever of the two has the higher generations; once all are gone that could be compared, too.
expect_status 6 "$ESEBACKUP" truncate --instance other --after full.ese.tar.zst
expect_text 'the archive is of another instance'
cp -r instance twin
"$ESEBACKUP" incremental --instance twin --out - --assume-durable 2>/dev/null >twin.ese.tar.zst
"$ESEBACKUP" incremental --instance instance --out - --assume-durable 2>/dev/null >inc2.ese.tar.zst
before=$(cd instance && sha256sum edb[0-9]*.log)
expect_status 6 "$ESEBACKUP" truncate --instance instance --after twin.ese.tar.zst
expect_text 'is another log here'

# After the full backup: what its databases stand for. What came later stays, and why is told.
expect_status 0 "$ESEBACKUP" truncate --instance instance --after full.ese.tar.zst
expect_text '13 logs deleted \(generations 1 to 13'
expect_text 'generations 14 to [0-9]+ kept: not in the archive, which ends with generation 13'
[ "$(logs | cut -d' ' -f1)" = edb0000E.log ] || fail "left: $(logs)"
# After the newest one, in a pipe and for programs.
"$ESEBACKUP" truncate --instance instance --after - --json <inc2.ese.tar.zst >out
python3 - <<'PY'
import json
last = [json.loads(line) for line in open("out")][-1]
assert last["type"] == "summary" and last["kind"] == "incremental", last
assert last["logs_deleted"] == last["deleted"]["last"] - last["deleted"]["first"] + 1 > 0, last
assert last["kept"][0]["first"] == last["deleted"]["last"] + 1, last
assert last["freed_bytes"] == last["logs_deleted"] * 128 * 1024, last
PY
# Again there is nothing left to do.
expect_status 0 "$ESEBACKUP" truncate --instance instance --after inc2.ese.tar.zst
expect_text 'no log deleted'

# The chain goes on, without a gap, and leads to what was there.
mkdir backup && mv full.ese.tar.zst inc.ese.tar.zst inc2.ese.tar.zst backup
"$ESEBACKUP" incremental --instance instance --out backup >out
expect_text 'deleted'
"$ESEBACKUP" verify -q backup
"$ESEBACKUP" restore -q backup --to restored
same_pages "$data/clean-4k/files/data.edb" restored/data.edb

# Killed while it deletes: what is left is without a gap, the chain goes on, and the same command ends what it began.
strace -o trace true 2>/dev/null || { echo "no strace, or it may not be used here: not killed in the middle"; exit 0; }
for nth in 1 2 5 9 14; do
    rm -rf crashed chain
    mkdir chain
    cp -r "$data/clean-4k/files" crashed
    "$ESEBACKUP" full --instance crashed --out - --assume-durable 2>/dev/null >chain/full.ese.tar.zst
    status=0
    strace -f -o trace -e trace=unlink,unlinkat -e "inject=unlink,unlinkat:signal=KILL:when=$nth" \
        "$ESEBACKUP" truncate --instance crashed --after chain/full.ese.tar.zst >out 2>&1 || status=$?
    grep -q KILL trace || break   # it did not get that far
    expect_status 0 "$ESEBACKUP" truncate --instance crashed --after chain/full.ese.tar.zst
    "$ESEBACKUP" incremental -q --instance crashed --out chain
    "$ESEBACKUP" verify -q chain
    "$ESEBACKUP" restore -q chain --to "restored-$nth"
    same_pages "$data/clean-4k/files/data.edb" "restored-$nth/data.edb"
done
[ "$nth" -gt 5 ] || fail "it deleted too little to be met"
