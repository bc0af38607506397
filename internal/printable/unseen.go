package printable

import "unicode"

// IsUnseen reports whether readers do not see a character, or take it for a blank: control
// characters, those that change the direction of the text, white space but the blank, and
// characters that a font may leave out. Variation selectors 15 and 16 belong to emoji.
func IsUnseen(r rune) bool {
	const blankBraille = '\u2800'
	switch {
	case r == ' ' || r == '\ufe0e' || r == '\ufe0f':
		return false
	case r == blankBraille || unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
		return true
	}
	return !unicode.IsGraphic(r) || unicode.IsSpace(r)
}
