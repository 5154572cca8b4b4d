# The records of a real archive are what their JSON schemas say, and the digests in them are those of the extracted files.
schemas=$(cd "$(dirname "$0")/../../src/archive" && pwd)
. "$(dirname "$0")/common.inc"
python=/usr/bin/python3   # Debian's, which has Debian's modules
"$python" -c 'import jsonschema' 2>/dev/null || { echo "python3-jsonschema is not installed"; exit 77; }

cp -r "$data/clean-4k/files" instance
"$ESEBACKUP" full --instance instance --out a.ese.tar.zst
zstd -dcq a.ese.tar.zst | tar x
for record in backup manifest; do
    "$python" - "$schemas/$record.schema.json" $record.json <<'PY'
import json, sys
import jsonschema
schema, record = (json.load(open(path)) for path in sys.argv[1:])
jsonschema.Draft202012Validator.check_schema(schema)
jsonschema.validate(record, schema)
PY
done

[ "manifest_sha256=$(sha256sum <manifest.json | cut -d' ' -f1)" = "$(cut -d' ' -f1 COMMIT)" ] || fail "COMMIT names another manifest"
"$python" -c 'import json
for m in json.load(open("manifest.json"))["members"]: print(m["xxh3_128"] + "  " + m["path"])' >digests
xxh128sum -c digests
