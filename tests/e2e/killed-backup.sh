# A backup that is killed at any write leaves an instance that the next backup can use, and either a whole archive or none.
. "$(dirname "$0")/common.inc"

command -v strace >/dev/null || { echo "strace is not installed"; exit 77; }
set=$data/clean-4k

for call in fsync pwrite64 renameat2 unlink; do
    for number in $(seq 1 60); do
        rm -rf instance && cp -r "$set/files" instance
        status=0
        strace -f -qq -o trace -e "trace=$call" -e "inject=$call:signal=SIGKILL:when=$number" \
            "$ESEBACKUP" full --instance instance --out killed.ese.tar.zst >out 2>&1 || status=$?
        [ $status -eq 137 ] || [ $status -eq 0 ] || { cat out; echo "strace can't do that here"; exit 77; }
        [ ! -e killed.ese.tar.zst ] || "$ESEBACKUP" verify --quiet killed.ese.tar.zst
        [ $status -eq 137 ] || break
        rm -f killed.ese.tar.zst .killed*

        after=0
        "$ESEBACKUP" full --instance instance --out next.ese.tar.zst >out 2>&1 || after=$?
        [ $after -eq 0 ] || { cat out; fail "after a kill at $call $number the instance can't be used ($after)"; }
        "$ESEBACKUP" verify --quiet next.ese.tar.zst
        "$ESEBACKUP" restore --quiet next.ese.tar.zst --to restored
        same_pages "$set/files/data.edb" restored/data.edb
        rm -rf next.ese.tar.zst restored
    done
    [ "$number" -gt 1 ] && [ $status -eq 0 ] || fail "no end of $call calls, or none was met"
    echo "$call: killed at each of $((number - 1)) calls"
    rm -f killed.ese.tar.zst
done
