#!/bin/sh
# Measures both validators side by side, one after the other on the same core:
#
#   test/csaf/speed.sh LIBDIR CORPUS
#
# LIBDIR is where csaf-validator-lib was installed, see validator-lib.mjs.
set -eu
lib=$1 corpus=$2
here=$(dirname "$0")
bin=$(mktemp -d)
trap 'rm -rf "$bin"' EXIT
go build -o "$bin/speed" "$here/speed.go"
for preset in schema basic extended full; do
	taskset -c 0 "$bin/speed" "$preset" "$corpus"
	taskset -c 0 node "$here/validator-lib.mjs" "$lib" speed "$preset" "$corpus"
done
echo "all cores:"
"$bin/speed" full "$corpus"
