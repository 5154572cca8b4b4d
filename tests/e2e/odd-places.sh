# Names and places that scripts forget: links, blanks, quotes, line ends, letters beyond ASCII, other paths than the logs have, and
# directories that can't be written.
. "$(dirname "$0")/common.inc"

original=$data/clean-4k/files/data.edb
round_trip() {   # NAME INSTANCE DATABASE BACKUP-ARGUMENTS...: full backup, verify, list, restore
    "$ESEBACKUP" full --instance "$2" "${@:4}" --out "$1.ese.tar.zst" >out 2>&1 || { cat out; fail "$1: backup"; }
    "$ESEBACKUP" verify -q "$1.ese.tar.zst"
    "$ESEBACKUP" restore "$1.ese.tar.zst" --to "$1 restored" >restore.out 2>&1 || { cat restore.out; fail "$1: restore"; }
    same_pages "$original" "$1 restored/$3"
}

# Names of files. What an archive can't hold becomes '_' there; what is said stays in one line.
number=0
for name in 'a b.edb' "it's.edb" '"quoted".edb' '$(reboot).edb' '-rf.edb' 'Größe 日本.edb' ' .edb' $'line\nend.edb' 'back\slash.edb' $'\e[2J.edb'; do
    number=$((number + 1))
    instance="dir $number '\"$(echo "$name" | tr -d '\n\\')"
    cp -r "$data/clean-4k/files" "$instance"
    mv "$instance/data.edb" "$instance/$name"
    round_trip "name-$number" "$instance" "$(printf %s "$name" | tr '\n\\\033' ___)"
    [ "$(grep -c . out)" -eq 1 ] || { cat out; fail "$name forged a line of output"; }
    ! grep -q $'\e' out restore.out || fail "$name reached the terminal"
    rm -rf "$instance" "name-$number"*
done
mkdir $'new\nline' && cp -r "$data/clean-4k/files" $'new\nline/it'
round_trip directory $'new\nline/it' data.edb

# The logs say C:\ese\clean-4k\data.edb; the database is recognised by its signature, wherever and under whatever name it lies.
cp -r "$data/clean-4k/files" instance && mkdir elsewhere && mv instance/data.edb elsewhere/other.dat
expect_status 1 "$ESEBACKUP" full --instance instance --out x.ese.tar.zst
expect_text 'edb.log names the database .*data.edb, which is not in .*put it there, or name the databases'
round_trip moved instance other.dat --database elsewhere/other.dat

# A directory and a database behind links; the links stay links.
rm -rf instance && cp -r "$data/clean-4k/files" instance
ln -s instance linked
mv instance/data.edb elsewhere/data.edb && ln -s ../elsewhere/data.edb instance/data.edb
round_trip linked linked data.edb
[ -L instance/data.edb ] && [ -L linked ] || fail "a link was replaced"
[ "$(database_state elsewhere/data.edb)" -eq 3 ] || fail "the database is not clean"

# A database without an extension, in a directory that has one: what lies beside it is found by its name, and nothing else is touched.
cp -r "$data/clean-4k/files" instance.d && mv instance.d/data.edb instance.d/data && touch instance.d/data.pat instance.d/data.jfm instance.jfm instance.pat
round_trip extension instance.d data --database data
grep -q 'databases/00/data.pat' <("$ESEBACKUP" list --files extension.ese.tar.zst) || fail "the patch file is not in the archive"
"$ESEBACKUP" restore -q extension.ese.tar.zst --in-place
[ -e instance.jfm ] && [ -e instance.pat ] && [ ! -e instance.d/data.jfm ] && [ -e instance.d/before-restore-*/data.jfm ] || fail "files beside the database"

# A pipe in the place of a log is named; nobody waits for its other end.
rm -rf instance && cp -r "$data/clean-4k/files" instance && mkfifo instance/edb0000F.log
expect_status 1 timeout 60 "$ESEBACKUP" full --instance instance --out x.ese.tar.zst
expect_text 'instance/edb0000F.log: this is a pipe, not a file'
rm instance/edb0000F.log

# Directories that can't be written, also by root: mounted read-only, in a name space of its own.
unshare -rm true 2>/dev/null || { echo "no user name spaces here: read-only directories not tested"; exit 0; }
cp -r "$data/clean-4k/files" source && mkdir target && cp linked.ese.tar.zst good.ese.tar.zst
cat >readonly <<'SCRIPT'
set -euo pipefail
for directory in source target; do mount --bind $directory $directory; mount -o remount,bind,ro $directory; done
try() { status=0; "$ESEBACKUP" "$@" >>out 2>&1 || status=$?; echo "status $status" >>out; }
try full --instance source --out x.ese.tar.zst
try full --instance source --offline-copy copied --out offline.ese.tar.zst
try full --instance instance --out target
try full --instance instance --out target/x.ese.tar.zst
try restore good.ese.tar.zst --to target
try restore good.ese.tar.zst --to target/new
SCRIPT
rm out
before=$(find instance -name '*.log' | wc -l)
unshare -rm bash readonly
[ "$(grep ^status out | tr '\n' ' ')" = 'status 9 status 0 status 8 status 8 status 8 status 8 ' ] || { cat out; fail "read-only directories"; }
expect_text 'source: this cannot be written.*--offline-copy DIR takes the backup from a copy'
[ "$(find instance -name '*.log' | wc -l)" -eq "$before" ] || fail "logs were deleted"
"$ESEBACKUP" verify -q offline.ese.tar.zst
