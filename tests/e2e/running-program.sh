# Backups of an instance while the program that owns it goes on running: full, incremental and differential, restored and compared; what
# the program and the command say to each other where one of them does not go on.
. "$(dirname "$0")/common.inc"
. "$e2e/host.inc"

cp -r "$data/clean-4k/files" instance
mkdir backup
start_host instance instance/data.edb

# The command finds out, and says it, in JSON and in the archive too.
expect_status 0 "$ESEBACKUP" full --instance instance --out backup
expect_text "served by process $host through .*/instance/edb-backup.socket"
[ -z "$(logs)" ] || fail "the full backup left $(logs)"
"$ESEBACKUP" incremental --instance instance --out backup --json >lines
[ "$(grep -c "\"served_by\":{\"process\":$host,\"socket\":\"$PWD/instance/edb-backup.socket\"}" lines)" -eq 2 ] || { cat lines; fail "the JSON"; }
[ -z "$(logs)" ] || fail "the incremental backup left $(logs)"
zstd -dcq backup/*-full-* | tar xO manifest.json | grep -A3 '"served_by"' | grep -q "\"process\": *$host" || fail "the manifest does not say who served"
expect_status 0 "$ESEBACKUP" differential --instance instance --out backup --dry-run
expect_text 'a differential backup would be written'
expect_status 0 "$ESEBACKUP" differential --instance instance --out backup
[ "$(logs | wc -w)" -eq 1 ] || fail "the differential backup left $(logs)"
"$ESEBACKUP" full --instance instance --out - --assume-durable 2>/dev/null >piped.ese.tar.zst
expect_status 8 "$ESEBACKUP" full --instance instance --to-command 'head -c 1000 >/dev/null'
[ -n "$(logs)" ] || fail "logs were deleted although no archive is there"
expect_status 0 "$ESEBACKUP" verify --deep backup
expect_status 0 "$ESEBACKUP" restore backup/*-full-* backup/*-incremental-* --to restored
expect_status 0 "$ESEBACKUP" restore piped.ese.tar.zst --to restored-from-pipe

# What the running program decides, or forbids.
expect_status 2 "$ESEBACKUP" full --instance instance --database data.edb --out x.ese.tar.zst
expect_text 'databases that it has attached'
expect_status 2 "$ESEBACKUP" full --instance instance --offline-copy copy --out x.ese.tar.zst
expect_status 2 "$ESEBACKUP" full --instance instance --accept-bad-pages --out x.ese.tar.zst
expect_text 'JET_paramAcceptBadPages'

# A damaged page: the backup fails as it would in place, with the page's number, and what the engine reports is told.
damage_page
expect_status 7 "$ESEBACKUP" full --instance instance --out x.ese.tar.zst
expect_text 'page 199 is damaged.*JET_errReadVerifyFailure'
mend_page

# While a backup is in progress a second one is told so, and JetTerm does not end the program (it gets SIGINT for that).
mkfifo gate
"$ESEBACKUP" full --instance instance --to-command 'cat >gated.ese.tar.zst; touch taken; read -r _ <gate' >gated.out 2>&1 &
gated=$!
eventually test -e taken
expect_status 75 "$ESEBACKUP" full --instance instance --copy --out x.ese.tar.zst
expect_text 'another job of esebackup works here'
kill -INT $host
sleep 0.3
kill -0 $host || fail "the program ended in the middle of a backup"
echo >gate
wait $gated || { cat gated.out; fail "the first backup failed"; }

# SIGTERM: JetTerm with JET_bitTermStopBackup ends it.
rm taken
"$ESEBACKUP" full --instance instance --to-command 'cat >/dev/null; touch taken; read -r _ <gate' >stopped.out 2>&1 &
stopped=$!
eventually test -e taken
before=$(logs)
end_host
echo >gate
status=0
wait $stopped || status=$?
[ $status -eq 3 ] || { cat stopped.out; fail "the backup that the program stopped ended with $status"; }
[ "$before" = "$(logs)" ] || fail "a stopped backup deleted logs"
[ ! -e x.ese.tar.zst ] || fail "an archive was left"

# The instance is idle: in place, on the same chain, and what was restored is what the program left.
expect_status 0 "$ESEBACKUP" incremental -v --instance instance --out backup
expect_text 'no program has it open, so it is opened here'
cp gated.ese.tar.zst backup   # the full backup that it continues
expect_status 0 "$ESEBACKUP" verify backup
for copy in restored restored-from-pipe; do same_pages instance/data.edb $copy/data.edb; done

# A program that has an instance and does not serve it.
start_host instance --unserved instance/data.edb
expect_status 75 "$ESEBACKUP" full --instance instance --out x.ese.tar.zst
expect_text "in use by process $host, which does not let.*JET_paramBackupSocket"
kill -TERM $host
wait $host

# A client that pauses for longer than the program waits: its archive is complete, and the logs stay.
start_host instance --timeout 2000 instance/data.edb
before=$(logs)
expect_status 3 "$ESEBACKUP" full --instance instance --to-command 'cat >late.ese.tar.zst; sleep 5'
expect_text 'is complete, but a later step failed'
for log in $before; do [ -e "instance/$log" ] || fail "$log was deleted"; done
wait_for_event 65542   # JET_eventBackupClientRefused
"$ESEBACKUP" verify -q late.ese.tar.zst
end_host
