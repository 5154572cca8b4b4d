# Every manual page is set without a warning, as man and as groff show it.
pages=$(cd "$(dirname "$0")/../../man" && pwd)
. "$(dirname "$0")/common.inc"
command -v groff >/dev/null || { echo "groff is not installed"; exit 77; }

for page in "$pages"/*.[157]; do
    groff -ww -t -man -Tutf8 "$page" 2>&1 >/dev/null | sed "s,^,$(basename "$page"): ,"
    groff -ww -t -man -Tutf8 -rLL=78n "$page" 2>&1 >/dev/null | sed "s,^,$(basename "$page") in 80 columns: ,"
done >warnings
[ ! -s warnings ] || { cat warnings; fail "$(wc -l <warnings) warnings"; }
