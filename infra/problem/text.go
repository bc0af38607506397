package problem

import "github.com/OWNER/argocd-on-aks/internal/printable"

// IsUnseen reports whether a character is invisible or looks like a space.
func IsUnseen(r rune) bool { return printable.IsUnseen(r) }
