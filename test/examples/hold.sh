#!/usr/bin/env bash
# Makes the file $1, then stands still until a signal ends it.
touch "$1"
exec sleep 60
