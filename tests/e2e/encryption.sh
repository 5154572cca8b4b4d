# Encrypted archives: who has the key reads them as others, nobody else does, age(1) does, too; and the same by pipe with age and gpg.
. "$(dirname "$0")/common.inc"

cp -r "$data/clean-4k/files" instance
cp instance/data.edb original.edb
mkdir backup
public() { sed -n 's/^# public key: //p' "$1"; }

# Keys.
"$ESEBACKUP" keygen --out own.key >out
[ "$(cat out)" = "$(public own.key)" ] && [ "$(stat -c %a own.key)" = 600 ] || { cat out; fail "keygen"; }
"$ESEBACKUP" keygen --out second.key --json >out
tail -1 out | grep -q "\"recipient\":\"$(public second.key)\"" || { cat out; fail "keygen --json"; }
"$ESEBACKUP" keygen -q --out stranger.key
before=$(cat own.key)
expect_status 2 "$ESEBACKUP" keygen --out own.key
[ "$before" = "$(cat own.key)" ] || fail "a key was overwritten"

# A chain in a directory, for two readers.
{ echo '# who may read'; public own.key; public second.key; } >readers
"$ESEBACKUP" full --instance instance --out backup --recipient readers >out
expect_text '\.ese\.tar\.zst\.age: full backup .*, encrypted, written; 12 logs'
! grep -aq 'data.edb' backup/* || fail "names can be read in an encrypted archive"
# Only who can look at the archives knows that the base is there, and may delete logs.
"$ESEBACKUP" incremental --instance instance --out backup --recipient readers >out
expect_text 'logs kept: what an incremental backup continues is not in backup, or is encrypted, and no key was given with --identity'
"$ESEBACKUP" incremental --instance instance --out backup --recipient readers --identity stranger.key --dry-run >out
expect_text 'is not in backup, or is encrypted for another key than those of --identity'
expect_status 2 "$ESEBACKUP" inspect "$(ls -d backup/*-full-*)"
expect_text 'this is an encrypted archive; use "esebackup list" with --identity'
"$ESEBACKUP" incremental --instance instance --out backup --recipient readers --identity own.key >out
expect_text 'that no database needs any more deleted'

for key in own.key second.key; do
    "$ESEBACKUP" list backup --identity $key >out
    [ "$(grep -cE ' (`- )?(full|incremental) ' out)" -eq 3 ] || { cat out; fail "list with $key"; }
    "$ESEBACKUP" verify backup --identity $key >out
    [ "$(grep -c ': good; checked' out)" -eq 3 ] || { cat out; fail "verify with $key"; }
done
"$ESEBACKUP" verify -q --deep backup --identity stranger.key --identity own.key
"$ESEBACKUP" restore -q backup --identity own.key --to restored
same_pages original.edb restored/data.edb
full=$(ls backup/*-full-*)
"$ESEBACKUP" restore -q - --identity own.key --to restored-from-pipe <"$full"
# A key that a program gives, and that never lies in a file.
"$ESEBACKUP" verify -q "$full" --identity <(cat own.key)
same_pages original.edb restored-from-pipe/data.edb
ESEBACKUP_IDENTITY=own.key "$ESEBACKUP" verify -q - <"$full"

# Keys that come through a pipe: of another command, slowly, and by a name whose writer comes late or never.
"$ESEBACKUP" full -q --copy --instance instance --out by-pipe.ese.tar.zst --recipient <(public own.key; sleep 0.3; public second.key)
"$ESEBACKUP" verify -q by-pipe.ese.tar.zst --identity <(cat second.key)
mkfifo key-pipe
"$ESEBACKUP" verify -q by-pipe.ese.tar.zst --identity key-pipe &
verifier=$!
sleep 0.3
cat own.key >key-pipe
wait $verifier || fail "a key by a named pipe"
"$ESEBACKUP" verify -q by-pipe.ese.tar.zst --identity key-pipe 2>err &
verifier=$! status=0
kill -TERM $verifier
wait $verifier || status=$?
[ $status -eq 143 ] || { cat err; fail "SIGTERM ended it with $status"; }
expect_status 2 "$ESEBACKUP" verify by-pipe.ese.tar.zst --identity <(:)
expect_text 'there is no secret key'
expect_status 2 "$ESEBACKUP" verify by-pipe.ese.tar.zst --identity backup
expect_status 2 "$ESEBACKUP" verify by-pipe.ese.tar.zst --identity /dev/zero
expect_text 'larger than 1048576 bytes'

# Nobody else.
expect_status 9 "$ESEBACKUP" verify "$full"
expect_text 'the archive is encrypted; give the file with the secret key with --identity \[not_possible\]'
expect_status 9 "$ESEBACKUP" verify "$full" --identity stranger.key
expect_text 'the archive is encrypted, and for other keys'
expect_status 9 bash -c '"$ESEBACKUP" verify - <"$0"' "$full"
expect_status 9 "$ESEBACKUP" list backup
expect_text 'CLOSED'
expect_status 9 "$ESEBACKUP" restore "$full" --to nothing
[ ! -e nothing ] || fail "something was restored"
expect_status 2 "$ESEBACKUP" verify "$full" --identity readers
expect_text 'readers: line 2 is no secret key'
expect_status 2 "$ESEBACKUP" full --instance instance --out backup --recipient own.key
expect_text 'own.key: line 3 is no public key'
! grep -q AGE-SECRET out || fail "a secret key in a message"
expect_status 2 "$ESEBACKUP" full --instance instance --out backup --recipient age1nonsense

# Damaged, cut, or given another end.
cp "$full" flipped.age && printf '\x55' | dd of=flipped.age bs=1 seek=$(($(stat -c %s flipped.age) / 2)) conv=notrunc status=none
expect_status 4 "$ESEBACKUP" verify flipped.age --identity own.key
head -c -1 "$full" >cut.age
expect_status 5 "$ESEBACKUP" verify cut.age --identity own.key
expect_status 5 bash -c '"$ESEBACKUP" verify - --identity own.key <cut.age'
{ cat "$full"; echo more; } >longer.age
expect_status 5 "$ESEBACKUP" verify longer.age --identity own.key
for bad in flipped cut; do
    ! "$ESEBACKUP" restore -q $bad.age --identity own.key --to from-$bad 2>err || fail "$bad.age was restored"
done

# Standard output and a command, too.
"$ESEBACKUP" full -q --copy --instance instance --out - --recipient "$(public own.key)" 2>err | "$ESEBACKUP" verify -q - --identity own.key
"$ESEBACKUP" full -q --copy --instance instance --to-command 'cat >taken-{name}' --recipient "$(public own.key)"
"$ESEBACKUP" verify -q taken-*.ese.tar.zst.age --identity own.key

# Commands that look for what goes on from what, from a directory or by a command.
mkdir chain
auto() { "$ESEBACKUP" backup --auto --instance instance --out chain --recipient readers "$@" >out; }
auto
auto
expect_text '^a full backup: what an incremental backup continues is not in chain, or is encrypted, and no key'
auto --identity own.key
expect_text '^an incremental backup: '
"$ESEBACKUP" prune chain --keep-full 1 >out 2>&1
expect_text "stays, because it can't be read: the archive is encrypted"
[ "$(ls chain | wc -l)" -eq 3 ] || fail "prune removed what it could not read"
"$ESEBACKUP" prune chain --keep-full 1 --identity second.key >out
expect_text '^1 archive removed, '
expect_status 9 "$ESEBACKUP" verify --from-exec 'cat chain/{name}' $(ls chain)
"$ESEBACKUP" verify -q --from-exec 'cat chain/{name}' --identity own.key $(ls chain)
"$ESEBACKUP" list --from-exec 'cat chain/{name}' --identity own.key $(ls chain) >out
expect_text ' full '
"$ESEBACKUP" restore -q --from-exec 'cat chain/{name}' --identity own.key --to restored-by-command $(ls chain)
same_pages original.edb restored-by-command/data.edb
"$ESEBACKUP" full -q --instance instance --out - --assume-durable --recipient readers >arrived.age
expect_status 9 "$ESEBACKUP" truncate --instance instance --after arrived.age
"$ESEBACKUP" truncate --instance instance --after arrived.age --identity own.key >out
expect_text 'arrived.age: good; full backup '

# age(1) and this program read what the other wrote, and take the other's keys.
if command -v age >/dev/null; then
    mkdir rescue
    age -d -i own.key "$full" | zstd -dcq | tar x -C rescue
    [ -s rescue/databases/00/data.edb ] && [ -s rescue/COMMIT ] || fail "age, zstd and tar do not get the files out"
    age-keygen -o of-age.key 2>/dev/null
    "$ESEBACKUP" full -q --copy --instance instance --out of-age.ese.tar.zst --recipient "$(age-keygen -y of-age.key)" --recipient "$(public own.key)"
    "$ESEBACKUP" verify -q of-age.ese.tar.zst --identity of-age.key
    age -d -i of-age.key of-age.ese.tar.zst | "$ESEBACKUP" verify -q -
    # Also for a reader of a kind that is not known here.
    ssh=()
    command -v ssh-keygen >/dev/null && ssh-keygen -q -t ed25519 -N '' -f ssh.key && ssh=(-R ssh.key.pub)
    age -d -i own.key "$full" | age "${ssh[@]}" -r "$(public second.key)" -r "$(public own.key)" >by-age.ese.tar.zst.age
    "$ESEBACKUP" verify -q by-age.ese.tar.zst.age --identity own.key
    # By pipe; the age that fails leaves the logs.
    "$ESEBACKUP" full -q --instance instance --to-command "age -r $(public own.key) -o piped-{name}.age"
    age -d -i own.key piped-*.age | "$ESEBACKUP" restore -q - --to restored-by-age
    same_pages original.edb restored-by-age/data.edb
    expect_status 8 "$ESEBACKUP" full --instance instance --to-command 'age -r age1nonsense -o nothing.age'
else
    echo "age is not installed: not compared with it"
fi

# gpg: encrypted by pipe, and signed.
if command -v gpg >/dev/null; then
    export GNUPGHOME=$PWD/gnupg
    mkdir -m 700 gnupg
    gpg --batch -q --passphrase '' --quick-gen-key vault@example.org default default never 2>err || { cat err; fail "no key of gpg"; }
    trap 'gpgconf --kill all' EXIT
    "$ESEBACKUP" full -q --instance instance --to-command 'gpg --batch -q --trust-model always -e -r vault@example.org -o by-{name}.gpg'
    gpg --batch -q -d by-*.gpg 2>err | "$ESEBACKUP" restore -q - --to restored-by-gpg
    same_pages original.edb restored-by-gpg/data.edb
    expect_status 8 "$ESEBACKUP" full --instance instance --to-command 'gpg --batch -q -e -r nobody@example.org -o nothing.gpg'
    gpg --batch -q --detach-sign "$full"
    gpg --batch -q --verify "$full.sig" "$full" 2>err || { cat err; fail "the signature"; }
    ! gpg --batch -q --verify "$full.sig" flipped.age 2>err || fail "a signature of another archive"
    # What lies beside an archive is none.
    "$ESEBACKUP" verify -q backup --identity own.key
else
    echo "gpg is not installed: not tested with it"
fi
