#!/bin/bash
# The Debian packages build from the tree, and install, work and go again on a system that has nothing but Debian's base. It takes some
# minutes and needs root, debootstrap and a mirror, so tests/run leaves it out: tests/packaging/debian.sh. Exit 77: it cannot run here.
set -euo pipefail
cd "$(dirname "$0")/../.."
skip() { echo "skipped: $*"; exit 77; }
fail() { echo "FAILED: $*" >&2; exit 1; }
[ "$(id -u)" -eq 0 ] || skip "debootstrap needs root"
for tool in debootstrap dh dpkg-buildpackage; do command -v $tool >/dev/null || skip "$tool is not installed"; done

work=$(mktemp -d)
mounted=
trap '[ -z "$mounted" ] || umount "$work/root/proc"; rm -rf --one-file-system "$work"' EXIT
examples/packaging/build-deb "$work/debs" >"$work/build.log" 2>&1 || { tail -40 "$work/build.log"; fail "the packages do not build"; }
ls "$work/debs"
if command -v lintian >/dev/null; then
    lintian --fail-on error "$work"/debs/*.deb || fail "lintian"
fi

suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
debootstrap --variant=minbase "$suite" "$work/root" >"$work/debootstrap.log" 2>&1 ||
    skip "debootstrap does not get a system: $(tail -1 "$work/debootstrap.log")"
cp /etc/resolv.conf "$work/root/etc/resolv.conf"
mount -t proc proc "$work/root/proc" && mounted=yes || skip "nothing can be mounted here"
inside() { chroot "$work/root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }

cp "$work"/debs/*.deb "$work/root/tmp"
inside bash -c 'apt-get install -y --no-install-recommends /tmp/esebackup_*.deb /tmp/libesent*.deb' >"$work/install.log" 2>&1 ||
    { tail -20 "$work/install.log"; fail "the packages do not install"; }

# The main job in there.
mkdir "$work/root/srv/set"
zstd -dcq tests/data/clean-4k.tar.zst | tar x -C "$work/root/srv/set" files
inside esebackup --version
inside esebackup full --instance /srv/set/files --out /srv/app.ese.tar.zst
inside esebackup verify /srv/app.ese.tar.zst
inside esebackup restore /srv/app.ese.tar.zst --to /srv/restored
for file in /usr/lib/systemd/system/esebackup-full@.service /usr/share/bash-completion/completions/esebackup \
            /usr/share/zsh/vendor-completions/_esebackup /usr/share/fish/vendor_completions.d/esebackup.fish; do
    [ -s "$work/root$file" ] || fail "$file is not installed"
done
grep -q '/man1/esebackup-full.1' <(inside dpkg -L esebackup) || fail "no manual pages"

# The library.
inside apt-get install -y --no-install-recommends gcc libc6-dev pkg-config >"$work/install.log" 2>&1 || fail "no compiler in there"
cat >"$work/root/tmp/uses.c" <<'C'
#include <esent.h>
int main(void) {
    JET_INSTANCE instance = 0;
    return JetCreateInstanceA(&instance, "installed") == JET_errSuccess && JetTerm(instance) == JET_errSuccess ? 0 : 1;
}
C
inside bash -c 'gcc /tmp/uses.c $(pkg-config --cflags --libs esent) -o /tmp/uses && /tmp/uses' || fail "a program that uses the library"

inside apt-get purge -y esebackup libesent0 libesent-dev >"$work/install.log" 2>&1 || { tail -20 "$work/install.log"; fail "the packages do not go"; }
left=$(inside find / -xdev -name '*esebackup*' -not -path '/tmp/*' -not -path '/var/lib/dpkg/*' -not -path '/var/log/*')
[ -z "$left" ] || fail "purging leaves $left"
echo "the packages build, install, work and go again"
