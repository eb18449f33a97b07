#!/usr/bin/env bash
# Unpacks packages of a Debian release, with all that they depend on, into a folder to run programs of it with chroot.
#
#   debian-root.sh SUITE FOLDER PACKAGE...
#
# SUITE: bullseye, bookworm, trixie, sid. Nothing of the machine changes: no package is configured, none of their
# scripts run.
# A folder that was made for the same suite and packages is left as it is.
set -euo pipefail
# shellcheck source=scripts/dev/lib.sh
. "$(dirname "$0")/lib.sh"

readonly SUITE=$1 FOLDER=$2
shift 2
readonly STAMP=$FOLDER/.packages

[ "$(cat "$STAMP" 2>/dev/null)" != "$SUITE $*" ] || exit 0
rm -rf "$FOLDER" "$FOLDER.apt"
mkdir -p "$FOLDER"
trap 'rm -rf "$FOLDER.apt"' EXIT
debian_apt "$FOLDER.apt" "$SUITE"
"${APT[@]}" -y --no-install-recommends --download-only install "$@" >&2
# Folders that newer releases have under /usr: their packages no longer bring the links.
if [ "$SUITE" != bullseye ]; then
	for folder in bin sbin lib lib64; do
		mkdir -p "$FOLDER/usr/$folder"
		ln -sfn "usr/$folder" "$FOLDER/$folder"
	done
fi
unpack_packages "$FOLDER" "$FOLDER.apt"/cache/archives/*.deb
mkdir -p "$FOLDER"/{dev,etc,proc,tmp}
echo "root:x:0:0:root:/root:/bin/sh" >"$FOLDER/etc/passwd" # what the packages' scripts would have made
echo "root:x:0:" >"$FOLDER/etc/group"
[ -e "$FOLDER/dev/null" ] || mknod -m 666 "$FOLDER/dev/null" c 1 3
[ -e "$FOLDER/dev/urandom" ] || mknod -m 444 "$FOLDER/dev/urandom" c 1 9
echo "$SUITE $*" >"$STAMP"
