# Jobs of root beside those of the instance's owner, and of two users who share a directory: they keep apart, wait for each other, and one
# that was killed locks nobody out.
. "$(dirname "$0")/common.inc"
. "$e2e/host.inc"
[ "$(id -u)" -eq 0 ] || { echo "not root, so there is no other user to be"; exit 77; }
command -v setpriv >/dev/null || { echo "setpriv is not installed"; exit 77; }

chmod 755 .
mkdir bin archives
cp "$ESEBACKUP" bin/esebackup   # the build may lie where they can't look
owner() { setpriv --reuid=12345 --regid=12345 --clear-groups bin/esebackup "$@"; }
somebody() { setpriv --reuid="$1" --regid="$1" --groups=23456 bin/esebackup "${@:2}"; }
cp -r "$data/clean-4k/files" instance
chown -R 12345:12345 instance archives

# While root's job goes on, the owner's is told so, or waits; the lock is there to be looked at.
start_of_root() {
    rm -f gate taken && mkfifo gate
    "$ESEBACKUP" full --instance instance --to-command 'cat >root.ese.tar.zst; touch taken; read -r _ <gate' >root.out 2>&1 &
    root=$!
    eventually test -e taken
}
start_of_root
expect_status 75 owner full --instance instance --out archives
expect_text "another job of esebackup works here: in use by process $root"
owner full --instance instance --out archives --wait 60s >waiting.out 2>&1 &
waiting=$!
eventually grep -q 'waiting; another job' waiting.out
echo >gate
wait $root || { cat root.out; fail "root's job failed"; }
wait $waiting || { cat waiting.out; fail "the owner's job did not wait"; }

# Root's job is killed: nothing that it left keeps the owner off.
start_of_root
kill -KILL $root
wait $root 2>/dev/null || true
echo >gate
[ -e instance/.esebackup.lock ] || fail "a job that was killed left no lock"
expect_status 0 owner full --instance instance --out archives
[ ! -e instance/.esebackup.lock ] || fail "the lock is still there"
# A lock that is closed to others may be held.
(umask 077 && touch instance/.esebackup.lock)
expect_status 75 owner full --instance instance --out archives
expect_text 'user 0 has a lock here that is closed to others; if no process of that user works there, remove instance/.esebackup.lock'
rm instance/.esebackup.lock

# Two users and one directory of archives, which they have in common through a group, or with everybody.
for way in group everybody; do
    mkdir shared-$way
    if [ $way = group ]; then chgrp 23456 shared-$way && chmod 770 shared-$way; else chmod 1777 shared-$way; fi
    for user in 34561 34562; do
        cp -r "$data/clean-4k/files" $way-$user
        chown -R $user:$user $way-$user
    done
    first=$way-34561
    # The first one's job stands still when it has its locks: a page that can't be read is read again and again.
    printf 'damaged' | dd of=$first/data.edb bs=1 seek=$((200 * 4096 + 100)) conv=notrunc status=none
    somebody 34561 full --instance $first --out shared-$way >first.out 2>&1 &
    job=$!
    eventually test -s shared-$way/.esebackup.lock
    expect_status 75 somebody 34562 full --instance $way-34562 --out shared-$way
    expect_text "shared-$way: another job of esebackup works here: in use by process"
    kill -KILL "$(cat shared-$way/.esebackup.lock)"
    wait $job 2>/dev/null || true
    [ -e shared-$way/.esebackup.lock ] || fail "a job that was killed left no lock"
    expect_status 0 somebody 34562 full --instance $way-34562 --out shared-$way
done

# A member of the group that the running program lets in has no right to the instance's lock: it waits for the backup that is in progress.
start_host instance --group 23456 instance/data.edb
for output in file pipe; do
    rm -f gate taken root.ese.tar.zst && mkfifo gate
    "$ESEBACKUP" full --instance instance --to-command 'cat >root.ese.tar.zst; touch taken; read -r _ <gate' >root.out 2>&1 &
    root=$!
    eventually test -e taken
    expect_status 75 somebody 34561 full --instance instance --out shared-everybody
    if [ $output = file ]; then
        somebody 34561 full --instance instance --out shared-everybody --wait 60s >waiting.out 2>&1 & waiting=$!
    else
        somebody 34561 full --instance instance --copy --out - --wait 60s 2>waiting.out >piped.ese.tar.zst & waiting=$!
    fi
    eventually grep -q 'waiting; a backup is in progress in process' waiting.out
    echo >gate
    wait $root || { cat root.out; fail "root's job failed"; }
    wait $waiting || { cat waiting.out; fail "a member of the group did not wait with a $output"; }
done
"$ESEBACKUP" verify -q piped.ese.tar.zst
end_host
