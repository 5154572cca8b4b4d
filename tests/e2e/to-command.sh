# An archive that a command takes: durable when the command says so, and nothing is deleted before.
. "$(dirname "$0")/common.inc"

archived_logs() { find instance -name 'edb[0-9]*.log' | wc -l; }

cp -r "$data/clean-4k/files" instance
had=$(archived_logs)

for command in 'exit 3' 'head -c 100 >/dev/null; exit 1' 'cat >/dev/null; exit 1' 'false | cat >/dev/null' 'cat | false' \
               'cat >/dev/null; kill -9 $$' 'no-such-program'; do
    expect_status 8 "$ESEBACKUP" full --instance instance --to-command "$command"
    expect_text 'the command (ended with exit status|was ended by signal)'
    [ "$(archived_logs)" -ge "$had" ] || fail "$command: logs were deleted"
    expect_status 9 "$ESEBACKUP" incremental --instance instance --to-command 'cat >/dev/null'   # no full backup was stamped
    expect_text -560
done

# All of a small archive fits into the pipe: that nobody read it there is seen, too.
for command in true 'sleep 1; test -e vault && cat >vault || true' 'head -c 100 >/dev/null; true'; do
    expect_status 8 "$ESEBACKUP" full --instance instance --to-command "$command"
    expect_text 'ended with exit status 0 before it had the whole archive'
    [ "$(archived_logs)" -ge "$had" ] || fail "$command: logs were deleted"
    expect_status 9 "$ESEBACKUP" incremental --instance instance --to-command 'cat >/dev/null'
done

# A command that never ends is ended with us, and the backup is aborted.
"$ESEBACKUP" full --instance instance --to-command 'cat >/dev/null; touch taken; sleep 1000' >out 2>&1 &
pid=$!
eventually test -e taken
start=$(date +%s)
kill -TERM "$pid"   # SIGINT is ignored in what a script runs in the background
status=0
wait "$pid" || status=$?
[ "$status" -eq 143 ] || { cat out; fail "SIGTERM ended it with $status"; }
[ $(($(date +%s) - start)) -le 20 ] || fail "it took too long"
[ "$(archived_logs)" -ge "$had" ] || fail "logs were deleted"
expect_status 9 "$ESEBACKUP" incremental --instance instance --to-command 'cat >/dev/null'

# The name is in the command and in its environment; what the command says does not get between JSON Lines.
"$ESEBACKUP" full --json --instance instance --to-command \
    "cat >'{name}'; echo noise; test \"\$ESEBACKUP_NAME\" = {name}" >out 2>err
python3 -c 'import json; [json.loads(line) for line in open("out")]'
grep -q noise err || fail "what the command says is lost"
[ "$(archived_logs)" -eq 0 ] || fail "the logs were not deleted"
archive=$(ls ./*-full-*.ese.tar.zst)
"$ESEBACKUP" verify "$archive"
"$ESEBACKUP" restore "$archive" --to restored
same_pages "$data/clean-4k/files/data.edb" restored/data.edb

"$ESEBACKUP" incremental --instance instance --to-command 'cat >{name}'
[ "$(archived_logs)" -eq 0 ] || fail "the logs were not deleted"
"$ESEBACKUP" verify .

expect_status 2 "$ESEBACKUP" full --instance instance --out x --to-command cat
expect_status 2 "$ESEBACKUP" full --instance instance
