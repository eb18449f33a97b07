#!/usr/bin/env bash
# unpack-suite.sh FOLDER SUITE PACKAGE...: downloads Debian packages of another suite (trixie, bookworm-backports …) and
# unpacks them into FOLDER; nothing is installed. Does nothing when FOLDER has them already. Needs apt.
set -euo pipefail
folder=$1 suite=$2
shift 2
stamp="$folder/.unpacked-$suite-$(echo "$@" | cksum | cut -d' ' -f1)"
[ ! -e "$stamp" ] || exit 0
mkdir -p "$folder"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
: >"$work/status"
mirror=$(apt-get indextargets --format '$(REPO_URI)' | head -n 1)
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$work/sources.list"
apt() {
	apt-get -qq -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=/dev/null \
		-o Dir::State::lists="$work/lists" -o Dir::State::status="$work/status" -o Dir::Cache="$work/cache" \
		-o Debug::NoLocking=1 -o APT::Sandbox::User=root -o Acquire::Retries=3 "$@"
}
apt update >&2
(cd "$work" && apt download "$@" >&2)
for package in "$work"/*.deb; do
	dpkg-deb -x "$package" "$folder"
done
touch "$stamp"
