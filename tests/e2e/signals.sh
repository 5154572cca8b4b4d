# A signal ends every command within a second with 128 and its number, wherever the command happens to wait; the backup is aborted, what was
# half written is gone, and the instance can be used at once. SIGUSR1 asks how far it is.
. "$(dirname "$0")/common.inc"

set=$data/clean-4k
cp -r "$set/files" instance
had=$(find instance -name 'edb[0-9]*.log' | wc -l)

# In the background a script's commands ignore SIGINT.
start() { env --default-signal=INT,HUP "$@" >out 2>&1 & pid=$!; }

now_ms() { date +%s%3N; }
# What this machine, or what else it does, makes slow is not counted.
begun=$(now_ms)
"$ESEBACKUP" --version >/dev/null
patience=$((2500 + 10 * ($(now_ms) - begun)))
forever="sleep 9$$"   # and no other test has such a process

# stop SIGNAL: sends it, and the process has to end with it in time.
stop() {
    local before after status=0
    before=$(now_ms)
    kill -s "$1" "$pid"
    wait "$pid" || status=$?
    after=$(now_ms)
    [ "$status" -eq $((128 + $(kill -l "$1"))) ] || { cat out; fail "$1 ended it with $status"; }
    [ $((after - before)) -le $patience ] || fail "$1 took $((after - before)) ms"
}

untouched() { # no log is gone, nothing half written is there, and the instance is free
    [ "$(find instance -name 'edb[0-9]*.log' | wc -l)" -ge "$had" ] || fail "logs were deleted"
    [ -z "$(find . -name '.*partial*')" ] || fail "something half written is left"
    [ ! -e instance/edb.lock ] || fail "the lock is left"
    expect_status 9 "$ESEBACKUP" incremental --instance instance --to-command 'cat >/dev/null'
    expect_text -560
}

# A reader of the pipe that does not read, and a command that does not end: of each signal.
mkfifo pipe
for signal in INT TERM HUP; do
    for command in "touch began; trap '' TERM INT HUP; $forever" "cat >/dev/null; touch began; $forever & $forever"; do
        rm -f began
        start "$ESEBACKUP" full --instance instance --to-command "$command"
        eventually test -e began
        stop $signal
        untouched
    done
    exec 8<>pipe   # both ends, so that it neither blocks nor breaks; it takes 64 KiB
    env --default-signal=INT,HUP "$ESEBACKUP" full --instance instance --out - >&8 2>out & pid=$!
    eventually grep -q copy out
    sleep 0.3
    stop $signal
    exec 8>&-
    untouched
done
none_is_left() { ! pgrep -f "$forever" >/dev/null; }
eventually none_is_left || fail "what the command started goes on"

# Reading a bad page again and again takes 13 seconds.
cp -r instance damaged
printf 'no page is like this' | dd of=damaged/data.edb bs=1 seek=$((20 * 4096)) conv=notrunc status=none
start "$ESEBACKUP" full --instance damaged --out bad.ese.tar.zst
eventually test -e "damaged/edb.lock"
sleep 1
kill -0 "$pid" || fail "reads are not repeated"
stop TERM
[ -z "$(find . -maxdepth 1 -name '*bad*')" ] || fail "something is left"
[ ! -e damaged/edb.lock ] || fail "the lock is left"

# At level 19 a frame of 16 MiB is in compression for many seconds.
if [ -f "$data/dissect-large.edb" ]; then
    mkdir slow && cp "$data/dissect-large.edb" slow
    start "$ESEBACKUP" full --instance slow --offline-copy slow-copy --level 19 --threads 1 --out slow.ese.tar.zst
    eventually test -e slow-copy/edb.lock
    sleep 1
    kill -0 "$pid" || { cat out; fail "level 19 is too fast to be stopped"; }
    stop INT
    [ -z "$(find . -maxdepth 1 -name '*slow.ese*')" ] || fail "something is left"
fi

# Reading a pipe through which nothing comes any more.
"$ESEBACKUP" full --quiet --instance instance --out good.ese.tar.zst
exec 8<>pipe
for command in verify 'restore --to restored'; do
    head -c 30000 good.ese.tar.zst >&8
    # shellcheck disable=SC2086
    env --default-signal=INT,HUP "$ESEBACKUP" ${command%% *} - $([ "$command" = verify ] || echo --to restored) <pipe >out 2>&1 & pid=$!
    sleep 0.5
    stop TERM
    [ ! -e restored/data.edb ] || fail "a database that is not complete has its name"
    timeout 1 cat pipe >/dev/null || true
done
exec 8>&-
"$ESEBACKUP" restore --quiet good.ese.tar.zst --to restored
same_pages instance/data.edb restored/data.edb

# A pipe that nobody writes to is not waited for.
expect_status 2 timeout 5 "$ESEBACKUP" verify pipe

# How far it is.
rm -f began
start "$ESEBACKUP" full --copy --instance instance --to-command 'touch began; sleep 2; cat >/dev/null'
eventually test -e began
kill -USR1 "$pid"
wait "$pid" || { cat out; fail "SIGUSR1 ended it"; }
expect_text '^esebackup: .*(%|bytes|iB).*/s'

# The second SIGINT does not wait for anything: the command still has half a second to end by itself. A machine that is busy may take
# several tries to be that quick.
for _ in $(seq 10); do
    rm -f began
    start "$ESEBACKUP" full --copy --instance instance --to-command 'touch began; trap "" TERM; sleep 20'
    eventually test -e began
    before=$(now_ms) status=0
    kill -INT "$pid"
    sleep 0.1
    kill -INT "$pid" 2>/dev/null || true
    wait "$pid" || status=$?
    took=$(($(now_ms) - before))
    [ $status -eq 130 ] || { cat out; fail "SIGINT ended it with $status"; }
    [ $took -ge 500 ] || break
done
[ $took -lt 500 ] || fail "the second SIGINT waited: $took ms"
