# What --dry-run says is what the run then does, and it writes nothing.
. "$(dirname "$0")/common.inc"

field() { python3 -c 'import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
found = [line for line in lines if line["type"] == sys.argv[2]][0]
print(eval("found" + sys.argv[3]))' "$@"; }

# WHAT-IT-BECOMES OPTION...: the dry run, then the run.
same() {
    local becomes=$1 before
    shift
    before=$(cd instance && sha256sum ./*)
    "$ESEBACKUP" "$@" --instance instance --json --dry-run >forecast
    [ "$before" = "$(cd instance && sha256sum ./*)" ] || fail "$*: the dry run touched the source"
    [ "$(field forecast plan '["kind"]')" = "$becomes" ] || fail "$*: it would be a $(field forecast plan '["kind"]')"
    [ "$(tail -1 forecast | grep -c '"dry_run":true')" -eq 1 ] || fail "$*: no summary"
    local first
    first=$(find instance -name 'edb?????.log' | wc -l)
    "$ESEBACKUP" "$@" --instance instance --json >run 2>run.err || { cat run run.err; fail "$*"; }
    [ -s run ] && grep -q summary run || cp run.err run
    for part in '["kind"]' '["logs"]["first"]' '["logs"]["last"]'; do
        [ "$(field forecast plan "$part")" = "$(field run summary "$part")" ] || fail "$*: $part is another one in the run"
    done
    local deleted
    deleted=$(field forecast plan '.get("logs_deleted", {"first": 1, "last": 0})')
    deleted=$(python3 -c "d = $deleted; print(d['last'] - d['first'] + 1)")
    [ "$deleted" = "$(field run summary '["logs_deleted"]')" ] || fail "$*: $deleted logs were to be deleted"
}

cp -r "$data/clean-4k/files" instance
mkdir backup
same full full --keep-logs --out backup
same copy full --copy --out backup
same incremental incremental --out backup
same full full --out backup
same incremental incremental --out backup
same differential differential --out backup
same full full --to-command 'cat >taken'
# STATUS OPTION...: what stops the run stops the dry run, with the same words.
refused() {
    expect_status "$1" "$ESEBACKUP" full --instance instance "${@:2}" --dry-run
    mv out forecast
    expect_status "$1" "$ESEBACKUP" full --instance instance "${@:2}"
    local told='s/[0-9]+ bytes are free//'
    [ "$(sed -E "$told" forecast | tail -1)" = "$(sed -E "$told" out | tail -1)" ] || { cat forecast out; fail "${*:2}: other words"; }
}
touch a-file
refused 8 --out backup --reserve 8000P
refused 8 --out nowhere/x.ese.tar.zst
refused 8 --out a-file/x.ese.tar.zst
refused 2 --out nowhere/
refused 2 --out backup --metrics nowhere/esebackup.prom
refused 2 --out backup --metrics instance/edb.log
refused 2 --out backup --offline-copy backup
refused 8 --out nowhere/x.ese.tar.zst --offline-copy copied
refused 2 --out backup --assume-durable
refused 2 --to-command cat --reserve 1k
refused 2 --out backup --recipient nowhere.key
[ ! -e copied ] || fail "it was copied before it was known that there is no place for the archive"
expect_status 2 "$ESEBACKUP" full --instance instance --dry-run --out taken
expect_text 'never overwrites'

# To standard output it becomes a lesser kind, and the archive is all that is written there.
"$ESEBACKUP" full --instance instance --out - --dry-run >out 2>&1
expect_text 'a copy backup would be written to standard output'
[ "$(find . -name '*.ese.tar.zst' | wc -l)" -eq 6 ] || fail "there are $(find . -name '*.ese.tar.zst' | wc -l) archives"

# Another database of the same logs, never backed up: what it may need stays.
if [ -d "$data/chain-8k" ]; then
    mkdir both
    cp -r "$data/chain-8k/recovered/full+inc1+inc2+live"/* both
    cp "$data"/chain-8k/files/live/* both
    rm -f both/edb.chk
    before=$(find both -name 'edb?????.log' | wc -l)
    "$ESEBACKUP" full --instance both --database data.edb --out - >one 2>out || { cat out; fail "one of two databases"; }
    "$ESEBACKUP" full --instance both --database data.edb --out one.ese.tar.zst >out 2>&1 || { cat out; fail "one of two"; }
    expect_text 'logs kept: .*second.edb has the same logs, is not in this backup, and was never backed up'
    [ "$(find both -name 'edb?????.log' | wc -l)" -ge "$before" ] || fail "logs were deleted"
fi
