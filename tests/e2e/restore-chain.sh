# A chain is restored from archives in any order or from their directory, up to its end and with the logs that are still there.
. "$(dirname "$0")/common.inc"

cp -r "$data/clean-4k/files" instance
cp instance/data.edb original.edb
mkdir backup
for kind in full incremental incremental differential; do "$ESEBACKUP" "$kind" -q --instance instance --out backup; done

"$ESEBACKUP" restore backup --to planned --plan >out
expect_text 'full backup of'
expect_text 'differential backup of'
expect_text 'up to the log position [0-9A-F]+:[0-9A-F]+:[0-9A-F]+$'
for logs in nowhere planned backup; do   # that are not there, or hold none
    mkdir -p planned
    case $logs in nowhere) wanted=2 ;; *) wanted=6 ;; esac
    expect_status $wanted "$ESEBACKUP" restore backup --logs $logs --to planned --plan
done
rmdir planned
expect_status 6 "$ESEBACKUP" restore backup --until 9999 --logs instance --to planned --plan
expect_text 'the logs end with generation [0-9]+, before the position that is wanted .*-543'
[ ! -e planned ] || fail "a plan made a directory"
"$ESEBACKUP" restore backup --to restored >out
expect_text 'data.edb: restored'
same_pages original.edb restored/data.edb
"$ESEBACKUP" restore -q $(ls -r backup/*) --to backwards
same_pages original.edb backwards/data.edb
"$ESEBACKUP" restore backup --logs instance --to forward >out
expect_text 'everything committed up to the log position [0-9A-F:]+ is there, with [0-9]+ logs? of instance'
same_pages original.edb forward/data.edb
expect_status 9 "$ESEBACKUP" incremental --instance restored --out backup
expect_text 'needs a full backup first'
"$ESEBACKUP" full -q --instance restored --out again.ese.tar.zst

# What is missing is named, and nothing is placed.
mkdir aside && mv backup/*-full-* aside
expect_status 6 "$ESEBACKUP" restore backup --to refused
expect_text 'which it continues, is not here'
[ ! -e refused ] || fail "a directory was left"
mv aside/* backup

# Logs that do not lead on from the archives are refused, and what was placed keeps another name.
if [ -d "$data/clean-8k" ]; then
    expect_status 6 "$ESEBACKUP" restore backup --logs "$data/clean-8k/files" --to foreign
    [ ! -e foreign/data.edb ] || fail "a database has its name"
fi

# What the original engine backed up, in archives of this tool's layout, is checked in the unit tests.
