package printable

import "testing"

func TestIsUnseen(t *testing.T) {
	for _, r := range " aäß日שع٣½€-_().'\"⚠\ufe0f👍é\u0301" {
		if IsUnseen(r) {
			t.Errorf("%U is refused", r)
		}
	}
	for _, r := range "\x00\a\b\t\n\v\f\r\x1b\x7f\u0085\u009b\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u180b\u180e\u2000\u200a\u200b\u200c\u200d\u200e\u200f" +
		"\u2028\u2029\u202a\u202e\u202f\u205f\u2060\u2066\u2069\u206f\u2800\u3000\u3164\ufe00\ufeff\uffa0\ufff9\ue000\U000e0001\U000e0041\U000e0100\U0010ffff" {
		if !IsUnseen(r) {
			t.Errorf("%U is accepted", r)
		}
	}
}
