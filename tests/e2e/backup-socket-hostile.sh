# Who gets in at the backup socket, and what becomes of those who misbehave: the program goes on, and serves the next client.
. "$(dirname "$0")/common.inc"
. "$e2e/host.inc"
[ "$(id -u)" -eq 0 ] || { echo "not root, so there is no other user to be"; exit 77; }
command -v setpriv >/dev/null || { echo "setpriv is not installed"; exit 77; }

somebody() { setpriv --reuid=12345 --regid=12345 "$@"; }
is_served() {
    "$ESEBACKUP" full --instance instance --copy --out - 2>said >copy.ese.tar.zst || { cat said; fail "it does not serve any more"; }
    "$ESEBACKUP" verify -q copy.ese.tar.zst
}

cp -r "$data/clean-4k/files" instance
chmod 755 . instance
chmod 600 instance/*.edb instance/*.log
mkdir -m 777 theirs
# Their own copy: the build may lie where they can't look.
cp "$ESEBACKUP" theirs/esebackup

# Another user does not get in; neither does it where the socket itself would let it. A member of the group does, without a right to the files.
start_host instance --timeout 2000 instance/data.edb
[ "$(stat -c %a instance/edb-backup.socket)" = 600 ] || fail "the socket is open to others"
expect_status 9 somebody --clear-groups theirs/esebackup full --instance instance --out theirs/x.ese.tar.zst
expect_text 'this user is not let in'
chmod 666 instance/edb-backup.socket
expect_status 9 somebody --clear-groups theirs/esebackup full --instance instance --out theirs/x.ese.tar.zst
expect_text 'user 12345 may not take backups here'
wait_for_event 65542
end_host
start_host instance --timeout 2000 --group 23456 instance/data.edb
[ "$(stat -c '%a %g' instance/edb-backup.socket)" = "660 23456" ] || fail "the group does not get in"
expect_status 9 somebody --clear-groups theirs/esebackup full --instance instance --out theirs/x.ese.tar.zst
expect_status 0 somebody --groups=23456 theirs/esebackup full --instance instance --out theirs/x.ese.tar.zst
"$ESEBACKUP" verify -q theirs/x.ese.tar.zst
[ -z "$(logs)" ] || fail "the backup of a member of the group left $(logs)"
expect_status 0 somebody --groups=23456 theirs/esebackup incremental --instance instance --out theirs/y.ese.tar.zst

# Other protocols, and none.
cat >hostile.py <<'PY'
import mmap, os, random, resource, socket, struct, sys, time
path, kind = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096)) if resource.getrlimit(resource.RLIMIT_NOFILE)[1] >= 4096 else None

def connect():
    s = socket.socket(socket.AF_UNIX)
    s.connect(path)   # waits where the queue is full
    s.settimeout(30)
    return s
def message(type, number, body): return struct.pack("<IHHIi", len(body), type, 0, number, 0) + body
def hello(low=1, high=1):
    text = b"hostile"
    return message(1, 0, b"ESEBKUP\n" + struct.pack("<HHHI", low, high, 0, len(text)) + text)
def receive(s, count):
    got = b""
    while len(got) < count:
        piece = s.recv(count - len(got))
        if not piece: raise EOFError
        got += piece
    return got
def answer(s):
    while True:
        size, type, _, number, status = struct.unpack("<IHHIi", receive(s, 16))
        body = receive(s, size)
        if type != 100: return status, body
def is_closed(s):
    try:
        while s.recv(65536): pass
    except ConnectionError: pass
    return True
def begin(version=1):
    for _ in range(400):   # until those who came before are found to have gone, with what they began by chance
        s = connect()
        s.sendall(hello(version, version))
        status = answer(s)[0]
        if status == 0:
            s.sendall(message(3, 1, struct.pack("<I", 0)))
            status = answer(s)[0]
        if status not in (-505, -1101): break
        s.close()
        time.sleep(0.05)
    assert status == 0, status
    name = os.path.join(os.path.dirname(os.path.realpath(path)), "data.edb").encode()
    s.sendall(message(5, 2, struct.pack("<I", len(name)) + name))
    assert answer(s)[0] == 0
    return s

if kind == "version":
    s = connect()
    s.sendall(hello(7, 9))
    status, body = answer(s)
    assert status == -1001 and b"versions 7 to 9" in body and b"versions 1 to 2" in body, (status, body)
    assert is_closed(s)
elif kind == "garbage":
    random.seed(1)
    for i in range(300):
        s = connect()
        try:
            if i % 2: s.sendall(hello())
            s.sendall(random.randbytes(random.randrange(1, 5000)))
            s.shutdown(socket.SHUT_WR)
        except OSError: pass   # it was closed before all was said
        assert is_closed(s)
    s = begin()
    s.sendall(message(10, 3, b"") + random.randbytes(100))   # JetTruncateLog, too early, and noise
    assert answer(s)[0] == -521
    assert is_closed(s)
elif kind == "half-open":
    silent, half, half_request = connect(), connect(), begin()
    half.sendall(hello()[:20])
    half_request.sendall(message(6, 3, struct.pack("<II", 0, 4096 * 16))[:19])
    for s in half_request, half, silent: assert is_closed(s)
elif kind == "memory":   # what a client of version 2 gets it can neither change, nor make smaller, nor keep
    s = begin(2)
    s.sendall(message(13, 3, b""))
    header, descriptors, _, _ = socket.recv_fds(s, 16, 4)
    assert struct.unpack("<IHHIi", header) == (0, 13, 0, 3, 0) and len(descriptors) == 1, (header, descriptors)
    memory = descriptors[0]
    for harm in (lambda: os.ftruncate(memory, 0), lambda: os.write(memory, b"x"), lambda: mmap.mmap(memory, 4096),
                 lambda: os.ftruncate(os.open(f"/proc/self/fd/{memory}", os.O_RDWR), 0)):
        try: harm()
        except OSError: continue
        assert False, "the memory can be harmed"
    s.sendall(message(14, 4, struct.pack("<II", 0, 2)))
    status, body = answer(s)
    assert status == 0 and body == struct.pack("<I", 1 << 20), (status, body)
    assert any(os.pread(memory, 4096, 2 << 20))
    for number in range(5, 25): socket.send_fds(s, [message(9, number, b"")], [memory] * 20)
    for number in range(5, 25): assert answer(s)[0] == -521   # too early; and what came along is closed
    s.sendall(message(14, 25, struct.pack("<II", 0, 3)))   # there is no such place
    assert is_closed(s)
    for _ in range(100):
        if os.fstat(memory).st_blocks == 0: break
        time.sleep(0.1)
    else: assert False, "the memory is kept"
    assert os.pread(memory, 4096, 2 << 20) == bytes(4096)
elif kind == "slow":
    s = begin()
    start = time.monotonic()
    for number in range(3, 50):
        try: s.sendall(message(6, number, struct.pack("<II", 0, 1 << 20)))
        except OSError: break
    received = 0
    s.settimeout(10)
    try:
        while True:   # ten bytes a second
            got = s.recv(10)
            if not got: break
            received += len(got)
            if time.monotonic() - start < 6: time.sleep(1)
    except ConnectionError: pass
    assert received < 3 << 20, received
elif kind == "thousand":
    crowd, refused, began = [], 0, time.monotonic()
    for _ in range(1000): crowd.append(connect())
    for s in crowd[100:]:
        try: status, body = answer(s)
        except EOFError: continue   # it had a place, and said nothing for ten seconds
        assert status == -1101, status
        refused += 1
    places = 8 * ((time.monotonic() - began) // 10)
    assert refused >= 900 - places, (refused, places)
PY
threads() { ls /proc/$host/task | wc -l; }
files() { ls /proc/$host/fd | wc -l; }
is_served
open_before=$(files) threads_before=$(threads)
for kind in version garbage half-open memory slow thousand; do
    timeout 120 python3 hostile.py instance/edb-backup.socket $kind || { tail -5 host.err; fail "$kind"; }
    # The eight that had a place in the crowd may take a moment to be found gone.
    for _ in $(seq 100); do [ "$(threads)" -le "$threads_before" ] && [ "$(files)" -le "$open_before" ] && break; sleep 0.1; done
    [ "$(threads)" -le "$threads_before" ] || fail "$kind: $(threads) threads are left of $threads_before"
    [ "$(files)" -le "$open_before" ] || fail "$kind: $(files) open files are left of $open_before"
    is_served
done
# Nothing that they did was a backup.
expect_status 0 "$ESEBACKUP" incremental --instance instance --out z.ese.tar.zst
expect_status 0 "$ESEBACKUP" verify theirs/x.ese.tar.zst theirs/y.ese.tar.zst z.ese.tar.zst
end_host
