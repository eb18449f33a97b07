#!/usr/bin/env bash
# go-toolchains.sh FOLDER VERSION...: puts Go toolchains (1.15, 1.19 … 1.27) of Debian's suites into FOLDER/go-VERSION.
# Packages are downloaded and unpacked, nothing is installed; what is there already stays. Use one with
# GOROOT=FOLDER/go-VERSION/usr/lib/go-VERSION GOTOOLCHAIN=local GO111MODULE=off GOPROXY=off.
# Exit status: 125 when a package cannot be had.
set -euo pipefail

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

# apt_of SUITE: sets OPTIONS, with lists of the suite alone, renewed once per run.
apt_of() {
	local at=$FOLDER/.apt/$1 mirror
	OPTIONS=(-qq -o "Dir::Etc::sourcelist=$at/s.list" -o Dir::Etc::sourceparts=/dev/null
		-o "Dir::State::lists=$at/lists" -o "Dir::State::status=$at/status" -o "Dir::Cache=$at/cache"
		-o Debug::NoLocking=1 -o APT::Sandbox::User=root -o Acquire::Retries=3)
	[ ! -e "$at/.renewed-$$" ] || return 0
	mkdir -p "$at/lists/partial" "$at/cache/archives/partial"
	: >"$at/status"
	# shellcheck disable=SC2016 # apt expands it
	mirror=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' | awk '$1=="bookworm"{print $2;exit}')
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror:-http://deb.debian.org/debian/} $1 main" \
		>"$at/s.list"
	apt-get "${OPTIONS[@]}" update >&2
	rm -f "$at"/.renewed-*
	: >"$at/.renewed-$$"
}

# unpack VERSION
unpack() {
	local version=$1 to=$FOLDER/go-$1 suite
	[ ! -e "$to/.ok" ] || return 0
	suite=$(suite_of "$version") || { echo "No suite is known to have Go $version." >&2; return 125; }
	rm -rf "$to"
	mkdir -p "$to"
	if ! { apt_of "$suite" && (cd "$to" && apt-get "${OPTIONS[@]}" download "golang-$version"-{go,src} >&2); }; then
		echo "Go $version cannot be had from $suite." >&2
		return 125
	fi
	for package in "$to"/*.deb; do
		dpkg-deb -x "$package" "$to"
	done
	rm -f "$to"/*.deb
	: >"$to/.ok"
}

for version; do
	unpack "$version"
done
