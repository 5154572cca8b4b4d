# jetdrv, the client that also runs on the original engine, backs up clean sets and restores them: every page is that of
# the original.
root=$(realpath "$(dirname "$0")/../..")
shared=${ESEBACKUP_SHARED:-$(realpath -m "$root/../shared")}
. "$root/tests/e2e/common.inc"

[ -f "$shared/tools/jetdrv.cpp" ] || { echo "no jetdrv.cpp in $shared/tools"; exit 77; }
build() { g++ -std=c++20 -I"$root/include" "$1" "$BUILD/libesent.a" -llz4 -lpthread -o "$2"; }
build "$shared/tools/jetdrv.cpp" jetdrv

# The command `backup` opens the tables of the workload first, which needs cursors; its sequence of backup calls needs
# none. So that sequence is called by itself.
cat >backup.cpp <<EOF
#define main jetdrv_main
#include "$shared/tools/jetdrv.cpp"
#undef main
int main(int, char** argv) {   // DIR OUT full|incremental|differential PAGE LOGKB
    const string dir = argv[1];
    g_opt.page = static_cast<u32>(std::atoi(argv[4]));
    g_opt.log_kb = static_cast<u32>(std::atoi(argv[5]));
    configure(dir);
    init();
    JET_SESID session = 0;
    CHECK(JetBeginSessionA(g_instance, &session, nullptr, nullptr));
    CHECK(JetAttachDatabaseA(session, db_path(dir).c_str(), 0));
    BackupPlan plan;
    plan.out = argv[2];
    plan.kind = argv[3];
    plan.truncate = plan.kind != "differential";
    const JET_ERR e = take_backup(plan);
    CHECK(JetEndSession(session, 0));
    term();
    return e < 0 ? 2 : 0;
}
EOF
build backup.cpp backup

seen=0
for set in clean-4k:128 clean-8k:128 clean-16k:256 clean-32k:512; do
    name=${set%:*} log_kib=${set#*:}
    [ -d "$data/$name" ] || continue
    seen=1
    echo "-- $name"
    page=$(page_bytes "$data/$name/files/data.edb")
    cp -r "$data/$name/files" "$name"
    for kind in full incremental differential; do ./backup "$name" "$name-out" $kind "$page" "$log_kib"; done
    [ ! -e "$name/edb00001.log" ] || fail "$name: the logs were not truncated"

    ./jetdrv --page="$page" --logkb="$log_kib" restore "$name-out" "$name-restored" "$(realpath "$name")"
    [ "$(database_state "$name-restored/data.edb")" -eq 3 ] || fail "$name: the restored database is not clean"
    same_pages "$data/$name/files/data.edb" "$name-restored/data.edb"
    # What was restored can be backed up again; without a new full backup only that way.
    expect_status 2 ./backup "$name-restored" "$name-again" incremental "$page" "$log_kib"
    expect_text 'JetBeginExternalBackupInstance -> -560'
    ./backup "$name-restored" "$name-again" full "$page" "$log_kib" >/dev/null
    rm -rf "$name" "$name"-*
done
[ $seen -eq 1 ] || { echo "no clean sets here"; exit 77; }

# Backups that the original engine took while data changed.
for set in fullbackup-4k:128 fullbackup-8k:128 fullbackup-32k:512; do
    name=${set%:*} log_kib=${set#*:}
    [ -d "$data/$name" ] || continue
    cp -r "$data/$name/files" raw
    ./jetdrv --page="$(page_bytes "raw/data.edb")" --logkb="$log_kib" restore raw restored "C:\\ese\\$name" >out || { cat out; fail "$name"; }
    for database in data.edb second.edb; do
        [ "$(database_state "restored/$database")" -eq 3 ] || fail "$name: $database is not clean"
    done
    rm -rf raw restored
done
