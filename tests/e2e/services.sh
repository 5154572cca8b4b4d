# The examples for systemd and cron do what they say: their command lines, with the directories of this test.
examples=$(cd "$(dirname "$0")/../../examples" && pwd)
. "$(dirname "$0")/common.inc"

cp -r "$data/clean-4k/files" instance
mkdir backup
here() { sed -e "s,/srv/app,$PWD/instance,; s,/backup,$PWD/backup,; s,/[a-z/-]*/esebackup-app.prom,$PWD/app.prom,; s,/etc/esebackup/%i.conf,$PWD/app.conf,; s,= 10G,= 1k," "$@"; }
here "$examples/systemd/app.conf" >app.conf
for kind in full incremental; do
    line=$(here "$examples/systemd/esebackup-$kind@.service" | sed -n 's/^ExecStart=[^ ]* //p')
    echo "-- esebackup $line"
    "$ESEBACKUP" $line >out 2>&1 || { cat out; fail "esebackup-$kind@.service"; }
    [ ! -s out ] || { cat out; fail "esebackup-$kind@.service says something"; }
    [ "$(sed -n "s/^esebackup_last_run_exit_status{.*kind=\"$kind\"} //p" app.prom)" = 0 ] || { cat app.prom; fail "$kind is not in the metrics"; }
done
here "$examples/cron/esebackup" | grep -v '^#' >jobs
[ "$(wc -l <jobs)" -eq 3 ] || fail "three jobs"
while read -r minute hour day month weekday user program line; do
    [ "$program" = esebackup ] && [ "$user" = root ] || fail "this is no job: $program"
    case "$minute $hour $day $month $weekday" in *[!0-9\ *,/-]*) fail "this is no time" ;; esac
    echo "-- esebackup ${line/--syslog/}"
    "$ESEBACKUP" ${line/--syslog/} >out 2>&1 </dev/null || { cat out; fail "esebackup $line"; }
    [ ! -s out ] || { cat out; fail "cron would mail something"; }
done <jobs
[ "$(ls backup | wc -l)" -eq 4 ] || fail "not four archives"
"$ESEBACKUP" verify -q backup
