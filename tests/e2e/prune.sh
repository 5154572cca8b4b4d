# prune: what is kept can be restored, what goes is gone, and nothing else is touched.
. "$(dirname "$0")/common.inc"

cp -r "$data/clean-4k/files" instance
mkdir backup
take() { "$ESEBACKUP" "$1" -q --instance instance --out backup; sleep 0.01; }
for kind in full incremental differential full incremental full incremental; do take "$kind"; done
mapfile -t names < <(cd backup && ls -rt)
[ ${#names[@]} -eq 7 ] || fail "taken: ${names[*]}"
echo text >backup/notes.txt
head -c 1000 "backup/${names[0]}" >backup/cut.ese.tar.zst

expect_status 2 "$ESEBACKUP" prune backup
expect_text 'say what is to be kept'
expect_status 2 "$ESEBACKUP" prune backup --keep-full 0
expect_status 2 "$ESEBACKUP" prune nowhere --keep-full 1

# A dry run says it, and a run does it.
before=$(ls backup | sort)
"$ESEBACKUP" prune backup --keep-full 2 --dry-run >dry 2>&1
[ "$before" = "$(ls backup | sort)" ] || fail "the dry run removed something"
grep -q "${names[0]}: full backup of .* would be removed" dry || { cat dry; fail "it does not say what would go"; }
grep -q 'warning: backup/cut.ese.tar.zst: stays, because it can.t be read' dry || { cat dry; fail "cut archive"; }
grep -q "^3 archives would be removed, .*; 4 kept, .*; 1 kept that can't be read" dry || { cat dry; fail "summary"; }
"$ESEBACKUP" prune backup --keep-full 2 --json >out
python3 - "${names[@]}" <<'PY'
import json, sys
lines = [json.loads(line) for line in open("out")]
judged = {line["path"].split("/")[-1]: line["keep"] for line in lines if line["type"] == "prune"}
assert judged == {name: i >= 3 for i, name in enumerate(sys.argv[1:])}, judged
assert lines[-1]["removed"] == 3 and lines[-1]["kept"] == 4 and lines[-1]["unreadable"] == 1, lines[-1]
PY
[ "$(ls backup | sort)" = "$(printf '%s\n' "${names[@]:3}" cut.ese.tar.zst notes.txt | sort)" ] || fail "left: $(ls backup)"
rm backup/cut.ese.tar.zst
"$ESEBACKUP" verify -q "backup"
"$ESEBACKUP" restore -q backup --to restored
same_pages "$data/clean-4k/files/data.edb" restored/data.edb
# Again there is nothing to do; the age of all of it is below a day.
"$ESEBACKUP" prune backup --keep-full 2 >out
expect_text '^0 archives removed'
"$ESEBACKUP" prune backup --keep-days 1 >out
expect_text '^0 archives removed, 0 bytes; 4 kept'

# An archive in the middle is away: what is kept and could need older ones keeps them.
take incremental
mkdir aside && mv "backup/${names[6]}" aside
"$ESEBACKUP" prune backup --keep-full 1 -v >out
expect_text "${names[5]}: full backup .* stays"
expect_text '^2 archives removed'
mv aside/* backup
"$ESEBACKUP" verify -q backup

# Not while a backup is written there.
mkfifo gate
(exec 9<>backup/.esebackup.lock; flock 9; touch held; read -r _ <gate) &
eventually test -e held
expect_status 75 "$ESEBACKUP" prune backup --keep-full 1
expect_status 75 "$ESEBACKUP" full --instance instance --out backup
expect_text 'backup: another job of esebackup works here'
echo >gate
wait
expect_status 0 "$ESEBACKUP" prune backup --keep-full 1
