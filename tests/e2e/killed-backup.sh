# A backup that is killed at any moment, with all its threads, leaves an instance that the next backup can use, and either a whole archive
# or none. (src/cli/fault_test.cpp dies at each single system call.)
. "$(dirname "$0")/common.inc"

set=$data/clean-4k
RANDOM=${SEED:=$$}
echo "seed $SEED"

# Machines differ: the moments to kill at lie within what one whole backup takes on this one. The highest level makes it slow enough
# to be met while it writes.
cp -r "$set/files" instance
began_ms=$(date +%s%3N)
expect_status 0 "$ESEBACKUP" full --level 19 --instance instance --out whole.ese.tar.zst
backup_ms=$(($(date +%s%3N) - began_ms))
echo "a backup takes $backup_ms ms"

killed=0
for round in $(seq 1 8); do
    rm -rf instance next.ese.tar.zst killed.ese.tar.zst .killed* restored
    cp -r "$set/files" instance
    "$ESEBACKUP" full --level 19 --instance instance --out killed.ese.tar.zst >out 2>&1 &
    pid=$!
    delay_ms=$(((round - 1) * backup_ms / 8 + RANDOM % (backup_ms / 8 + 1)))
    sleep "$((delay_ms / 1000)).$(printf %03d $((delay_ms % 1000)))"
    kill -KILL $pid 2>/dev/null || true
    status=0
    wait $pid 2>/dev/null || status=$?
    [ $status -eq 0 ] || [ $status -eq 137 ] || { cat out; fail "it ended with $status"; }
    [ $status -eq 0 ] || killed=$((killed + 1))
    [ ! -e killed.ese.tar.zst ] || "$ESEBACKUP" verify --quiet killed.ese.tar.zst
    [ $status -ne 0 ] || [ -e killed.ese.tar.zst ] || fail "it ended well without an archive"

    expect_status 0 "$ESEBACKUP" full --instance instance --out next.ese.tar.zst
    "$ESEBACKUP" verify --quiet next.ese.tar.zst
    "$ESEBACKUP" restore --quiet next.ese.tar.zst --to restored
    same_pages "$set/files/data.edb" restored/data.edb
done
[ $killed -gt 0 ] || fail "none was killed"
echo "$killed of $round were killed"

# What a killed one left in a directory goes with the next job there, as soon as it is certain that nobody writes it any more.
mkdir backup
partials() { find backup -name '.*.partial-*' | wc -l; }
is_there() { [ "$(partials)" -gt 0 ]; }
rm -rf instance && cp -r "$set/files" instance
"$ESEBACKUP" full --level 19 --instance instance --out backup >out 2>&1 &
pid=$!
eventually is_there
kill -KILL $pid
wait $pid 2>/dev/null || true
[ "$(partials)" -eq 1 ] || fail "the backup ended before it was killed"
expect_status 0 "$ESEBACKUP" full --instance instance --out backup
[ "$(partials)" -eq 1 ] || fail "what may still be written was removed"
touch -d '2 hours ago' backup/.*.partial-*
expect_status 0 "$ESEBACKUP" prune backup --keep-full 1 --dry-run
[ "$(partials)" -eq 1 ] || fail "a dry run removed something"
expect_status 0 "$ESEBACKUP" incremental --instance instance --out backup
expect_text "backup/.*partial-$pid: removed; a backup that was killed had left it unfinished"
[ "$(partials)" -eq 0 ] || fail "what a killed job left is still there"
