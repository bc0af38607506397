package printable

import "testing"

func TestFold(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "",
		"one":                      "one",
		"one two three":            "one two\n  three",
		"one two a":                "one two a",
		"a-very-long-word b":       "a-very-long-word\n  b",
		"run `az login` now":       "run\n  `az login`\n  now",
		"an odd ` backquote, here": "an odd\n  ` backquote, here",
		"größer als 3":             "größer als\n  3",
	} {
		if got := Fold(text, 12, 2); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
