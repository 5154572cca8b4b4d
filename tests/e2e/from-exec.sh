# Archives that a command gives: restored, verified and listed, a chain of them too; a command that fails is no archive that ends.
. "$(dirname "$0")/common.inc"

cp -r "$data/clean-4k/files" instance
mkdir store
put='cat >store/{name}'
for kind in full incremental differential incremental; do "$ESEBACKUP" "$kind" -q --instance instance --to-command "$put"; done
mapfile -t names < <(ls -rt store)
[ ${#names[@]} -eq 4 ] || fail "stored: ${names[*]}"
full=${names[0]}
get='cat store/{name}'

expect_status 0 "$ESEBACKUP" verify --from-exec "$get" "${names[@]}"
expect_text "$full: good"
expect_status 0 "$ESEBACKUP" verify --deep --scratch . --from-exec 'cat "store/$ESEBACKUP_NAME"' "${names[@]}"
expect_text 'restored and recovered, 1 database walked, good'
"$ESEBACKUP" list --from-exec "$get" "${names[@]}" >piped
"$ESEBACKUP" list $(printf 'store/%s ' "${names[@]}") | sed 's,store/,,' >listed
diff piped listed || fail "the lists differ"
"$ESEBACKUP" list - <"store/$full" | sed 's,standard input,X,' >out
expect_text full

# A chain, in whatever order it comes; where one is missing, nothing gets its name.
expect_status 0 "$ESEBACKUP" restore --from-exec "$get" "${names[3]}" "$full" "${names[1]}" "${names[2]}" --to restored
same_pages "$data/clean-4k/files/data.edb" restored/data.edb
expect_text 'everything committed before'
rm -rf restored
expect_status 6 "$ESEBACKUP" restore --from-exec "$get" "$full" "${names[3]}" --to restored
expect_text "${names[3]}: there is a gap behind its full backup"
[ ! -e restored/data.edb ] || fail "a database got its name"
rm -rf restored
expect_status 6 "$ESEBACKUP" restore --from-exec "$get" "${names[1]}" --to restored
rm -rf restored

# The full backup in a pipe, the others in files.
expect_status 0 "$ESEBACKUP" restore "store/${names[1]}" - "store/${names[3]}" --to restored <"store/$full"
same_pages "$data/clean-4k/files/data.edb" restored/data.edb
rm -rf restored

# Up to a generation, and two full backups at once.
expect_status 0 "$ESEBACKUP" restore --from-exec "$get" "$full" "${names[1]}" --until 13 --to restored
rm -rf restored
"$ESEBACKUP" full -q --instance instance --to-command "$put"
second=$(ls -t store | head -1)
expect_status 2 "$ESEBACKUP" restore --from-exec "$get" "$full" "$second" --to restored
expect_text "$second: this is a second full backup"
rm -rf restored

# Commands that fail: early, in the middle, behind the end, or with nothing at all.
for command in 'exit 3' 'head -c 200000 store/{name}' 'head -c 200000 store/{name}; exit 3' 'cat store/{name}; exit 3' 'cat store/{name} | false' \
               'cat nowhere/{name}' 'kill -9 $$'; do
    expect_status 5 "$ESEBACKUP" restore --from-exec "$command" "$full" --to restored
    expect_text 'the command (ended with exit status|was ended by signal)|incomplete'
    [ ! -e restored/data.edb ] || fail "$command: a database got its name"
    rm -rf restored
    expect_status 5 "$ESEBACKUP" verify --from-exec "$command" "$full"
    expect_status 5 "$ESEBACKUP" list --from-exec "$command" "$full"
done
expect_status 4 "$ESEBACKUP" verify --from-exec 'sed s/a/b/ store/{name}' "$full"
expect_status 2 "$ESEBACKUP" verify --from-exec "$get" '$(touch hacked)'
[ ! -e hacked ] || fail "a name was run as a command"
expect_status 2 "$ESEBACKUP" restore --from-exec "$get" "$full" --in-place
expect_status 2 "$ESEBACKUP" restore --from-exec "$get" "$full" --plan --to restored

# One that gives nothing and does not end is ended with us.
"$ESEBACKUP" verify --from-exec 'touch asked; sleep 1000' "$full" >out 2>&1 &
pid=$!
eventually test -e asked
kill -TERM "$pid"
status=0
wait "$pid" || status=$?
[ "$status" -eq 143 ] || { cat out; fail "SIGTERM ended it with $status"; }
