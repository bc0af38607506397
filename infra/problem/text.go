package problem

import "github.com/OWNER/argocd-on-aks/internal/printable"

// IsUnseen reports whether readers do not see a character, or take it for a blank.
func IsUnseen(r rune) bool { return printable.IsUnseen(r) }
