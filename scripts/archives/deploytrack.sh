#!/bin/sh
# Runs deploytrack with the Node next to it: from any folder, and through symbolic links to this file.
case $0 in */*) self=$0 ;; *) self=./$0 ;; esac
if [ -L "$self" ]; then self=$(readlink -f "$self"); fi
exec "${self%/*}/node" "${self%/*}/bin/deploytrack.js" "$@"
