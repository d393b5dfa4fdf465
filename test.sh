#!/usr/bin/env bash
# Installs what is missing, builds, checks and tests. See ./test.sh --help.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
  cat <<'TEXT'
Usage: ./test.sh [FILTER]

Installs missing programs and packages, builds with warnings as errors, checks the code style and runs every suite.
The last line is always "N passed, N failed, N skipped"; a step that fails counts as one failed.
The exit code is 0 only when something passed and nothing failed.

  FILTER   runs only the tests whose full name contains it, and the TypeScript test files whose path
           contains it, such as ./test.sh EventReader, ./test.sh Redis or ./test.sh reducers.test.
           Installs and builds only what these need, and doesn't check the style.

Environment:
  EVENTSTREAM_TEST_REDIS   host:port: uses this Redis instead of starting one, and skips the tests
                           that stop it.
                           container or container:IMAGE: each Redis is a container of this image
                           (redis:7.4), such as redis:7.0, redis:8 or valkey/valkey:8. Needs a
                           container engine, and skips the tests of a Redis Cluster
  EVENTSTREAM_SOAK         minutes for which the chaos suite goes on with random faults
  EVENTSTREAM_FUZZ         minutes for which random requests and frames are sent; by default the same
                           8,000 in every run
  EVENTSTREAM_SEED         random: the property tests check new cases; by default they check the
                           same random cases in every run.
                           <seed>,<gamma> from a failure: the cases of that run again;
                           <seed>,<gamma>,<size>: the failed case alone
  EVENTSTREAM_CASES        checks so many times as many of these cases, such as 30
  EVENTSTREAM_TEST_SERVER  the program of a published server: the tests start it where they start the
                           server in a process of its own. The chaos suite starts the native binary
  EVENTSTREAM_CHROMIUM     the browser for the tests of pages
  EVENTSTREAM_WRITE_SCREENSHOTS  1: takes the pictures in docs/images again
  EVENTSTREAM_WRITE_CHAOS  1: writes the chaos table into docs/operations.md
  TEST_TIMEOUT             seconds after which a suite counts as hung (1200, plus soak and fuzz)
TEXT
}

filter=
case "${1-}" in
  -h | --help) usage; exit 0 ;;
  -*) usage >&2; exit 2 ;;
  *) filter=${1-} ;;
esac

passed=0 failed=0 skipped=0
results=$(mktemp -d)
# The servers that tests start write their logs there.
export EVENTSTREAM_TEST_LOGS=$results/logs
mkdir "$EVENTSTREAM_TEST_LOGS"
touch "$results/output"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 MSBUILDDISABLENODEREUSE=1

report() { node EventStream.Tests/test-report.mjs "$@"; }

finish() {
  local code=$? rest
  trap - EXIT
  rest=$(jobs -p)
  if [[ -n $rest ]]; then kill $rest 2>/dev/null || true; fi
  # Failed tests are listed again at the end, where they are seen.
  report failures "$results"/*_tests.json 2>/dev/null || true
  rm -rf "$results"
  if ((code != 0 && failed == 0)); then failed=1; fi
  if ((passed + failed == 0)); then echo "No test ran." >&2; fi
  echo "$passed passed, $failed failed, $skipped skipped"
  ((failed == 0 && passed > 0)) || exit 1
}
trap finish EXIT
trap 'exit 130' INT TERM

fail() {
  echo "test.sh: $1" >&2
  exit 1
}

# A step that all later ones need: when it fails, the script ends.
step() {
  echo "== $1"
  "${@:2}" || fail "$1 failed."
}

# A step that later ones don't need: when it fails, that is counted and the script goes on.
check() {
  echo "== $1"
  "${@:2}" || { echo "test.sh: $1 failed." >&2; failed=$((failed + 1)); }
}

# Starts a command beside what follows, by a name. `joined NAME`, as a step or a check, waits for it and shows what it said.
declare -A beside=()
start() {
  "${@:2}" >"$results/$1.beside" 2>&1 &
  beside[$1]=$!
}

joined() {
  local code=0
  wait "${beside[$1]}" || code=$?
  cat "$results/$1.beside"
  return "$code"
}

# A suite is a function that writes a CTRF report (https://ctrf.io) to the file named by its argument.
suite() {
  local file="$results/$2.json" code=0 before=$failed p f s
  echo "== $1"
  "$2" "$file" 2>&1 | tee -a "$results/output" || code=$?
  if ((code == 124 || code == 137)); then echo "test.sh: $1 hung and was ended." >&2; fi
  if read -r p f s < <(report counts "$file" 2>/dev/null); then
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  fi
  if ((code != 0 && failed == before)); then failed=$((failed + 1)); fi
}

# Looks through what the suites printed and reported, and through their servers' logs, for keys, tickets and tokens.
no_secrets() {
  local files=("$results"/output "$results"/*_tests.json* "$EVENTSTREAM_TEST_LOGS"/*)
  report secrets "${files[@]}"
}

# Argument: the package's name in apt.
install_by_apt() {
  command -v apt-get >/dev/null || { echo "test.sh: $1 is missing and there is no apt-get here." >&2; return 1; }
  local root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null || { echo "test.sh: $1 is missing: run 'apt-get install $1' as root." >&2; return 1; }
    root=(sudo)
  fi
  "${root[@]}" apt-get update && "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$1"
}

install_redis() {
  if [[ ${EVENTSTREAM_TEST_REDIS-} == container* ]]; then
    docker info >/dev/null 2>&1 || fail "EVENTSTREAM_TEST_REDIS asks for a container, and no container engine answers ('docker info')."
  fi
  if [[ -n ${EVENTSTREAM_TEST_REDIS-} ]] || command -v redis-server >/dev/null; then return; fi
  install_by_apt redis-server || fail "Install Redis 7, or name one in EVENTSTREAM_TEST_REDIS=host:port."
}

# Without nginx the tests of a proxy are skipped, and say so. Debian's package would start a server of its own on port 80.
install_nginx() {
  if command -v nginx >/dev/null || [[ -x /usr/sbin/nginx ]]; then return; fi
  RUNLEVEL=1 install_by_apt nginx || echo "test.sh: There is no nginx: the tests of a proxy are skipped." >&2
}

# A native binary needs a linker.
install_linker() {
  if command -v clang >/dev/null || command -v gcc >/dev/null; then return; fi
  install_by_apt gcc || fail "Install clang or gcc."
}

install_python() {
  if command -v python3 >/dev/null; then return; fi
  install_by_apt python3 || fail "Install Python 3."
}

install_curl() {
  if command -v curl >/dev/null; then return; fi
  install_by_apt curl || fail "Install curl."
}

# Without Chromium the tests in a browser are skipped, and say so.
install_chromium() {
  local name
  if [[ -n ${EVENTSTREAM_CHROMIUM-} ]]; then return; fi
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null; then return; fi
  done
  install_by_apt chromium || echo "test.sh: There is no Chromium: the tests in a browser are skipped. EVENTSTREAM_CHROMIUM names one." >&2
}

# Installs the packages of a folder; npm writes .package-lock.json once all are installed.
install_packages() {
  command -v npm >/dev/null || fail "npm is missing: it comes with Node.js, https://nodejs.org"
  if [[ ! $1/node_modules/.package-lock.json -nt $1/package-lock.json ]]; then npm ci --prefix "$1" --no-audit --no-fund; fi
}

# The example installs our own client, so that is built first.
install_nextjs() {
  install_packages clients/typescript && npm run --silent build --prefix clients/typescript && install_packages samples/nextjs
}

tests=artifacts/bin/EventStream.Tests/release/EventStream.Tests.dll
chaos=EventStream.Tests.Chaos

# Whether the tests that will run need something: a name of EventStream.Tests/Support/Running/Need.cs, or TypeScript.
need() { [[ -z $filter || " $needed " == *" $1 "* ]]; }

# The packages of the clients in Node.js come beside all that follows, up to await_needed.
install_needed() {
  if need NodeClients; then start clients install_packages EventStream.Tests/Clients/node; fi
  if need Redis; then step "Redis" install_redis; fi
  if need Nginx; then step "nginx" install_nginx; fi
  if need Python; then step "Python" install_python; fi
  if need Curl; then step "curl" install_curl; fi
  if need Browser; then step "Chromium" install_chromium; fi
  if need TypeScript; then step "Packages of the TypeScript client" install_packages clients/typescript; fi
  if need NextJs; then step "Next.js example" install_nextjs; fi
}

await_needed() {
  if need NodeClients; then step "Clients in Node.js" joined clients; fi
}

# The compiler ends before profiles of itself make it faster; without them a build takes an eighth less of the processor.
build_all() {
  step "Restore" dotnet restore --locked-mode
  step "Build" env DOTNET_TieredPGO=0 dotnet build -c Release --no-restore -warnaserror
}

# The server as it runs in production, made beside the tree's other builds: its artifacts are its own. Empty where another is given.
native=
if [[ -z ${EVENTSTREAM_TEST_SERVER-} && $(uname -sm) == "Linux x86_64" ]]; then native=$PWD/artifacts/native/publish/EventStream.Api/release_linux-x64/EventStream.Api; fi

publish_native() {
  dotnet publish EventStream.Api -c Release -r linux-x64 --artifacts-path artifacts/native -p:RestoreLockedMode=true -p:RunAnalyzersDuringBuild=false -p:Inspector=false
}

build_tests() { DOTNET_TieredPGO=0 dotnet build EventStream.Tests -c Release -warnaserror -p:RestoreLockedMode=true "$@"; }

# Sets the selected tests and their needs. Only the runner can list the tests, so they are built first, without building
# the inspector's page, which few tests need.
select_tests() {
  step "Build" build_tests -p:BuildsInspector=false
  dotnet "$tests" -noColor -list full/json -method "*$filter*" >"$results/selected" || fail "The tests can't be listed."
  { read -r selected && read -r needed; } < <(report selected "$results/selected") || fail "The list of tests can't be read."
  mapfile -t client_files < <(cd clients/typescript && find tests -name '*.test.ts*' | grep -iF -- "$filter")
  if ((${#client_files[@]} > 0)); then
    needed+=" TypeScript"
    if (cd clients/typescript && grep -q startRedis "${client_files[@]}"); then needed+=" Redis"; fi
  fi
  if ((selected + ${#client_files[@]} == 0)); then fail "No test's name contains '$filter'."; fi
  needed=${needed# }
  echo "== Selected: $selected test methods, ${#client_files[@]} files of TypeScript tests. They need: ${needed:-nothing more}"
  install_needed
  if need Inspector; then step "Inspector" build_tests; fi
  await_needed
}

# Arguments: the file of the report, then the runner's options. Tests mostly wait, so there are more of them than processors.
dotnet_suite() {
  timeout --kill-after=10 "$((${TEST_TIMEOUT:-1200} + (${EVENTSTREAM_SOAK:-0} + ${EVENTSTREAM_FUZZ:-0}) * 60))" \
    dotnet "$tests" -noColor -ctrf "$1" -longRunning 60 -maxThreads 2x "${@:2}"
}

dotnet_tests() {
  if [[ -n $filter ]]; then dotnet_suite "$1" -method "*$filter*"; else dotnet_suite "$1" -namespace- "$chaos"; fi
}

native_tests() { EVENTSTREAM_TEST_SERVER=$native dotnet_suite "$1" -class EventStream.Tests.ProgramTests -class EventStream.Tests.StartTests; }

chaos_tests() {
  local code=0
  rm -f artifacts/chaos.md
  EVENTSTREAM_TEST_SERVER=${native:-${EVENTSTREAM_TEST_SERVER-}} dotnet_suite "$1" -namespace "$chaos" || code=$?
  cat artifacts/chaos.md
  return "$code"
}

client_tests() {
  local code=0
  (cd clients/typescript && { [[ -n $filter ]] || npm run --silent check; } &&
    timeout --kill-after=10 "${TEST_TIMEOUT:-1200}" npx vitest run --reporter=default --reporter=json --outputFile.json="$1.vitest" "${client_files[@]}") || code=$?
  if [[ -f $1.vitest ]]; then report from-vitest "$1.vitest" "$1"; fi
  return "$code"
}

command -v dotnet >/dev/null || fail "The .NET SDK 10 is missing: https://dotnet.microsoft.com/download"
command -v node >/dev/null || fail "Node.js 20.19 or newer is missing: https://nodejs.org"
[[ $(node --version) =~ ^v([0-9]+)\.([0-9]+) ]] && ((BASH_REMATCH[1] > 20 || (BASH_REMATCH[1] == 20 && BASH_REMATCH[2] >= 19))) ||
  fail "Node.js 20.19 or newer is needed, and this is $(node --version): https://nodejs.org"

selected=0 needed='' client_files=()
if [[ -n $filter ]]; then
  select_tests
  if ((selected > 0)); then suite "Tests of the server and the library" dotnet_tests; fi
  if ((${#client_files[@]} > 0)); then suite "Tests of the TypeScript client" client_tests; fi
else
  install_needed
  build_all
  # Both mostly use one processor.
  start style dotnet format --verify-no-changes --no-restore
  if [[ -n $native ]]; then
    step "Linker" install_linker
    start native publish_native
  fi
  suite "Tests of the TypeScript client" client_tests
  check "Code style" joined style
  await_needed
  if [[ -n $native ]]; then step "Native binary of the server" joined native; fi
  suite "Tests of the server and the library" dotnet_tests
  if [[ -n $native ]]; then suite "The native binary, for short" native_tests; fi
  suite "Chaos: nothing lost, nothing repeated, or told" chaos_tests
fi
check "No key, ticket or token in the output" no_secrets
