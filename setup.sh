#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what building and testing need, and nothing that is there already. Safe to run again.
#
#   ./setup.sh          everything: compiler target, C tools, Node.js, tools of `make lint`
#   ./setup.sh build    only what `make build` and `make run` need
#   ./setup.sh test     what `make test` needs besides
set -euo pipefail
cd "$(dirname "$0")"
want="${1:-all}"

say() { printf '==> %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"
	elif have sudo; then sudo "$@"
	else die "'$*' needs root and there is no sudo: run it as root, then run ./setup.sh again"
	fi
}

updated=
install_packages() {
	have apt-get || die "please install these by your system's package manager: $*"
	if [ -z "$updated" ]; then as_root apt-get update -qq; updated=yes; fi
	say "installing $*"
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# --- C tools: protobuf for the network's messages, clang for bindings, cmake for C sources.
missing=()
have cc || missing+=(gcc libc6-dev)
have make || missing+=(make)
have clang || missing+=(clang libclang-dev)
have protoc || missing+=(protobuf-compiler)
have cmake || missing+=(cmake)
if [ "${#missing[@]}" -gt 0 ]; then install_packages "${missing[@]}"; fi

# --- The compiler, with the target that the runtime is built for.
target_is_there() { [ -d "$(rustc --print sysroot 2>/dev/null)/lib/rustlib/wasm32v1-none/lib" ]; }

# Debian ships the compiler and its sources, but not this target: core and alloc are built once.
use_debians_compiler() {
	install_packages rustc-web cargo-web rust-web-src rust-web-llvm rust-web-clippy lld-22
	if [ ! -d /usr/lib/rustlib/wasm32v1-none/lib ]; then
		say "building core and alloc for wasm32v1-none"
		local dir
		dir="$(mktemp -d)"
		mkdir "$dir/src"
		printf '#![no_std]\n' > "$dir/src/lib.rs"
		printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2021"\n' > "$dir/Cargo.toml"
		(
			cd "$dir"
			# Without bitcode in these libraries the runtime's link-time optimisation fails.
			PATH="/usr/bin:$PATH" RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$dir/target" \
				CARGO_TARGET_WASM32V1_NONE_RUSTFLAGS="-C embed-bitcode=yes" \
				/usr/bin/cargo build -q -Zbuild-std=core,alloc --target wasm32v1-none --release
		)
		as_root mkdir -p /usr/lib/rustlib/wasm32v1-none/lib
		as_root cp "$dir"/target/wasm32v1-none/release/deps/lib{core,alloc,compiler_builtins}-*.rlib \
			/usr/lib/rustlib/wasm32v1-none/lib/
		rm -rf "$dir"
		# Old libraries of the runtime were built against another core.
		rm -rf "${CARGO_TARGET_DIR:-$HOME/.cache/quantumharmony/target}/release/wbuild"
	fi
	if have rustup; then rustup toolchain link debian /usr; fi
	export RUSTUP_TOOLCHAIN=debian PATH="/usr/bin:$PATH"
}

if ! have cargo && [ -d "$HOME/.cargo/bin" ]; then PATH="$HOME/.cargo/bin:$PATH"; fi
if ! target_is_there; then
	why="there is no rustup to get it with"
	if have rustup && why="$(rustup target add wasm32v1-none 2>&1)" && target_is_there; then
		say "added the target wasm32v1-none to the toolchain"
	else
		printf '%s\n' "$why" >&2
		have apt-get || die "your Rust lacks the target wasm32v1-none, see above; 'rustup target add wasm32v1-none' adds it"
		say "this toolchain cannot get the target wasm32v1-none, see above: taking Debian's compiler"
		use_debians_compiler
		target_is_there || die "wasm32v1-none is still missing: see the messages above"
	fi
fi
say "compiler: $(rustc --version)"
# The Makefile includes this, so that every later command takes the same compiler.
mkdir -p .cache
if [ "${RUSTUP_TOOLCHAIN:-}" = debian ]; then
	printf 'export RUSTUP_TOOLCHAIN := debian\nexport PATH := /usr/bin:$(PATH)\n' > .cache/toolchain.mk
else
	: > .cache/toolchain.mk
fi
[ "$want" = build ] && exit 0

# --- Node.js, for the JavaScript package and its tests.
node_major() { node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/'; }
if ! have node; then install_packages nodejs npm; fi
if [ "$(node_major)" -lt 20 ] 2>/dev/null; then
	say "Node.js $(node --version) is older than 20: the JavaScript tests will be skipped"
else
	say "Node.js $(node --version)"
fi

[ "$want" = test ] && exit 0

# --- Tools of `make lint`, at pinned versions.
cargo_tool() {
	local name="$1" version="$2"
	if [ "$("cargo-$name" --version 2>/dev/null | grep -o '[0-9][0-9.]*' | head -n 1)" = "$version" ]; then return; fi
	say "installing cargo-$name $version"
	cargo install --quiet --locked "cargo-$name" --version "$version"
}
cargo_tool machete 0.9.2
cargo_tool deny 0.20.2
