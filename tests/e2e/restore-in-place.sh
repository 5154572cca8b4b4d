# A restore where the instance was: what was there is kept beside it; and one that was interrupted begins anew.
. "$(dirname "$0")/common.inc"

cp -r "$data/clean-4k/files" instance
cp instance/data.edb original.edb
mkdir backup
"$ESEBACKUP" full -q --instance instance --out backup
"$ESEBACKUP" incremental -q --instance instance --out backup
printf 'gone' | dd of=instance/data.edb bs=1 seek=9000 conv=notrunc status=none   # why a restore is needed
cp instance/data.edb damaged.edb

expect_status 2 "$ESEBACKUP" restore backup --in-place --to elsewhere
expect_status 2 "$ESEBACKUP" restore backup
expect_status 2 "$ESEBACKUP" restore - --in-place <"$(ls backup/*-full-*)"
"$ESEBACKUP" restore backup --in-place --logs instance >out
expect_text 'before-restore-.*: what was there before the restore'
same_pages original.edb instance/data.edb
cmp damaged.edb instance/before-restore-*/data.edb
[ -e instance/before-restore-*/edb.log ] || fail "the logs were not kept"
[ -z "$(find instance -name '*.unrecovered')" ] || fail "a name that is not final is left"
"$ESEBACKUP" full -q --instance instance --out backup

# Again, with another set aside, after a run that was killed and left its files.
mkdir -p instance/restore.unrecovered/backup-logs && touch instance/restore.unrecovered/backup-logs/edb00001.log instance/data.edb.unrecovered
"$ESEBACKUP" restore -q backup/*-full-* --in-place
[ "$(ls -d instance/before-restore-* | wc -l)" -eq 2 ] || fail "the second restore has no set of its own"
same_pages original.edb instance/data.edb

# An engine that has the database attached keeps the restore off.
exec 9<instance/data.edb
flock -x 9
expect_status 75 "$ESEBACKUP" restore "$(ls backup/*-full-* | tail -1)" --in-place
expect_text 'another process has the database attached'
exec 9<&-

# Elsewhere: only what an interrupted restore left may be there, and it goes.
mkdir -p target/restore.unrecovered && touch target/data.edb.unrecovered target/edb.log
expect_status 2 "$ESEBACKUP" restore -q backup/*-full-* --to target
[ -e target/data.edb.unrecovered ] || fail "something was deleted in a directory that is in use"
echo edb.log >target/restore-names.unrecovered
"$ESEBACKUP" restore -q "$(ls backup/*-full-* | tail -1)" --to target
same_pages original.edb target/data.edb
[ -z "$(find target -name '*.unrecovered')" ] || fail "a name that is not final is left"
ln -s "$PWD/backup" linked.unrecovered && mkdir trap && mv linked.unrecovered trap/restore.unrecovered
expect_status 2 "$ESEBACKUP" restore -q "$(ls backup/*-full-* | tail -1)" --to trap
[ "$(ls backup | wc -l)" -eq 3 ] || fail "a link was followed"
