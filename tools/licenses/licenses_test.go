package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	isc = "ISC License\n\nCopyright (c) 2020 Contoso\n\n" +
		"Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted, " +
		"provided that the above copyright notice and this permission notice appear in all copies.\n\n" +
		"THE SOFTWARE IS PROVIDED \"AS IS\" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL " +
		"IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, " +
		"INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN " +
		"ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF " +
		"THIS SOFTWARE.\n"
	agpl = "This program is free software: you can redistribute it and/or modify it under the terms of the GNU Affero General " +
		"Public License as published by the Free Software Foundation, either version 3 of the License, or (at your option) any " +
		"later version.\n"
)

func TestWrite(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		files   map[string]string
		printed []string
		problem string
	}{
		"license":            {map[string]string{"LICENSE": isc}, []string{"example.com/a v1.0.0: ISC\n", "Copyright (c) 2020 Contoso"}, ""},
		"notice":             {map[string]string{"LICENSE.md": isc, "NOTICE": "made by Contoso"}, []string{"NOTICE:\n\nmade by Contoso\n"}, ""},
		"copied code":        {map[string]string{"LICENSE": isc, "b/COPYING": isc}, []string{"b/COPYING:\n\nISC License"}, ""},
		"license of a copy":  {map[string]string{"LICENSE": isc, "b/LICENSE": agpl}, nil, "example.com/a v1.0.0: b/LICENSE: AGPL-3.0-or-later"},
		"unused copy":        {map[string]string{"LICENSE": isc, "c/LICENSE": agpl}, nil, ""},
		"unknown license":    {map[string]string{"LICENSE": "all rights reserved"}, nil, "example.com/a v1.0.0: LICENSE: unknown"},
		"no license":         {map[string]string{"README": isc}, nil, "example.com/a v1.0.0: no license file"},
		"notice only":        {map[string]string{"NOTICE": isc}, nil, "example.com/a v1.0.0: no license file"},
		"code about license": {map[string]string{"LICENSE": isc, "license.go": "package a"}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			for name, content := range c.files {
				file := filepath.Join(folder, filepath.FromSlash(name))
				if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			packages := []string{folder}
			if _, err := os.Stat(filepath.Join(folder, "b")); err == nil {
				packages = append(packages, filepath.Join(folder, "b"))
			}
			var out strings.Builder
			err := write(&out, []module{{"example.com/a", "v1.0.0", folder, packages}})
			if (err != nil) != (c.problem != "") || err != nil && !strings.HasSuffix(err.Error(), "\n  "+c.problem) {
				t.Errorf("error %v, want %q", err, c.problem)
			}
			for _, text := range c.printed {
				if !strings.Contains(out.String(), text) {
					t.Errorf("no %q in\n%s", text, out.String())
				}
			}
		})
	}
}

// TestLicenseInReadme checks that the output contains the README of a module without a
// license file.
func TestLicenseInReadme(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "README.md"), []byte("License: MIT"), 0o644); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	err := write(&out, []module{{"github.com/mattn/go-localereader", "v0.0.1", folder, nil}})
	if want := "README.md:\n\nLicense: MIT\n"; err != nil || !strings.Contains(out.String(), want) {
		t.Errorf("error %v, no %q in\n%s", err, want, out.String())
	}
}

// TestList lists the modules of this program; its own module is not among them.
func TestList(t *testing.T) {
	t.Parallel()
	modules, err := list(".")
	if err != nil {
		t.Fatal(err)
	}
	if len(modules) != 2 || modules[0].path != "std" || modules[1].path != "github.com/google/licensecheck" {
		t.Fatalf("modules %v", modules)
	}
	if err := write(new(strings.Builder), modules); err != nil {
		t.Error(err)
	}
}
