package stack

import (
	"iter"
	"strings"
)

// nearest returns the name that a misspelled or shortened one most likely stands for, or "" if
// no name or several names are near. Case does not count.
func nearest(misspelled string, names iter.Seq[string]) (found string) {
	const longest = 50
	if len(misspelled) > longest {
		return ""
	}
	least := max(1, len(misspelled)/3) + 1 // more than a third of the letters is another word
	for name := range names {
		n := distance(strings.ToLower(misspelled), strings.ToLower(name))
		if len(misspelled) > 2 && strings.HasPrefix(name, misspelled) {
			n = min(n, 1)
		}
		switch {
		case n < least:
			least, found = n, name
		case n == least:
			found = ""
		}
	}
	return found
}

// correction returns the advice on a misspelled name.
func correction(nearest string) string {
	if nearest == "" {
		return "see docs/configuration.md"
	}
	return "did you mean " + nearest + "?"
}

// distance returns the number of letters to insert, delete, replace or swap between two
// words: https://en.wikipedia.org/wiki/Damerau-Levenshtein_distance#Optimal_string_alignment_distance
func distance(a, b string) int {
	edits := make([][]int, len(a)+1)
	for i := range edits {
		edits[i] = make([]int, len(b)+1)
		for j := range edits[i] {
			if i == 0 || j == 0 {
				edits[i][j] = i + j
				continue
			}
			replaced := edits[i-1][j-1]
			if a[i-1] != b[j-1] {
				replaced++
			}
			edits[i][j] = min(replaced, edits[i-1][j]+1, edits[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				edits[i][j] = min(edits[i][j], edits[i-2][j-2]+1)
			}
		}
	}
	return edits[len(a)][len(b)]
}
