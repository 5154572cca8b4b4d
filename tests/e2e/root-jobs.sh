# Jobs of root on an instance whose program runs as another user: that program goes on with whatever they left.
. "$(dirname "$0")/common.inc"
[ "$(id -u)" -eq 0 ] || { echo "not root, so there is no other user to be"; exit 77; }
command -v setpriv >/dev/null || { echo "setpriv is not installed"; exit 77; }

chmod 755 .
mkdir bin
cp "$ESEBACKUP" "$BUILD/tests/host_program" bin/   # the build may lie where they can't look

# Starts as the user that the instance belongs to, has its database, and ends.
program_runs() {
    timeout --preserve-status -s TERM 2 setpriv --reuid=12345 --regid=12345 --clear-groups \
        bin/host_program instance instance/data.edb >host.out 2>host.err && grep -q ready host.out && return
    cat host.err
    ls -lanR instance
    fail "the program does not run"
}
check() {   # that all there is the user's, who goes on with it
    local others
    others=$(find instance ! \( -user 12345 -group 12345 \))
    [ -z "$others" ] || { ls -lanR instance; fail "this is not the user's: $others"; }
    program_runs
}

for job in 'full' 'incremental' 'truncate' 'restore'; do
    rm -rf instance archives && mkdir archives
    cp -r "$data/clean-4k/files" instance
    chown -R 12345:12345 instance
    chmod 700 instance
    program_runs
    case $job in
        full) "$ESEBACKUP" full -q --instance instance --out archives ;;
        incremental)
            "$ESEBACKUP" full -q --instance instance --out archives
            "$ESEBACKUP" incremental -q --instance instance --out archives ;;
        truncate)
            "$ESEBACKUP" full -q --instance instance --out - --assume-durable 2>/dev/null >piped.ese.tar.zst
            "$ESEBACKUP" truncate -q --instance instance --after piped.ese.tar.zst ;;
        restore)
            "$ESEBACKUP" full -q --instance instance --out archives
            chmod 640 instance/data.edb
            "$ESEBACKUP" restore -q --in-place archives
            [ "$(stat -c %a instance/data.edb)" = 640 ] || fail "the database has other permissions than before"
            [ "$(stat -c %U instance/before-restore-*/data.edb)" = "$(stat -c %U instance/data.edb)" ] || fail "what was there belongs to somebody else now" ;;
    esac
    echo "-- $job"
    check
    # An archive stays root's, wherever it lies.
    [ -z "$(find archives -type f ! \( -user 0 -perm 600 \))" ] || { ls -ln archives; fail "an archive of root's belongs to others"; }
done

# A job that is killed has not ended well, and the program starts all the same.
rm -rf instance gate taken && cp -r "$data/clean-4k/files" instance && chown -R 12345:12345 instance
mkfifo gate
"$ESEBACKUP" full --instance instance --to-command 'cat >killed.ese.tar.zst; touch taken; read -r _ <gate' >root.out 2>&1 &
root=$!
eventually test -e taken
kill -KILL $root
wait $root 2>/dev/null || true
echo >gate
[ -e instance/edb.lock ] || fail "nothing was left by the job that was killed"
check

# The directory is root's, and the program works in it as a member of its group.
rm -rf instance archives && mkdir archives && cp -r "$data/clean-4k/files" instance
chown 12345:12345 instance/*
chown 0:12345 instance && chmod 2770 instance
program_runs
"$ESEBACKUP" full -q --instance instance --out archives
program_runs
"$ESEBACKUP" restore -q --in-place archives
program_runs

# Restored to a directory of the user's, and to a new one in it.
mkdir of-user && chown 12345:12345 of-user
"$ESEBACKUP" restore -q archives --to of-user/new
[ -z "$(find of-user ! \( -user 12345 -group 12345 \))" ] || { ls -lanR of-user; fail "what was restored for the user is root's"; }
mv of-user/new instance-of-user && rm -rf instance && mv instance-of-user instance
program_runs
