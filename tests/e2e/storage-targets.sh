# Where archives really go: SFTP (OpenSSH) and WebDAV (rclone), both on 127.0.0.1 with their own keys and configuration, fed by --to-command
# and read by --from-exec. A transfer that breaks off is status 8, and no log is deleted.
. "$(dirname "$0")/common.inc"
for program in rclone ssh /usr/sbin/sshd; do
    command -v "$program" >/dev/null || { echo "$program is not installed"; exit 77; }
done

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }   # PORT
servers=()   # sshd, rclone
stop_servers() { [ ${#servers[@]} -eq 0 ] || kill "${servers[@]}" 2>/dev/null || true; }
trap stop_servers EXIT

# An SSH server of our own. As root it wants the directory for its separated process, as everybody else it logs in whoever runs it.
ssh_port=$(free_port)
mkdir -p ssh sftp-store dav-store
chmod 700 "$TEST_DIR" ssh
ssh-keygen -q -t ed25519 -N '' -f ssh/host
ssh-keygen -q -t ed25519 -N '' -f ssh/user
cp ssh/user.pub ssh/authorized
cat >ssh/sshd_config <<END
ListenAddress 127.0.0.1:$ssh_port
HostKey $TEST_DIR/ssh/host
AuthorizedKeysFile $TEST_DIR/ssh/authorized
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
Subsystem sftp internal-sftp
END
[ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
/usr/sbin/sshd -D -e -f ssh/sshd_config 2>ssh/log &
servers=($!)
echo "[127.0.0.1]:$ssh_port $(cut -d' ' -f1,2 ssh/host.pub)" >ssh/known_hosts
cat >ssh/config <<END
Host vault
  HostName 127.0.0.1
  Port $ssh_port
  User $(id -un)
  IdentityFile $TEST_DIR/ssh/user
  IdentitiesOnly yes
  UserKnownHostsFile $TEST_DIR/ssh/known_hosts
  BatchMode yes
END

# rclone over the same server, and a WebDAV server that rclone itself is.
dav_port=$(free_port)
cat >rclone.conf <<END
[sftp]
type = sftp
host = 127.0.0.1
port = $ssh_port
user = $(id -un)
key_file = $TEST_DIR/ssh/user
known_hosts_file = $TEST_DIR/ssh/known_hosts
shell_type = none
md5sum_command = none
sha1sum_command = none

[dav]
type = webdav
url = http://127.0.0.1:$dav_port
vendor = other
END
export RCLONE_CONFIG=$TEST_DIR/rclone.conf
rclone serve webdav --addr "127.0.0.1:$dav_port" dav-store 2>dav-log &
servers+=($!)
eventually listens "$ssh_port"
eventually listens "$dav_port"

archived_logs() { find instance -name 'edb[0-9]*.log' | wc -l; }

# A chain to the target and back.
round_trip() {   # NAME PUT GET STORE
    local name=$1 put=$2 get=$3 store=$4
    echo "-- $name"
    rm -rf instance restored
    cp -r "$data/clean-4k/files" instance
    "$ESEBACKUP" full --instance instance --to-command "$put"
    [ "$(archived_logs)" -eq 0 ] || fail "$name: the logs were not deleted"
    "$ESEBACKUP" incremental --instance instance --to-command "$put"
    mapfile -t names < <(ls "$store" | sort)
    [ ${#names[@]} -eq 2 ] || fail "$name: stored ${names[*]}"
    "$ESEBACKUP" verify --from-exec "$get" "${names[@]}"
    "$ESEBACKUP" restore --from-exec "$get" "${names[@]}" --to restored
    same_pages "$data/clean-4k/files/data.edb" restored/data.edb
    # What arrived is what a truncation asks for.
    "$ESEBACKUP" incremental --instance instance --to-command "$put" >out
    "$ESEBACKUP" list --from-exec "$get" $(ls "$store") >out
    expect_text 'full'
}
round_trip "ssh and cat" "ssh -F $TEST_DIR/ssh/config vault 'cat >$TEST_DIR/sftp-store/{name}'" \
    "ssh -F $TEST_DIR/ssh/config vault cat $TEST_DIR/sftp-store/{name}" sftp-store
rm -f sftp-store/*
round_trip "rclone, SFTP" "rclone rcat --retries 1 sftp:$TEST_DIR/sftp-store/{name}" "rclone cat sftp:$TEST_DIR/sftp-store/{name}" sftp-store
round_trip "rclone, WebDAV" "rclone rcat --retries 1 dav:{name}" "rclone cat dav:{name}" dav-store

# An archive that went through a pipe, and is looked at where it is kept before the logs go.
rm -rf instance
cp -r "$data/clean-4k/files" instance
"$ESEBACKUP" full --instance instance --out - --assume-durable 2>/dev/null | rclone rcat --retries 1 dav:piped.ese.tar.zst
had=$(archived_logs)
"$ESEBACKUP" truncate --instance instance --after piped.ese.tar.zst --from-exec 'rclone cat dav:{name}' >out
expect_text "$had logs deleted"

# Targets that break off in the middle: no log is deleted, no backup is stamped.
rm -rf instance
cp -r "$data/clean-8k/files" instance
had=$(archived_logs)
fails() {   # NAME REASON COMMAND
    echo "-- $1"
    expect_status 8 "$ESEBACKUP" full --instance instance --to-command "$3"
    expect_text 'the command (ended with exit status|was ended by signal|closed its input)'
    expect_text "$2"
    [ "$(archived_logs)" -ge "$had" ] || fail "$1: logs were deleted"
    expect_status 9 "$ESEBACKUP" incremental --instance instance --to-command 'cat >/dev/null'
    expect_text -560
}
slow='python3 -c "
import os, time
while some := os.read(0, 20000):
    os.write(1, some)
    time.sleep(0.05)"'
once="--retries 1 --low-level-retries 1 --timeout 5s"
fails "no such place" 'file does not exist' "rclone rcat $once sftp:/proc/nowhere/{name}"
fails "a key that is not known" 'Host key verification failed' \
    "ssh -F $TEST_DIR/ssh/config -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=yes vault 'cat >x'"
fails "the session dies in the middle" 'closed by remote host' \
    "ssh -F $TEST_DIR/ssh/config vault 'head -c 100000 >$TEST_DIR/half; kill -9 \$PPID \$\$'"
[ "$(stat -c %s half)" -eq 100000 ] || fail "the session died elsewhere"
# rclone streams to SFTP, and keeps what goes to WebDAV until it has all of it.
mkfifo go
(read -r _ <go; kill -9 $(pgrep -P "${servers[0]}")) &
fails "the SFTP server dies in the middle" 'connection (lost|not available)|EOF|broken pipe' \
    "(head -c 100000; echo >go; $slow) | rclone rcat $once --streaming-upload-cutoff 0 sftp:$TEST_DIR/sftp-store/{name}"
stored=$(ls dav-store | wc -l)
(until [ "$(ls dav-store | wc -l)" -gt "$stored" ]; do sleep 0.1; done; kill "${servers[1]}") &
fails "the WebDAV server dies in the middle" 'Put "http.*(EOF|reset|broken pipe|closed network connection)' "rclone rcat $once --bwlimit 200k dav:{name}"
