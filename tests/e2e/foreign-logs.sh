# Logs that do not belong: of another instance, or of another branch of the same one, beside an instance, in a chain, and in a restore.
. "$(dirname "$0")/common.inc"

fresh() { rm -rf instance && cp -r "$data/clean-4k/files" instance; }
# A second log stream with the same page and log size: the copy that an offline backup makes begins one.
mkdir alone && cp "$data/clean-4k/files/data.edb" alone
"$ESEBACKUP" full -q --instance alone --offline-copy other --out other-copy.ese.tar.zst
for _ in 1 2 3; do "$ESEBACKUP" full -q --instance other --copy --out - >/dev/null 2>&1; done

# Beside an instance: a log of another stream, under the number of one that is backed up, and behind the newest.
fresh
"$ESEBACKUP" full -q --instance instance --keep-logs --out full.ese.tar.zst
cp -r instance kept
cp other/edb00002.log instance/edb0000B.log
expect_status 6 "$ESEBACKUP" incremental --instance instance --out refused.ese.tar.zst
expect_text 'edb0000B.log'
[ ! -e refused.ese.tar.zst ] || fail "an archive was left"
rm -rf instance && cp -r kept instance
cp other/edb00003.log instance/edb0000E.log
expect_status 6 "$ESEBACKUP" full --instance instance --out refused.ese.tar.zst
rm -rf instance && cp -r kept instance
cp other/edb.log instance/edb.log
expect_status 6 "$ESEBACKUP" full --instance instance --out refused.ese.tar.zst
[ ! -e refused.ese.tar.zst ] || fail "an archive was left"

# Two copies of an instance that both go on: two branches with the same numbers.
rm -rf instance && cp -r kept instance && cp -r kept twin
mkdir backup branch
cp full.ese.tar.zst backup && cp full.ese.tar.zst branch
for number in 1 2; do
    "$ESEBACKUP" incremental -q --instance instance --out backup/$number.ese.tar.zst
    "$ESEBACKUP" incremental -q --instance twin --out branch/$number.ese.tar.zst
done
# A log of the one in the other: the same generation with other bytes.
cp -r twin forked
"$ESEBACKUP" differential -q --instance instance --out backup
"$ESEBACKUP" differential -q --instance twin --out branch
cp twin/edb0000F.log instance/edb0000F.log 2>/dev/null || fail "the branches have no generation 15"
expect_status 6 "$ESEBACKUP" incremental --instance instance --out refused.ese.tar.zst
expect_text 'edb00010.log: generation 16 continues a log created .*, the one before it was created '
[ ! -e refused.ese.tar.zst ] || fail "an archive was left"

# Archives of both branches together: named by list and verify, and not restored.
mkdir mixed && cp backup/* mixed && cp branch/1.ese.tar.zst mixed/branch-1.ese.tar.zst && cp branch/2.ese.tar.zst mixed/branch-2.ese.tar.zst
expect_status 0 "$ESEBACKUP" list mixed
expect_text 'is another log here than in .*a fork'
expect_status 0 "$ESEBACKUP" verify mixed
expect_text 'warning: .*a fork'
expect_status 6 "$ESEBACKUP" restore mixed --to restored
expect_text 'generation [0-9]+ is another log here than in .*a fork.*give the archives of one branch only'
[ ! -e restored ] || fail "a directory was left"
"$ESEBACKUP" restore -q backup --to restored
same_pages "$data/clean-4k/files/data.edb" restored/data.edb
# The second incremental backup of one branch does not go on from the first one of the other.
mkdir crossed && cp full.ese.tar.zst backup/1.ese.tar.zst branch/2.ese.tar.zst crossed
expect_status 6 "$ESEBACKUP" verify crossed
forked='there is a gap .* the logs in crossed/1.ese.tar.zst have the same numbers and are not the same \(a fork\)'
expect_text "crossed/2.ese.tar.zst: $forked"
expect_status 0 "$ESEBACKUP" list crossed
expect_text "! $forked"
for plan in --plan ''; do
    # shellcheck disable=SC2086
    expect_status 6 "$ESEBACKUP" restore crossed $plan --to refused
    expect_text "$forked"
done

# Logs of another instance or branch to go on with.
expect_status 6 "$ESEBACKUP" restore full.ese.tar.zst --logs other --to refused
expect_status 6 "$ESEBACKUP" restore backup --logs forked --to refused2
[ ! -e refused/data.edb ] && [ ! -e refused2/data.edb ] || fail "a database has its name"
