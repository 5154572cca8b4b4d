# What the shells complete is what --help shows: every option of every command, in bash, zsh and fish.
. "$(dirname "$0")/common.inc"

commands=$("$ESEBACKUP" --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
[ "$(echo "$commands" | wc -w)" -ge 9 ] || fail "--help names too few commands: $commands"
# "  -o,--out FILE|DIR|-   ..." and the program's own --config, which every command takes.
options_of() { { echo --config; "$ESEBACKUP" "$1" --help; } | grep -oE '^ *(-[a-zA-Z],)?--[a-z-]+' | grep -oE -- '--[a-z-]+' | sort -u; }
for shell in bash zsh fish; do "$ESEBACKUP" completion $shell >complete.$shell; done
expect_status 2 "$ESEBACKUP" completion tcsh

compare() {   # SHELL COMMAND: what it completes is in ./completed
    options_of "$2" >wanted
    grep -oE -- '^--[a-z-]+' completed | sort -u >got || true
    diff wanted got || fail "$1 completes other options of $2 than there are"
}

# bash
try_bash() { bash -c '. ./complete.bash; compopt() { :; }; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _esebackup; printf "%s\n" "${COMPREPLY[@]}"' bash esebackup "$@"; }
for command in $commands; do
    try_bash "$command" -- >completed
    compare bash "$command"
done
diff <(try_bash '' | grep -v ^- | sort) <(echo "$commands" | sort) || fail "bash completes other commands"
touch some.file
grep -qx some.file <(try_bash full --out so) || fail "bash does not complete files"
[ "$(try_bash verify --log-format j)" = json ] || fail "bash does not complete choices"
[ -z "$(try_bash full --level '')" ] || fail "bash completes what nobody can guess"

# fish
if command -v fish >/dev/null; then
    export HOME=$PWD XDG_CONFIG_HOME=$PWD
    try_fish() { fish -c 'source ./complete.fish; complete -C "$argv[1]"' "$1"; }
    for command in $commands; do
        try_fish "esebackup $command --" >completed
        compare fish "$command"
    done
    diff <(try_fish 'esebackup ' | cut -f1 | sort) <(echo "$commands" | sort) || fail "fish completes other commands"
    grep -q some.file <(try_fish 'esebackup full --out so') || fail "fish does not complete files"
    [ "$(try_fish 'esebackup verify --log-format j' | cut -f1)" = json ] || fail "fish does not complete choices"
else
    echo "fish is not installed"
fi

# zsh, with what it shows after a tab
if command -v zsh >/dev/null; then
    cat >try.zsh <<'ZSH'
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1=; autoload -Uz compinit; compinit -u -d $PWD/dump; LISTMAX=0; zstyle ':completion:*' list-prompt ''; source ./complete.zsh; echo rea''dy"
while zpty -r shell line; do [[ $line == *ready* ]] && break; done
zpty -w -n shell "$1"$'\t\t'
zpty -r shell shown "*$2*"   # the last of the list
print -r -- $shown
zpty -d shell
ZSH
    for command in $commands; do
        COLUMNS=200 timeout 60 zsh -f try.zsh "esebackup $command --" "$(options_of "$command" | tail -1)" >shown || true
        tr -d '\r' <shown | grep -oE -- '--[a-z-]+' | sort -u >completed || true
        compare zsh "$command"
    done
else
    echo "zsh is not installed"
fi
