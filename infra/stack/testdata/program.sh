#!/bin/sh
# Stands in for a program: notes what it is called with, each word ended by a NUL.
printf '%s\0' "${0##*/}" "$@" "" >> "$CALLS"
