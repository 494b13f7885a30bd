# What deploy/demo and deploy/test share. Sourced at the root of the repository, after `set -euo pipefail`.

# A machine without a home keeps its caches in the build folder.
export HOME="${HOME:-$PWD/build/home}"
mkdir -p "$HOME" build/logs

tell_machine() {
  echo "machine: $(nproc) processors, $(awk '/^MemTotal/ { printf "%.1f GiB", $2 / 1048576 }' /proc/meminfo) of memory," \
    "$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release), kernel $(uname -r)"
}

stage_names=()
stage_times=()

# stage NAME COMMAND…: says what is being done, keeps what it prints in build/logs/NAME.log too, and how long it took. The
# first stage that fails ends the run.
stage() {
  local name="$1" started=$SECONDS
  shift
  echo "== $name: $*"
  if ! "$@" </dev/null 2>&1 | tee "build/logs/$name.log"; then
    echo "== $name: failed after $((SECONDS - started)) s; build/logs/$name.log has what it said" >&2
    exit 1
  fi
  stage_names+=("$name")
  stage_times+=("$(printf '%6d s  %s' $((SECONDS - started)) "$name")")
}

tell_times() {
  echo "== times"
  printf '%s\n' "${stage_times[@]}"
  printf '%6d s  in all\n' "$SECONDS"
}

# build PRESET TARGET…: configures and builds; quick when nothing has changed.
build() {
  local preset="$1"
  shift
  cmake --preset "$preset" && cmake --build --preset "$preset" --parallel "$(nproc)" --target "$@"
}
