# Every exit status of the table in esebackup(1), reached as an operator would, with the same code in JSON; with --json the last line is
# the summary or the error whatever the command is.
. "$(dirname "$0")/common.inc"

seen=" "
# STATUS CODE COMMAND...: without JSON, and with it
ends() {
    local status=$1 code=$2
    shift 2
    [ -z "${before:-}" ] || eval "$before"
    expect_status "$status" "$ESEBACKUP" "$@"
    [ -z "${before:-}" ] || eval "$before"
    local json=0
    "$ESEBACKUP" "$@" --json >lines 2>err || json=$?
    [ "$json" -eq "$status" ] || { cat lines err; fail "$* --json ended with $json"; }
    local last="{\"type\":\"error\",\"schema\":1,\"code\":\"$code\",\"exit\":$status,\"message\":\"..*"
    [ "$status" -ne 0 ] || last='{"type":"summary",.*'
    tail -1 lines | grep -q "^$last}$" || fail "$* --json ended with the line $(tail -1 lines)"
    seen="$seen$status "
}
fresh() { chmod -R u+w instance 2>/dev/null || true; rm -rf instance x.ese.tar.zst restored && cp -r "$data/clean-4k/files" instance; }

# 0 done, for each command
before='fresh; rm -rf backup; mkdir backup'
ends 0 done full --instance instance --out backup
before='fresh; rm -f x.ese.tar.zst'
ends 0 done full --instance instance --out x.ese.tar.zst
before=
cp -r instance kept
ends 0 done incremental --instance instance --out backup
ends 0 done differential --instance instance --out backup
cp x.ese.tar.zst good.ese.tar.zst
ends 0 done verify good.ese.tar.zst
ends 0 done list good.ese.tar.zst
ends 0 done inspect instance/edb.log
before='rm -rf restored'
ends 0 done restore good.ese.tar.zst --to restored
before=

# 1 another failure: a database that the logs name is not there
before='fresh; rm instance/data.edb'
ends 1 failure full --instance instance --out x.ese.tar.zst

# 2 usage, of every command and of none; CLI11's own numbers (100 and more) do not come through
before=fresh
ends 2 usage full --instance nowhere --out x.ese.tar.zst
for command in full incremental differential restore verify list inspect; do
    ends 2 usage $command
    ends 2 usage $command --no-such-option
    expect_status 0 "$ESEBACKUP" $command --help
done
ends 2 usage full --instance instance --out x.ese.tar.zst --level 20
ends 2 usage full --instance instance --out x.ese.tar.zst --level many
ends 2 usage full --instance instance --out x.ese.tar.zst --level
ends 2 usage full --instance instance --out x.ese.tar.zst --config nowhere
ends 2 usage full --instance instance --out good.ese.tar.zst
ends 2 usage restore good.ese.tar.zst --to instance
ends 2 usage verify nowhere
ends 2 usage list nowhere
ends 2 usage inspect nowhere
ends 2 usage fulll
ends 2 usage
ESEBACKUP_JSON=true expect_status 2 "$ESEBACKUP" full
expect_text '^\{"type":"error"'
expect_status 0 "$ESEBACKUP" --help
expect_status 0 "$ESEBACKUP" --version

# 3 the archive is durable, what comes behind it fails: a log can't be deleted.
if strace -o trace true 2>/dev/null; then
    fresh
    status=0
    strace -f -qq -o trace -e trace=unlink,unlinkat -P "$PWD/instance/edb00001.log" -e inject=unlink,unlinkat:error=EIO:when=1 \
        "$ESEBACKUP" full --instance instance --out x.ese.tar.zst --json >lines 2>err || status=$?
    if grep -q INJECTED trace; then
        [ "$status" -eq 3 ] || { cat lines err; fail "after the archive: $status"; }
        tail -1 lines | grep -q '"code":"after_archive","exit":3' || fail "after the archive: $(tail -1 lines)"
        "$ESEBACKUP" verify -q x.ese.tar.zst
        seen="${seen}3 "
    fi
fi

# What was done can't be said.
if [ -e /dev/full ]; then
    fresh
    for json in '' --json; do
        rm -f x.ese.tar.zst
        expect_status 3 bash -c '"$ESEBACKUP" full --instance instance --out x.ese.tar.zst '$json' 2>&1 >/dev/full'
        expect_text 'the archive x.ese.tar.zst is complete, but a later step failed: standard output could not be written'
        "$ESEBACKUP" verify -q x.ese.tar.zst
    done
    seen="${seen}3 "
fi

# 4 damage
before=
cp good.ese.tar.zst damaged.ese.tar.zst && printf 'damaged' | dd of=damaged.ese.tar.zst bs=1 seek=3000 conv=notrunc status=none
ends 4 damage verify damaged.ese.tar.zst
before='rm -rf restored'
ends 4 damage restore damaged.ese.tar.zst --to restored
head -c 5000 /dev/urandom >noise.ese.tar.zst
before=
ends 4 damage verify noise.ese.tar.zst
cp kept/edb.log damaged.log && printf 'damaged' | dd of=damaged.log bs=1 seek=5000 conv=notrunc status=none
ends 4 damage verify damaged.log
[ ! -e /dev/full ] || expect_status 4 bash -c '"$ESEBACKUP" verify damaged.log >/dev/full'

# 5 incomplete
head -c 5000 good.ese.tar.zst >cut.ese.tar.zst
ends 5 incomplete verify cut.ese.tar.zst
ends 5 incomplete list cut.ese.tar.zst
before='rm -rf restored'
ends 5 incomplete restore cut.ese.tar.zst --to restored

# 6 chain
before='rm -rf restored'
ends 6 chain restore backup/*-incremental-* --to restored
before='fresh; rm -f instance/edb.log'
ends 6 chain full --instance instance --out x2.ese.tar.zst

# 7 the source is damaged
before="fresh; printf damaged | dd of=instance/data.edb bs=1 seek=$((5 * 4096 + 100)) conv=notrunc status=none"
ends 7 source_damaged full --instance instance --out x.ese.tar.zst

# 8 the output can't be written
before=fresh
ends 8 output full --instance instance --to-command 'exit 1'
ends 8 output full --instance instance --out nowhere/x.ese.tar.zst
[ ! -e /dev/full ] || expect_status 8 bash -c '"$ESEBACKUP" full --instance instance --out - >/dev/full'
[ ! -e /dev/full ] || expect_status 8 bash -c '"$ESEBACKUP" list good.ese.tar.zst >/dev/full'

# 9 not possible now
ends 9 not_possible incremental --instance instance --out x.ese.tar.zst
before='fresh; rm instance/edb*'
ends 9 not_possible full --instance instance --out x.ese.tar.zst

# 10 overdue
fresh && before=
ends 10 overdue status instance --max-age 1d

# 75 busy: somebody holds the database
fresh && before=
flock instance/data.edb bash -c 'touch held; exec sleep 1000' &
holder=$!
eventually test -e held
ends 75 busy full --instance instance --out x.ese.tar.zst
kill $holder $(pgrep -P $holder) 2>/dev/null || true

# 128 + N
for signal in INT:2 TERM:15 HUP:1; do
    fresh
    # A script's background commands ignore SIGINT, and those of nohup SIGHUP.
    env --default-signal=INT,TERM,HUP \
        "$ESEBACKUP" full --json --instance instance --to-command 'cat >/dev/null; touch taken; sleep 1000' >lines 2>err &
    pid=$!
    eventually test -e taken
    rm -f taken
    kill -${signal%:*} $pid
    status=0
    wait $pid || status=$?
    [ "$status" -eq $((128 + ${signal#*:})) ] || fail "${signal%:*}: $status"
    tail -1 lines | grep -q "\"code\":\"interrupted\",\"exit\":$status" || fail "${signal%:*}: $(tail -1 lines)"
done

for status in 0 1 2 3 4 5 6 7 8 9 10 75; do
    [[ "$seen" == *" $status "* ]] || fail "nothing ended with $status"
done
