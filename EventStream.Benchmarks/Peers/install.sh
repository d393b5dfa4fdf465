#!/usr/bin/env bash
# Installs the programs that the load table compares us with, from Debian (12 or newer) or Ubuntu: nginx with nchan, Redis, a C++ compiler.
set -euo pipefail
missing=()
command -v g++ >/dev/null || missing+=(g++)
command -v redis-server >/dev/null || missing+=(redis-server)
command -v redis-benchmark >/dev/null || missing+=(redis-tools)
[[ -e /usr/lib/nginx/modules/ngx_nchan_module.so ]] || missing+=(nginx libnginx-mod-nchan)
if ((${#missing[@]} == 0)); then exit 0; fi
command -v apt-get >/dev/null || { echo "There is no apt-get here: install ${missing[*]} by hand." >&2; exit 1; }
root=()
if ((EUID != 0)); then root=(sudo); fi
"${root[@]}" apt-get update
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
