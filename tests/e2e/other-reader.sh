# libesedb, another reader of these files, sees the tables, columns and indexes of databases with pages of every size, and reads their rows
# as they were written. (Its version of 2018 can't read long values outside of their record, nor columns of unsigned 64 bits.)
. "$(dirname "$0")/common.inc"

cat >make.py <<'PY'
import ctypes, struct, sys, uuid
library, page_bytes, rows = ctypes.CDLL(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
BIT, UBYTE, SHORT, LONG, CURRENCY, SINGLE, DOUBLE, DATETIME, BINARY, TEXT, LONGBINARY, LONGTEXT = range(1, 13)
ULONG, GUID = 14, 16
FIXED, NOT_NULL, TAGGED = 1, 4, 2

class ColumnDef(ctypes.Structure):
    _fields_ = ([(name, ctypes.c_uint32) for name in ("size", "id", "type")]
                + [(name, ctypes.c_uint16) for name in ("country", "language", "cp", "collate")]
                + [(name, ctypes.c_uint32) for name in ("most", "grbit")])

size_t = ctypes.c_size_t
def call(name, *arguments):
    error = getattr(library, name)(*arguments)
    if error < 0:
        detail = ctypes.create_string_buffer(500)
        library.EsentGetErrorDetail(detail, 500)
        sys.exit(f"{name}: {error} {detail.value.decode()}")
def out(): return size_t(0)
def ptr(x): return ctypes.byref(x)
def text(t): return t.encode()

instance, session, database = out(), out(), ctypes.c_uint32(0)
call("JetSetSystemParameterA", None, size_t(0), 64, size_t(page_bytes), None)
call("JetCreateInstanceA", ptr(instance), b"other-reader")
for parameter in (0, 1, 2): call("JetSetSystemParameterA", ptr(instance), size_t(0), parameter, size_t(0), b"instance/")
call("JetInit", ptr(instance))
call("JetBeginSessionA", instance, ptr(session), None, None)
call("JetCreateDatabaseA", session, b"instance/data.edb", None, ptr(database), 0)

COLUMNS = [("number", LONG, 0, FIXED | NOT_NULL), ("flag", BIT, 0, FIXED), ("small", UBYTE, 0, FIXED), ("short", SHORT, 0, FIXED),
           ("unsigned", ULONG, 0, FIXED), ("money", CURRENCY, 0, FIXED), ("single", SINGLE, 0, FIXED), ("double", DOUBLE, 0, FIXED),
           ("guid", GUID, 0, FIXED), ("bytes", BINARY, 100, 0), ("name", TEXT, 200, 0),
           ("note", LONGTEXT, 0, TAGGED), ("blob", LONGBINARY, 0, TAGGED)]
def values(i):
    return [struct.pack("<i", i * 7919 - 100000), struct.pack("<B", 255 * (i % 2)), struct.pack("<B", i % 256), struct.pack("<h", i % 32768 - 16000),
            struct.pack("<I", i * 4000037 % 2**32), struct.pack("<q", i * -10007), struct.pack("<f", i / 4), struct.pack("<d", i / 8),
            uuid.UUID(int=i * 2**64 + i).bytes_le, bytes([i % 256, 1, 2, 3] * (i % 20 + 1)), (f"Name {i} — naïve" ).encode("utf-16-le"),
            None if i % 3 else ("note " * (i % 50 + 1)).encode("utf-16-le"), None if i % 5 else bytes([i % 251]) * (i % 100 + 1)]
def table(name, indexes):
    tableid = out()
    call("JetBeginTransaction", session)
    call("JetCreateTableA", session, database, text(name), 4, 90, ptr(tableid))
    ids = []
    for column, kind, most, grbit in COLUMNS:
        definition, number = ColumnDef(ctypes.sizeof(ColumnDef), 0, kind, 0, 0, 1200, 0, most, grbit), ctypes.c_uint32(0)
        call("JetAddColumnA", session, tableid, text(column), ptr(definition), None, 0, ptr(number))
        ids.append(number)
    for index, key, grbit in indexes:
        call("JetCreateIndexA", session, tableid, text(index), grbit, text(key) + b"\0\0", len(key) + 2, 90)
    call("JetCommitTransaction", session, 0)
    call("JetBeginTransaction", session)
    order = sorted(range(rows), key=lambda i: i * 7919 % rows)   # not in the order of any key
    for done, i in enumerate(order):
        call("JetPrepareUpdate", session, tableid, 0)
        for number, value in zip(ids, values(i)):
            if value is not None: call("JetSetColumn", session, tableid, number, value, len(value), 0, None)
        call("JetUpdate", session, tableid, None, 0, None)
        if done % 500 == 499:
            call("JetCommitTransaction", session, 0)
            call("JetBeginTransaction", session)
    call("JetCommitTransaction", session, 0)
    return order

# As esedbexport shows a row: every number of single precision as 0.
def line(i):
    number, flag, small, short, unsigned, money, single, double, guid, data, name, note, blob = values(i)
    return "\t".join([str(i * 7919 - 100000), "true" if i % 2 else "false", str(i % 256), str(i % 32768 - 16000),
                      str(i * 4000037 % 2**32), str(i * -10007 % 2**64), "0.000000", f"{i / 8:.6f}", guid.hex(), data.hex(),
                      name.decode("utf-16-le"), (note or b"").decode("utf-16-le"), (blob or b"").hex()])
def expect(name, order):
    with open(name + ".expected", "w") as file:
        print("\t".join(column[0] for column in COLUMNS), *map(line, order), sep="\n", file=file)

expect("Keyed", sorted(table("Keyed", [("primary", "+number", 2), ("by name", "+name", 0), ("by bytes", "-bytes", 0)])))
expect("Heap", table("Heap", [("by money", "+money", 1)]))
call("JetEndSession", session, 0)
call("JetTerm", instance)
PY

rows=1500
for bytes in 2048 4096 8192 16384 32768; do
    rm -rf instance ./*.expected ./*.export
    mkdir instance
    python3 make.py "$BUILD/libesent.so" $bytes $rows || fail "pages of $bytes bytes: the database was not made"
    esedbinfo instance/data.edb >info || fail "esedbinfo can't read pages of $bytes bytes"
    expect_line() { grep -qP "$1" info || { cat info; fail "pages of $bytes bytes: esedbinfo does not see $1"; }; }
    expect_line "Page size:\t\t$bytes bytes"
    for table in MSysObjects MSysObjectsShadow Keyed Heap; do expect_line "^Table: \d+\t+$table \("; done
    for column in "number\tInteger 32-bit signed" "flag\tBoolean" "small\tInteger 8-bit unsigned" "short\tInteger 16-bit signed" \
        "unsigned\tInteger 32-bit unsigned" "money\tCurrency" "single\tFloating point single precision" \
        "double\tFloating point double precision" "guid\tGUID" "bytes\tBinary data" "name\tText" "note\tLarge text" "blob\tLarge binary data"; do
        [ "$(grep -cP "^\t\d+\t\d+\t$column" info)" -eq 2 ] || { cat info; fail "pages of $bytes bytes: esedbinfo does not see column $column"; }
    done
    for index in primary "by name" "by bytes" "by money"; do expect_line "^\tIndex: \d+\t+$index \("; done
    for table in Keyed Heap; do
        esedbexport -m tables -T $table -t $table instance/data.edb >out 2>&1 || { cat out; fail "pages of $bytes bytes: table $table"; }
        diff <(sed 's/[[:space:]]*$//' $table.export/$table.*) <(sed 's/[[:space:]]*$//' $table.expected) >differences ||
            { head differences; fail "pages of $bytes bytes: esedbexport sees other rows in table $table"; }
    done
done
echo "tables, columns, indexes and $((2 * rows)) rows in pages of each of five sizes"
