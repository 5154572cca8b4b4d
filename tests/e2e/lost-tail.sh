# Logs are missing or damaged behind what the database requires: recovery says which, changes nothing, and goes on only when the operator
# accepts that what was committed from there on is lost. Then everything from before is there, and the warning says how far that is.
. "$(dirname "$0")/common.inc"
orders=$(dirname "$ESEBACKUP")/examples/orders

# The database as it was early on, with all logs that were written until the program was killed.
"$orders" app >committed 2>/dev/null & program=$!
trap 'kill -KILL $program 2>/dev/null || true' EXIT
eventually test -s committed
told=$(wc -l <committed)
mkdir early && cp app/orders.edb app/edb.chk early
newest=$(find app -name 'edb0*.log' | sort | tail -1 | sed -E 's/.*edb0*([0-9A-F]*)\.log/\1/')
log_name() { printf 'edb%05X.log' $((0x${newest:-0} + $1)); }   # so many behind those that the copy can require
lost=$(log_name 4)
eventually test -e "app/$(log_name 7)"
kill -KILL $program && wait $program 2>/dev/null || true
rm -f app/edbtmp.log
cp app/edb*.log early

lose() {   # WHAT
    case $1 in
        'a closed log') rm "broken/$lost" ;;
        'the current log') rm broken/edb.log ;;
        'the end of a closed log') truncate -s 100K "broken/$lost" && truncate -s 256K "broken/$lost" ;;
        'a sector of a closed log') head -c 4096 /dev/urandom | dd of="broken/$lost" bs=4096 seek=20 conv=notrunc 2>/dev/null ;;
        'a sector of the current log') head -c 4096 /dev/urandom | dd of=broken/edb.log bs=4096 seek=1 conv=notrunc 2>/dev/null ;;
        'the header of the current log') head -c 4096 /dev/urandom | dd of=broken/edb.log bs=4096 conv=notrunc 2>/dev/null ;;
    esac
}

for what in 'a closed log' 'the current log' 'the end of a closed log' 'a sector of a closed log' 'a sector of the current log' \
            'the header of the current log'; do
    echo "== $what"
    rm -rf broken copy && cp -r early broken
    lose "$what"
    before=$(cd broken && sha256sum orders.edb ./*.log ./*.chk)
    status=0
    "$ESEBACKUP" recover broken >out 2>&1 || status=$?
    case $what in
        'a closed log' | 'the current log') [ $status = 6 ] || fail "status $status: $(cat out)" ;;
        *) [ $status = 7 ] || fail "status $status: $(cat out)" ;;
    esac
    [ "$before" = "$(cd broken && sha256sum orders.edb ./*.log ./*.chk)" ] || fail "something was changed"
    case $what in
        'a closed log' | 'the current log')
            expect_status 6 "$ESEBACKUP" recover broken --dry-run
            expect_text 'is missing' ;;
    esac

    "$ESEBACKUP" recover broken --accept-lost-tail --to copy >out 2>&1 || fail "$(cat out)"
    expect_text 'what was logged behind [0-9A-F]+:[0-9A-F]+:[0-9A-F]+ is set aside'
    [ "$before" = "$(cd broken && sha256sum orders.edb ./*.log ./*.chk)" ] || fail "the original was changed"
    "$ESEBACKUP" verify -q copy/orders.edb
    "$orders" copy --check >there 2>&1 || fail "the copy has something by halves: $(tail -3 there)"
    [ "$(wc -l <there)" -ge "$told" ] || fail "only $(wc -l <there) orders are there, and $told were committed before the break"
done
