# The example program takes orders, on several threads, while it is backed up from another process; then it is killed, now and then in the
# middle of a backup. Every order whose commit had returned before a backup's end is in what is restored from it, and nothing is there by halves.
# ROUNDS=100 makes a long run of it.
. "$(dirname "$0")/common.inc"

orders=$(dirname "$ESEBACKUP")/examples/orders
rounds=${ROUNDS:-3}
seed=${SEED:-$RANDOM}
RANDOM=$seed
echo "seed $seed"

# pause MOST: some tenths of a second
pause() { sleep "$((RANDOM % $1 / 10)).$((RANDOM % 10))"; }

# require_orders FILE: the numbers on standard input are all in FILE
require_orders() {
    sort >must
    sort "$1" >has
    lost=$(comm -23 must has)
    [ -z "$lost" ] || fail "round $round: lost orders:" $lost
}

for round in $(seq "$rounds"); do
    rm -rf app backup restored committed
    mkdir backup
    "$orders" app >committed 2>errors &
    writer=$!
    for _ in $(seq 200); do [ -s committed ] && break; sleep 0.05; done
    [ -s committed ] || { cat errors; fail "no order was taken"; }

    expect_status 0 "$ESEBACKUP" full --instance app --out backup
    for _ in $(seq $((RANDOM % 3))); do
        pause 10
        expect_status 0 "$ESEBACKUP" incremental --instance app --out backup
    done
    if [ $((RANDOM % 2)) -eq 0 ]; then
        "$ESEBACKUP" full --copy --instance app --to-command 'cat >/dev/null; sleep 0.3' >torn.out 2>&1 &
        torn=$!
        sleep "0.$((RANDOM % 4))"
        kill -KILL $writer
        wait $torn && true
    else
        pause 10
        kill -KILL $writer
    fi
    wait $writer 2>/dev/null && true

    expect_status 0 "$ESEBACKUP" verify --deep backup
    expect_status 0 "$ESEBACKUP" restore backup --to restored
    through=$("$ESEBACKUP" list backup --json | grep -o '"consistent_through":{[^}]*}' | grep -o '[0-9-]*T[0-9:.]*Z' | sort | tail -1)
    [ -n "$through" ] || fail "no archive says up to when it holds everything"
    "$orders" restored --check >there || fail "round $round: what was restored is there by halves"
    awk -v through="$through" '$1 < through { print $3 }' committed | require_orders there

    # What the killed program leaves is made whole by its next start.
    "$orders" app --check >recovered || fail "round $round: what was recovered is there by halves"
    awk 'NF == 3 { print $3 }' committed | require_orders recovered
done
