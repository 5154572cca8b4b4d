# One backup of an instance at a time: the second one is told so and goes, and the first one ends as if nothing had been.
. "$(dirname "$0")/common.inc"

cp -r "$data/clean-4k/files" instance
mkfifo gate
"$ESEBACKUP" full --instance instance --to-command 'cat >first.ese.tar.zst; touch taken; read -r _ <gate' >first.out 2>&1 &
first=$!
eventually test -e taken

for kind in full incremental 'full --copy'; do
    expect_status 75 "$ESEBACKUP" $kind --instance instance --out second.ese.tar.zst
    expect_text "instance: another job of esebackup works here: in use by process $first; --wait lets this one wait for it"
done
expect_status 75 "$ESEBACKUP" full --instance instance --out second.ese.tar.zst --json
expect_text '"type":"error".*"code":"busy","exit":75.*"jet_name":"JET_errBackupInProgress"'
[ ! -e second.ese.tar.zst ] || fail "an archive was left"
# Another way to the same instance is no other instance.
ln -s instance link
expect_status 75 "$ESEBACKUP" full --instance link --out second.ese.tar.zst
# Looking is allowed.
"$ESEBACKUP" inspect instance/edb.log >/dev/null

echo >gate
wait "$first" || { cat first.out; fail "the first backup failed"; }
"$ESEBACKUP" verify -q first.ese.tar.zst
"$ESEBACKUP" full -q --instance instance --out second.ese.tar.zst
