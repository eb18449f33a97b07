# shellcheck shell=bash
# shellcheck disable=SC2034 # used by those who source it
# Functions that the commands in the root of the repository share. Source it; it sets ROOT and ARTIFACTS.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
ARTIFACTS=${ArtifactsPath:-$ROOT/artifacts}
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# What the build of the silo needs: compiler of the BPF programs, libbpf with its headers.
readonly BUILD_PACKAGES=(clang llvm libbpf-dev libbpf1 libelf1)

# TLS libraries beside OpenSSL, and what uses them.
readonly TLS_LIBRARY_PACKAGES=(lighttpd lighttpd-mod-gnutls lighttpd-mod-mbedtls lighttpd-mod-nss lighttpd-mod-wolfssl
	android-libboringssl-dev libcurl3-gnutls libcurl3-nss wget openssl libgnutls28-dev libmbedtls-dev libwolfssl-dev
	libssl-dev libnetty-java libnetty-tcnative-java)

# What the tests start: servers, load generators, tools. Their absence skips tests, so this may fail.
readonly TEST_PACKAGES=(nginx-light apache2 wrk curl python3 nodejs procps iproute2 clang-format libbpf-dev clang llvm
	nghttp2-client nghttp2-server python3-grpcio python3-protobuf golang-go golang-golang-x-net-dev golang-google-grpc-dev
	python3-confluent-kafka kcat nats-server golang-github-nats-io-go-nats-dev rabbitmq-server amqp-tools
	mosquitto mosquitto-clients
	postgresql-15 mariadb-server mariadb-client sysbench redis-server redis-tools dnsmasq-base unbound bind9-dnsutils
	memcached libmemcached-tools python3-psycopg2 python3-pymysql python3-redis python3-dnspython
	gcc g++ rustc linux-perf binutils openjdk-17-jdk-headless sysstat
	python3-pymemcache ruby php-cli python3-cassandra python3-pymongo tshark
	"${TLS_LIBRARY_PACKAGES[@]}")

# Modules of npm that tests run or read; MODULE@VERSION, or NAME@npm:MODULE@VERSION under another name.
readonly TEST_MODULES=(cassandra-driver@4.8.0 nats@2.29.3 esbuild-go1.15@npm:esbuild-linux-64@0.8.0
	esbuild-go1.16@npm:esbuild-linux-64@0.12.0 esbuild-go1.17@npm:esbuild-linux-64@0.13.0)

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# need_dotnet: ends with advice when the SDK that global.json asks for is not there.
need_dotnet() {
	local folder
	for folder in "$HOME/.dotnet" /usr/share/dotnet /usr/lib/dotnet; do
		command -v dotnet >/dev/null || [ ! -x "$folder/dotnet" ] || PATH="$folder:$PATH"
	done
	command -v dotnet >/dev/null || die "The .NET SDK 10 is missing; https://dot.net/download tells how to install it."
	(cd "$ROOT" && dotnet --version >/dev/null 2>&1) ||
		die "The .NET SDK 10 is missing (found: $(dotnet --list-sdks | tr '\n' ' ')); see https://dot.net/download."
}

# missing_packages PACKAGE...: prints those that are not installed.
missing_packages() {
	local package
	for package in "$@"; do
		dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || printf '%s ' "$package"
	done
}

# need_packages PACKAGE...: installs Debian packages that are missing; without root it says how and fails.
need_packages() {
	local missing
	if ! command -v dpkg-query >/dev/null; then
		say "This is not a Debian system: make sure that these are installed: $*"
		return 0
	fi
	read -ra missing <<<"$(missing_packages "$@")"
	[ ${#missing[@]} -gt 0 ] || return 0
	if [ "$(id -u)" != 0 ]; then
		say "Missing packages; install them with: sudo apt-get install ${missing[*]}"
		return 1
	fi
	say "Installing ${missing[*]}"
	install_packages "${missing[@]}"
}

# install_packages PACKAGE...: as root; servers that come with a package are not started.
install_packages() (
	local policy=/usr/sbin/policy-rc.d
	if [ ! -e $policy ]; then
		trap 'rm -f /usr/sbin/policy-rc.d' EXIT
		printf '#!/bin/sh\nexit 101\n' >$policy
		chmod +x $policy
	fi
	export DEBIAN_FRONTEND=noninteractive
	local install=(apt-get -qq -y -o DPkg::Lock::Timeout=600 --no-install-recommends install "$@")
	"${install[@]}" >&2 || { apt-get -qq update >&2 && "${install[@]}" >&2; }
)

# need_modules MODULE@VERSION...: installs what is missing for Node.js, below the artifacts.
need_modules() {
	local module name missing=() folder=$ARTIFACTS/npm
	export NODE_PATH=$folder/node_modules
	for module in "$@"; do
		name=${module%@*}
		grep -qs "\"version\": *\"${module##*@}\"" "$NODE_PATH/${name%@npm:*}/package.json" || missing+=("$module")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	command -v npm >/dev/null || need_packages npm || return 1
	say "Installing ${missing[*]}"
	npm install --prefix "$folder" --ignore-scripts --no-audit --no-fund --silent "${missing[@]}" >&2
}

# debian_apt FOLDER SUITE [TYPE]: sets APT to an apt-get that knows nothing but a suite of Debian, with renewed lists
# and what it fetches in FOLDER. TYPE: deb, deb-src. DEBIAN_MIRROR: where from; else as the machine, else
# deb.debian.org.
debian_apt() {
	local at=$1 mirror=${DEBIAN_MIRROR:-}
	APT=(apt-get -qq -o Dir::Etc::SourceList="$at/sources" -o Dir::Etc::SourceParts=- -o Dir::State="$at/state"
		-o Dir::State::status="$at/status" -o Dir::Cache="$at/cache" -o APT::Get::List-Cleanup=false
		-o Acquire::Languages=none -o Acquire::Check-Valid-Until=false -o Acquire::Retries=3
		-o Debug::NoLocking=true -o APT::Sandbox::User=root)
	# shellcheck disable=SC2016 # apt expands it
	[ -n "$mirror" ] || mirror=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' |
		awk '$1 == "bookworm" { print $2; exit }')
	mkdir -p "$at/state/lists/partial" "$at/cache/archives/partial"
	: >"$at/status"
	echo "${3:-deb} [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
		"${mirror:-http://deb.debian.org/debian/} $2 main" >"$at/sources"
	"${APT[@]}" update >&2
}

# unpack_packages FOLDER FILE.deb...: links of FOLDER that stand for folders stay; no script of a package runs.
unpack_packages() {
	local folder=$1 package
	shift
	for package; do
		dpkg-deb --fsys-tarfile "$package" | tar -x --keep-directory-symlink -C "$folder"
	done
}

# is_stale STAMP PATH...: true when something below the paths is newer than the stamp, or there is no stamp.
is_stale() {
	local stamp=$1
	shift
	[ -e "$stamp" ] || return 0
	[ -n "$(cd "$ROOT" && find "$@" Directory.*.props global.json -newer "$stamp" -type f -print -quit)" ]
}

# build CONFIGURATION PROJECT: quiet unless it fails; warnings are errors.
build() {
	local log
	log=$(mktemp)
	if ! (cd "$ROOT" && dotnet build "$2" -c "$1" -v q -nologo --tl:off >"$log" 2>&1); then
		grep -E 'error|warning' "$log" | sort -u >&2 || cat "$log" >&2
		rm -f "$log"
		return 1
	fi
	rm -f "$log"
}

# machine_json: one JSON object that says where figures were measured.
machine_json() {
	printf '{"time":"%s","kernel":"%s","cpus":%s,"model":"%s","memoryKiB":%s,"dotnet":"%s","commit":"%s","load":"%s"}' \
		"$(date -u +%FT%TZ)" "$(uname -r)" "$(nproc)" \
		"$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)" \
		"$(awk '/^MemTotal/{print $2}' /proc/meminfo)" "$(dotnet --version)" \
		"$(git -C "$ROOT" rev-parse --short HEAD 2>/dev/null || echo unknown)" "$(cut -d' ' -f1-3 /proc/loadavg)"
}
