#!/usr/bin/env bash
# Creates the file $1, then waits until a signal ends it.
touch "$1"
exec sleep 60
