# A backup that leaves others their disk, their processors and their cache.
. "$(dirname "$0")/common.inc"

cp -r "$data/clean-4k/files" instance
full() { "$ESEBACKUP" full --copy --instance instance "$@"; }

# --limit: 1.6 MiB at 1 MiB/s take 1.5 s, and stopping does not wait for them.
began=$(date +%s%N)
full -q --out limited.ese.tar.zst --limit 1M
took=$((($(date +%s%N) - began) / 1000000))
[ "$took" -ge 1400 ] || fail "1.6 MiB at 1 MiB/s took $took ms"
"$ESEBACKUP" verify -q limited.ese.tar.zst
"$ESEBACKUP" full -q --copy --instance instance --out never.ese.tar.zst --limit 1k 2>err &
pid=$!
sleep 1
kill -TERM $pid
# The next KiB would have come after a second, all of it after half an hour.
eventually ended $pid || { kill -KILL $pid; fail "it did not stop"; }
wait $pid && fail "stopped, and status 0"
for rate in fast -1 1M/s; do expect_status 2 full --out x.ese.tar.zst --limit="$rate"; done
expect_text -- '--limit'

# --nice: for all that it starts; never less nice than it was (and the tests themselves may be nice already).
own=$(nice) nicer=$((own < 17 ? own + 2 : 19))
full -q --to-command 'cat >/dev/null; ps -o ni= -p $$ >nice' --nice $nicer
[ "$(tr -d ' ' <nice)" -eq $nicer ] || fail "not as nice as $nicer: $(cat nice)"
nice -n 19 "$ESEBACKUP" full -q --copy --instance instance --to-command 'cat >/dev/null; ps -o ni= -p $$ >nice' --nice $nicer
[ "$(tr -d ' ' <nice)" -eq 19 ] || fail "less nice than before: $(cat nice)"
expect_status 2 full --out x.ese.tar.zst --nice 20

# --reserve: nothing is begun where less is free.
expect_status 8 full --out x.ese.tar.zst --reserve 8000P
expect_text 'bytes are free there, and [0-9]+ are to stay free; make room, or lower --reserve \[output\]'
full -q --out x.ese.tar.zst --reserve 1k
expect_status 2 full --out y.ese.tar.zst --reserve much
# Before anything is copied, and only where it can be kept.
expect_status 8 full --out y.ese.tar.zst --offline-copy copied --reserve 8000P
expect_text 'bytes are free there; the copy takes [0-9]+, and [0-9]+ are to stay free'
[ ! -e copied ] || fail "there was no room, and it was copied"
expect_status 2 full --out - --reserve 1k
expect_status 2 full --to-command 'cat >taken' --reserve 1k
expect_text '--reserve is for an archive that becomes a file'
[ ! -e taken ] || fail "the command was run"
full -q --out y.ese.tar.zst --offline-copy copied --reserve 1k

# The cache: what was not in it is not in it afterwards; what was, stays.
command -v fincore >/dev/null || { echo "fincore is not installed"; exit 77; }
cached() { fincore -nb -o RES "$1" | tr -d ' '; }
drop() { /usr/bin/python3 -c 'import os, sys; f = os.open(sys.argv[1], os.O_RDONLY); os.fsync(f); os.posix_fadvise(f, 0, 0, os.POSIX_FADV_DONTNEED)' "$1"; }
cp -r "$data/clean-4k/files" cold
drop cold/data.edb
[ "$(cached cold/data.edb)" -eq 0 ] || { echo "this file system keeps files in the cache"; exit 77; }
"$ESEBACKUP" full -q --copy --instance cold --out cold.ese.tar.zst
size=$(stat -c %s cold/data.edb)
# Header, catalog and space trees are read when the engine opens the database.
[ "$(cached cold/data.edb)" -lt $((size / 4)) ] || fail "$(cached cold/data.edb) of $size bytes of the database stay in the cache"
[ "$(cached cold.ese.tar.zst)" -eq 0 ] || fail "the archive stays in the cache"
"$ESEBACKUP" verify -q cold.ese.tar.zst
cat cold/data.edb >/dev/null
"$ESEBACKUP" full -q --copy --instance cold --out warm.ese.tar.zst
[ "$(cached cold/data.edb)" -ge $((size * 3 / 4)) ] || fail "only $(cached cold/data.edb) of $size bytes are left to those who use it"
