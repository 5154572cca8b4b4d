# The examples for systemd and cron do what they say: their command lines, with the directories of this test.
examples=$(cd "$(dirname "$0")/../../examples" && pwd)
. "$(dirname "$0")/common.inc"

cp -r "$data/clean-4k/files" instance
mkdir backup
here() { sed -e "s,/srv/app,$PWD/instance,; s,/backup,$PWD/backup,; s,/[a-z/-]*/esebackup-app.prom,$PWD/app.prom,; s,/etc/esebackup/%i.conf,$PWD/app.conf,; s,= 10G,= 1k," "$@"; }
here "$examples/systemd/app.conf" >app.conf
run() {   # KIND: the service of that name
    local line
    line=$(here "$examples/systemd/esebackup-$1@.service" | sed -n 's/^ExecStart=[^ ]* //p')
    echo "-- esebackup $line"
    "$ESEBACKUP" $line >"out-$1" 2>&1 || { cat "out-$1"; fail "esebackup-$1@.service"; }
    [ ! -s "out-$1" ] || { cat "out-$1"; fail "esebackup-$1@.service says something"; }
    [ "$(sed -n "s/^esebackup_last_run_exit_status{.*kind=\"$1\"} //p" app.prom)" = 0 ] || { cat app.prom; fail "$1 is not in the metrics"; }
}
archives() { find backup -name "*-$1-*" | wc -l; }
counts() { [ "$(archives full) $(archives incremental)" = "$1" ] || { ls backup; fail "not $1 full and incremental backups"; }; }

# The daily one works before the first full backup, and after a restore.
run incremental; counts "1 0"
run incremental; counts "1 1"
"$ESEBACKUP" restore -q --in-place backup
run incremental; counts "2 1"
run full; counts "3 1"
# Both at once, as where the machine was off for both.
run full & full=$!
run incremental
wait $full || fail "the two services are in each other's way"
counts "4 2"

# Cron's takes a full one at first, and what follows it from then on.
rm -rf instance backup && cp -r "$data/clean-4k/files" instance && mkdir backup
here "$examples/cron/esebackup" | grep -v '^#' >jobs
[ "$(wc -l <jobs)" -eq 2 ] || fail "two jobs"
while read -r minute hour day month weekday user program line; do
    [ "$program" = esebackup ] && [ "$user" = root ] || fail "this is no job: $program"
    case "$minute $hour $day $month $weekday" in *[!0-9\ *,/-]*) fail "this is no time" ;; esac
    echo "-- esebackup ${line/--syslog/}"
    "$ESEBACKUP" ${line/--syslog/} >out 2>&1 </dev/null || { cat out; fail "esebackup $line"; }
    [ ! -s out ] || { cat out; fail "cron would mail something"; }
done < <(cat jobs jobs)
counts "1 1"
"$ESEBACKUP" verify -q backup
