# Logs that are missing: those that nobody needs any more, one in the middle, the newest closed one, the current one.
. "$(dirname "$0")/common.inc"

fresh() { rm -rf instance && cp -r "$data/clean-4k/files" instance; }
listing() { (cd instance && sha256sum ./*); }
refused() {   # STATUS TEXT COMMAND...: and nothing was touched
    local before
    before=$(listing)
    expect_status "$1" "$ESEBACKUP" "${@:3}" --instance instance --out refused.ese.tar.zst
    expect_text "$2"
    [ "$before" = "$(listing)" ] || fail "${*:3}: the source was touched"
    [ ! -e refused.ese.tar.zst ] || fail "an archive was left"
}

# A full backup of a clean database needs none of the closed logs; what it deletes it counts.
for log in 1 5 A; do
    fresh && rm "instance/edb0000$log.log"
    "$ESEBACKUP" full --instance instance --out "full-$log.ese.tar.zst" >out 2>&1
    expect_text '11 logs that no database needs any more deleted'
    "$ESEBACKUP" verify -q "full-$log.ese.tar.zst"
    [ "$(find instance -name 'edb0*.log' | wc -l)" -eq 0 ] || fail "$log: logs were left"
done

fresh && rm instance/edb0000B.log
refused 6 'the newest closed log is generation 10 .*, the current one is 12 ' full

# Backups of logs: before the last backup they may be missing from the oldest on, but not in the middle.
fresh
"$ESEBACKUP" full -q --instance instance --keep-logs --out full.ese.tar.zst
cp -r instance kept
rm instance/edb0000[1-4].log
"$ESEBACKUP" differential -q --instance instance --out differential.ese.tar.zst
"$ESEBACKUP" restore -q full.ese.tar.zst differential.ese.tar.zst --to restored
same_pages "$data/clean-4k/files/data.edb" restored/data.edb
for log in 5 B C; do
    for kind in incremental differential; do
        rm -rf instance && cp -r kept instance && rm "instance/edb0000$log.log"
        refused 6 "edb0000$log.log: log generation [0-9]+ .* is missing.*-569" $kind
        refused 6 "edb0000$log.log: .* is missing" $kind --dry-run
    done
done
# All that were closed since then are gone: what an incremental backup would have to go on from.
rm -rf instance && cp -r kept instance
"$ESEBACKUP" differential -q --instance instance --out later.ese.tar.zst
rm instance/edb00*.log
refused 6 'edb0000D.log: log generation 13 .* is missing' incremental

# The current log: the database is clean, but nothing says what came behind the closed ones.
fresh && rm instance/edb.log
expect_status 6 "$ESEBACKUP" full --instance instance --out refused.ese.tar.zst
expect_text 'edb.log is missing: there are only the closed logs up to generation 11 .*-543'
rm -f instance/edbtmp.log
expect_status 6 "$ESEBACKUP" full --instance instance --out refused.ese.tar.zst
expect_text 'edb.log is missing.*JET_errMissingLogFile, -528'
[ ! -e refused.ese.tar.zst ] || fail "an archive was left"

# Logs that a database needs for its recovery: the first, one in the middle, the last.
for log in 6 9 C; do
    [ -d "$data/dirty-4k" ] || break
    rm -rf instance && cp -r "$data/dirty-4k/files" instance
    rm "instance/edb0000$log.log"
    refused 6 "requires the log generations 6 .* to 13 .*; generation [0-9]+ \(edb0000$log.log\) is not in" full
done
