package chart

import (
	"strings"
	"unicode"
)

// isPunycode says whether the rest of a label xn--… is a name in another
// script, as RFC 3492 encodes it. Browsers refuse a host with any other.
func isPunycode(encoded string) bool {
	name, ok := decodePunycode(encoded)
	foreign := false
	for _, r := range name {
		foreign = foreign || r >= 0x80
		if r >= 0x80 && !unicode.In(r, unicode.Letter, unicode.Mark, unicode.Nd) || unicode.ToLower(r) != r {
			return false
		}
	}
	return ok && foreign
}

// decodePunycode is section 6.2 of RFC 3492.
func decodePunycode(encoded string) (name []rune, ok bool) {
	const base, tMin, tMax, skew, damp, firstBias, firstRune = 36, 1, 26, 38, 700, 72, 0x80
	at := strings.LastIndexByte(encoded, '-')
	switch {
	case at == 0:
		return nil, false
	case at > 0:
		name = []rune(encoded[:at])
	}
	rest := encoded[at+1:]
	n, i, bias := firstRune, 0, firstBias
	for first := true; rest != ""; first = false {
		before, weight := i, 1
		for k := base; ; k += base {
			if rest == "" {
				return nil, false
			}
			digit := strings.IndexByte("abcdefghijklmnopqrstuvwxyz0123456789", rest[0])
			rest = rest[1:]
			if i += digit * weight; digit < 0 || i > 1<<30 {
				return nil, false
			}
			threshold := min(max(k-bias, tMin), tMax)
			if digit < threshold {
				break
			}
			if weight *= base - threshold; weight > 1<<30 {
				return nil, false
			}
		}
		delta := i - before
		if delta /= 2; first {
			delta = (i - before) / damp
		}
		delta += delta / (len(name) + 1)
		bias = 0
		for delta > (base-tMin)*tMax/2 {
			delta /= base - tMin
			bias += base
		}
		bias += (base - tMin + 1) * delta / (delta + skew)
		n += i / (len(name) + 1)
		i %= len(name) + 1
		if n > unicode.MaxRune {
			return nil, false
		}
		name = append(name[:i], append([]rune{rune(n)}, name[i:]...)...)
		i++
	}
	return name, true
}
