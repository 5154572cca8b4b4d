# A backup that is killed leaves an instance that the next backup can use, whatever the moment.
. "$(dirname "$0")/common.inc"

set=$data/clean-4k
for delay in 0.002 0.005 0.01 0.015 0.02 0.03 0.05; do
    rm -rf instance && cp -r "$set/files" instance
    timeout --signal=KILL "$delay" "$ESEBACKUP" full --instance instance --out killed.ese.tar.zst >/dev/null 2>&1 || true
    # Either the whole archive, or nothing under its name.
    [ ! -e killed.ese.tar.zst ] || "$ESEBACKUP" verify killed.ese.tar.zst
    rm -f killed.ese.tar.zst .killed*
    "$ESEBACKUP" full --instance instance --out next.ese.tar.zst
    "$ESEBACKUP" verify next.ese.tar.zst
    "$ESEBACKUP" restore next.ese.tar.zst --to restored >/dev/null
    same_pages "$set/files/data.edb" restored/data.edb
    rm -rf next.ese.tar.zst restored
done
