# esent.h is a header for C and C++, in both flavours, and every function in it is in the library. jetdrv, the client
# that also runs on the original engine, compiles and links as it stands.
root=$(realpath "$(dirname "$0")/../..")
shared=${ESEBACKUP_SHARED:-$(realpath -m "$root/../shared")}
. "$root/tests/e2e/common.inc"

printf '#include <esent.h>\nJET_ERR (*volatile init)(JET_INSTANCE*, JET_GRBIT) = JetInit2;\n' >api.c
for flavour in '' -DJET_UNICODE; do
    for warnings in "-std=c11 -x c" "-std=c++11 -x c++" "-std=c++20 -Wconversion -x c++"; do
        # shellcheck disable=SC2086
        g++ -Wall -Wextra -Wpedantic -Werror $flavour -I"$root/include" -fsyntax-only $warnings api.c
    done
done

grep -oE 'JET_API (Jet|Esent)[A-Za-z0-9]+' "$root/include/esent.h" | cut -d' ' -f2 | sort -u >declared
nm -D --defined-only "$BUILD/libesent.so" | awk '$3 ~ /^(Jet|Esent)/ { print $3 }' | sort -u >exported
# Each function with text arguments has a third name, without a suffix, for those who look it up.
comm -13 declared exported | while read -r name; do grep -qx "${name}A" declared && echo "$name"; done >unsuffixed
comm -23 exported <(sort unsuffixed) >documented
diff declared documented || fail "esent.h and libesent.so have different functions"
grep -qE ' _ZN3ese' <(nm -D --defined-only "$BUILD/libesent.so") && fail "libesent.so exports more than the API"

[ -f "$shared/tools/jetdrv.cpp" ] || { echo "no jetdrv.cpp in $shared/tools"; exit 77; }
g++ -std=c++20 -Wall -Wextra -I"$root/include" "$shared/tools/jetdrv.cpp" -L"$BUILD" -lesent -o jetdrv
