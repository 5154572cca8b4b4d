# What cron, log collectors, Prometheus and systemd hear of a backup.
schema=$(cd "$(dirname "$0")/../../src/cli" && pwd)/output.schema.json
. "$(dirname "$0")/common.inc"

cp -r "$data/clean-4k/files" instance
mkdir backup
full() { "$ESEBACKUP" full --instance instance --out backup "$@"; }

# Cron: one line, and none with -q; an error on standard error, with its stable code at the end.
full >out 2>err
[ "$(wc -l <out)" -eq 1 ] && [ ! -s err ] || { cat out err; fail "not one line"; }
expect_text '^backup/edb-.*: full backup [0-9a-f-]+: 1 database with 366 pages checked, 1 log \(generation [0-9]+\), .* in [0-9]+\.[0-9] s \(.*/s\), .* written; 12 logs .* deleted; everything committed before .*Z is in it$'
full -q >out 2>&1
[ ! -s out ] || { cat out; fail "-q says something"; }
"$ESEBACKUP" incremental --instance instance --out nowhere/x -q >out 2>err && fail "an impossible output"
[ ! -s out ] || fail "an error on standard output"
grep -qE '^esebackup: .* \[output\]$' err || { cat err; fail "no code"; }

# Log collectors: every line on standard error is JSON, and standard output says nothing.
check_log() {
    /usr/bin/python3 - "$schema" err "$@" <<'PY'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[2])]
try:
    import jsonschema
    validator = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
    for line in lines: validator.validate(line)
except ImportError:
    print("python3-jsonschema is not installed: the schema was not compared")
for text in sys.argv[3:]:
    assert any(text in json.dumps(line) for line in lines), (text, lines)
PY
}
full --log-format json --verbose >out 2>err
[ ! -s out ] || { cat out; fail "something on standard output"; }
check_log '"severity": "info", "message": "backup/edb-' 'a full backup starts'
"$ESEBACKUP" full --instance instance --out - --log-format json >archive 2>err
check_log '"severity": "warning", "message": "what becomes of standard output is not known'
"$ESEBACKUP" verify -q - <archive
full --log-format json --level 99 >out 2>err && fail "a level that there is not"
check_log '"severity": "error", "message": "--level: Value 99 not in range 1 to 19' '"code": "usage", "exit": 2'
full --json --log-format json >out 2>err
tail -1 out | grep -q '"type":"summary".*"duration_ms":[0-9]*,"bytes_per_second":[1-9]' || { cat out; fail "no rate in the summary"; }
[ ! -s err ] || { cat err; fail "--json has nothing to say in the log"; }

# Prometheus: the last run, and the last success of each kind, also after a run that failed.
metric() { sed -n "s/^esebackup_last_$1{directory=\"[^\"]*\/instance\",kind=\"$2\"} //p" metrics/esebackup.prom; }
mkdir metrics
full -q --metrics metrics/esebackup.prom
"$ESEBACKUP" incremental -q --instance instance --out backup --metrics metrics/esebackup.prom
first=$(metric success_timestamp_seconds full)
[ -n "$first" ] && [ -n "$(metric success_timestamp_seconds incremental)" ] || { cat metrics/*; fail "no time of success"; }
[ "$(metric success_archive_bytes full)" -gt 100000 ] || { cat metrics/*; fail "no size"; }
full -q --metrics metrics/esebackup.prom --reserve 8000P 2>err && fail "no disk has so much"
[ "$(metric run_exit_status full)" -eq 8 ] || { cat metrics/*; fail "the exit status"; }
[ "$(metric run_exit_status incremental)" -eq 0 ] || { cat metrics/*; fail "the exit status of another kind"; }
[ "$(metric success_timestamp_seconds full)" = "$first" ] || { cat metrics/*; fail "the last success is lost"; }
! grep -vE '^(# (HELP|TYPE) esebackup_[a-z_]+ .+|esebackup_[a-z_]+\{([a-z]+="([^"\\]|\\.)*",?)+\} [0-9.]+)$' metrics/esebackup.prom || fail "not the text format"
[ "$(ls -A metrics)" = esebackup.prom ] && [ "$(stat -c %a metrics/esebackup.prom)" = 644 ] || { ls -Al metrics; fail "other files, or not readable"; }
# What stops it before it looks at anything is recorded, too.
for option in --recipient --identity; do
    "$ESEBACKUP" incremental -q --instance instance --out backup --metrics metrics/esebackup.prom $option nowhere.key 2>err && fail "a key that is not there"
    [ "$(metric run_exit_status incremental)" -eq 2 ] || { cat metrics/*; fail "the exit status without the key of $option"; }
    "$ESEBACKUP" incremental -q --instance instance --out backup --metrics metrics/esebackup.prom
    [ "$(metric run_exit_status incremental)" -eq 0 ] || { cat metrics/*; fail "the exit status"; }
done
echo 'important=true' >file
expect_status 2 full --metrics file
expect_text 'file: line 1 is nothing that --metrics writes'
grep -q important file || fail "the file was replaced"
expect_status 2 full --metrics nowhere/esebackup.prom
# The archive is there, and only then the file cannot be written.
expect_status 3 "$ESEBACKUP" full --copy --instance instance --to-command 'cat >/dev/null; rm -r metrics' --metrics metrics/esebackup.prom
expect_text '\[after_archive\]'

# systemd: ready, how far it is, alive, and what came of it; stopping when it was told to.
listen_at notify heard
export NOTIFY_SOCKET=$PWD/notify
WATCHDOG_USEC=1000000 full -q --limit 1M
eventually grep -q '^STATUS=full backup .* written to ' heard || { cat heard; fail "not what came of it"; }
[ "$(head -1 heard)" = READY=1 ] || { cat heard; fail "not ready first"; }
[ "$(grep -c '^WATCHDOG=1$' heard)" -ge 2 ] || { cat heard; fail "no sign of life"; }
grep -q '^STATUS=[0-9]* %, .* of .*/s' heard || { cat heard; fail "not how far it is"; }
tail -1 heard | grep -q '^STATUS=full backup .* written to ' || { cat heard; fail "not what came of it at the end"; }
: >heard
"$ESEBACKUP" full -q --copy --instance instance --to-command 'cat >/dev/null; touch taken; sleep 1000' 2>err &
pid=$!
eventually test -e taken
sleep 1.5   # what hangs does not live
kill -TERM $pid
wait $pid && fail "stopped, and status 0"
eventually grep -q '^STATUS=.*\(interrupted\|stopped\)' heard || { cat heard; fail "not that it was stopped"; }
unset NOTIFY_SOCKET

# The journal reads a line's priority from its beginning; nobody else does.
: >err
JOURNAL_STREAM=$(stat -c %d:%i err) full --level 99 2>err && fail "a level that there is not"
grep -q '^<3>esebackup: ' err || { cat err; fail "no priority for the journal"; }
: >err
JOURNAL_STREAM=$(stat -c %d:%i err) "$ESEBACKUP" full --instance instance --out - 2>err >archive
grep -q '^<4>esebackup: warning: ' err || { cat err; fail "no priority for the journal"; }
JOURNAL_STREAM=1:1 full --level 99 2>err && fail "a level that there is not"
grep -q '^esebackup: ' err || { cat err; fail "a priority for nobody"; }
