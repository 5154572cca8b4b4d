# What people see on a terminal: a bar, and no bar anywhere else; what --quiet, --verbose, --progress and NO_COLOR do.
. "$(dirname "$0")/common.inc"
command -v script >/dev/null || { echo "script is not installed"; exit 77; }

cp -r "$data/clean-4k/files" instance
# What takes it gives the bar time: it is drawn ten times a second.
slow='cat >/dev/null; sleep 0.5'
terminal() { TERM=${TERM_TYPE:-xterm} script -qec "$*" /dev/null </dev/null >out || { cat out; fail "$*"; }; }
take="'$ESEBACKUP' full --copy --instance instance --to-command '$slow'"
bar=$'\r''[0-9]+ %, .* of .*/s, [0-9]+:[0-9][0-9] left'

terminal "$take"
expect_text "$bar"
expect_text $'\r\e\\[K'                             # taken away again
expect_text 'everything committed before'
# Nothing but that is a sequence for terminals, so there is no colour to leave out.
[ "$(grep -o $'\e.' out | sort -u)" = $'\e[' ] || fail "other sequences"
[ -z "$(grep -oP '\e\[\K[^K]' out)" ] || fail "other sequences than the one that clears a line"
NO_COLOR=1 terminal "$take"
expect_text "$bar"
for without in "$take --quiet" "$take --json" "TERM=dumb $take" "$take 2>/dev/null"; do
    terminal "$without"
    ! grep -qE "$bar" out || { cat out; fail "$without draws a bar"; }
done
terminal "$take --quiet"
[ ! -s out ] || { cat out; fail "--quiet says something"; }

# Standard output is a terminal: no archive goes there.
status=0
script -qec "'$ESEBACKUP' full --instance instance --out -" /dev/null </dev/null >out || status=$?
[ $status -eq 2 ] || fail "an archive for a terminal: $status"
expect_text 'standard output is a terminal, and an archive is not text'

# A pipe and a file get nothing of it, unless lines were asked for.
quiet_take() { "$ESEBACKUP" full --copy --instance instance --to-command "$1" "${@:2}"; }
quiet_take "$slow" >out 2>err
[ ! -s err ] || { cat err; fail "something on standard error"; }
! grep -qE "[0-9]+ %" out || fail "progress on a pipe"
quiet_take 'cat >/dev/null; sleep 2.5' --progress 1 >out 2>err
[ "$(grep -cE '^esebackup: [0-9]+ %, .*/s' err)" -ge 2 ] || { cat err; fail "--progress 1 for two seconds"; }
quiet_take 'cat >/dev/null; sleep 1.5' --progress 1 --json >out 2>err
expect_text '"type":"progress".*"done_bytes":[1-9]'
[ ! -s err ] || { cat err; fail "something on standard error"; }
expect_status 2 "$ESEBACKUP" full --instance instance --out x --progress 0

# One line when it is asked.
"$ESEBACKUP" full --copy --instance instance --to-command 'cat >/dev/null; touch taken; sleep 2' >out 2>err &
pid=$!
eventually test -e taken
kill -USR1 $pid
wait $pid
[ "$(grep -cE '^esebackup: .*/s' err)" -eq 1 ] || { cat err; fail "SIGUSR1"; }

# More and less.
quiet_take 'cat >/dev/null' --verbose >out 2>&1
expect_text 'base name edb, pages of 4096 bytes, logs of 128.0 KiB'
expect_text 'a full backup starts'
expect_text 'the backup ended normally'
quiet_take 'cat >/dev/null' --quiet >out 2>&1
[ ! -s out ] || { cat out; fail "--quiet says something"; }
cp instance/edb.log broken.log && printf 'damaged' | dd of=broken.log bs=1 seek=5000 conv=notrunc status=none
expect_status 4 "$ESEBACKUP" verify --quiet broken.log
[ "$(wc -l <out)" -eq 1 ] || { cat out; fail "--quiet and an error"; }
