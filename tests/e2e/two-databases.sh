# Two databases with one log stream: what the one that is not backed up keeps from being deleted, and two of one name.
. "$(dirname "$0")/common.inc"

logs() { find both -name 'edb?????.log' | wc -l; }
backup() { "$ESEBACKUP" full --instance both "$@"; }

# The copy that an offline backup makes is an instance of its own: both databases, one log.
mkdir source && cp "$data"/fullbackup-4k/recovered/*.edb source
"$ESEBACKUP" full -q --instance source --offline-copy both --out copy.ese.tar.zst
[ "$(ls both/*.edb | wc -l)" -eq 2 ] || fail "the copy has not two databases"

# One was never backed up: the dry run, the result, the manifest and the summary say so; nothing is deleted.
why='second.edb has the same logs, is not in this backup, and was never backed up'
before=$(logs)
backup --database data.edb --out one.ese.tar.zst --dry-run >out
expect_text "no log would be deleted: .*$why"
backup --database data.edb --out one.ese.tar.zst --dry-run --json >out
expect_text "\"type\":\"plan\".*\"logs_kept_because\":\".*$why"
backup --database data.edb --out one.ese.tar.zst >out
expect_text "logs kept: .*$why"
[ "$(logs)" -eq $((before + 1)) ] || fail "logs were deleted"
zstd -dcq one.ese.tar.zst | tar xO manifest.json >out
expect_text "\"truncation_planned\": .*\"first\":0.*$why"
backup --database data.edb --out two.ese.tar.zst --json >out
expect_text "\"type\":\"summary\".*\"logs_deleted\":0,\"logs_kept_because\":\".*$why"
expect_status 0 "$ESEBACKUP" incremental --instance both --database data.edb --out three.ese.tar.zst
expect_text "logs kept: .*$why"
# What was backed up counts as a truncating backup all the same: increments go on from it.
[ "$(logs)" -eq $((before + 3)) ] || fail "logs were deleted"

# With both in one backup nothing holds the logs any more.
backup --database data.edb --database second.edb --out all.ese.tar.zst >out
expect_text '5 logs that no database needs any more deleted'
[ "$(logs)" -eq 0 ] || fail "logs were kept"

# One that was backed up keeps the logs since then.
backup --database data.edb --out four.ese.tar.zst --dry-run >out
expect_text 'second.edb has the same logs, is not in this backup, and was last backed up up to generation [0-9]+'
backup --database data.edb --out four.ese.tar.zst >out
expect_text 'logs kept: .*second.edb .* was last backed up up to generation'
[ "$(logs)" -eq 1 ] || fail "logs were deleted"

# Two files of one name, in two directories.
mkdir both/elsewhere && mv both/second.edb both/elsewhere/data.edb
cp both/data.edb first.edb && cp both/elsewhere/data.edb second.edb
backup --database data.edb --database both/elsewhere/data.edb --out same.ese.tar.zst >out
expect_text '2 databases'
"$ESEBACKUP" verify -q same.ese.tar.zst
zstd -dcq same.ese.tar.zst | tar t >out
expect_text '^databases/00/data.edb$'
expect_text '^databases/01/data.edb$'
"$ESEBACKUP" restore same.ese.tar.zst --to restored >out
same_pages first.edb restored/data.edb
same_pages second.edb restored/01-data.edb
expect_status 2 "$ESEBACKUP" full --instance both --database data.edb --database both/elsewhere/data.edb --offline-copy third --out x.ese.tar.zst
expect_text 'two databases have the name data.edb; a copy in one directory cannot hold both'

# The same file named twice is a mistake.
expect_status 2 "$ESEBACKUP" full --instance both --database data.edb --database both/data.edb --out x.ese.tar.zst
expect_text 'given twice'
