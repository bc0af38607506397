package shell

import (
	"os/exec"
	"strings"
	"testing"
)

func TestQuote(t *testing.T) {
	for word, want := range map[string]string{
		"argocd-dev": "argocd-dev", "a_b.c": "a_b.c", "/subscriptions/x:y+z": "/subscriptions/x:y+z",
		"rg(prod)": "'rg(prod)'", "": "''", "it's": `'it'\''s'`, "$(id)": "'$(id)'", "größe": "'größe'", "~": "'~'", "=ls": "'=ls'", "a,b": "'a,b'", "@x": "'@x'",
	} {
		if got := Quote(word); got != want {
			t.Errorf("%q: %s, want %s", word, got, want)
		}
	}
	if got := Flag("--name", "a") + Flag(" --name", "-a(b)"); got != "--name a --name='-a(b)'" {
		t.Error(got)
	}
}

// FuzzQuote: each shell on this machine passes a quoted word on as it is.
func FuzzQuote(f *testing.F) {
	for _, word := range []string{"", "a b", "it's", "$(id)", "`id`", "!!", "\\", "\"", "*", "~", "-n", "#", "a\nb", "{a,b}", "ü", "'", "''"} {
		f.Add(word)
	}
	var shells []string
	for _, name := range []string{"sh", "bash", "zsh"} {
		if _, err := exec.LookPath(name); err == nil {
			shells = append(shells, name)
		}
	}
	f.Fuzz(func(t *testing.T, word string) {
		if strings.ContainsRune(word, 0) {
			t.Skip("no argument holds a NUL")
		}
		for _, shell := range shells {
			printed, err := exec.CommandContext(t.Context(), shell, "-c", "printf '%s' "+Quote(word)).Output()
			if err != nil || string(printed) != word {
				t.Errorf("%s: %q: %q, %v", shell, word, printed, err)
			}
		}
	})
}
