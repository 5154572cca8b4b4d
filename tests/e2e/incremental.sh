# Full, incremental and differential backups: what each holds, which logs it deletes, what continues what, and what is refused.
. "$(dirname "$0")/common.inc"

logs() { (cd instance && find . -name 'edb[0-9]*.log' | sort | sed 's,^./,,' | tr '\n' ' '); }
newest() { ls -t "$1"/*-"$2"-* | head -1; }
manifest() { zstd -dcq "$1" | tar xO manifest.json; }
field() { python3 -c 'import json,sys; print(eval("m" + sys.argv[1], {"m": json.load(sys.stdin)}))' "$1"; }

cp -r "$data/clean-4k/files" instance
mkdir backup elsewhere

# Without a full backup, and behind a copy: refused before anything is touched.
before=$(cd instance && sha256sum ./*)
expect_status 9 "$ESEBACKUP" incremental --instance instance --out backup
expect_text 'needs a full backup first.*run "esebackup full".*-560'
expect_status 9 "$ESEBACKUP" differential --instance instance --out backup
[ "$before" = "$(cd instance && sha256sum ./*)" ] || fail "the source was touched"
"$ESEBACKUP" full --instance instance --copy --out copy.ese.tar.zst
expect_status 9 "$ESEBACKUP" backup incremental --instance instance --out backup
expect_text -560
[ -z "$(ls backup)" ] || fail "something was left in the directory"

# A chain. What an incremental backup holds is deleted, what a differential one holds stays and is in the next one.
"$ESEBACKUP" full --instance instance --out backup
[ -z "$(logs)" ] || fail "the full backup left $(logs)"
"$ESEBACKUP" incremental --instance instance --out backup
[ -z "$(logs)" ] || fail "the incremental backup left $(logs)"
first=$(newest backup incremental)
"$ESEBACKUP" differential --instance instance --out backup
[ "$(logs | wc -w)" -eq 1 ] || fail "the differential backup left $(logs)"
"$ESEBACKUP" backup incremental --instance instance --out backup
second=$(newest backup incremental)
[ "$(manifest "$second" | field '["logs"]["last"] - m["logs"]["first"]')" -eq 1 ] || fail "the second one does not overlap the differential"
manifest "$second" | field '["databases"][0]["backup_marks"]["full_prev"]["mark"]' >/dev/null
! manifest "$second" | field '["databases"][0]["member"]' 2>/dev/null || fail "an archive of logs names a member for the database"
python3 - "$second" <<'PY'
import subprocess, sys
names = subprocess.run(f"zstd -dcq '{sys.argv[1]}' | tar t", shell=True, check=True, capture_output=True, text=True).stdout.split()
assert not [n for n in names if n.startswith("databases/")], names
PY

expect_status 0 "$ESEBACKUP" verify backup
expect_status 0 "$ESEBACKUP" list backup
expect_text "^[^ ]+  full +[0-9a-f]{8} +- "
expect_text "^[^ ]+  \|- incremental +[0-9a-f]{8} +[0-9a-f]{8} "
expect_text "^[^ ]+  \|  \`- differential +[0-9a-f]{8} +[0-9a-f]{8} "
expect_text "^[^ ]+  \`- incremental +[0-9a-f]{8} +[0-9a-f]{8} "
"$ESEBACKUP" list --json backup >out
python3 - "$(manifest "$first" | field '["id"]')" <<'PY'
import json, sys
rows = {r["id"]: r for r in map(json.loads, open("out")) if r["type"] == "archive"}
full = next(r for r in rows.values() if r["kind"] == "full")
second = max((r for r in rows.values() if r["kind"] == "incremental"), key=lambda r: r["logs"]["last"])
assert second["continues"] == sys.argv[1], second
assert second["needed"] == [full["id"], sys.argv[1], second["id"]], second
assert not any(r["problems"] for r in rows.values())
PY

# The manifest is what its schema says.
schema=$(cd "$(dirname "$0")/../../src/archive" 2>/dev/null && pwd || true)
if [ -n "$schema" ] && /usr/bin/python3 -c 'import jsonschema' 2>/dev/null; then
    manifest "$second" >manifest.json
    /usr/bin/python3 -c 'import json,sys,jsonschema; jsonschema.validate(json.load(open("manifest.json")), json.load(open(sys.argv[1])))' "$schema/manifest.schema.json"
fi

# What cannot be restored alone says so.
expect_status 6 "$ESEBACKUP" restore "$second" --to restored
expect_text 'the full backup of .* which it continues, is not here'
[ ! -e restored ] || fail "a directory was left"

# Into a directory without what it continues, and to standard output: the logs stay.
"$ESEBACKUP" incremental --instance instance --out elsewhere >out
expect_text 'logs kept: what an incremental backup continues is not in elsewhere'
kept=$(logs)
[ "$(echo "$kept" | wc -w)" -eq 1 ] || fail "kept: $kept"
expect_status 6 "$ESEBACKUP" verify elsewhere
expect_text 'the full backup of .*data.edb.* is not here'
"$ESEBACKUP" incremental --instance instance --out - >pipe.ese.tar.zst 2>out
expect_text 'so this is a differential backup'
[ "$(manifest pipe.ese.tar.zst | field '["kind"]')" = differential ] || fail "the kind in the pipe"
"$ESEBACKUP" incremental --instance instance --out - --assume-durable >pipe2.ese.tar.zst 2>out
[ "$(manifest pipe2.ese.tar.zst | field '["kind"]')" = incremental ] || fail "the kind in the pipe"
[ "$(logs | wc -w)" -eq 3 ] || fail "logs were deleted: $(logs)"

# A log that is missing in the instance is named.
cp -r instance whole
rm "instance/$(logs | cut -d' ' -f2)"
expect_status 6 "$ESEBACKUP" incremental --instance instance --out backup
expect_text "edb[0-9A-F]{5}.log.*is missing.*-569"
rm -rf instance && mv whole instance
"$ESEBACKUP" incremental --instance instance --out backup
expect_status 0 "$ESEBACKUP" verify backup

# An archive that is missing is a gap that list and verify name; the differential has the logs of no other one.
mkdir aside && mv "$first" "$(newest backup differential)" aside
expect_status 6 "$ESEBACKUP" verify backup
expect_text 'gap behind its full backup: generation [0-9]+ is in no archive that fits'
expect_status 0 "$ESEBACKUP" list backup
expect_text BROKEN
expect_text '^ +! there is a gap behind its full backup: generation [0-9]+ is in no archive that fits'
mv aside/* backup
expect_status 0 "$ESEBACKUP" verify backup

# Two copies of an instance that both went on: a fork, named, and what continues one of them is not taken for the other.
cp -r instance twin
cp -r backup fork
"$ESEBACKUP" incremental --instance instance --out fork
"$ESEBACKUP" incremental --instance twin --out fork
expect_status 0 "$ESEBACKUP" verify fork
expect_text 'warning: .*is another log here than in .*: a fork'
"$ESEBACKUP" list fork >out 2>&1
expect_text 'a fork'

# Circular logging keeps no logs for such backups.
if [ -d "$data/dirty-8k-circ" ]; then
    cp -r "$data/dirty-8k-circ/files" circular
    status=0
    "$ESEBACKUP" incremental --instance circular --out backup >out 2>&1 || status=$?
    [ "$status" -eq 9 ] || { cat out; fail "circular logging: $status"; }
    expect_text "circular logging.*-526"
fi
