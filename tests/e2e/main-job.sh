# Every clean set: full backup, verify, list, restore; the restored database is clean and page for page the original.
. "$(dirname "$0")/common.inc"

main_job() {   # NAME ORIGINAL-DATABASE BACKUP-ARGUMENTS...
    local name=$1 original=$2
    shift 2
    local file
    file=$(basename "$original")
    echo "-- $name"
    "$ESEBACKUP" full "$@" --out "$name.ese.tar.zst"
    "$ESEBACKUP" verify "$name.ese.tar.zst"
    "$ESEBACKUP" list "$name.ese.tar.zst" >out
    expect_text 'full|copy'
    "$ESEBACKUP" list --json "$name.ese.tar.zst" | tail -1 | python3 -c 'import json,sys; json.loads(sys.stdin.read())'
    "$ESEBACKUP" restore "$name.ese.tar.zst" --to "$name-restored"
    [ "$(database_state "$name-restored/$file")" -eq 3 ] || fail "$name: the restored database is not clean"
    same_pages "$original" "$name-restored/$file"
    "$ESEBACKUP" verify "$name-restored/$file"
    same_tables "$original" "$name-restored/$file"

    mkdir "$name-rescue"
    zstd -dcq "$name.ese.tar.zst" | tar x -C "$name-rescue"
    find "$name-rescue" -name "$file" | grep -q . || fail "$name: zstd and tar do not give the database"

    # What was restored is an instance that can be backed up again.
    "$ESEBACKUP" full --instance "$name-restored" --out "$name-again.ese.tar.zst" >/dev/null
    "$ESEBACKUP" verify "$name-again.ese.tar.zst" >/dev/null
    rm -rf "$name"*
}

for set in "$data"/clean-*; do
    name=$(basename "$set")
    cp -r "$set/files" instance
    main_job "$name" "$set/files/data.edb" --instance instance
    rm -rf instance
done

# Databases without logs are backed up from a copy that gets a log of its own.
for database in "$data"/dissect-*.edb "$data"/srum-SRUDB.dat "$data"/ual-SystemIdentity.mdb; do
    [ -f "$database" ] || continue
    mkdir instance
    cp "$database" instance
    before=$(sha256sum instance/*)
    main_job "$(basename "$database")" "$database" --instance instance --offline-copy copy
    [ "$before" = "$(sha256sum instance/*)" ] || fail "the source was touched"
    rm -rf instance copy
done
