# What needs recovery is refused before anything is written, and the message says which log generations it needs.
. "$(dirname "$0")/common.inc"

refused() {   # NAME
    local before
    before=$(cd instance && sha256sum ./*)
    expect_status 9 "$ESEBACKUP" full --instance instance --out refused.ese.tar.zst
    [ "$before" = "$(cd instance && sha256sum ./*)" ] || fail "$1: the source was touched"
    [ ! -e refused.ese.tar.zst ] || fail "$1: an archive was left"
    rm -rf instance
}

seen=0
for set in "$data"/dirty-*; do
    [ -d "$set" ] || continue
    cp -r "$set/files" instance
    refused "$(basename "$set")"
    expect_text 'generation'
    seen=1
done
if [ -f "$data/ual-Current-dirty.mdb" ]; then
    mkdir instance && cp "$data/ual-Current-dirty.mdb" instance
    expect_status 6 "$ESEBACKUP" full --instance instance --offline-copy copy --out refused.ese.tar.zst
    expect_text "generation 124 .edb0007C.log."
    expect_text 'JET_errDatabaseDirtyShutdown, -550'
    [ ! -e refused.ese.tar.zst ] || fail "an archive was left"
    seen=1
fi
[ $seen -eq 1 ] || { echo "no dirty sets here"; exit 77; }
