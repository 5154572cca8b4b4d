# What was backed up is restored, recovered and walked, and nothing of that is left.
. "$(dirname "$0")/common.inc"

cp -r "$data/clean-4k/files" instance
mkdir backup scratch
for kind in full incremental differential; do "$ESEBACKUP" "$kind" -q --instance instance --out backup; done
"$ESEBACKUP" verify backup --deep --scratch scratch >out
expect_text 'restored and recovered, 1 database walked, good'
[ -z "$(ls scratch)" ] || fail "something was left in the scratch directory"

before=$(sha256sum instance/data.edb)
"$ESEBACKUP" verify instance/data.edb --deep >out
expect_text '1 database walked, good'
[ "$before" = "$(sha256sum instance/data.edb)" ] || fail "the database was changed"

expect_status 6 "$ESEBACKUP" verify backup/*-incremental-* --deep --scratch scratch
expect_text "can't be restored to look deeper"
expect_status 2 "$ESEBACKUP" verify - --deep <"$(ls backup/*-full-*)"
expect_status 8 "$ESEBACKUP" verify backup --deep --scratch /proc/nowhere

# Sets of the original engine, recovered here.
for set in "$data"/dirty-*; do
    [ -d "$set" ] || continue
    "$ESEBACKUP" recover "$set/files" --to recovered >/dev/null
    "$ESEBACKUP" verify recovered/data.edb --deep >out
    expect_text 'walked, good'
    rm -rf recovered
done
