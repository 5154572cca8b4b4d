# --syslog: what the engine reports and what came of the run go to the system's log, with a severity; without it nothing does.
. "$(dirname "$0")/common.inc"

# In a name space of its own /dev/log can be had, whoever one is.
unshare -rm true 2>/dev/null || { echo "no user name spaces here"; exit 77; }
cp -r "$data/clean-4k/files" instance
mkdir dev
listen_at dev/log messages

cat >with-log <<'SCRIPT'
mount -t tmpfs none /dev && for name in null urandom zero; do touch /dev/$name; done
touch /dev/log && mount --bind dev/log /dev/log && exec "$ESEBACKUP" "$@"
SCRIPT
logged() { unshare -rm bash with-log "$@" >out 2>&1 || status=$?; sleep 0.2; }
said() { eventually grep -qE -- "$1" messages || { cat messages out; fail "the log does not say: $1"; }; }

status=0
logged full --instance instance --out quiet.ese.tar.zst
[ "$status" -eq 0 ] || { cat out; fail "a backup without --syslog"; }
[ ! -s messages ] || fail "something was logged without --syslog"
logged full --instance instance --out a.ese.tar.zst --syslog
said '^<30>.*esebackup.*: a full backup starts'          # daemon, information
said '^<30>.*: full backup [0-9a-f-]+ written to a.ese.tar.zst; 1 log that no database needs any more deleted'
said '^<30>.*: logs [0-9]+ .* are deleted'
logged full --instance instance --out a.ese.tar.zst --syslog
[ "$status" -eq 2 ] || fail "an archive that is there: $status"
said '^<27>.*: a.ese.tar.zst: this exists already'        # daemon, error
logged restore a.ese.tar.zst --to restored --syslog
said '^<30>.*: restored restored from backup [0-9a-f-]+'
