#!/usr/bin/env bash
# Unpacks packages of a Debian release, with all that they depend on, into a folder to run programs of it with chroot.
#
#   debian-root.sh SUITE FOLDER PACKAGE...
#
# SUITE: bullseye, bookworm, trixie, sid. Nothing of the machine changes: no package is configured, none of their
# scripts run.
# A folder that was made for the same suite and packages is left as it is.
set -euo pipefail

readonly SUITE=$1 FOLDER=$2
shift 2
readonly MIRROR=${DEBIAN_MIRROR:-http://deb.debian.org/debian} STAMP=$FOLDER/.packages
readonly APT=$FOLDER.apt

[ "$(cat "$STAMP" 2>/dev/null)" != "$SUITE $*" ] || exit 0
rm -rf "$FOLDER" "$APT"
mkdir -p "$FOLDER" "$APT"/{state/lists/partial,cache/archives/partial}
trap 'rm -rf "$APT"' EXIT
: >"$APT/status"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $MIRROR $SUITE main" >"$APT/sources"

apt() {
	apt-get -qq -o Dir::Etc::SourceList="$APT/sources" -o Dir::Etc::SourceParts=- -o Dir::State="$APT/state" \
		-o Dir::State::status="$APT/status" -o Dir::Cache="$APT/cache" -o APT::Get::List-Cleanup=false \
		-o Acquire::Languages=none -o Acquire::Check-Valid-Until=false -o Debug::NoLocking=true \
		-o APT::Sandbox::User=root "$@"
}

apt update >&2
apt -y --no-install-recommends --download-only install "$@" >&2
# Folders that newer releases have under /usr: their packages no longer bring the links.
if [ "$SUITE" != bullseye ]; then
	for folder in bin sbin lib lib64; do
		mkdir -p "$FOLDER/usr/$folder"
		ln -sfn "usr/$folder" "$FOLDER/$folder"
	done
fi
for package in "$APT"/cache/archives/*.deb; do
	dpkg-deb --fsys-tarfile "$package" | tar -x --keep-directory-symlink -C "$FOLDER"
done
mkdir -p "$FOLDER"/{dev,etc,proc,tmp}
echo "root:x:0:0:root:/root:/bin/sh" >"$FOLDER/etc/passwd" # what the packages' scripts would have made
echo "root:x:0:" >"$FOLDER/etc/group"
[ -e "$FOLDER/dev/null" ] || mknod -m 666 "$FOLDER/dev/null" c 1 3
[ -e "$FOLDER/dev/urandom" ] || mknod -m 444 "$FOLDER/dev/urandom" c 1 9
echo "$SUITE $*" >"$STAMP"
