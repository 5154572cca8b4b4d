# status: what the headers and logs of an instance say of its backups, for people, programs and monitors; nothing is written.
. "$(dirname "$0")/common.inc"

cp -r "$data/clean-4k/files" instance
before=$(cd instance && sha256sum ./* && ls -A)
expect_status 0 "$ESEBACKUP" status instance
expect_text 'last full backup: none'
expect_text 'in none of them: 11 logs \(generations 1 to 11\), 1.4 MiB, and the current log'
expect_text 'a backup that ended now could delete 11 logs'
expect_text 'the next backup must be a full one: .*needs a full backup first'
expect_status 10 "$ESEBACKUP" status instance --max-age 2d
expect_text 'data.edb: there is no full backup of it'
[ "$before" = "$(cd instance && sha256sum ./* && ls -A)" ] || fail "the instance was touched"

mkdir backup
"$ESEBACKUP" full -q --instance instance --out backup
"$ESEBACKUP" differential -q --instance instance --out backup
expect_status 0 "$ESEBACKUP" status instance --max-age 1h
expect_text 'last full backup: 20.*, [0-9]+ s ago, up to generation 12'
expect_text 'last differential backup: 20'
expect_text 'in none of them: 1 log \(generation 13\)'
expect_text 'the next backup can be incremental'
"$ESEBACKUP" incremental -q --instance instance --out backup
expect_status 0 "$ESEBACKUP" status instance
expect_text 'last incremental backup: 20.*up to generation 14'
expect_text 'in none of them: the current log'
expect_text 'no log could be deleted now'

"$ESEBACKUP" status instance --json --max-age 1h >out
python3 - <<'PY'
import json
lines = [json.loads(line) for line in open("out")]
assert len(lines) == 1, lines
s = lines[0]
assert s["type"] == "summary" and s["command"] == "status"
assert s["last_full"]["generation"] == 12 and s["last_incremental"]["generation"] == 14
assert 0 <= s["last_incremental"]["age_seconds"] <= s["last_full"]["age_seconds"] < 600
assert s["unbacked"] == {"logs": 0, "bytes": 0}, s
assert s["next"]["kind"] == "incremental"
PY
sleep 2
status=0
"$ESEBACKUP" status instance --json --max-age 1s >out || status=$?
[ "$status" -eq 10 ] || fail "--max-age ended with $status"
tail -1 out | grep -q '"type":"error".*"code":"overdue","exit":10' || { cat out; fail "no error line"; }
expect_status 10 "$ESEBACKUP" status instance --max-age 1s
expect_text 'data.edb: the last backup is of 20.*, [0-9]+ s ago; 1 s are allowed'

# While a job works on it, and of what is no instance.
mkfifo gate
"$ESEBACKUP" full -q --instance instance --to-command 'cat >/dev/null; touch begun; read -r _ <gate' &
eventually test -e begun
expect_status 0 "$ESEBACKUP" status instance --max-age 1h
echo >gate
wait
expect_status 2 "$ESEBACKUP" status nowhere
status=0
"$ESEBACKUP" status backup >out 2>&1 || status=$?
[ "$status" -ne 0 ] || fail "a directory of archives has the status of an instance"
expect_text 'this directory holds archives'

# A program that takes orders all the time closes a log every moment: no look at it raises a false alarm.
orders=$(dirname "$ESEBACKUP")/examples/orders
mkdir app
"$orders" app >committed 2>errors &
program=$!
trap 'kill -KILL $program 2>/dev/null || true' EXIT
eventually test -s committed || { cat errors; fail "the program takes no orders"; }
"$ESEBACKUP" full -q --instance app --out backup
first=$("$ESEBACKUP" status app --json)
for look in $(seq 40); do
    expect_status 0 "$ESEBACKUP" status app --max-age 1h
    expect_text 'the next backup can be incremental'
    ! grep -E 'warning|damaged' out || fail "a false alarm"
done
last=$("$ESEBACKUP" status app --json)
python3 - "$first" "$last" <<'PY'
import json, sys
first, last = (json.loads(line)["unbacked"]["logs"] for line in sys.argv[1:])
assert last > first + 5, f"{first} and {last} logs: hardly any was closed meanwhile"
PY
