#!/usr/bin/env bash
# Usage: install.sh TARBALL FOLDER
#
# Unpacks a distribution for all users of this machine. Prepares native libraries and a class-data sharing archive in
# FOLDER/cache, so that no user needs a copy of their own. The archive is valid for the Java found here.
# Afterwards the folder is not written to and must not be moved without running this again.
set -euo pipefail

[ $# -eq 2 ] || { echo "usage: install.sh TARBALL FOLDER" >&2; exit 2; }
tarball="$1"
folder="$2"
[ ! -e "$folder" ] || { echo "install.sh: $folder exists already" >&2; exit 1; }

mkdir -p "$folder"
tar -xf "$tarball" -C "$folder" --strip-components=1 --no-same-owner
HOME=/nonexistent HUBBEAM_CACHE="$folder/cache" "$folder/bin/hubbeam" warm-up
chmod -R a+rX,go-w "$folder"
"$folder/bin/hubbeam" --version
