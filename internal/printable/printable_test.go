package printable

import (
	"strings"
	"testing"
	"unicode"
)

func TestLine(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "",
		"Entra answers 503":            "Entra answers 503",
		"  a  b ":                      "a  b",
		"größer als 3 日本 ✓":            "größer als 3 日本 ✓",
		"a\nok  certificate":           "a ok  certificate",
		"a\r\nb\tc\vd\fe":              "a  b c d e",
		"a\u0085b\u00a0c\u2028d\u3000": "a b c d",
		"\x1b[2J\x1b]0;t\a":            `\x1b[2J\x1b]0;t\a`,
		"a\b\x00\x7f":                  `a\b\x00\x7f`,
		"\u009b2J":                     `\u009b2J`,
		"\u202eevil\u2066\u200f":       `\u202eevil\u2066\u200f`,
		"a\u200bb\ufeffc\u00ad":        `a\u200bb\ufeffc\u00ad`,
		"\U000e0041\ue000":             `\U000e0041\ue000`,
		"\u3164\u115f\u2800\u034f":     `\u3164\u115f\u2800\u034f`,
		"a\u17b4\U000e0100\ufe00":      `a\u17b4\U000e0100\ufe00`,
		"⚠\ufe0f e\u0301":              "⚠\ufe0f e\u0301",
		"a\xff\xfeb":                   "a\ufffd\ufffdb",
		strings.Repeat("é", 40):        strings.Repeat("é", 40),
		strings.Repeat("é", 41):        strings.Repeat("é", 40) + "… (cut)",
	} {
		if got := Line(text, 40); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestQuote(t *testing.T) {
	for name, want := range map[string]string{
		"":                                       `""`,
		"Argo CD":                                `"Argo CD"`,
		`a" is fine, "b`:                         `"a\" is fine, \"b"`,
		"a" + strings.Repeat(" ", 500) + "\n\tb": `"a b"`,
		"\u202eb\u3164":                          `"\u202eb\u3164"`,
		strings.Repeat("é", 81):                  `"` + strings.Repeat("é", 80) + `… (cut)"`,
	} {
		if got := Quote(name); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
}

func TestText(t *testing.T) {
	for text, want := range map[string]string{
		"one":                       "one",
		"file:\n  first\n  second":  "file:\n  first\n  second",
		"AADSTS1: no\r\nTrace\r\n":  "AADSTS1: no\n  Trace",
		"a\nok  certificate\x1b[2J": "a\n  ok  certificate\\x1b[2J",
		"a\n\n\nb":                  "a\n  b",
		strings.Repeat("ab\n", 20):  strings.Repeat("ab\n  ", 9) + "ab",
		strings.Repeat("abc\n", 20): strings.Repeat("abc\n  ", 6) + "ab… (cut)",
		strings.Repeat("é", 21):     strings.Repeat("é", 20) + "… (cut)",
		"a\u2028b":                  "a b",
	} {
		if got := Text(text, 20); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func FuzzLine(f *testing.F) {
	f.Add("\x1b[2J\u202e\xff\n")
	f.Fuzz(func(t *testing.T, text string) {
		line := Line(text, 100)
		for _, r := range line {
			if !unicode.IsPrint(r) || IsUnseen(r) {
				t.Errorf("%q: %U in %q", text, r, line)
			}
		}
		if again := Line(line, len(line)+1); again != strings.TrimSpace(line) {
			t.Errorf("%q: %q again is %q", text, line, again)
		}
	})
}
