#!/bin/sh
# Prints the options of a worker's JVM as JSON: the jars of a folder, in the order of its classpath.txt, but for
# hubbeam's own, which each job brings, and for logging, which the worker has.
set -eu
lib=$1
jars=$(tr ':' '\n' <"$lib/classpath.txt" | sed -n -e 's|^@lib@/||' -e '/^hubbeam-/d' -e '/^slf4j-/d' -e "s|..*|\"$lib/&\"|p")
printf '{"name": "hubbeam", "enabled": true, "options": {\n'
printf '  "properties": {"org.bytedeco.javacpp.nopointergc": "true"},\n'
printf '  "classpath": [%s]}}\n' "$(printf '%s\n' "$jars" | paste -s -d , -)"
