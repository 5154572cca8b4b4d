# Where options come from: the command line before the environment before --config before /etc/esebackup.conf; and what is said of
# configurations that are wrong.
. "$(dirname "$0")/common.inc"

cp -r "$data/clean-4k/files" instance
where() { "$ESEBACKUP" full --instance instance --dry-run "$@" >out 2>&1 || { cat out; fail "$*"; }; sed -n 's/.* would be written to \(.*\): .*/\1/p' out; }
refused() {   # TEXT COMMAND...
    expect_status 2 "$ESEBACKUP" "${@:2}"
    expect_text "esebackup: $1; see \"esebackup --help\""
}

# Precedence.
printf '# for every command\nout = "of the file"\nlevel = 5\n\n[full]\nkeep-logs = true\n\n[incremental]\nlevel = 99\nthreads = nonsense\n' >file
[ "$(where --config file)" = 'of the file' ] || fail "the file"
expect_text 'no log would be deleted: kept on request'
[ "$(ESEBACKUP_CONFIG=file where)" = 'of the file' ] || fail "the file that the environment names"
[ "$(ESEBACKUP_OUT='of the environment' where --config file)" = 'of the environment' ] || fail "the environment before the file"
[ "$(ESEBACKUP_OUT='of the environment' where --config file --out 'of the line')" = 'of the line' ] || fail "the command line before both"
printf 'out = common\n[full]\nout = section\n' >sections
[ "$(where --config sections)" = section ] || fail "a section before what stands before it"
# What another command's section says is none of this one's business; its own is.
refused 'file, line 9: --level: Value 99 not in range 1 to 19' incremental --instance instance --config file
ESEBACKUP_KEEP_LOGS=true where --out x >/dev/null
expect_text 'kept on request'

# The system's file is read where no other one is named. In a name space of its own /etc can be had.
if unshare -rm true 2>/dev/null; then
    cp file system && sed -i 's/of the file/of the system/' system
    cat >with-system <<'SCRIPT'
mount -t tmpfs none /etc && cp system /etc/esebackup.conf && "$ESEBACKUP" full --instance instance --dry-run "$@"
SCRIPT
    unshare -rm bash with-system >out 2>&1 || { cat out; fail "with /etc/esebackup.conf"; }
    expect_text 'would be written to of the system'
    unshare -rm bash with-system --config sections >out 2>&1 || { cat out; fail "--config with /etc/esebackup.conf"; }
    expect_text 'would be written to section'
    ESEBACKUP_OUT=environment unshare -rm bash with-system >out 2>&1
    expect_text 'would be written to environment'
    printf 'out = x\nnonsense = 1\n' >system
    expect_status 2 unshare -rm bash with-system
    expect_text '/etc/esebackup.conf, line 2: no command has an option "nonsense"'
else
    echo "no user name spaces here: /etc/esebackup.conf not tested"
fi

# Mistakes are named with their place.
wrong() {   # TEXT FILE: the text begins behind the file's name
    printf "$2" >wrong
    refused "wrong, $1" full --instance instance --out x --config wrong
}
wrong 'line 1: no command has an option "levle"' 'levle = 5\n'
wrong 'line 4: "full" has no option "logs-of"' '# one\n\n[full]\nlogs-of = 5\n'
wrong 'line 2: a section is the name of a command, as in \[full\], and not "\[fuul\]"' 'level = 5\n[fuul]\nlevel = 5\n'
wrong 'line 1: a section is .* not "\[full"' '[full\nlevel = 5\n'
wrong 'line 3: --level: Value 55 not in range 1 to 19' '\n; two\nlevel = 55\n'
wrong 'line 1: --level: Value five not in range 1 to 19' 'level = "five"\n'
wrong 'line 2: Could not convert: --keep-logs = perhaps' '[full]\nkeep-logs = perhaps\n'
wrong 'line 2: "level" stands in line 1 already' 'level = 3\nlevel = 4\n'
wrong 'line 1: "dry-run" can be given on the command line only' 'dry-run = true\n'
printf 'in-place = true\n' >wrong
refused 'wrong, line 1: "in-place" can be given on the command line only' restore nowhere.ese.tar.zst --config wrong
wrong 'line 1: no command has an option "\\x1B\[2J"' '\033[2J\n'
wrong 'line 2: this is no text' 'level = 5\nle\0vel = 5\n'
refused 'nowhere was not readable .*' full --instance instance --out x --config nowhere
refused '. was not readable .*' full --instance instance --out x --config .
ESEBACKUP_LEVEL=99 refused 'ESEBACKUP_LEVEL: --level: Value 99 not in range 1 to 19' full --instance instance --out x
ESEBACKUP_LEVEL=99 refused '--level: Value 98 not in range 1 to 19' full --instance instance --out x --level 98
printf '[restore]\nto =\n' >wrong
refused 'wrong, line 2: --to: its value is empty' restore nowhere.ese.tar.zst --config wrong
refused '--config: its value is empty' full --instance instance --out x --config ''
# Not a restore to where the backup was taken, a backup that deletes logs, or a restore of all there is.
refused '--to: its value is empty' restore nowhere.ese.tar.zst --to ''
refused '--offline-copy: its value is empty' full --instance instance --out x --offline-copy ''
refused '--until: its value is empty' restore nowhere.ese.tar.zst --to restored --until ''
refused 'archive: its value is empty' restore '' --to restored
# In the environment an empty one is none.
[ "$(ESEBACKUP_OUT= ESEBACKUP_CONFIG= where --out line)" = line ] || fail "empty variables"
# "backup" before a kind is a word too many, behind another command the name of a file.
expect_status 0 "$ESEBACKUP" backup full --instance instance --out backup
expect_status 2 "$ESEBACKUP" list backup full
expect_text 'full: there is no such file'
refused 'there is no command "fulll"' fulll --instance instance
refused 'say what to do, as in "esebackup full"'
[ ! -e x ] || fail "an archive was left"
