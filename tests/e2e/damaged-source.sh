# Damaged pages end a backup, unless they are accepted: then they are recorded, told each time, and restored on request only.
. "$(dirname "$0")/common.inc"

cp -r "$data/clean-4k/files" instance
size=$(stat -c %s instance/data.edb)
# Page 4 lies behind two header pages. The damage is such that no flipped bit explains it.
printf 'damaged by the test' | dd of=instance/data.edb bs=1 seek=$((5 * 4096 + 100)) conv=notrunc status=none
cp instance/data.edb damaged.edb

expect_status 7 "$ESEBACKUP" full --instance instance --out refused.ese.tar.zst
expect_text 'data.edb: page 4 is damaged: its checksum is 0x[0-9a-f]+, its bytes give 0x[0-9a-f]+'
[ ! -e refused.ese.tar.zst ] || fail "an archive was left"
[ -e instance/edb00001.log ] || fail "logs were deleted"

expect_status 7 "$ESEBACKUP" full --instance instance --accept-bad-pages --out accepted.ese.tar.zst
expect_text 'page 4 is damaged'
expect_text 'the archive accepted.ese.tar.zst is complete, and holds 1 damaged page'
expect_text 'copy backup'
[ -e instance/edb00001.log ] || fail "logs were deleted"
zstd -dcq accepted.ese.tar.zst | tar xO manifest.json | python3 -c 'import json, sys
damage = json.load(sys.stdin)["databases"][0]["damage"]
assert [page["page"] for page in damage] == [4], damage
assert damage[0]["expected"] != damage[0]["found"]'

"$ESEBACKUP" list accepted.ese.tar.zst >out
expect_text '1 damaged page'
expect_status 4 "$ESEBACKUP" verify accepted.ese.tar.zst
expect_text '1 page was damaged already when the backup was taken, the first: databases/00/data.edb, page 4'
expect_status 4 "$ESEBACKUP" restore accepted.ese.tar.zst --to refused
rm -rf refused
expect_status 0 "$ESEBACKUP" restore accepted.ese.tar.zst --to restored --accept-bad-pages
expect_text 'page 4 .*it was so when the backup was taken'
same_pages damaged.edb restored/data.edb
expect_status 4 "$ESEBACKUP" verify restored/data.edb

# One flipped bit is corrected, and a warning: a disk is dying.
rm -rf instance && cp -r "$data/clean-4k/files" instance
byte=$(od -An -tu1 -j$((5 * 4096 + 100)) -N1 instance/data.edb)
printf "\\x$(printf %02x $((byte ^ 4)))" | dd of=instance/data.edb bs=1 seek=$((5 * 4096 + 100)) conv=notrunc status=none
expect_status 0 "$ESEBACKUP" full --instance instance --out corrected.ese.tar.zst
expect_text 'warning: .*data.edb: page 4: a flipped bit was corrected'
"$ESEBACKUP" verify -q corrected.ese.tar.zst
zstd -dcq corrected.ese.tar.zst | tar xO manifest.json >manifest.json
grep -q 'page 4: a flipped bit' manifest.json || fail "the manifest has no warning"

# A patch file beside a database is taken along and restored, whatever its size.
rm -rf instance && cp -r "$data/clean-4k/files" instance
head -c 12345 /dev/urandom >instance/data.pat
"$ESEBACKUP" full -q --instance instance --out patch.ese.tar.zst
"$ESEBACKUP" verify -q patch.ese.tar.zst
"$ESEBACKUP" list --files patch.ese.tar.zst >out
expect_text '12345  databases/00/data.pat'
"$ESEBACKUP" restore -q patch.ese.tar.zst --to with-patch
cmp instance/data.pat with-patch/data.pat
[ "$size" -eq "$(stat -c %s with-patch/data.edb)" ] || fail "the restored database has another size"
