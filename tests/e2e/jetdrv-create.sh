# The workload of the reference data, made here by the client that made it on the original engine: the same tables, rows
# and index entries, byte for byte; also where the process was killed and its databases are made again from the logs.
root=$(realpath "$(dirname "$0")/../..")
shared=${ESEBACKUP_SHARED:-$(realpath -m "$root/../shared")}
. "$root/tests/e2e/common.inc"

[ -f "$shared/tools/jetdrv.cpp" ] || { echo "no jetdrv.cpp in $shared/tools"; exit 77; }
g++ -std=c++20 -I"$root/include" "$shared/tools/jetdrv.cpp" "$BUILD/libesent.a" -llz4 -lpthread -o jetdrv
dumps=0

run() { ./jetdrv "${options[@]}" "$@" >out 2>&1; }
same_dump() {   # DATABASE EXPECTED
    ./jetdrv dump "$1" dump.jsonl >out 2>&1 || fail "$1: $(cat out)"
    cmp dump.jsonl "$2" || fail "$1 has other contents than $2"
    dumps=$((dumps + 1))
}
# jetdrv's options and command for a set, from what the set says of itself.
command_of() { grep -o '"jetdrv --[^"]*"' "$data/$1/meta.json" | grep " $2 DIR" | head -1 | tr -d '"'; }
killed() {   # SET COMMAND: the process kills itself; all is in the logs
    local set=$1 words
    [ -d "$data/$set" ] || return 0
    read -ra words <<<"$(command_of "$set" "$2")"
    [ ${#words[@]} -gt 0 ] || fail "$set does not say how it was made"
    options=()
    local arguments=()
    for word in "${words[@]:1}"; do case $word in --*) options+=("$word") ;; *) arguments+=("${word/DIR/instance}") ;; esac; done
    mkdir instance
    # In a shell of its own, which does not tell of the kill.
    bash -c '"$@" >out 2>&1' - ./jetdrv "${options[@]}" "${arguments[@]}" 2>/dev/null && fail "$set: not killed"
    cp -r instance without-database
    rm without-database/data.edb without-database/edb.chk
    run recover instance || fail "$set: $(cat out)"
    same_dump instance/data.edb "$data/$set/expected.jsonl"
    run recover "$PWD/without-database" || fail "$set, from its logs alone: $(cat out)"
    same_dump without-database/data.edb "$data/$set/expected.jsonl"
    rm -rf instance without-database
}

for set in clean-4k clean-8k clean-16k clean-32k; do
    [ -d "$data/$set" ] || continue
    read -ra words <<<"$(command_of "$set" create)"
    mkdir instance
    options=()
    for word in "${words[@]:1}"; do case $word in --*) options+=("$word") ;; *) count=$word ;; esac; done
    run create instance "$count" || fail "$set: $(cat out)"
    same_dump instance/data.edb "$data/$set/expected.jsonl"
    run verify instance/data.edb || fail "$set: $(cat out)"
    # Another reader; its version can't read AllTypes (data/README.md).
    esedbinfo instance/data.edb >tables || fail "esedbinfo can't read it"
    for table in AllTypes Lv Many Seq Meta; do grep -q "$table" tables || fail "esedbinfo does not see $table"; done
    esedbexport -m tables -T Many -t exported instance/data.edb >out 2>&1 || fail "esedbexport can't read it: $(cat out)"
    [ "$(($(wc -l <exported.export/Many.*) - 1))" = "$(grep -c '"table":"Many","row"' dump.jsonl)" ] || fail "esedbexport sees other rows"
    rm -rf instance exported.export
done
killed dirty-8k-ddl ddl

[ $dumps -gt 0 ] || { echo "no sets here"; exit 77; }
echo "$dumps databases have the same contents"
