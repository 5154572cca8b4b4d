# jetdrv dumps every table, row and index entry of what the original engine wrote: clean databases, dirty ones after a
# recovery here, backups and chains after a restore here. Each dump is byte for byte the original engine's own.
root=$(realpath "$(dirname "$0")/../..")
shared=${ESEBACKUP_SHARED:-$(realpath -m "$root/../shared")}
. "$root/tests/e2e/common.inc"

[ -f "$shared/tools/jetdrv.cpp" ] || { echo "no jetdrv.cpp in $shared/tools"; exit 77; }
g++ -std=c++20 -I"$root/include" "$shared/tools/jetdrv.cpp" "$BUILD/libesent.a" -llz4 -lpthread -o jetdrv
dumps=0

same_dump() {   # DATABASE EXPECTED
    ./jetdrv dump "$1" dump.jsonl >out 2>&1 || fail "$1: $(cat out)"
    cmp dump.jsonl "$2" || fail "$1 has other contents than $2"
    dumps=$((dumps + 1))
}
recover() {   # SET [OPTION...]
    local set=$1 log_bytes
    shift
    [ -d "$data/$set" ] || return 0
    cp -r "$data/$set/files" instance
    log_bytes=$(stat -c %s instance/edb.log)
    ./jetdrv --page="$(page_bytes instance/data.edb)" --logkb=$((log_bytes / 1024)) "$@" recover instance >out || fail "$set: $(cat out)"
    same_dump instance/data.edb "$data/$set/expected.jsonl"
    rm -rf instance
}
restore() {   # DIRECTORY ORIGINAL EXPECTED SECOND: target may hold further logs already
    ./jetdrv --page="$(page_bytes "$1/data.edb")" --logkb=$(($(stat -c %s "$(ls "$1"/edb*.log | head -1)") / 1024)) \
        restore "$1" restored "$2" >out || fail "$1: $(cat out)"
    same_dump restored/data.edb "$3"
    same_dump restored/second.edb "$4"
    rm -rf restored
}

for set in clean-4k clean-8k clean-16k clean-32k clean-8k-efv9600; do
    [ ! -d "$data/$set" ] || same_dump "$data/$set/files/data.edb" "$data/$set/expected.jsonl"
done
for set in dirty-4k dirty-8k dirty-32k dirty-8k-ddl torn-log-onebit torn-log-zero-last-sector; do recover $set; done
recover dirty-8k-circ --circ=1
for set in fullbackup-4k fullbackup-8k fullbackup-32k; do
    [ -d "$data/$set" ] || continue
    cp -r "$data/$set/files" backup
    restore backup "C:\\ese\\$set" "$data/$set/expected.jsonl" "$data/$set/expected-second.jsonl"
    rm -rf backup
done
if [ -d "$data/chain-8k" ]; then
    mkdir backup
    stop=
    for part in full inc1 inc2; do
        cp -f "$data/chain-8k/files/$part"/* backup
        stop=${stop:+$stop+}$part
        restore backup 'C:\ese\chain-8k' "$data/chain-8k/expected-$stop.jsonl" "$data/chain-8k/expected-$stop-second.jsonl"
    done
    mkdir restored && cp "$data/chain-8k/files/live"/*.log restored
    restore backup 'C:\ese\chain-8k' "$data/chain-8k/expected-$stop+live.jsonl" "$data/chain-8k/expected-$stop+live-second.jsonl"
fi
for expected in "$data"/real-dumps/*.jsonl; do
    [ ! -f "$expected" ] || same_dump "$data/$(basename "$expected" .jsonl)" "$expected"
done
[ $dumps -gt 0 ] || { echo "no sets here"; exit 77; }
echo "$dumps databases have the same contents"
