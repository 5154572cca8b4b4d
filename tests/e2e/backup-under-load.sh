# The example program takes orders, on several threads, while jobs as cron starts them back it up from other processes every few seconds:
# every kind of backup, into a directory and through a pipe, truncation and pruning, some at the same time. Now and then a job is killed,
# or the program, which then starts again on what it left; sometimes a job comes first and finds the instance as it was left. Every chain
# that remains verifies deep, and every order whose commit had returned before a backup's end is in what is restored from it, and nothing
# is there by halves.
#
#   SECONDS_TO_RUN=600   makes a long run of it, which restores one of the archives every minute, and all that are left in the end
#   SEED=4711            makes the same choices again
. "$(dirname "$0")/common.inc"

orders=$(dirname "$ESEBACKUP")/examples/orders
seconds=${SECONDS_TO_RUN:-20}
seed=${SEED:-$RANDOM}
RANDOM=$seed
echo "seed $seed, $seconds seconds"
export LC_ALL=C   # for sort and comm

one_of() { local choices=("$@"); echo "${choices[RANDOM % $#]}"; }
now_ms() { date +%s%3N; }
sleep_ms() { sleep "$(($1 / 1000)).$(printf %03d $(($1 % 1000)))"; }

# --- the program

start_program() {
    local taken
    taken=$(wc -l <committed)
    "$orders" app >>committed 2>errors &
    program=$!
    for _ in $(seq 1200); do
        [ "$(wc -l <committed)" -eq "$taken" ] || return 0
        kill -0 $program 2>/dev/null || break
        sleep 0.05
    done
    cat errors
    fail "the program takes no orders"
}
kill_program() {
    kill -KILL $program 2>/dev/null || { cat errors; fail "the program ended by itself"; }
    wait $program 2>/dev/null || true
}
trap 'kill -KILL $program 2>/dev/null || true' EXIT

# --- the jobs

# The command, whose process can be killed as long as it is named in ./client.
esebackup() {
    local status=0
    "$ESEBACKUP" "$@" &
    echo $! >client
    wait $! || status=$?
    rm -f client
    return $status
}

# What went through a pipe has arrived when it verifies, however the command ended that sent it; then the logs may go.
piped() {
    local archive=backup/$1-$tick.ese.tar.zst status=0
    esebackup "$1" --wait 60s --instance app --out - --assume-durable >arriving || status=$?
    "$ESEBACKUP" verify -q arriving 2>/dev/null || return $status
    mv arriving "$archive"
    esebackup truncate --wait 60s --instance app --after "$archive" || status=$?
    return $status
}
job() {
    case $1 in
        full | incremental | differential) esebackup "$1" --wait 60s --instance app --out backup ;;
        auto) esebackup backup --auto --full-every 15s --wait 60s --instance app --out backup ;;
        piped-*) piped "${1#piped-}" ;;
        prune) esebackup prune backup --keep-full 2 --wait 60s ;;
    esac
}

declare -A took=() ended=()
# judge KIND OUTPUT STATUS ALLOWED...: what came of a job. One that is killed between the deletion of logs and the end of its backup leaves an
# archive that holds them, and no mark that it does: then the next one wants a full backup first.
is_full_needed=no
judge() {
    local kind=$1 output=$2 status=$3
    ended[$kind, status $status]=$((${ended[$kind, status $status]:-0} + 1))
    case " ${*:4} " in *" $status "*) return ;; esac
    if [ "$status" -eq 6 ] && [ $is_full_needed = perhaps ] && grep -q 'run "esebackup full", which begins a new chain' "$output"; then
        run_job full nobody
        return
    fi
    cat "$output" errors
    fail "a job, $kind, ended with $status"
}

# run_job KIND WHAT-IS-KILLED: and when is chosen within the time that such a job took before.
hit_clients=0 killed_programs=0
run_job() {
    local kind=$1 victim=$2 allowed=0 status=0 began
    began=$(now_ms)
    (job "$kind") >"$kind.out" 2>&1 &
    local runs=$!
    if [ "$victim" != nobody ]; then
        sleep_ms $((RANDOM % (${took[$kind]:-300} + 1)))
    fi
    case $victim in
        client)
            kill -KILL "$(cat client 2>/dev/null)" 2>/dev/null && hit_clients=$((hit_clients + 1))
            allowed="0 137"
            ;;
        program)
            kill_program
            killed_programs=$((killed_programs + 1))
            allowed="0 1 3 75"
            ;;
    esac
    wait $runs || status=$?
    # shellcheck disable=SC2086
    judge "$kind" "$kind.out" $status $allowed
    case $victim:$kind:$status in
        nobody:full:0) is_full_needed=no ;;
        nobody:*) ;;
        *) is_full_needed=perhaps ;;
    esac
    [ "$status" -ne 0 ] || [ "$victim" != nobody ] || took[$kind]=$(($(now_ms) - began))
}

# --- what has to be true

restores=0
# require_orders DIRECTORY: the numbers on standard input are all there, and nothing is there by halves.
require_orders() {
    "$orders" "$1" --check >there || fail "$1 is there by halves"
    sort -o must must
    sort -o there there
    local lost
    lost=$(comm -23 must there)
    [ -z "$lost" ] || fail "$1 lacks orders:" $lost
}

# What every archive takes for its restore: a line each, with the time up to which it has everything.
list_restorable() {
    "$ESEBACKUP" list backup --json | python3 -c '
import json, sys
archives = [line for line in map(json.loads, sys.stdin) if line["type"] == "archive"]
paths = {archive["id"]: archive["path"] for archive in archives}
for archive in archives: print(archive["consistent_through"]["time"], *(paths[id] for id in archive["needed"]))' >restorable
    [ -s restorable ] || fail "no archive is left"
}
check_restore() {   # TIME ARCHIVE...
    expect_status 0 "$ESEBACKUP" restore "${@:2}" --to restored
    awk -v through="$1" '$1 < through && NF == 3 { print $3 }' committed >must
    require_orders restored
    rm -rf restored
    restores=$((restores + 1))
}
check_one() {
    list_restorable
    # shellcheck disable=SC2046
    check_restore $(sed -n "$((RANDOM % $(wc -l <restorable) + 1))p" restorable)
}
check_all() {
    expect_status 0 "$ESEBACKUP" verify --deep backup
    list_restorable
    local archives
    # shellcheck disable=SC2086
    while read -r archives; do check_restore $archives; done <restorable
}

# --- the run

mkdir backup
: >committed
start_program
tick=0
run_job full nobody
checked_at=$SECONDS
while [ $SECONDS -lt "$seconds" ]; do
    tick=$((tick + 1))
    kind=$(one_of full incremental incremental differential auto piped-full piped-incremental prune)
    case $((tick % 4)) in
        1) run_job "$kind" nobody ;;
        2) run_job "$kind" client ;;
        3)  # two at once
            other=$(one_of incremental differential prune)
            (job "$other") >beside.out 2>&1 &
            beside=$! status=0 was_needed=$is_full_needed
            run_job "$kind" nobody
            wait $beside || status=$?
            is_full_needed=$was_needed judge "$other" beside.out $status 0
            ;;
        0)
            run_job "$kind" program
            [ "$(one_of yes no)" = no ] || run_job "$(one_of full incremental auto)" "$(one_of nobody client)"
            start_program
            ;;
    esac
    [ $((SECONDS - checked_at)) -lt 60 ] || { check_one; checked_at=$SECONDS; }
    sleep_ms $((RANDOM % 1500))
done
check_all

# What the killed program leaves is made whole by its next start, and no number was given twice.
kill_program
awk 'NF == 3 { print $3 }' committed >must
[ -z "$(sort must | uniq -d)" ] || fail "orders that were taken twice:" $(sort must | uniq -d)
require_orders app

echo "$(wc -l <committed) orders; $hit_clients clients and $killed_programs programs killed; $restores restores compared"
for how in "${!ended[@]}"; do echo "  $how: ${ended[$how]}"; done | sort
