# A client, and a program, that are killed in the middle of a backup: no log is deleted, no archive has its name, nothing is stamped, and
# the instance can be used at once.
. "$(dirname "$0")/common.inc"
. "$e2e/host.inc"

nothing_left() { [ -z "$(ls backup)" ] || { ls -a backup; fail "an archive was left: $(ls backup)"; }; }
# In the background, until the engine stands at a page that it can't read.
start_client() {
    begun=$(grep -c "^event 220 " host.err || true)
    "$ESEBACKUP" full --instance instance --out backup >client.out 2>&1 &
    client=$!
    wait_for_event 220 $((begun + 1))
}

cp -r "$data/clean-4k/files" instance
mkdir backup
start_host instance instance/data.edb
before=$(logs)

# The client. The program notices at once, although it is reading, and the next backup finds nothing in its way.
damage_page
start_client
kill -KILL $client
wait $client 2>/dev/null || true
begun_at=$(date +%s)
wait_for_event 226
[ $(($(date +%s) - begun_at)) -lt 8 ] || fail "the program took long to notice that its client has gone"
mend_page
for log in $before; do [ -e "instance/$log" ] || fail "$log was deleted"; done
nothing_left
expect_status 9 "$ESEBACKUP" incremental --instance instance --out x.ese.tar.zst   # no full backup was stamped
expect_status 0 "$ESEBACKUP" full --instance instance --copy --out copy.ese.tar.zst

# Ctrl-C.
damage_page
start_client
kill -TERM $client
status=0
wait $client || status=$?
[ $status -eq 143 ] || { cat client.out; fail "a stopped client ended with $status"; }
wait_for_event 226 2
mend_page
nothing_left

# The program.
damage_page
start_client
kill -KILL $host
wait $host 2>/dev/null || true
status=0
wait $client || status=$?
[ $status -eq 1 ] || { cat client.out; fail "the client of a killed program ended with $status"; }
grep -q "process $host closed the connection" client.out || { cat client.out; fail "it does not say why"; }
mend_page
nothing_left
for log in $before; do [ -e "instance/$log" ] || fail "$log was deleted"; done
[ -S instance/edb-backup.socket ] || fail "no socket was left to be found by the next one"

# The killed program's socket is no hindrance, neither for a backup in place, nor for the program when it starts again.
cp -a instance again
expect_status 0 "$ESEBACKUP" full -v --instance again --out recovered.ese.tar.zst
expect_text 'no program has it open'
expect_status 0 "$ESEBACKUP" verify --deep recovered.ese.tar.zst
start_host instance instance/data.edb
expect_status 0 "$ESEBACKUP" full --instance instance --out backup
expect_text "served by process $host"
expect_status 0 "$ESEBACKUP" verify --deep backup
end_host
