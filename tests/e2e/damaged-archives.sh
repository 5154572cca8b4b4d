# Whatever bit of an archive is flipped: verify says no, or every restored byte is the same. Wherever it is cut: incomplete.
. "$(dirname "$0")/common.inc"

seed=${SEED:-$(date +%s)}
echo "seed $seed"   # SEED=… repeats a run
cp -r "$data/clean-4k/files" instance
cp instance/data.edb original.edb
"$ESEBACKUP" full --instance instance --out whole.ese.tar.zst
python3 - "$seed" >places <<'PYTHON'
import os, random, sys
size = os.path.getsize("whole.ese.tar.zst")
random.seed(int(sys.argv[1]))
for _ in range(120): print("flip", random.randrange(size * 8))
for bit in range((size - 60) * 8, size * 8, 7): print("flip", bit)      # seek table
for bit in range(0, 200, 7): print("flip", bit)                        # first frame's head
for _ in range(60): print("cut", random.randrange(size))
for length in (0, 1, size - 1, size - 9, size - 17): print("cut", length)
PYTHON

while read -r what where; do
    if [ "$what" = flip ]; then
        python3 -c 'import sys
data = bytearray(open("whole.ese.tar.zst", "rb").read()); bit = int(sys.argv[1]); data[bit // 8] ^= 1 << bit % 8
open("damaged.ese.tar.zst", "wb").write(data)' "$where"
    else
        head -c "$where" whole.ese.tar.zst >damaged.ese.tar.zst
    fi
    verified=0 restored=0
    "$ESEBACKUP" verify damaged.ese.tar.zst >out 2>&1 || verified=$?
    "$ESEBACKUP" restore damaged.ese.tar.zst --to restored >>out 2>&1 || restored=$?
    if [ "$what" = cut ]; then
        [ $verified -eq 5 ] && [ $restored -eq 5 ] || { cat out; fail "cut at $where: verify $verified, restore $restored"; }
    elif [ $verified -eq 0 ]; then
        [ $restored -eq 0 ] || { cat out; fail "bit $where: verify says good, restore $restored"; }
    else
        [ $verified -eq 4 ] || [ $verified -eq 5 ] || [ $verified -eq 9 ] || { cat out; fail "bit $where: verify $verified"; }
    fi
    if [ $restored -eq 0 ]; then same_pages original.edb restored/data.edb
    else [ ! -e restored/data.edb ] || fail "$what $where: a database got its name"; fi
    rm -rf restored
done <places
echo "$(wc -l <places) damaged archives"
