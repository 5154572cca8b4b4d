# Every command has a manual page with exactly the options that --help shows, and the exit statuses are those of --help; every page begins
# with what it is for, and is set without a warning, as man and as groff show it.
pages=$(cd "$(dirname "$0")/../../man" && pwd)
. "$(dirname "$0")/common.inc"

commands=$("$ESEBACKUP" --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]*\) .*/\1/p' | grep -vx completion)   # that one is in esebackup(1)
[ "$(echo "$commands" | wc -w)" -ge 12 ] || fail "--help names too few commands: $commands"
for command in $commands; do
    page=$pages/esebackup-$command.1
    "$ESEBACKUP" "$command" --help | grep -oE '^ *(-[a-zA-Z],)?--[a-z0-9-]+' | grep -oE -- '--[a-z0-9-]+' | grep -vx -- --help | sort >options
    sed 's/\\-/-/g; s/\\f[BIRP]//g' "$page" | grep -A1 -E '^\.T[PQ]' | grep -oE -- '--[a-z0-9-]+' | sort >described
    diff options described || fail "esebackup-$command(1) has other options than --help"
    grep -A1 '^\.SH NAME' "$page" | grep -q "^esebackup.*$command " || fail "esebackup-$command(1) has another name"
    grep '^\.SH' "$page" | sed -n 2p | grep -q EXAMPLES || fail "esebackup-$command(1) does not begin with examples"
    grep -q "esebackup.*$command *(1)" "$pages/esebackup.1" || fail "esebackup(1) does not name $command"
done
"$ESEBACKUP" --help | sed -n '/^Exit status:/,$s/^  \([0-9][0-9N+]*\) *\(.*\)$/\1 \2/p' | sed 's/^128+N.*/128+N Stopped by the signal N./' >statuses
sed -n '/^\.TS/,/^\.TE/p' "$pages/esebackup.1" | tr '\n' '\t' | sed 's/T{\t//g; s/\tT}//g' | tr '\t' '\n' | sed 's/\\-/-/g' |
    sed -n '/^[0-9][0-9N+]*$/{N;s/\n/ /;p}' >table
diff statuses table || fail "esebackup(1) has other exit statuses than --help"

command -v groff >/dev/null || { echo "groff is not installed"; exit 77; }

for page in "$pages"/*.[157]; do
    groff -ww -t -man -Tutf8 "$page" 2>&1 >/dev/null | sed "s,^,$(basename "$page"): ,"
    groff -ww -t -man -Tutf8 -rLL=78n "$page" 2>&1 >/dev/null | sed "s,^,$(basename "$page") in 80 columns: ,"
done >warnings
[ ! -s warnings ] || { cat warnings; fail "$(wc -l <warnings) warnings"; }
