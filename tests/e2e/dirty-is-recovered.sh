# A backup of an instance that was killed recovers it first, and says so. Without the logs that takes it is refused before anything is written.
. "$(dirname "$0")/common.inc"

seen=0
for set in "$data"/dirty-*; do
    [ -d "$set" ] || continue
    cp -r "$set/files" instance
    "$ESEBACKUP" full --instance instance --out taken.ese.tar.zst --keep-logs >out 2>&1 || fail "$set: $(cat out)"
    expect_text 'was not shut down cleanly .* is recovered first'
    "$ESEBACKUP" verify -q taken.ese.tar.zst
    "$ESEBACKUP" verify -q instance/data.edb
    "$ESEBACKUP" restore -q taken.ese.tar.zst --to restored
    rm -rf instance restored taken.ese.tar.zst
    seen=1
done

if [ -d "$data/torn-log-required-missing" ]; then
    cp -r "$data/torn-log-required-missing/files" instance
    before=$(cd instance && sha256sum ./*)
    expect_status 6 "$ESEBACKUP" full --instance instance --out refused.ese.tar.zst
    expect_text 'generation'
    [ "$before" = "$(cd instance && sha256sum ./*)" ] || fail "the source was touched"
    [ ! -e refused.ese.tar.zst ] || fail "an archive was left"
    rm -rf instance
fi
if [ -f "$data/ual-Current-dirty.mdb" ]; then
    mkdir instance && cp "$data/ual-Current-dirty.mdb" instance
    expect_status 9 "$ESEBACKUP" full --instance instance --offline-copy copy --out refused.ese.tar.zst
    expect_text "generation 124"
    expect_text 'JET_errDatabaseDirtyShutdown, -550'
    [ ! -e refused.ese.tar.zst ] || fail "an archive was left"
    seen=1
fi
[ $seen -eq 1 ] || { echo "no dirty sets here"; exit 77; }
