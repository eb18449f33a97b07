#!/usr/bin/env bash
# Unpacks Python of other Debian releases than the machine's, for the tests of the profiler.
#
#   pythons.sh RELEASE...   prints the folders, roots for chroot, with colons between them: PXO_PYTHONS
#
# Environment: PXO_PYTHON_ROOTS  folder that keeps them (default ~/.cache/pxo-pythons, some 60 MB each).
set -euo pipefail

readonly FOLDER=${PXO_PYTHON_ROOTS:-$HOME/.cache/pxo-pythons}

[ $# -gt 0 ] || { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }
mkdir -p "$FOLDER"
roots=()
for release in "$@"; do
	"$(dirname "$0")/debian-root.sh" "$release" "$FOLDER/$release" python3 && roots+=("$FOLDER/$release")
done
(IFS=: && echo "${roots[*]}")
