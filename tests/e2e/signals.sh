# A signal ends every command within a second with 128 and its number, wherever the command happens to wait; the backup is aborted, what was
# half written is gone, and the instance can be used at once. SIGUSR1 asks how far it is.
. "$(dirname "$0")/common.inc"

set=$data/clean-4k
cp -r "$set/files" instance
had=$(find instance -name 'edb[0-9]*.log' | wc -l)

# In the background a script's commands ignore SIGINT.
start() { env --default-signal=INT,HUP "$@" >out 2>&1 & pid=$!; }

# stop SIGNAL: sends it, and the process has to end with it in time.
stop() {
    local before after status=0
    before=$(date +%s%N)
    kill -s "$1" "$pid"
    wait "$pid" || status=$?
    after=$(date +%s%N)
    [ "$status" -eq $((128 + $(kill -l "$1"))) ] || { cat out; fail "$1 ended it with $status"; }
    [ $(((after - before) / 1000000)) -le "${patience:-2500}" ] || fail "$1 took $(((after - before) / 1000000)) ms"
}

until_true() { # waits until the condition holds
    for _ in $(seq 1 200); do
        if "$@"; then return 0; fi
        sleep 0.05
    done
    fail "this never came true: $*"
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
    for command in 'touch began; trap "" TERM INT HUP; sleep 98765' 'cat >/dev/null; touch began; sleep 98765 & sleep 98765'; do
        rm -f began
        start "$ESEBACKUP" full --instance instance --to-command "$command"
        until_true test -e began
        stop $signal
        untouched
    done
    exec 8<>pipe   # both ends, so that it neither blocks nor breaks; it takes 64 KiB
    env --default-signal=INT,HUP "$ESEBACKUP" full --instance instance --out - >&8 2>out & pid=$!
    until_true grep -q copy out
    sleep 0.3
    stop $signal
    exec 8>&-
    untouched
done
sleep 0.2
[ -z "$(pgrep -f 'sleep 98765' || true)" ] || fail "what the command started goes on"

# Reading a bad page again and again takes 13 seconds.
cp -r instance damaged
printf 'no page is like this' | dd of=damaged/data.edb bs=1 seek=$((20 * 4096)) conv=notrunc status=none
start "$ESEBACKUP" full --instance damaged --out bad.ese.tar.zst
until_true test -e "damaged/edb.lock"
sleep 1
kill -0 "$pid" || fail "reads are not repeated"
stop TERM
[ -z "$(find . -maxdepth 1 -name '*bad*')" ] || fail "something is left"
[ ! -e damaged/edb.lock ] || fail "the lock is left"

# At level 19 a frame of 16 MiB is in compression for many seconds.
if [ -f "$data/dissect-large.edb" ]; then
    mkdir slow && cp "$data/dissect-large.edb" slow
    start "$ESEBACKUP" full --instance slow --offline-copy slow-copy --level 19 --out slow.ese.tar.zst
    until_true test -e slow-copy/edb.lock
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
until_true test -e began
kill -USR1 "$pid"
wait "$pid" || { cat out; fail "SIGUSR1 ended it"; }
expect_text '^esebackup: .*(%|bytes|iB).*/s'

# The second SIGINT does not wait for anything.
rm -f began
start "$ESEBACKUP" full --copy --instance instance --to-command 'touch began; trap "" TERM; sleep 20'
until_true test -e began
kill -INT "$pid"
sleep 0.15
patience=400 stop INT
