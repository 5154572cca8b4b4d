# --auto: an incremental backup where one is possible, a full one where not, and why; jobs that run at the same time.
. "$(dirname "$0")/common.inc"

auto() { "$ESEBACKUP" backup --auto --instance instance "$@" >out 2>&1 || { cat out; fail "backup --auto $* ended with $?"; }; }
cp -r "$data/clean-4k/files" instance
mkdir backup elsewhere

auto --out backup --dry-run
expect_text '^a full backup: .*needs a full backup first'
[ -z "$(ls -A backup)" ] || fail "a dry run wrote something"
auto --out backup
expect_text '^a full backup: .*data.edb: .*needs a full backup first'
auto --out backup
expect_text '^an incremental backup: the last full backup is of 20..-..-..T'
"$ESEBACKUP" incremental --auto --instance instance --out backup --full-every 1h --json >out
python3 - <<'PY'
import json
lines = [json.loads(line) for line in open("out")]
choice = next(line for line in lines if line["type"] == "choice")
assert choice["kind"] == "incremental" and choice["why"], choice
assert lines[-1]["kind"] == "incremental" and lines[-1]["command"] == "incremental", lines[-1]
PY
sleep 1
auto --out backup --full-every 1s
expect_text '^a full backup: the last full backup is of .*, and it is time for another one'
auto --out elsewhere
expect_text '^a full backup: what an incremental backup continues is not in elsewhere'
auto --out backup
expect_text '^a full backup: what an incremental backup continues is not in backup'
# A log that somebody deleted begins a new chain.
auto --out backup
"$ESEBACKUP" differential -q --instance instance --out backup
"$ESEBACKUP" differential -q --instance instance --out backup
rm "$(ls instance/edb[0-9]*.log | head -1)"
auto --to-command 'cat >taken.ese.tar.zst'
expect_text '^a full backup: .*edb[0-9A-F]{5}.log: log generation .* is missing'
"$ESEBACKUP" verify -q backup
"$ESEBACKUP" restore -q taken.ese.tar.zst --to restored
same_pages "$data/clean-4k/files/data.edb" restored/data.edb

expect_status 2 "$ESEBACKUP" backup --auto --instance instance --out -
expect_text 'unless --assume-durable'
expect_status 2 "$ESEBACKUP" incremental --instance instance --out backup --full-every 7d
expect_status 2 "$ESEBACKUP" backup --auto --instance instance --out backup --full-every 7
expect_text '"7" is no length of time'

# From a configuration, as cron has it.
printf '[incremental]\nauto = true\nfull-every = 7d\ninstance = instance\nout = backup\n' >app.conf
"$ESEBACKUP" incremental --config app.conf >out
expect_text '^(an incremental|a full) backup: '

for named in 'backup --config app.conf' '--config app.conf backup'; do
    expect_status 0 "$ESEBACKUP" $named
    expect_text '^(an incremental|a full) backup: '
done
ESEBACKUP_AUTO=true expect_status 0 "$ESEBACKUP" backup --instance instance --out backup
expect_status 2 "$ESEBACKUP" backup --instance instance --out backup
expect_text 'say which backup it is to be: full, incremental, differential, or what --auto chooses'
# A file that is called so is none.
mkdir named
cp app.conf named/backup
(cd named && expect_status 0 "$ESEBACKUP" --config backup incremental --instance ../instance --out .)

# One job at a time; another one is told, or waits.
mkfifo gate
"$ESEBACKUP" full --instance instance --to-command 'cat >/dev/null; touch begun; read -r _ <gate' >first.out 2>&1 &
first=$!
eventually test -e begun
expect_status 75 "$ESEBACKUP" backup --auto --instance instance --out backup
expect_text "another job of esebackup works here: in use by process $first; --wait lets this one wait for it"
expect_status 75 "$ESEBACKUP" truncate --instance instance --after taken.ese.tar.zst --wait 1s
"$ESEBACKUP" incremental --instance instance --to-command 'cat >/dev/null' --wait 60s >second.out 2>&1 &
second=$!
eventually grep -q waiting second.out
grep -q 'instance: waiting; another job of esebackup works here' second.out || { cat second.out; fail "it does not say that it waits"; }
echo >gate
wait "$first" || { cat first.out; fail "the first job failed"; }
wait "$second" || { cat second.out; fail "the second job failed"; }
# A directory that is being filled is not pruned meanwhile; a killed job leaves no lock.
rm begun
"$ESEBACKUP" full --instance instance --to-command 'cat >/dev/null; touch begun; read -r _ <gate' >first.out 2>&1 &
first=$!
eventually test -e begun
kill -KILL "$first"
wait "$first" || true
echo >gate   # what it had started goes, too
[ -e instance/.esebackup.lock ] || fail "the lock is not where it is said to be"
"$ESEBACKUP" full -q --instance instance --out backup
[ -z "$(find instance backup -name '.esebackup.lock')" ] || fail "a lock file is left"
