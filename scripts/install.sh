#!/bin/sh
# Sourced by the other scripts: installs what package.json names, with the Bun that it pins. Needs Node and npm only.
set -eu
cd "$(dirname "$0")/.."
export HOME="${HOME:-/tmp}"
if [ ! -x node_modules/.bin/bun ] || [ bun.lock -nt node_modules/.installed ]; then
  echo "Installing packages…"
  npx -y bun@1.4.5 install --frozen-lockfile
  # With scripts ignored, Bun's own package is a stub that this repairs.
  node_modules/.bin/bun --version >/dev/null 2>&1 || node node_modules/bun/install.js
  touch node_modules/.installed
fi
PATH="$PWD/node_modules/.bin:$PATH"
export PATH
