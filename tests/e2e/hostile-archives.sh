# Archives that somebody made to deceive, sealed with a seek table and a COMMIT that agree: refused with status 4, 5, 6 or 9, and
# nothing is written but what the restore calls unrecovered. The unit tests have many more.
. "$(dirname "$0")/common.inc"

cat >forge.py <<'PY'
import hashlib, re, struct, subprocess, sys

def take_apart(path):
    data = open(path, "rb").read()
    count = struct.unpack("<I", data[-9:-5])[0]
    table = data[-(8 + 12 * count + 9):]
    frames, at = [], 0
    for i in range(count):
        size = struct.unpack_from("<I", table, 8 + 12 * i)[0]
        frames.append(data[at:at + size])
        at += size
    return frames

def run(*command, data): return subprocess.run(command, input=data, capture_output=True, check=True).stdout
def unpacked(frame): return run("zstd", "-dcq", data=frame)
def packed(raw): return run("zstd", "-cq", "--check", "--stream-size=%d" % len(raw), data=raw)

def join(path, frames):
    table = b"".join(struct.pack("<II", len(f), len(unpacked(f))) + f[-4:] for f in frames)
    table += struct.pack("<IBI", len(frames), 0x80, 0x8F92EAB1)
    open(path, "wb").write(b"".join(frames) + struct.pack("<II", 0x184D2A5E, len(table)) + table)

def pad(data): return data + bytes(-len(data) % 512)
def with_size(header, size):
    header = header[:124] + b"%011o\0" % size + header[136:148] + b" " * 8 + header[156:]
    return header[:148] + b"%06o\0 " % sum(header) + header[156:]

def with_manifest(frames, change):    # the last frame: manifest.json, COMMIT, the end
    raw = unpacked(frames[-1])
    assert raw.startswith(b"manifest.json\0")
    size = int(raw[124:135], 8)
    text = change(raw[512:512 + size].decode()).encode()
    commit_at = 512 + len(pad(raw[512:512 + size]))
    commit_size = int(raw[commit_at + 124:commit_at + 135], 8)
    commit = raw[commit_at + 512:commit_at + 512 + commit_size]
    total = int(re.search(rb"raw_bytes=(\d+)", commit)[1]) - len(raw)
    identity = re.search(rb"id=\S+", commit)[0]
    def end(length):
        line = re.sub(rb"manifest_sha256=\w+", b"manifest_sha256=" + hashlib.sha256(text).hexdigest().encode(), commit)
        line = re.sub(rb"raw_bytes=\d+", b"raw_bytes=%d" % (total + length), line)
        line = line.replace(identity, b"id=" + re.search(r'"id": ?"([^"]*)"', text.decode())[1].encode())
        return with_size(raw[:512], len(text)) + pad(text) + with_size(raw[commit_at:commit_at + 512], len(line)) + pad(line) + bytes(1024)
    return frames[:-1] + [packed(end(len(end(0))))]

good, out, what = sys.argv[1:4]
frames, other = take_apart(good), take_apart("other.ese.tar.zst")
name = '"databases/00/data.edb"'
forgeries = {
    "nothing": lambda: with_manifest(frames, lambda text: text),
    "swapped": lambda: [frames[1], frames[0]] + frames[2:],
    "mixed": lambda: [frames[0], other[1]] + frames[2:],
    "another-manifest": lambda: with_manifest(frames, lambda text: unpacked(other[-1])[512:].split(b"\n}\n")[0].decode() + "\n}\n"),
    "deep": lambda: with_manifest(frames, lambda text: text.replace("{", '{"deep": ' + "[" * 100000 + "]" * 100000 + ",", 1)),
    "huge": lambda: with_manifest(frames, lambda text: re.sub(r'"size":\d+', '"size":18446744073709551615', text)),
    "negative": lambda: with_manifest(frames, lambda text: re.sub(r'"size":\d+', '"size":-1', text)),
    "twice": lambda: with_manifest(frames, lambda text: text.replace('"members"', '"members": [], "members"', 1)),
    "parent": lambda: with_manifest(frames, lambda text: text.replace(name, '"../escaped.edb"')),
    "absolute": lambda: with_manifest(frames, lambda text: text.replace(name, '"/tmp/escaped.edb"')),
    "nul": lambda: with_manifest(frames, lambda text: text.replace(name, '"databases/00/a\\u0000.edb"')),
    "line-end": lambda: with_manifest(frames, lambda text: text.replace(name, '"databases/00/a\\n.edb"')),
    "base": lambda: with_manifest(frames, lambda text: text.replace('"base_name":"edb"', '"base_name":"../"')),
    "newer": lambda: with_manifest(frames, lambda text: text.replace('"major":1', '"major":2')),
}
join(out, forgeries[what]())
PY

cp -r "$data/clean-4k/files" instance
cp -r "$data/clean-4k/files" instance2
"$ESEBACKUP" full -q --instance instance --copy --out good.ese.tar.zst
"$ESEBACKUP" full -q --instance instance2 --copy --out other.ese.tar.zst

python3 forge.py good.ese.tar.zst forged.ese.tar.zst nothing
"$ESEBACKUP" verify -q forged.ese.tar.zst || fail "what was forged without a change is not good"

for what in swapped:4 mixed:4 another-manifest:4 deep:4 huge:4 negative:4 twice:4 parent:4 absolute:4 nul:4 line-end:4 base:4 newer:9; do
    python3 forge.py good.ese.tar.zst forged.ese.tar.zst "${what%:*}"
    rm -rf within && mkdir within
    : >out
    before=$(find . -not -path './within/*' | sort)
    for from in forged.ese.tar.zst -; do
        expect_status "${what#*:}" "$ESEBACKUP" verify $from <forged.ese.tar.zst
        expect_status "${what#*:}" "$ESEBACKUP" restore $from --to within/target <forged.ese.tar.zst
        [ -z "$(find within -type f -not -path '*unrecovered*')" ] || fail "$what: $(find within -type f)"
        rm -rf within/target
    done
    "$ESEBACKUP" list forged.ese.tar.zst >out 2>&1 || [ $? -eq "${what#*:}" ] || { cat out; fail "$what: list"; }
    [ "$before" = "$(find . -not -path './within/*' | sort)" ] || fail "$what wrote outside the target"
done
[ ! -e /tmp/escaped.edb ] || fail "a file was written to /tmp"

# A target with a link in it is not empty, and one left by somebody under a name of the restore's is not followed.
mkdir precious target && echo precious >precious/file && ln -s ../precious/file target/data.edb
expect_status 2 "$ESEBACKUP" restore good.ese.tar.zst --to target
rm target/data.edb && ln -s ../precious/file target/data.edb.unrecovered
"$ESEBACKUP" restore -q good.ese.tar.zst --to target
[ "$(cat precious/file)" = precious ] && [ ! -L target/data.edb ] || fail "a link was followed"
