# The Debian packages that exhibit needs, and how they are installed where one may. Sourced by the scripts beside it.

build_packages="g++ cmake ninja-build pkg-config ccache protobuf-compiler libprotobuf-dev libsqlite3-dev libssl-dev zlib1g-dev
  libdeflate-dev libre2-dev libtomlplusplus-dev libpugixml-dev libutf8proc-dev libcli11-dev nlohmann-json3-dev
  libplist-dev libzstd-dev liblzma-dev libbz2-dev"
test_packages="libgtest-dev libgmock-dev libbenchmark-dev sqlite3 strace locales binutils unzip
  clang-19 clang-format-19 clang-tidy-19 libclang-rt-19-dev"

# missing_packages NAMES...: prints those that are not installed.
missing_packages() {
  local name
  for name in "$@"; do
    dpkg-query -W -f='${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed || echo "$name"
  done
}

# install_packages NAMES...: installs what is missing, or says which command would.
install_packages() {
  local missing root=""
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  missing=$(echo $missing)
  if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
      root="sudo"
    else
      echo "exhibit needs packages that are not installed. As root:" >&2
      echo "  apt-get update && apt-get install -y --no-install-recommends $missing" >&2
      return 1
    fi
  fi
  echo "installing: $missing" >&2
  $root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 &&
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >&2
}

# build_preset NAME [TARGETS...]: configures if needed and builds; quiet unless something is to be done.
build_preset() {
  local preset=$1 folder
  shift
  folder="$project/build/$preset"
  if [ ! -f "$folder/build.ninja" ] || [ -n "${configure_again:-}" ]; then
    (cd "$project" && cmake --preset "$preset" >"$project/build/.configure-$preset.log" 2>&1) ||
      { cat "$project/build/.configure-$preset.log" >&2; return 1; }
  fi
  if ! ninja -C "$folder" -n ${1+"$@"} 2>/dev/null | grep -q 'no work to do'; then
    echo "building exhibit ($preset)" >&2
  fi
  ninja -C "$folder" ${1+"$@"} >"$folder/build.log" 2>&1 || { tail -n 40 "$folder/build.log" >&2; return 1; }
}
