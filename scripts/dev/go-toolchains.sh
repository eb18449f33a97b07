#!/usr/bin/env bash
# go-toolchains.sh FOLDER VERSION...: puts Go toolchains (1.15, 1.19 … 1.27) of Debian's suites into FOLDER/go-VERSION.
# Packages are downloaded and unpacked, nothing is installed; what is there already stays. Use one with
# GOROOT=FOLDER/go-VERSION/usr/lib/go-VERSION GOTOOLCHAIN=local GO111MODULE=off GOPROXY=off.
# Exit status: 125 when a package cannot be had.
set -euo pipefail
# shellcheck source=scripts/dev/lib.sh
. "$(dirname "$0")/lib.sh"

FOLDER=$1
shift
mkdir -p "$FOLDER"
FOLDER=$(readlink -f "$FOLDER")
exec 9>"$FOLDER/.lock"
flock 9

# suite_of VERSION: the suite that has its packages.
suite_of() {
	case $1 in
	1.15) echo bullseye ;;
	1.19) echo bookworm ;;
	1.21 | 1.22 | 1.23) echo bookworm-backports ;;
	1.24) echo trixie ;;
	1.25 | 1.26 | 1.27) echo trixie-backports ;;
	*) return 1 ;;
	esac
}

# apt_of SUITE: sets APT, with lists that are renewed once per run.
apt_of() {
	local at=$FOLDER/.apt/$1
	[ "${SUITE_OF_APT:-}" != "$1" ] || return 0
	debian_apt "$at" "$1" && SUITE_OF_APT=$1
}

# unpack VERSION
unpack() {
	local version=$1 to=$FOLDER/go-$1 suite
	[ ! -e "$to/.ok" ] || return 0
	suite=$(suite_of "$version") || { echo "No suite is known to have Go $version." >&2; return 125; }
	rm -rf "$to"
	mkdir -p "$to"
	if ! { apt_of "$suite" && (cd "$to" && "${APT[@]}" download "golang-$version"-{go,src} >&2); }; then
		echo "Go $version cannot be had from $suite." >&2
		return 125
	fi
	unpack_packages "$to" "$to"/*.deb
	rm -f "$to"/*.deb
	: >"$to/.ok"
}

for version; do
	unpack "$version"
done
