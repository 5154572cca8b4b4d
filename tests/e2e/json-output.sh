# Every line that --json gives is what esebackup-json(5) and the schema say, and the last one is the summary or the error.
schema=$(cd "$(dirname "$0")/../../src/cli" && pwd)/output.schema.json
manual=$(cd "$(dirname "$0")/../../man" && pwd)/esebackup-json.5
. "$(dirname "$0")/common.inc"
python=/usr/bin/python3   # Debian's, which has Debian's modules
"$python" -c 'import jsonschema' 2>/dev/null || { echo "python3-jsonschema is not installed"; exit 77; }

check() {
    "$python" - "$schema" "$1" "$2" "$manual" <<'PY'
import json, re, sys
import jsonschema
schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
lines = [json.loads(line) for line in open(sys.argv[2])]
for line in lines:
    error = next(validator.iter_errors(line), None)
    assert error is None, (line, error.message)
# The manual has a section for each type of line, and one of summaries for each command.
manual, commands, types = {}, [], []
for line in open(sys.argv[4]):
    if line.startswith(".SH "): commands, types = line[4:].lower().strip().split(", "), []
    if line.startswith(".SS "): types = line[4:].strip().split(", ")
    fields = re.match(r'\.BR "([^"]*)" "', line)
    for name in (fields[1].replace("[", "").replace("]", "").split(", ") if fields else []):
        for one in types: manual.setdefault((one, "") if one != "summary" else (one, *commands), set()).add(name)
copied = ["database_header", "trailer", "page", "log_header", "checkpoint"]  # from the file, as its format names them
for line in lines:
    if line["type"] in copied: continue
    told = [names for (one, *of), names in manual.items() if one == line["type"] and (one != "summary" or line["command"] in of)]
    unknown = set(line) - {"type", "schema"} - set().union(*told)
    assert told and not unknown, (line, "not in the manual: " + str(unknown))
assert lines[-1]["type"] == sys.argv[3], lines[-1]
assert not any(line["type"] == "error" for line in lines[:-1])
PY
}
good() { "$ESEBACKUP" "$@" --json >lines || { cat lines; fail "$*"; }; check lines summary; }
bad() {   # STATUS COMMAND...
    local wanted=$1 status=0
    shift
    "$ESEBACKUP" "$@" --json >lines 2>err || status=$?
    [ "$status" -eq "$wanted" ] || { cat lines; fail "$* ended with $status, not $wanted"; }
    check lines error
    [ ! -s err ] || fail "$*: standard error says $(cat err)"
}

cp -r "$data/clean-4k/files" instance
mkdir backup
good full --instance instance --out backup --dry-run
good full --instance instance --out backup --progress 1
good incremental --instance instance --out backup
good differential --instance instance --out backup
good incremental --auto --full-every 7d --instance instance --out backup
good incremental --auto --full-every 0s --instance instance --out backup --dry-run
good status instance --max-age 1h
good prune backup --keep-full 1 --keep-days 1 --dry-run
good prune backup --keep-full 1
good list backup --files
good verify backup
good verify instance/data.edb instance/edb.log instance/edb.chk
good inspect instance/data.edb
good inspect instance/data.edb --page 4
good inspect instance/edb.log
good inspect instance/edb.log --records
good inspect instance/edb.chk
"$ESEBACKUP" incremental -q --instance instance --out - --assume-durable >backup/arrived.ese.tar.zst
good truncate --instance instance --after backup/arrived.ese.tar.zst
good verify --from-exec 'cat {name}' backup/arrived.ese.tar.zst
good list --from-exec 'cat {name}' backup/arrived.ese.tar.zst
good restore backup --to restored --plan
good restore backup --to restored
good restore backup --to until --until 17 --logs instance
good keygen --out key
good completion bash
grep -o 'age1.*' key >public.key
good full --copy --instance instance --out encrypted.ese.tar.zst --recipient public.key
good verify encrypted.ese.tar.zst --identity key
good recover instance --dry-run
good recover instance --to recovered

# With the archive on standard output the lines go to standard error.
"$ESEBACKUP" full --instance instance --out - --json >archive.ese.tar.zst 2>lines
check lines summary
"$ESEBACKUP" verify -q archive.ese.tar.zst
"$ESEBACKUP" verify - --json <archive.ese.tar.zst >lines
check lines summary

bad 2 full --instance nowhere --out backup
bad 2 full --no-such-option
bad 2 restore backup --to restored
bad 2 restore backup --to again --until 2024-05-01T12:00:00
bad 2 recover nowhere
bad 10 status instance --max-age 0s
bad 2 prune backup
bad 9 truncate --instance instance --after archive.ese.tar.zst
bad 5 verify --from-exec 'exit 1' archive.ese.tar.zst
bad 2 keygen --out key
bad 9 verify encrypted.ese.tar.zst
bad 9 list encrypted.ese.tar.zst
bad 6 restore backup/*-incremental-* --to again
cp archive.ese.tar.zst flipped.ese.tar.zst
printf 'damaged' | dd of=flipped.ese.tar.zst bs=1 seek=3000 conv=notrunc status=none
bad 4 verify flipped.ese.tar.zst
head -c 5000 archive.ese.tar.zst >cut.ese.tar.zst
bad 5 verify cut.ese.tar.zst
bad 5 list cut.ese.tar.zst
rm backup/*-full-*
bad 6 verify backup
printf 'damaged' | dd of=instance/data.edb bs=1 seek=$((5 * 4096 + 100)) conv=notrunc status=none
bad 4 verify instance/data.edb
bad 7 full --instance instance --out refused.ese.tar.zst
bad 7 full --instance instance --out accepted.ese.tar.zst --accept-bad-pages
bad 4 verify accepted.ese.tar.zst
