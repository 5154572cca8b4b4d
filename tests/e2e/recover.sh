# A copied directory of an instance that was killed becomes clean: in place, as a copy, and with its databases elsewhere.
. "$(dirname "$0")/common.inc"

cp -r "$data/clean-4k/files" clean
before=$(cd clean && sha256sum ./*)
"$ESEBACKUP" recover clean >out
expect_text 'every database was shut down cleanly'
[ "$before" = "$(cd clean && sha256sum ./*)" ] || fail "a clean instance was changed"

[ -d "$data/dirty-8k" ] || { echo "no dirty sets here"; exit 77; }
for set in "$data"/dirty-*; do
    rm -rf instance copy
    cp -r "$set/files" instance
    before=$(cd instance && sha256sum ./*)
    "$ESEBACKUP" recover instance --dry-run >out
    expect_text 'requires the log generation'
    "$ESEBACKUP" recover instance --to copy >out
    expect_text 'recovered \(a copy of'
    [ "$before" = "$(cd instance && sha256sum ./*)" ] || fail "$set: the original was changed"
    "$ESEBACKUP" recover instance >out
    expect_text 'data.edb: recovered'
    for database in instance/*.edb; do
        same_pages "$database" "copy/$(basename "$database")"
        [ "$(database_state "$database")" = 3 ] || fail "$database is not clean"
        "$ESEBACKUP" verify -q "$database"
    done
    [ -z "$(find copy -name '*.unrecovered')" ] || fail "a name that is not final is left"
    "$ESEBACKUP" full -q --instance copy --out "$(basename "$set").ese.tar.zst"
done

# While another job works there, nothing is said of what it may still change: what is there when it has ended counts.
rm -rf instance copy && cp -r "$data/dirty-8k/files" instance
mv instance/edb.log hidden.log
exec 9>instance/.esebackup.lock
flock -x 9
expect_status 75 "$ESEBACKUP" recover instance
"$ESEBACKUP" recover instance --wait 60s >waited.out 2>&1 9>&- &
job=$!
eventually grep -q 'waiting; another job of esebackup works here' waited.out
mv hidden.log instance/edb.log
exec 9>&-
wait $job || { cat waited.out; fail "it did not wait"; }
[ "$(database_state instance/data.edb)" = 3 ] || fail "it waited and recovered nothing"

# The database has another name and lies elsewhere: known by its signature where it is said where it is.
rm -rf instance copy && cp -r "$data/dirty-8k/files" instance
mkdir elsewhere && mv instance/data.edb elsewhere/renamed.edb
logged=$("$ESEBACKUP" inspect instance/edb.chk | grep -oiE '[a-z]:\\[^ ]*data\.edb' | head -1)
expect_status 1 "$ESEBACKUP" recover instance
expect_text 'names the database'
expect_status 2 "$ESEBACKUP" recover instance --map "$logged=elsewhere/renamed.edb" --map 'C:\other.edb=elsewhere/renamed.edb'
expect_text 'the logs do not name the database C:.other.edb'
expect_status 2 "$ESEBACKUP" recover instance --map "$logged=elsewhere/misspelt.edb"
expect_text 'misspelt.edb: there is no such file'
"$ESEBACKUP" recover instance --map "$logged=elsewhere/renamed.edb" >out
expect_text 'renamed.edb: recovered'
"$ESEBACKUP" verify -q elsewhere/renamed.edb

# A required log is missing: named, nothing changed.
if [ -d "$data/torn-log-required-missing" ]; then
    rm -rf instance && cp -r "$data/torn-log-required-missing/files" instance
    before=$(cd instance && sha256sum ./*)
    expect_status 6 "$ESEBACKUP" recover instance --dry-run
    expect_status 6 "$ESEBACKUP" recover instance --to copy
    expect_status 6 "$ESEBACKUP" recover instance
    expect_text 'generation [0-9]+ \(edb.*\) is not in'
    [ "$before" = "$(cd instance && sha256sum ./*)" ] || fail "something was changed"
    [ ! -e copy ] || fail "a directory was left"
fi
