# meson install puts everything in its place, and it can be used from there: by man, by shells, by systemd, and by a program that is built
# with the library.
. "$(dirname "$0")/common.inc"
[ -f "${BUILD:-}/build.ninja" ] || { echo "BUILD is not a build directory"; exit 77; }
prefix=$(meson introspect --buildoptions "$BUILD" | python3 -c 'import json, sys; print(next(o["value"] for o in json.load(sys.stdin) if o["name"] == "prefix"))')

meson install -C "$BUILD" --no-rebuild --destdir "$PWD/root" >out
root=$PWD/root/$prefix
for file in bin/esebackup include/esent.h lib/systemd/system/esebackup-{full,incremental}@.{service,timer} \
            share/man/man1/esebackup{,-full,-incremental,-differential,-restore,-verify,-list,-inspect,-recover,-keygen}.1 \
            share/man/man5/esebackup-{archive,json}.5 share/bash-completion/completions/esebackup \
            share/zsh/site-functions/_esebackup share/fish/vendor_completions.d/esebackup.fish; do
    [ -s "$root/$file" ] || [ -s "$root/$file.gz" ] || fail "$file is not installed"
done
[ "$("$root/bin/esebackup" --version)" = "$("$ESEBACKUP" --version)" ] || fail "another program is installed"
for command in $("$ESEBACKUP" --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
    [ "$command" = completion ] || [ -s "$root/share/man/man1/esebackup-$command.1" ] || fail "$command has no manual page"
done
diff "$root/share/bash-completion/completions/esebackup" <("$ESEBACKUP" completion bash) || fail "another completion is installed"

# The library: by pkg-config, from C.
export PKG_CONFIG_SYSROOT_DIR=$PWD/root
PKG_CONFIG_PATH=$(dirname "$(find "$root" -name esent.pc)")
export PKG_CONFIG_PATH
cat >uses-esent.c <<'C'
#include <esent.h>
#include <stdio.h>
int main(void) {
    JET_INSTANCE instance = 0;
    if (JetCreateInstanceA(&instance, "installed") != JET_errSuccess) return 1;
    puts("made an instance");
    return JetTerm(instance) == JET_errSuccess ? 0 : 2;
}
C
gcc -Wall -Werror uses-esent.c $(pkg-config --cflags --libs esent) -o uses-esent
libraries=$(dirname "$(find "$root" -name libesent.so)")
LD_LIBRARY_PATH=$libraries ./uses-esent >out || { cat out; fail "a program that was built with the library"; }
expect_text 'made an instance'
grep -q "$root" <(LD_LIBRARY_PATH=$libraries ldd uses-esent) || fail "it uses another library"

# systemd finds nothing to complain about, with the units of this machine around them.
command -v systemd-analyze >/dev/null && [ -d /lib/systemd/system ] || { echo "systemd is not installed: its units were not verified"; exit 77; }
mkdir -p root/lib/systemd
cp -r /lib/systemd/system root/lib/systemd/
systemd-analyze verify --man=no --root="$PWD/root" esebackup-full@app.timer esebackup-incremental@app.timer \
    esebackup-full@app.service esebackup-incremental@app.service >out 2>&1 || { cat out; fail "systemd-analyze verify"; }
[ ! -s out ] || { cat out; fail "systemd-analyze verify complains"; }
# It would have complained: about what it does not know, and about a program that is not there.
sed -i 's,^Nice=,Nicety=,; s,bin/esebackup,bin/esebackdown,' "$root/lib/systemd/system/esebackup-full@.service"
systemd-analyze verify --man=no --root="$PWD/root" esebackup-full@app.service >out 2>&1 && [ ! -s out ] && fail "systemd-analyze verify sees nothing"
expect_text Nicety
